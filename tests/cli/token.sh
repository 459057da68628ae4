# A key of tokens is another one each time and is taken; a token is read without being used.
. "$SOURCE/tests/cli/lib.sh"

expect_code 0 "$CARTWHEEL" token new
grep -qxE '[0-9a-f]{64}' out || fail "no key: $(cat out)"
expect_text err 'CARTWHEEL_TOKEN_KEY'
cp out key
expect_code 0 "$CARTWHEEL" token new
cmp -s out key && fail 'the same key twice'
CARTWHEEL_TOKEN_KEY=$(cat key)

echo '{"type":"page_viewed","customer":"kim","at":"2025-03-03T01:00:00Z"}' >events.ndjson
export CARTWHEEL_TOKEN_KEY
expect_code 0 "$CARTWHEEL" replay events.ndjson --playbook "$recipe" --db shop.db
expect_code 1 "$CARTWHEEL" token read AQEC --db shop.db
expect_text err 'this token was not made here'
expect_code 2 "$CARTWHEEL" query token --token AQEC --db shop.db
unset CARTWHEEL_TOKEN_KEY
expect_code 2 "$CARTWHEEL" token read AQEC --db shop.db
expect_text err 'CARTWHEEL_TOKEN_KEY'
expect_code 2 "$CARTWHEEL" token read --db shop.db
expect_code 2 "$CARTWHEEL" token make
expect_code 2 "$CARTWHEEL" token
