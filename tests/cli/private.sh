# The file is private, whatever the umask, and shared on demand.
. "$SOURCE/tests/cli/lib.sh"

event='{"type":"product_added","customer":"kim","properties":{"product_id":"P"}}'
mode() {
  stat -c %a "$1"
}
umask 000
echo "$event" >events.ndjson
expect_code 0 "$CARTWHEEL" ingest events.ndjson --db own.db
[ "$(mode own.db)" = 600 ] || fail "own.db is $(mode own.db)"
expect_code 0 "$CARTWHEEL" backup --db own.db --to copy.db
[ "$(mode copy.db)" = 600 ] || fail "copy.db is $(mode copy.db)"
umask 077
expect_code 0 "$CARTWHEEL" ingest events.ndjson --db shared.db --file-mode 660
[ "$(mode shared.db)" = 660 ] || fail "shared.db is $(mode shared.db)"
expect_code 0 "$CARTWHEEL" backup --db shared.db --to shared-copy.db
expect_code 0 "$CARTWHEEL" restore shared-copy.db --db back.db
[ "$(mode shared-copy.db) $(mode back.db)" = "660 660" ] || fail "copies: $(mode shared-copy.db) $(mode back.db)"
expect_code 0 "$CARTWHEEL" replay "$otto" --format otto --playbook "$assumed" --db replay.db --file-mode 660 --deliver file:sent.ndjson
[ "$(mode sent.ndjson)" = 660 ] || fail "sent.ndjson is $(mode sent.ndjson)"
chmod 640 own.db
expect_code 0 "$CARTWHEEL" ingest events.ndjson --db own.db
[ "$(mode own.db)" = 640 ] || fail "an existing mode was changed: $(mode own.db)"
for wrong in 640 abc 0 777; do
  expect_code 2 "$CARTWHEEL" ingest events.ndjson --db new.db --file-mode $wrong
  expect_text err "--file-mode is \"$wrong\", expected 600, 660 or 666"
done
mkdir folder
expect_code 1 "$CARTWHEEL" ingest events.ndjson --db folder
expect_text err 'is a directory, expected a file'
expect_code 1 "$CARTWHEEL" ingest events.ndjson --db nowhere/shop.db
expect_text err 'nowhere does not exist'
