# What providers report, and whom their audiences may hold, on the command line.
. "$SOURCE/tests/cli/lib.sh"

cat >book.json <<'BOOK'
{"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []},
 "shop": {"name": "온도상점", "currency": "KRW", "timezone": "Asia/Seoul"},
 "segments": {"everyone": "customer.orders >= 0"},
 "templates": {"remind": {"purpose": "cart", "sms": "장바구니"}},
 "journeys": {"cart": {"enter": {"on": "product_added"}, "exit": [{"on": "order_completed"}], "steps": [{"wait": "1h"}, {"send": "remind", "via": ["sms"]}]}}}
BOOK
cat >events.ndjson <<'EVENTS'
{"type":"endpoint_added","customer":"kim","at":"2026-03-02T00:00:00Z","properties":{"channel":"sms","address":"010-1234-5678"}}
{"type":"endpoint_added","customer":"kim","at":"2026-03-02T00:00:00Z","properties":{"channel":"email","address":" John.Smith@example.com"}}
{"type":"endpoint_added","customer":"lee","at":"2026-03-02T00:00:00Z","properties":{"channel":"sms","address":"010-9999-5678"}}
{"type":"consent_granted","customer":"kim","at":"2026-03-02T00:00:00Z","properties":{"medium":["sms","email"],"scope":"audience_share"}}
{"type":"consent_granted","customer":"lee","at":"2026-03-02T00:00:00Z","properties":{"medium":"sms","scope":"ad"}}
{"type":"product_added","customer":"kim","at":"2026-03-02T01:00:00Z","properties":{"product_id":"mug"}}
{"type":"page_viewed","customer":"kim","at":"2026-03-02T03:00:00Z"}
EVENTS
expect_code 0 "$CARTWHEEL" replay events.ndjson --playbook book.json --db shop.db

# A report settles the message that its mark names.
expect_code 0 "$CARTWHEEL" query messages --db shop.db
expect_text out '"state":"accepted"'
key=$(sed 's/.*"key":"\([0-9a-f]*\)".*/\1/' out)
printf '[{"messageId":"M","statusCode":"4000","customFields":{"cartwheel":"1.0.%s"}},{"messageId":"N","statusCode":"4000"}]' "$key" >report.json
expect_code 0 "$CARTWHEEL" receipts solapi report.json --db shop.db
expect_text out '1 report taken, 1 rejected'
expect_text out 'record 1: the report names no message of this database'
expect_code 0 "$CARTWHEEL" query messages --db shop.db
expect_text out '"state":"delivered"'

expect_code 2 "$CARTWHEEL" receipts aligo report.json --db shop.db
expect_text err 'receipts: "aligo" is no provider, expected nhn, sendgrid, ses, solapi'
expect_code 1 "$CARTWHEEL" receipts solapi none.json --db shop.db
expect_code 1 "$CARTWHEEL" receipts solapi report.json --db none.db

# With a secret the signature counts. That of SOLAPI is the SHA-1 of its secret.
if "$CARTWHEEL" audience everyone --format meta --db shop.db 2>&1 | grep -q 'without OpenSSL'; then exit 0; fi
CARTWHEEL_RECEIPTS_SECRET=mysecret
export CARTWHEEL_RECEIPTS_SECRET
expect_code 0 "$CARTWHEEL" receipts solapi - --signature e9fe51f94eadabf54dbf2fbbd57188b9abee436e --db shop.db <report.json
expect_code 1 "$CARTWHEEL" receipts solapi report.json --signature e9fe51f94eadabf54dbf2fbbd57188b9abee4360 --db shop.db
expect_text err 'the header x-solapi-secret is not that of this webhook'
expect_code 1 "$CARTWHEEL" receipts solapi report.json --db shop.db
expect_text err 'expected the header x-solapi-secret'
unset CARTWHEEL_RECEIPTS_SECRET

# An audience holds those who agreed to it. The hashes are computed by another program.
hash() { printf '%s' "$1" | sha256sum | cut -d' ' -f1; }
expect_code 0 "$CARTWHEEL" audience everyone --format meta --db shop.db
printf 'email,phone\n%s,%s\n' "$(hash john.smith@example.com)" "$(hash 821012345678)" >meta.csv
cmp -s out meta.csv || fail "meta: $(cat out)"
expect_text err '1 of 2 members may be shared'
expect_code 0 "$CARTWHEEL" audience everyone --format google --db shop.db
expect_text out "$(hash +821012345678)"
expect_code 0 "$CARTWHEEL" audience everyone --format kakao --db shop.db
printf 'phone_number\n01012345678\n' | cmp -s - out || fail "kakao: $(cat out)"

# What has changed since: who agreed is added, who withdrew is removed.
cat >later.ndjson <<'EVENTS'
{"type":"consent_withdrawn","customer":"kim","at":"2026-03-03T00:00:00Z","properties":{"medium":"email","scope":"audience_share"}}
{"type":"consent_withdrawn","customer":"kim","at":"2026-03-03T00:00:00Z","properties":{"medium":"sms","scope":"audience_share"}}
{"type":"consent_granted","customer":"lee","at":"2026-03-03T00:00:00Z","properties":{"medium":"sms","scope":"audience_share"}}
{"type":"page_viewed","customer":"kim","at":"2026-03-03T03:00:00Z"}
EVENTS
expect_code 0 "$CARTWHEEL" replay later.ndjson --playbook book.json --db shop.db
expect_code 0 "$CARTWHEEL" audience everyone --format meta --db shop.db --since meta.csv --added added.csv --removed removed.csv
expect_text err '1 added, 1 removed since meta.csv'
printf 'email,phone\n,%s\n' "$(hash 821099995678)" >expected.csv
cmp -s added.csv expected.csv || fail "added: $(cat added.csv)"
cmp -s out expected.csv || fail "the whole list: $(cat out)"
cmp -s removed.csv meta.csv || fail "removed: $(cat removed.csv)"
[ "$(stat -c %a added.csv)" = 600 ] || fail "added.csv may be read by others"
expect_code 1 "$CARTWHEEL" audience everyone --format meta --db shop.db --since meta.csv --added added.csv
expect_text err 'added.csv: File exists'
expect_code 1 "$CARTWHEEL" audience everyone --format google --db shop.db --since meta.csv
expect_text err 'meta.csv: expected a list whose first line is Email,Phone'
expect_code 1 "$CARTWHEEL" audience nobody --format meta --db shop.db
expect_text err 'the playbook has no segment "nobody"'
expect_code 2 "$CARTWHEEL" audience everyone --format tiktok --db shop.db
expect_code 2 "$CARTWHEEL" audience everyone --format meta --db shop.db --added a.csv
exit 0
