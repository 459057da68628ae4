# The past of a database by another playbook: what stays, what moves, what goes, and reactions to messages.
. "$SOURCE/tests/cli/lib.sh"

cat >events.ndjson <<'END'
{"type": "consent_granted", "customer": "kim", "at": "2025-02-01T00:00:00Z", "properties": {"medium": ["web_push", "kakao"], "scope": "ad"}}
{"type": "consent_granted", "customer": "lee", "at": "2025-02-01T00:00:00Z", "properties": {"medium": ["web_push", "kakao"], "scope": "ad"}}
{"type": "identify", "customer": "lee", "at": "2025-02-02T00:00:00Z", "properties": {"grade": "gold"}}
{"type": "product_added", "customer": "kim", "at": "2025-03-01T09:00:00Z", "properties": {"product_id": "mug", "price": 12900}}
{"type": "product_added", "customer": "lee", "at": "2025-03-01T10:00:00Z", "properties": {"product_id": "cup"}}
{"type": "product_added", "customer": "park", "at": "2025-03-01T10:00:00Z", "properties": {"product_id": "cup"}}
{"type": "order_completed", "customer": "kim", "at": "2025-03-02T21:30:00Z", "properties": {"value": 12900}}
{"type": "page_viewed", "customer": "choi", "at": "2025-03-06T10:00:00Z"}
END
expect_code 0 "$CARTWHEEL" replay events.ndjson --playbook "$recipe" --db shop.db --until +1h
before=$(cksum <shop.db)

# The same playbook sends the same: what the database itself has made.
sed 's/"revision": 1/"revision": 2/' "$recipe" >same.json
for more in "" "--warm-up 20d"; do
  expect_code 0 "$CARTWHEEL" what-if --db shop.db --playbook same.json --from 10d $more
  grep -q '^messages  *4  *4  *4$' out || fail "four messages, all alike ($more): $(cat out)"
  grep -q '^customers who get any  *2  *2$' out || fail "two customers ($more): $(cat out)"
  grep -q '^cart_24_48_72/gentle  *web_push  *2  *2  *2$' out || fail "gentle ($more): $(cat out)"
done
# The log keeps 30 days, so what was told in February comes from the ledger and from the customers.
expect_text out 'messages from 2025-02-24 10:00:00 to 2025-03-06 10:00:00, warm-up from 2025-03-01 09:00:00'
expect_text out 'what happened before the log begins, which is later than the warm-up should'
expect_text out 'how customers would have reacted to messages that were never sent'

# A day later to begin with, by Kakao only, and of gold customers only.
sed -e 's/"revision": 1/"revision": 2/' -e '0,/{"wait": "24h"}/s//{"wait": "48h"}/' \
  -e 's/{"send": "last_call", "via": \["web_push", "app_push", /{"send": "last_call", "via": [/' \
  -e "s/\"when\": \"cart.quantity > 0\"/\"when\": \"cart.quantity > 0 \&\& customer.grade == 'gold'\"/" "$recipe" >later.json
expect_code 0 "$CARTWHEEL" check later.json
expect_code 0 "$CARTWHEEL" what-if --db shop.db --playbook later.json --from 10d --warm-up 20d
expect_text out '2025-03-02 09:00:00  - kim: cart_24_48_72/gentle by web_push'
expect_text out '2025-03-02 10:00:00  ~ lee: cart_24_48_72/gentle by web_push; now at 2025-03-03 10:00:00 by web_push'
expect_text out '2025-03-04 10:00:00  ~ lee: cart_24_48_72/last_call by web_push; now at 2025-03-05 10:00:00 by kakao'
grep -q '^messages  *4  *3  *0$' out || fail "four and three messages: $(cat out)"
expect_code 0 "$CARTWHEEL" what-if --db shop.db --playbook later.json --from 10d --json
expect_lines out 1
expect_text out '"old_messages":4,"new_messages":3,"alike":0,"old_customers":2,"new_customers":1'
expect_text out '{"customer":"kim","journey":"cart_24_48_72","step":"gentle","old_at":"2025-03-02T09:00:00Z","old_channel":"web_push"}'
python3 -c 'import json, sys; json.load(open(sys.argv[1]))' out || fail "no JSON: $(cat out)"
[ "$(cksum <shop.db)" = "$before" ] || fail "the database was written to"

# A click belongs to the message of its step, whatever number that has; one of a message that is not sent is told.
push=$SOURCE/examples/recipes/push-then-next-channel.json
cat >clicks.ndjson <<'END'
{"type": "consent_granted", "customer": "kim", "at": "2025-03-01T00:00:00Z", "properties": {"medium": ["web_push", "app_push", "kakao"], "scope": "ad"}}
{"type": "product_added", "customer": "kim", "at": "2025-03-03T01:00:00Z", "properties": {"product_id": "mug", "price": 12900}}
{"type": "message_clicked", "customer": "kim", "at": "2025-03-03T04:00:00Z", "properties": {"message_id": 1}}
{"type": "page_viewed", "customer": "choi", "at": "2025-03-06T10:00:00Z"}
END
expect_code 0 "$CARTWHEEL" replay clicks.ndjson --playbook "$push" --db clicks.db --until +1h
sed -e 's/"revision": 1/"revision": 2/' -e 's/"steps": \[$/&\n        {"send": "light", "via": ["app_push"], "name": "at_once"},/' \
  -e 's/"class": "ad", "max": 2, "within": "day"/"class": "ad", "max": 3, "within": "day"/' "$push" >twice.json
expect_code 0 "$CARTWHEEL" check twice.json
expect_code 0 "$CARTWHEEL" what-if --db clicks.db --playbook twice.json
expect_text out '2025-03-03 01:00:00  + kim: cart_next_channel/at_once by app_push'
grep -q 'detail' out && fail "the click was not heard: $(cat out)"
grep -q '^cart_next_channel/push  *web_push  *1  *1  *1$' out || fail "the message that was clicked: $(cat out)"
sed -e 's/"revision": 1/"revision": 2/' -e 's/"name": "push"/"name": "first"/; s/"clicked": "push"/"clicked": "first"/' "$push" >renamed.json
expect_code 0 "$CARTWHEEL" what-if --db clicks.db --playbook renamed.json
expect_text out '* what followed from openings and clicks of messages that the new playbook does not send: 1'
expect_text out '2025-03-03 06:30:00  + kim: cart_next_channel/detail by kakao'

# Real sessions: what the database has sent, as the audit counts it, is what both playbooks send.
expect_code 0 "$CARTWHEEL" replay "$otto" --format otto --playbook "$assumed" --db otto.db --json
sed 's/"revision": 1/"revision": 2/' "$assumed" >assumed2.json
expect_code 0 "$CARTWHEEL" what-if --db otto.db --playbook assumed2.json --from 20d --json
mv out answer
expect_code 0 "$CARTWHEEL" audit --db otto.db --format jsonl --from "$(sed -n 's/.*"from":"\([^"]*\)".*/\1/p' answer)"
sent=$(wc -l <out)
[ "$sent" -gt 10 ] || fail "$sent messages of the sessions, expected more"
expect_text answer "\"old_messages\":$sent,\"new_messages\":$sent,\"alike\":$sent,"
expect_text answer '"differences":[]'

expect_code 2 "$CARTWHEEL" what-if --db shop.db --playbook later.json --from yesterday
expect_text err '--from is "yesterday", expected a span such as 30d'
expect_code 1 "$CARTWHEEL" what-if --db none.db --playbook later.json
