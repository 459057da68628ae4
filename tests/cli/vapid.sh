# A key of web push is a new file that only its owner may read, and its public half is what openssl makes of it.
. "$SOURCE/tests/cli/lib.sh"

"$CARTWHEEL" vapid new vapid.key >out 2>err || {
  grep -q 'built without OpenSSL' err && { echo "skipped: $(cat err)"; exit 0; }
  fail "vapid new: $(cat err)"
}
grep -qxE '[A-Za-z0-9_-]{87}' out || fail "no public key: $(cat out)"
expect_text err '"private_key": {"file": "vapid.key"}'
grep -qxE '[A-Za-z0-9_-]{43}' vapid.key || fail "no private key"
grep -q "$(cat vapid.key)" out err && fail 'the private key is shown'
[ "$(stat -c %a vapid.key)" = 600 ] || fail "vapid.key has mode $(stat -c %a vapid.key)"
cp out public

expect_code 0 "$CARTWHEEL" vapid show vapid.key
cmp -s out public || fail 'show says another public key'

# Nothing that is there is written over.
cp vapid.key before
expect_code 1 "$CARTWHEEL" vapid new vapid.key
expect_text err 'vapid.key: File exists'
cmp -s vapid.key before || fail 'vapid.key was written over'
expect_code 0 "$CARTWHEEL" vapid new other.key
cmp -s out public && fail 'the same key twice'

# The same key as another program writes and reads it.
if command -v openssl >/dev/null; then
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem 2>/dev/null
  expect_code 0 "$CARTWHEEL" vapid show key.pem
  openssl pkey -in key.pem -pubout -outform DER | tail -c 65 | base64 -w0 | tr -d = | tr +/ -_ >told
  [ "$(cat out)" = "$(cat told)" ] || fail "key.pem: $(cat out), but openssl says $(cat told)"
fi

echo 'c2VjcmV0' >short.key
expect_code 1 "$CARTWHEEL" vapid show short.key
expect_text err 'short.key: 6 bytes, expected a P-256 key of 32'
grep -q 'c2VjcmV0' err && fail 'a secret is shown'
expect_code 1 "$CARTWHEEL" vapid show nothing.key
expect_code 1 "$CARTWHEEL" vapid new nothing/vapid.key
expect_code 2 "$CARTWHEEL" vapid make vapid.key
expect_code 2 "$CARTWHEEL" vapid new
