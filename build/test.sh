#!/usr/bin/env bash
# Runs every test. Installs what they need with apt when it may (root on Debian), else says what to install.
# Last line: "N passed, N failed, N skipped". With CI=true a skipped test counts as failed.
set -uo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
source "$root/build/steps.sh"
cd "$root"
passed=0 failed=0 skipped=0

# check TITLE COMMAND…: one test that is a command.
check() {
  if step "$(tr -c 'a-z0-9\n' - <<<"${1,,}")" "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# Debian's packages for the tests; without root only said.
packages() {
  local missing=()
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
  command -v chromium >/dev/null || missing+=(chromium)
  [ -n "$(find /usr/share/fonts -iname '*cjk*' -print -quit 2>/dev/null)" ] || missing+=(fonts-noto-cjk)
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Install for the whole test run: ${missing[*]}. What needs them is skipped." >&2
    return 0
  fi
  step apt-update "Reading Debian's package lists" apt-get update -q
  step apt-install "Installing ${missing[*]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# dotnet_tests NAME: runs one test project and adds its counts.
dotnet_tests() {
  local name="$1" log="$logs/$1.log" started=$SECONDS summary
  echo "Running $name …" >&2
  "$root/artifacts/bin/$name/debug/Danke.$name" -noColor -longRunning 60 >"$log" 2>&1
  local code=$?
  summary="$(grep -E 'Total: [0-9]+' "$log" | tail -n 1)"
  if [ -z "$summary" ]; then
    tail -n 40 "$log" >&2
    failed=$((failed + 1))
    return
  fi
  local total errors bad skip
  total="$(sed -E 's/.*Total: ([0-9]+).*/\1/' <<<"$summary")"
  errors="$(sed -E 's/.*Errors: ([0-9]+).*/\1/' <<<"$summary")"
  bad="$(sed -E 's/.*Failed: ([0-9]+).*/\1/' <<<"$summary")"
  skip="$(sed -E 's/.*Skipped: ([0-9]+).*/\1/' <<<"$summary")"
  passed=$((passed + total - bad - skip))
  failed=$((failed + bad + errors))
  skipped=$((skipped + skip))
  [ "$code" -ne 0 ] && grep -E -A 12 '\[FAIL\]|\[SKIP\]' "$log" | head -n 200 >&2
  # A runner that fails without a failed test still fails the run.
  [ "$code" -ne 0 ] && [ $((bad + errors)) -eq 0 ] && failed=$((failed + 1))
  echo "$name: ${summary#*Total}, $((SECONDS - started)) s" >&2
}

vitest() {
  local log="$logs/vitest.json" good bad
  npm run --silent --prefix web -w console test -- --reporter=json --outputFile="$log" >"$logs/vitest.log" 2>&1
  good="$(node -p "require('$log').numPassedTests" 2>/dev/null || echo 0)"
  bad="$(node -p "require('$log').numFailedTests" 2>/dev/null || echo 1)"
  passed=$((passed + good))
  failed=$((failed + bad))
  [ "$bad" = 0 ] || tail -n 40 "$logs/vitest.log" >&2
  echo "Console's unit tests: $good passed, $bad failed" >&2
}

need dotnet ".NET SDK 10"
need node "Node.js 20 or later"
packages
"$root/build/build.sh" || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
step tests-build "Building the tests" dotnet build Danke.slnx -v quiet -nologo -clp:NoSummary || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

check "C# is formatted" dotnet format Danke.slnx --no-restore --verify-no-changes
check "The console is linted" npm run --silent --prefix web lint
vitest
dotnet_tests Engines.Tests
dotnet_tests App.Tests

if [ "${CI:-}" = true ]; then
  failed=$((failed + skipped))
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
