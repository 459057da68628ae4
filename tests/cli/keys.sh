# Keys of a sealed database: copied while it is open to others, exchanged for another key, put back, checked.
. "$SOURCE/tests/cli/lib.sh"

OLD=$(printf 'a%.0s' $(seq 64))
NEW=$(printf 'b%.0s' $(seq 64))
export CARTWHEEL_SEAL_KEY="$OLD"
tell() {
  echo "{\"type\":\"identify\",\"customer\":\"$1\",\"at\":\"2025-03-03T01:00:00Z\",\"properties\":{\"name\":\"$1 of Seoul\"}}" >event.json
  expect_code 0 "$CARTWHEEL" ingest event.json --db shop.db
}
echo '{"playbook":1,"revision":1,"policy":{"consent":"assumed_by_shop","rules":[]},"shop":{"name":"s","currency":"KRW"},"templates":{},"journeys":{}}' >book.json
told() {
  expect_code 0 "$CARTWHEEL" query customer --customer "$1" --db shop.db
  expect_text out "$1 of Seoul"
}

tell kim
fold
expect_code 0 env -u CARTWHEEL_SEAL_KEY "$CARTWHEEL" keys copy --db shop.db --to copy.keys
expect_text out 'copy.keys: '
expect_code 1 "$CARTWHEEL" keys copy --db shop.db --to copy.keys
expect_text err 'is there already'
expect_code 2 "$CARTWHEEL" keys copy --db shop.db
expect_code 2 "$CARTWHEEL" keys rotate --db shop.db
expect_text err 'CARTWHEEL_SEAL_KEY_NEW'
expect_code 2 env CARTWHEEL_SEAL_KEY_NEW=abc "$CARTWHEEL" keys rotate --db shop.db
expect_code 2 "$CARTWHEEL" keys move --db shop.db
expect_code 1 "$CARTWHEEL" keys copy --db none.db --to none.keys
[ -e none.db.keys ] && fail 'a copy made the file that it was to copy'

# A copy that is put back is the file itself.
rm shop.db.keys
cp copy.keys shop.db.keys
told kim

expect_code 0 env CARTWHEEL_SEAL_KEY_NEW="$NEW" "$CARTWHEEL" keys rotate --db shop.db
expect_text out 'is sealed with the new key'
expect_code 0 env CARTWHEEL_SEAL_KEY_NEW="$NEW" "$CARTWHEEL" keys rotate --db shop.db # it is already
expect_code 1 "$CARTWHEEL" query customer --customer kim --db shop.db
expect_text err 'is sealed with another key'
CARTWHEEL_SEAL_KEY="$NEW"
told kim
expect_code 0 "$CARTWHEEL" doctor --db shop.db

mv shop.db.keys right.keys
cp copy.keys shop.db.keys
expect_code 1 "$CARTWHEEL" query customer --customer kim --db shop.db
expect_text err 'is a copy of before its key was exchanged'

# Damage of the file is told.
head -c 1024 right.keys >shop.db.keys
tail -c +1537 right.keys >>shop.db.keys
expect_code 1 "$CARTWHEEL" doctor --db shop.db
cp right.keys shop.db.keys
told kim
