// Adds up the .trx files of a test run: node eng/test-report.mjs FOLDER EXIT_CODE_OF_DOTNET_TEST
// Prints every failed test with its message, then "N passed, N failed". Exits non-zero unless tests ran and all passed.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, exitCode] = process.argv.slice(2);
const entities = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
const text = (xml) =>
  xml.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) =>
    hex ? String.fromCodePoint(parseInt(hex, 16)) : decimal ? String.fromCodePoint(Number(decimal)) : (entities[name] ?? whole),
  );
const inside = (xml, element) => text(new RegExp(`<${element}>([^]*?)</${element}>`).exec(xml)?.[1] ?? "");

// What is not a test's own failure: a test host that crashed, a project whose tests could not be found.
const runErrors = [];
const counts = { Passed: 0, Failed: 0, NotExecuted: 0 };
for (const file of readdirSync(folder).filter((name) => name.endsWith(".trx")).sort()) {
  const trx = readFileSync(join(folder, file), "utf8");
  for (const [error] of trx.matchAll(/<RunInfo [^>]*outcome="Error"[^]*?<\/RunInfo>/g)) {
    const message = inside(error, "Text");
    if (!message.trimEnd().endsWith("[FAIL]")) runErrors.push(`${file.replace(/\.trx$/, "")}: ${message}`);
  }
  for (const [result, attributes] of trx.matchAll(/<UnitTestResult\s([^>]*?)(?:\/>|>[^]*?<\/UnitTestResult>)/g)) {
    const outcome = /outcome="(\w+)"/.exec(attributes)?.[1] ?? "Failed";
    const kind = outcome in counts ? outcome : "Failed";
    counts[kind] += 1;
    if (kind === "Failed") {
      const indent = (lines) => lines.trimEnd().replace(/^/gm, "    ");
      const stack = inside(result, "StackTrace").split("\n").slice(0, 8).join("\n");
      console.log(`failed: ${text(/testName="([^"]*)"/.exec(attributes)?.[1] ?? "?")} (${file.replace(/\.trx$/, "")})`);
      console.log(indent(inside(result, "Message") || outcome));
      if (stack) console.log(indent(stack));
    }
  }
}

if (exitCode !== "0" && (runErrors.length > 0 || counts.Failed === 0)) {
  const lines = readFileSync(join(folder, "log.txt"), "utf8").trimEnd().split("\n");
  console.log(`The test run itself failed (dotnet test exited with ${exitCode}):`);
  console.log((runErrors.length > 0 ? runErrors : lines.slice(-40)).join("\n"));
  counts.Failed += 1;
}

const total = counts.Passed + counts.Failed;
if (total === 0) console.log("No test ran.");

const skipped = counts.NotExecuted > 0 ? `, ${counts.NotExecuted} skipped` : "";
console.log(`${counts.Passed} passed, ${counts.Failed} failed${skipped}`);
process.exit(total > 0 && counts.Failed === 0 ? 0 : 1);
