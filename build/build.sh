#!/usr/bin/env bash
# Builds the server, the Insight child with its library, and the console: each only when its sources are newer than its stamp.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
source "$root/build/steps.sh"
cd "$root"
stamps="$root/artifacts/stamps"
mkdir -p "$stamps"

need dotnet ".NET SDK 10"
need node "Node.js 20 or later"
need npm "npm (it comes with Node.js)"

if changed "$stamps/native" src/InsightHost/native/package-lock.json; then
  # 500 MB of ClickHouse: fetched while the server builds.
  in_background native "Fetching Insight's engine (ClickHouse as a library, about 150 MB)" \
    npm ci --prefix src/InsightHost/native --no-audit --no-fund --loglevel=error
fi
if changed "$stamps/server" src Directory.Build.props Directory.Packages.props global.json; then
  step server "Building the server" dotnet build src/App/App.csproj -c Release -v quiet -nologo -clp:NoSummary
  step insight "Building the Insight child" dotnet build src/InsightHost/InsightHost.csproj -c Release -v quiet -nologo -clp:NoSummary
  touch "$stamps/server"
fi
if changed "$stamps/console" web; then
  step console-packages "Fetching the console's packages" npm ci --prefix web --no-audit --no-fund --loglevel=error
  step console "Building the console" npm run --silent --prefix web build
  touch "$stamps/console"
fi
if in_progress native; then
  wait_background native
  touch "$stamps/native"
fi
