# Helpers of build.sh and test.sh: steps with progress and time, their output kept in artifacts/logs and shown when they fail.
logs="$root/artifacts/logs"
mkdir -p "$logs"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1

need() {
  command -v "$1" >/dev/null || { echo "danke: $2 is needed and was not found ($1)." >&2; exit 1; }
}

# changed STAMP PATH…: true when a source below PATH is newer than STAMP, or STAMP is missing.
changed() {
  local stamp="$1"
  shift
  [ -f "$stamp" ] || return 0
  [ -n "$(find "$@" \( -name node_modules -o -name dist -o -name obj -o -name bin \) -prune -o -type f -newer "$stamp" -print -quit 2>/dev/null)" ]
}

# step NAME TITLE COMMAND…: runs it; on failure shows the end of what it said.
step() {
  local name="$1" title="$2" started=$SECONDS
  shift 2
  [ -t 2 ] && printf '%s …' "$title" >&2
  if "$@" >"$logs/$name.log" 2>&1; then
    [ -t 2 ] && printf '\r' >&2
    printf '%s: %d s\033[K\n' "$title" $((SECONDS - started)) >&2
  else
    printf '\n%s failed. The end of artifacts/logs/%s.log:\n' "$title" "$name" >&2
    tail -n 40 "$logs/$name.log" >&2
    return 1
  fi
}

declare -A background=()
in_background() {
  local name="$1"
  step "$@" &
  background[$name]=$!
}

in_progress() {
  [ -n "${background[$1]:-}" ]
}

wait_background() {
  wait "${background[$1]}"
}
