# "An SMS in two minutes" of docs/channels.md, against a stand-in for the provider.
. "$SOURCE/tests/cli/lib.sh"

command -v python3 >/dev/null || {
  echo "skipped: python3 is not installed"
  exit 0
}
exec python3 "$SOURCE/tests/cli/sms_page.py" "$CARTWHEEL" "$SOURCE"
