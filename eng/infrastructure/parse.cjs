// Parses what ./test cannot compile here: Bicep (with its real grammar) and Kusto queries (with Microsoft's own parser).
//   {"bicep": {name: text}, "kusto": {"schema": {table: "(column: type, …)"}, "queries": {name: text}}}  on stdin
//   {"bicep": {name: tree}, "kusto": {name: [message, …]}}                                               on stdout
// A node of a tree is {type, start, end, line, field?, missing?, children}; positions are those of the text.
const { readFileSync } = require("node:fs");

async function bicep(texts) {
  const { Parser, Language } = await import("web-tree-sitter");
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(require.resolve("tree-sitter-bicep/tree-sitter-bicep.wasm")));
  const copy = (node, field) => ({
    type: node.type,
    start: node.startIndex,
    end: node.endIndex,
    line: node.startPosition.row + 1,
    field: field ?? undefined,
    missing: node.isMissing || undefined,
    children: node.children.map((child, i) => copy(child, node.fieldNameForChild(i))),
  });
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, copy(parser.parse(text).rootNode)]));
}

function kusto({ schema, queries }) {
  require("@kusto/language-service-next/bridge.min.js");
  require("@kusto/language-service-next/Kusto.Language.Bridge.min.js");
  const { KustoCode, GlobalState, Symbols } = globalThis.Kusto.Language;
  const tables = Object.entries(schema).map(([name, columns]) => Symbols.TableSymbol.From(columns).WithName(name));
  // $ctor2 is (name, alternate name, members): the bridge from C# numbers the overloads of a constructor.
  const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.$ctor2("logs", null, tables));
  const list = (items) =>
    Array.from({ length: globalThis.System.Array.getCount(items) }, (_, i) => globalThis.System.Array.getItem(items, i));
  const faults = (text) => list(KustoCode.ParseAndAnalyze(text, globals).GetDiagnostics()).map((one) => one.Message);
  return Object.fromEntries(Object.entries(queries).map(([name, text]) => [name, faults(text)]));
}

(async () => {
  const asked = JSON.parse(readFileSync(0, "utf8"));
  const answer = {
    bicep: asked.bicep ? await bicep(asked.bicep) : {},
    kusto: asked.kusto ? kusto(asked.kusto) : {},
  };
  process.stdout.write(JSON.stringify(answer));
})();
