# E-mail from end to end, against a mail server on loopback.
. "$SOURCE/tests/cli/lib.sh"

command -v python3 >/dev/null || {
  echo "skipped: python3 is not installed"
  exit 0
}
exec python3 "$SOURCE/tests/cli/mail.py" "$CARTWHEEL" "$SOURCE"
