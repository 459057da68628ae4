# What a new playbook changes, in words and as JSON, and how many are inside of what changes.
. "$SOURCE/tests/cli/lib.sh"

expect_code 0 "$CARTWHEEL" diff "$recipe" "$recipe"
expect_text out 'nothing changes'

# The second wait is shorter, the last text says more, a step goes by fewer channels, an exit and a journey are new.
sed -e 's/"revision": 1/"revision": 2/' -e 's/"max": 3, "within": "7d"/"max": 2, "within": "7d"/' \
  -e 's/{"on": "cart_expired"}\]/{"on": "cart_expired"}, {"on": "phoned"}]/' \
  -e 's/{"send": "free_shipping", "via": \["web_push", "app_push", "kakao", "sms", "email"\]}/{"send": "free_shipping", "via": ["kakao", "email"]}/' \
  -e 's/"last_call_percent": 10/"last_call_percent": 12/' -e 's/하루 안에 사면 무료배송/오늘 사면 무료배송/' \
  -e 's|^  "journeys": {|  "segments": {"buyer": "customer.orders > 0"},\n  "journeys": {\n    "thanks": {"enter": {"on": "order_completed"}, "steps": [{"wait": "2d"}, {"branch": [{"when": "customer.orders > 1", "name": "again", "steps": [{"exit": "known"}]}]}]},|' \
  "$recipe" >next.json
awk '/"send": "free_shipping"/ { print "        {\"wait\": {\"until\": \"18:00\"}},"; } { print }' next.json >n && mv n next.json
expect_code 0 "$CARTWHEEL" check next.json
expect_code 0 "$CARTWHEEL" diff "$recipe" next.json
expect_text out 'revision 1 to 2'
expect_text out 'journey cart_24_48_72: changed'
expect_text out '  ends also on phoned'
expect_text out '  new step 4: wait until 18:00'
expect_text out '  step 5 "free_shipping" goes by kakao, email; before: web_push, app_push, kakao, sms, email'
[ "$(grep -c 'last_call' out)" -eq 1 ] || fail "only the percent of last_call changed: $(cat out)"
expect_text out 'journey thanks: added'
expect_text out '  begins on order_completed'
expect_text out '  step 2 has a new way: again: customer.orders > 1'
expect_text out 'template free_shipping: changed'
expect_text out '  sent by cart_24_48_72/free_shipping'
grep -q '  sms: "오늘 사면 무료배송' out || fail "the text: $(cat out)"
expect_text out 'segment buyer: added'
expect_text out '  caps has also {count: messages, class: ad, max: 2, within: 7d}'
expect_text out '  caps has no longer {count: messages, class: ad, max: 3, within: 7d}'
expect_text out '  last_call_percent: 12; before: 10'

# The other way round it is refused, and everything is gone again.
expect_code 0 "$CARTWHEEL" diff next.json "$recipe"
expect_text out 'a lower revision is not taken'
expect_text out 'journey thanks: removed'
expect_text out '  no longer: wait until 18:00 (was step 4)'
sed 's/"revision": 2/"revision": 1/' next.json >same.json
expect_code 0 "$CARTWHEEL" diff "$recipe" same.json
expect_text out 'the same revision with other content is an error'

# A revision that takes over the walks says who goes on where.
sed -e 's/"revision": 1/"revision": 2/' -e 's/"reenter": "after_exit",/"adopt": {"from": "all", "steps": {"gentle": "first"}},/' \
  -e 's/{"send": "gentle",/{"send": "gentle", "name": "first",/' -e 's/{"send": "free_shipping",/{"send": "last_call", "name": "middle",/' \
  -e 's/"key": "cart.id"}/"key": "cart.id", "max_per_day": 100}/' "$recipe" >adopts.json
expect_code 0 "$CARTWHEEL" check adopts.json
expect_code 0 "$CARTWHEEL" diff "$recipe" adopts.json
expect_text out '  takes over the walks of all older revisions'
expect_text out '  a walk at "gentle" goes on at "first"'
expect_text out '  a walk at "free_shipping" stays on its revision: the step is lost'
expect_text out '  (who is inside is taken over after the load, a slice at a time'
expect_text out 'begins on product_added when cart.quantity > 0, key cart.id, max_per_day 100; before: product_added when cart.quantity > 0, key cart.id'
grep -q 'last_call" stays' out && fail "last_call is there: $(cat out)"

# Three customers are inside of the old journey, one has bought.
for who in kim lee park choi; do
  echo "{\"type\": \"product_added\", \"customer\": \"$who\", \"at\": \"2025-03-01T09:00:00Z\", \"properties\": {\"product_id\": \"mug\", \"price\": 9000}}"
done >events.ndjson
echo '{"type": "order_completed", "customer": "choi", "at": "2025-03-01T10:00:00Z", "properties": {"value": 9000}}' >>events.ndjson
expect_code 0 "$CARTWHEEL" replay events.ndjson --playbook "$recipe" --db shop.db --until +1h
expect_code 0 "$CARTWHEEL" diff "$recipe" next.json --db shop.db
expect_text out '  3 inside, by revision 1'
expect_code 0 "$CARTWHEEL" diff "$recipe" next.json --db shop.db --json
expect_lines out 1
expect_text out '"about":"journey","name":"cart_24_48_72","kind":"changed"'
expect_text out '"inside":[{"revision":1,"walks":3}]'
python3 -c 'import json, sys; json.load(open(sys.argv[1]))' out || fail "no JSON: $(cat out)"
expect_code 1 "$CARTWHEEL" diff "$recipe" next.json --db none.db
expect_text err 'none.db'
