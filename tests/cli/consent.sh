# Consents on the command line: a list is imported, asked about, and told to who asks for proof.
. "$SOURCE/tests/cli/lib.sh"

trap '[ -z "$worker" ] || kill -9 "$worker"' EXIT

# Wrong rows are told by line and column, and nothing is imported.
printf '%s\n' 'customer,medium,scope,when,where' 'kim,fax,ad,,' 'lee,sms,ads,,' ',sms,,,' '"pa",email,,tomorrow,' 'null,sms,,,' 'kim,sms,,,ok' >wrong.csv
expect_code 1 "$CARTWHEEL" consent import wrong.csv --db shop.db
expect_text err 'wrong.csv:2:5: medium is "fax", expected sms, email, kakao, app_push, web_push'
expect_text err 'wrong.csv:3:9: scope is "ads", expected ad, ad_night, audience_share, profiling'
expect_text err 'wrong.csv:4:1: no customer'
expect_text err 'wrong.csv:5:13: when is "tomorrow"'
expect_text err 'wrong.csv:6:1: '
expect_text err 'nothing was imported'
[ -e shop.db ] && fail "a database was made for a list that is wrong"
printf '%s\n' 'customer,channel' 'kim,sms' >head.csv
expect_code 1 "$CARTWHEEL" consent import head.csv --db shop.db
expect_text err 'head.csv:1:10: unknown column "channel", expected customer, medium, scope, when, where'
expect_code 2 "$CARTWHEEL" consent export wrong.csv --db shop.db
expect_code 2 "$CARTWHEEL" consent import wrong.csv --db shop.db --undated-since soon

# A grant with a date is in force, one without is not, unless the shop vouches.
cat >book.json <<'BOOK'
{"playbook": 1, "revision": 1,
 "policy": {"rules": ["KR"], "domestic": true, "notices": {"result": {"i_have_checked": "ours"}, "reconfirm": {"i_have_checked": "ours"}}, "opt_out": {"sms": "080-123-4567"}},
 "shop": {"name": "온도상점", "contact": "02-123-4567", "address": "서울시 중구 1", "currency": "KRW", "country": "KR", "timezone": "Asia/Seoul"},
 "templates": {"remind": {"purpose": "cart", "sms": "장바구니"}},
 "channels": {"sms": {"certified": true}},
 "journeys": {"cart": {"enter": {"on": "product_added"}, "exit": [{"on": "order_completed"}], "steps": [{"wait": "1h"}, {"send": "remind", "via": ["sms"]}]}}}
BOOK
printf '%s\n' 'where,medium,customer,when' 'sign-up,sms,kim,2025-11-02T10:00:00+09:00' 'old shop,sms,lee,' '"a ""b""",email,kim,2025-11-02' >list.csv
expect_code 0 "$CARTWHEEL" consent import list.csv --db shop.db
expect_text out '3 consents imported'
expect_text out '1 without a date: recorded, and not in force'
fold
expect_code 0 "$CARTWHEEL" query consent --db shop.db --customer kim
expect_text out '"medium":"sms","scope":"ad","state":"granted","since":"2025-11-02T01:00:00Z"'
expect_text out '"local_offset":"+09:00"'
expect_text out '"where":"a \"b\"","evidence":"imported"'
expect_code 0 "$CARTWHEEL" query consent --db shop.db --customer lee
expect_text out '"medium":"sms","scope":"ad","state":"unknown"'
expect_text out '"undated":true'
expect_text out '"counts":false'
expect_code 0 "$CARTWHEEL" consent import list.csv --db shop.db --undated-since 2025-01-01T00:00:00Z
expect_text out '1 without a date: in force since 2025-01-01T00:00:00Z'
fold
expect_code 0 "$CARTWHEEL" query consent --db shop.db --customer lee
expect_text out '"state":"granted","since":"2025-01-01T00:00:00Z"'
expect_code 0 "$CARTWHEEL" query refused --db shop.db  # the rows that were imported before
[ "$(grep -o '"code":"duplicate"' out | wc -l)" -eq 2 ] || fail "expected 2 duplicates: $(cat out)"

# Who got what, on which consent, with which label. 01:00 UTC is 10:00 in Korea.
cat >events.ndjson <<'EVENTS'
{"type":"consent_granted","customer":"kim","at":"2026-03-02T00:00:00Z","properties":{"medium":"sms","where":"sign-up","wording":"v3"}}
{"type":"consent_granted","customer":"kim","at":"2026-03-02T00:01:00Z","properties":{"medium":"email","where":"foot"}}
{"type":"product_added","customer":"kim","at":"2026-03-02T01:00:00Z","properties":{"product_id":"mug"}}
{"type":"product_added","customer":"lee","at":"2026-03-02T01:00:00Z","properties":{"product_id":"mug"}}
{"type":"page_viewed","customer":"kim","at":"2026-03-02T03:00:00Z"}
EVENTS
expect_code 0 "$CARTWHEEL" replay events.ndjson --playbook book.json --db march.db
expect_code 0 "$CARTWHEEL" audit --db march.db --from 2026-03-01 --to 2026-04-01
expect_lines out 2
expect_text out 'at,state,customer,anonymous_id,channel,address,purpose,journey,step,template,revision,message,consent,consent_at'
expect_text out '"2026-03-02T02:00:00Z","accepted","kim","","sms"'
expect_text out '"1","2026-03-02T00:00:00Z","sms","","","sign-up","v3",""'
expect_text out '(광고)'
expect_code 0 "$CARTWHEEL" audit --db march.db --from 2026-03-01 --to 2026-04-01 --format jsonl
expect_lines out 1
expect_text out '"consent_where":"sign-up"'
expect_code 0 "$CARTWHEEL" audit --db march.db --from 2026-03-02T02:00:01Z --to 2026-04-01
[ -s out ] && fail "the message is of before: $(cat out)"
expect_code 2 "$CARTWHEEL" audit --db march.db --from soon
expect_text err '--from is "soon"'
exit 0
