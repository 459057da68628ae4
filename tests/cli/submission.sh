# E-mail over Postfix, where it is installed.
. "$SOURCE/tests/cli/lib.sh"

command -v python3 >/dev/null || {
  echo "skipped: python3 is not installed"
  exit 0
}
exec python3 "$SOURCE/tests/cli/submission.py" "$CARTWHEEL" "$SOURCE"
