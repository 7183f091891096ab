# Shared by eng/restore, run, test and .ci/run. Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Without node reuse no build process stays behind that holds on to the caller's output.
export MSBUILDDISABLENODEREUSE=1
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

say() { printf '%s\n' "$*"; }

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# One clear line for whatever is missing, before anything slow starts.
require_tools() {
  command -v dotnet >/dev/null || die "The .NET SDK is missing: install .NET SDK 10 (https://dot.net/download) and try again."
  # In the project's folder, so that global.json is obeyed.
  (cd "$root" && dotnet --version >/dev/null 2>&1) ||
    die "No .NET 10 SDK found (global.json asks for 10.0.100 or later): install .NET SDK 10 (https://dot.net/download) and try again."
  command -v node >/dev/null || die "Node.js is missing: install Node.js 20 or later (https://nodejs.org) and try again."
  local major
  major=$(node --version) && major=${major#v} && major=${major%%.*}
  [ "$major" -ge 20 ] || die "Node.js $(node --version) is too old: install Node.js 20 or later (https://nodejs.org) and try again."
  command -v npm >/dev/null || die "npm is missing: install it (it comes with Node.js from https://nodejs.org) and try again."
}

# npm_ci FOLDER: installs exactly what FOLDER/package-lock.json says, unless that is what is there already.
npm_ci() {
  local installed="$1/node_modules/.installed-lock.json"
  cmp -s "$1/package-lock.json" "$installed" && return
  local log
  log=$(cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null 2>&1) ||
    die "npm ci failed in ${1#"$root"/}:"$'\n'"$log"
  cp "$1/package-lock.json" "$installed"
}

# What LocalHost and the tests start from node_modules: Azurite, and the parsers for infra/.
install_node_tools() {
  cmp -s "$root/package-lock.json" "$root/node_modules/.installed-lock.json" || say "installing Azurite and the tests' parsers"
  npm_ci "$root"
}

# quietly COMMAND...: shows the output only when the command fails.
quietly() {
  local log
  log=$("$@" </dev/null 2>&1) || {
    local code=$?
    printf '%s\n' "$log" >&2
    return $code
  }
}

# build PROJECT_OR_SOLUTION: an optimised build of what eng/restore has restored.
build() {
  say "building $1"
  quietly dotnet build "$1" -c Release --no-restore --nologo --tl:off --verbosity quiet ||
    die "the build failed"
}

# Fails at once when something listens already, rather than after a minute of building.
require_free_port() {
  node -e '
    const port = Number(process.argv[1]);
    const stop = (reason) => { console.error(reason); process.exit(1); };
    if (!Number.isInteger(port) || port < 1 || port > 65535) stop(`PORT is "${process.argv[1]}": it must be a port number.`);
    const server = require("net").createServer();
    server.on("error", (error) => stop(error.code === "EADDRINUSE"
      ? `Port ${port} is in use: stop what listens there, or choose another one (PORT=7072 ./run).`
      : `Port ${port} cannot be used (${error.code}): choose another one (PORT=7072 ./run).`));
    server.listen(port, "127.0.0.1", () => server.close());
  ' "$1" || exit 1
}
