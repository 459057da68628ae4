# Addresses that get no message: a list is imported, exported, and lifted again.
. "$SOURCE/tests/cli/lib.sh"
trap '[ -z "$worker" ] || kill -9 "$worker"' EXIT

printf '%s\n' 'channel,address,reason,since' 'sms,010-1,left,' ',010-1,bounced,' 'sms,,bounced,' 'sms,010-1,bounced,soon' >wrong.csv
expect_code 1 "$CARTWHEEL" suppress import wrong.csv --db shop.db
expect_text err 'wrong.csv:2: reason is "left", expected bounced, complained, address_blocked or released'
expect_text err 'wrong.csv:3: no channel'
expect_text err 'wrong.csv:4: no address'
expect_text err 'wrong.csv:5: since is "soon"'
expect_text err 'nothing was imported'
[ -e shop.db ] && fail "a database was made for a list that is wrong"
expect_code 2 "$CARTWHEEL" suppress add wrong.csv --db shop.db

cat >book.json <<'BOOK'
{"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "온도상점"},
 "templates": {"remind": {"purpose": "cart", "sms": "장바구니"}},
 "journeys": {"cart": {"enter": {"on": "product_added"}, "exit": [{"on": "order_completed"}], "steps": [{"wait": "1h"}, {"send": "remind", "via": ["sms"]}]}}}
BOOK
printf '%s\n' '{"type":"endpoint_added","customer":"kim","at":"2026-03-02T00:00:00Z","properties":{"channel":"sms","address":"010-1234-5678"}}' >events.ndjson
expect_code 0 "$CARTWHEEL" replay events.ndjson --playbook book.json --db shop.db
printf '%s\n' 'reason,address,channel,since' 'bounced,+82 10 1234 5678,sms,2026-03-01' 'complained,"a,b@shop.example",email,' >list.csv
expect_code 0 "$CARTWHEEL" suppress import - --db shop.db <list.csv
expect_text out '2 addresses imported'
fold
expect_code 0 "$CARTWHEEL" suppress export - --db shop.db
expect_lines out 3
expect_text out 'channel,address,reason,since'
expect_text out 'sms,010-1234-5678,bounced,2026-03-01T00:00:00Z'
grep -qE '^email,[0-9a-f]{32},complained,' out || fail "no hash of an address that nobody has: $(cat out)"
expect_code 0 "$CARTWHEEL" suppress export first.csv --db shop.db
[ "$(ls -l first.csv | cut -c1-10)" = "-rw-------" ] || fail "the list is not private"
expect_code 1 "$CARTWHEEL" suppress export first.csv --db shop.db

# The hash names the address again, in the same database.
sed 's/complained,.*/released,/' first.csv >lift.csv
sed -i '/^sms/d' lift.csv
expect_code 0 "$CARTWHEEL" suppress import lift.csv --db shop.db
fold
expect_code 0 "$CARTWHEEL" suppress export - --db shop.db
expect_lines out 2
exit 0
