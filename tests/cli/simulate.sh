# A dry run tells what would be sent, when, to whom, with the text; `why` tells the same of one customer.
. "$SOURCE/tests/cli/lib.sh"

cat >events.json <<'END'
[
  {"type": "consent_granted", "customer": "kim", "at": "2025-02-01T00:00:00Z", "properties": {"medium": "web_push", "scope": "ad"}},
  {"type": "consent_granted", "customer": "lee", "at": "2025-02-01T00:00:00Z", "properties": {"medium": "web_push", "scope": "ad"}},
  {"type": "product_added", "customer": "kim", "at": "2025-03-01T09:00:00Z",
   "properties": {"product_id": "mug", "name": "머그컵", "price": 12900}},
  {"type": "product_added", "customer": "lee", "at": "2025-03-01T10:00:00Z", "properties": {"product_id": "cup", "name": "유리잔"}},
  {"type": "product_added", "customer": "park", "at": "2025-03-01T10:00:00Z", "properties": {"product_id": "cup", "name": "유리잔"}},
  {"type": "order_completed", "customer": "kim", "at": "2025-03-02T21:30:00Z", "properties": {"value": 12900}}
]
END
expect_code 0 "$CARTWHEEL" simulate "$recipe" events.json
expect_text out '2025-03-01 09:00:00  kim: product_added: enters cart_24_48_72'
expect_text out '2025-03-02 09:00:00  kim: cart_24_48_72/gentle by web_push'
expect_text out 'title: (광고)온도상점'
expect_text out 'consent: proved by events; rules: KR'
grep -q ' park: .*no_consent' out || fail "park did not consent: $(cat out)"
expect_text out '‘머그컵’이 장바구니에서 기다리고 있어요.'
expect_text out '2025-03-02 21:30:00  kim: order_completed: stops cart_24_48_72'
expect_text out '2025-03-04 10:00:00  lee: cart_24_48_72/last_call by web_push'
expect_text out '6 messages to 2 customers, 1 stop'
[ "$(grep -c ' kim: cart_24_48_72/' out)" -eq 1 ] || fail "kim bought before the second reminder: $(cat out)"

expect_code 0 "$CARTWHEEL" replay events.json --playbook "$recipe" --db shop.db
expect_code 0 "$CARTWHEEL" why kim --db shop.db
expect_text out '2025-03-02 09:00:00      +24h  gentle: message'
expect_text out 'order_completed: stops cart_24_48_72'
expect_text out 'order_completed: a success of cart_24_48_72'

# A call is shown with what its answer names it by. It is the same in every run, so the answer can be put among the events; a call is no message.
cat >asks.json <<'END'
{"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "S", "currency": "KRW"},
 "templates": {"a": {"purpose": "cart", "sms": "{{ journey.answers.stock.left }} left"}},
 "journeys": {"cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}], "steps": [
   {"call": "webhook", "name": "stock", "payload": {"product": "{{ cart.items[0].product_id }}"}, "answer": {"left": "number"}, "within": "10m",
    "then": [{"when": "answer.left <= 3.0", "name": "few", "steps": [{"send": "a", "via": ["sms"]}]}], "timeout": []}]}}}
END
added='{"type": "product_added", "customer": "kim", "id": "1", "at": "2026-03-01T09:00:00Z", "properties": {"cart_id": "k", "product_id": "mug", "price": 9000}}'
echo "$added" >asked.ndjson
expect_code 0 "$CARTWHEEL" simulate asks.json asked.ndjson
expect_text out '2026-03-01 09:00:00  kim: cart/stock by webhook, call f57b928577b0a081d2ce08d79fb4c1dd'
expect_text out 'product: mug'
expect_text out '2026-03-01 09:10:00  kim: stock: on with timeout'
expect_text out '0 messages to 0 customers, 0 stops'
echo '{"type": "call_answered", "customer": "kim", "at": "2026-03-01T09:02:00Z", "properties": {"call": "f57b928577b0a081d2ce08d79fb4c1dd", "left": 2}}' >>asked.ndjson
expect_code 0 "$CARTWHEEL" simulate asks.json asked.ndjson
expect_text out '2026-03-01 09:02:00  kim: stock: on with few'
expect_text out '2 left'
expect_text out '1 message to 1 customer, 0 stops'
