# Formats by mapping, on the command line: built in, and a shop's own file.
. "$SOURCE/tests/cli/lib.sh"

cat >cart.json <<'JSON'
{"topic": "carts/update", "body": {"token": "c1", "updated_at": "2026-11-01T00:00:00Z", "note": "hi",
 "line_items": [{"product_id": 1, "variant_id": 2, "title": "Mug", "price": "9.50", "quantity": 2}]}}
JSON
expect_code 0 "$CARTWHEEL" check-format shopify cart.json
expect_text out 'cart_updated  (rule 0: carts: the whole cart each time)'
expect_text out 'properties.products[0].price = "9.50"  <- price'
expect_text out 'anonymous_id = "c1"  <- token'
expect_text out 'read by no rule:'
expect_text out '  body.note'
expect_text out '1 event, 0 rejected'
expect_code 0 "$CARTWHEEL" ingest cart.json --format shopify --db shop.db
expect_text out '1 event accepted, 0 rejected'

# A cart that was ordered is not reminded of; another one is.
cat >shopify.ndjson <<'JSON'
{"topic":"carts/update","body":{"token":"c1","updated_at":"2026-11-01T00:00:00Z","line_items":[{"product_id":1,"title":"Mug","price":"9.50","quantity":2}]}}
{"topic":"carts/update","body":{"token":"c2","updated_at":"2026-11-01T00:00:00Z","line_items":[{"product_id":3,"title":"Cup","price":"5","quantity":1}]}}
{"topic":"checkouts/create","body":{"token":"t1","cart_token":"c1","updated_at":"2026-11-01T00:10:00Z","currency":"USD","customer":{"id":77},"line_items":[{"product_id":1,"title":"Mug","price":"9.50","quantity":2}]}}
{"topic":"orders/create","body":{"id":9,"cart_token":"c1","created_at":"2026-11-01T01:00:00Z","total_price":"19.00","currency":"USD","customer":{"id":77},"line_items":[{"product_id":1,"title":"Mug","price":"9.50","quantity":2}]}}
JSON
sed 's/product_added/cart_updated/g' "$assumed" >snapshots.json
expect_code 0 "$CARTWHEEL" simulate snapshots.json shopify.ndjson --format shopify
expect_text out '77: order_completed: stops cart_24_48_72'
expect_text out '3 messages to 1 customer, 1 stop'
grep -q '‘Mug’' out && fail "a reminder of what was bought: $(cat out)"

cat >ours.json <<'JSON'
{"mapping": 1, "fields": {"customer": "member.no", "at": {"path": "ts", "as": "epoch"}},
 "line": {"product_id": "code", "price": {"path": "won", "as": "hundredths"}},
 "rules": [{"about": "basket", "when": {"what": "basket"}, "type": "product_added", "per": "rows"}]}
JSON
printf '%s\n' '{"what": "basket", "member": {"no": 7}, "ts": 1793491200, "rows": [{"code": "A", "won": 1290000}, {"code": "B"}]}' '{"what": "else"}' >ours.ndjson
expect_code 1 "$CARTWHEEL" check-format ours.json ours.ndjson
expect_text out 'product_added  (rule 0: basket)'
expect_text out 'properties.price = 12900  <- won'
expect_text out 'rejected, no_rule: no rule of the format takes this record: what is "else"; expected basket'
expect_code 0 "$CARTWHEEL" ingest ours.ndjson --format ours.json --db ours.db
expect_text out '2 events accepted, 1 rejected'

expect_code 0 "$CARTWHEEL" check-format --help
expect_text out 'FORMAT is native, segment, rees46, otto, ga4, mixpanel, amplitude, braze, shopify, woocommerce, cafe24 or meta'
expect_code 0 "$CARTWHEEL" ingest --help
expect_text out 'cafe24 or meta (native without it), or a mapping file'

# What is wrong with a mapping is told with its place, by every command.
echo '{"mapping": 1, "rules": [{"tpe": "x"}]}' >bad.json
expect_code 1 "$CARTWHEEL" check-format bad.json cart.json
expect_text err 'bad.json (1:34) /rules/0/tpe: there is no "tpe": did you mean "type"?'
expect_code 2 "$CARTWHEEL" ingest cart.json --format ./bad.json --db no.db
expect_text err './bad.json (1:34) /rules/0/tpe'
expect_code 1 "$CARTWHEEL" check-format shopfy cart.json
expect_text err 'did you mean shopify?'

# A built-in format is a mapping that can be printed, changed and given back.
expect_code 0 "$CARTWHEEL" check-format ga4 - --show
cp out ga4.json
echo '{"client_id": "9", "events": [{"name": "add_to_cart", "params": {"items": [{"item_id": "A"}]}}]}' >ga4.ndjson
"$CARTWHEEL" check-format ga4 ga4.ndjson >one && "$CARTWHEEL" check-format ga4.json ga4.ndjson >two || fail "check-format"
cmp one two || fail "the printed mapping is another one"
