# What a provider is asked for: its block list, and reports that the worker polls.
. "$SOURCE/tests/cli/lib.sh"

command -v python3 >/dev/null || {
  echo "skipped: python3 is not installed"
  exit 0
}
exec python3 "$SOURCE/tests/cli/sync.py" "$CARTWHEEL"
