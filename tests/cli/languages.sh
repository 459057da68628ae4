# Conditions and texts tried one by one: a JSON object a line in, exactly one line out for each, in order.
. "$SOURCE/tests/cli/lib.sh"

cat >in <<'END'
{"expr": "1 + x", "vars": {"x": 2}}
{"expr": "cart.value > 50000 && size(cart.items) == 2", "vars": {"cart": {"value": 64000.5, "items": ["머그컵", "가방"]}}}
{"expr": "1 + y"}
{"expr": "1 / 0"}
not JSON

END
expect_code 0 "$CARTWHEEL" eval <in
expect_lines out 6
[ "$(sed -n 1p out)" = '{"value":3}' ] || fail "$(cat out)"
[ "$(sed -n 2p out)" = '{"value":true}' ] || fail "$(cat out)"
[ "$(sed -n 3p out)" = '{"error":"unknown variable \"y\", there are none here","line":1,"column":5}' ] || fail "$(cat out)"
[ "$(sed -n 4p out)" = '{"error":"division by zero: /"}' ] || fail "$(cat out)"
expect_text out 'expected a JSON object a line'

cat >typed <<'END'
{"expr": "x + 1u", "vars": {"x": {"uint64Value": "18446744073709551614"}}}
{"expr": "x / 0.0", "vars": {"x": {"doubleValue": "-Infinity"}}}
{"expr": "{'a': [b'x', null, true, timestamp('2009-02-13T23:31:30Z'), duration('-0.5s')]}"}
{"expr": "x", "vars": {"x": 1}}
END
expect_code 0 "$CARTWHEEL" eval --typed <typed
[ "$(sed -n 1p out)" = '{"value":{"uint64Value":"18446744073709551615"}}' ] || fail "$(cat out)"
[ "$(sed -n 2p out)" = '{"value":{"doubleValue":"-Infinity"}}' ] || fail "$(cat out)"
expect_text out '{"bytesValue":"eA=="},{"nullValue":null},{"boolValue":true}'
expect_text out '"type.googleapis.com/google.protobuf.Duration","value":"-0.500s"'
expect_text out '{"error":"vars: x: expected a value such as'

cat >texts <<'END'
{"template": "{{ name | upcase }}{{ missing }}", "data": {"name": "kim"}}
{"template": "{{ name | josa: '이/가' }}", "data": {"name": "머그컵"}}
{"template": "{% if %}"}
{"template": "{{ missing }}", "strict": true}
END
expect_code 0 "$CARTWHEEL" render <texts
expect_lines out 4
[ "$(sed -n 1p out)" = '{"text":"KIM"}' ] || fail "$(cat out)"
[ "$(sed -n 2p out)" = '{"text":"이"}' ] || fail "$(cat out)"
[ "$(sed -n 3p out)" = '{"error":"expected a condition","line":1,"column":6}' ] || fail "$(cat out)"
[ "$(sed -n 4p out)" = '{"error":"unknown variable \"missing\"","line":1,"column":4}' ] || fail "$(cat out)"

# What shops print: dates of the calendar, names in the reader's language, amounts as people write them, telephone numbers.
cat >texts <<'END'
{"template": "{{ d | date: '%Y-%m-%d' }}", "data": {"d": "2026-11-30"}, "timezone": "America/New_York"}
{"template": "{{ d | date: '%-m월 %-d일 %A' }}", "data": {"d": "2026-11-01 05:30:00"}, "timezone": "Asia/Seoul", "locale": "ko-KR"}
{"template": "{{ d | date: '%A %L' }}", "data": {"d": "2026-11-01T05:30:00.250Z"}}
{"template": "{{ a | money }} {{ '9,000' | percent_off: a }}", "data": {"a": "12,000원"}}
{"template": "{{ a | money }}", "data": {"a": "1.234,50 €"}, "locale": "de-DE", "currency": "EUR"}
{"template": "{{ a | plus: 1 }}", "data": {"a": "12,900"}, "strict": true}
{"template": "{{ x | phone }} {{ '15881234' | phone }}", "data": {"x": "050712345678"}}
END
expect_code 0 "$CARTWHEEL" render <texts
cat >expected <<'END'
{"text":"2026-11-30"}
{"text":"11월 1일 일요일"}
{"text":"Sunday 250"}
{"text":"12,000원 25"}
{"text":"€1,234.50"}
{"error":"plus: \"12,900\" begins like a number and is none","line":1,"column":8}
{"text":"0507-1234-5678 1588-1234"}
END
cmp out expected || fail "$(cat out)"

# preview: every text with its sizes; the mistakes people make, in a line each.
expect_code 0 "$CARTWHEEL" preview "$recipe" gentle --sample
expect_text out 'sms, sent as sms'
expect_text out 'text (67 graphemes, 111 bytes, 89 in EUC-KR)'
expect_text out '김민지님, ‘울 코트’ 외 1개가 장바구니에서 기다리고 있어요.'
expect_code 2 "$CARTWHEEL" preview "$recipe" gentle
expect_text err 'expected either --sample, or --customer (or --anonymous) with the --db that knows it'
expect_code 1 "$CARTWHEEL" preview "$recipe" gentel --sample
expect_text err 'the playbook has no template "gentel"; it has: consent_result, consent_reconfirm, gentle, free_shipping, last_call'
printf '%s' '{"id": "1", "type": "identify", "customer": "kim", "at": "2026-11-01T00:00:00Z", "properties": {"name": "하늘🌙"}}' >kim.ndjson
expect_code 0 "$CARTWHEEL" replay kim.ndjson --playbook "$recipe" --db kim.db
expect_code 0 "$CARTWHEEL" preview "$recipe" gentle --customer kim --db kim.db
expect_text out '하늘🌙님, ‘고르신 상품’이 장바구니에서'
expect_code 1 "$CARTWHEEL" preview "$recipe" gentle --customer lee --db kim.db
expect_text err 'no customer is known as "lee"'

# A tracked link: what it is, and that a changed one is nothing.
sed 's|"cart_url"|"link_url": "https://shop.example/r", "cart_url"|; s|"url": "{{ cart.url . default: shop.cart_url }}"|"url": "{{ cart.url \| default: shop.cart_url \| track_link }}"|' "$recipe" >tracked.json
expect_code 0 "$CARTWHEEL" preview tracked.json gentle --sample
expect_text out 'https://shop.example/r?m=0000000000000000&u=https%3A%2F%2Fshop.example%2Fcart&s='
link=$(grep -o 'https://shop.example/r[^ ]*' out | head -n 1)
expect_code 2 "$CARTWHEEL" query link --db kim.db --link "$link"  # signed by another database's key
expect_text err 'this link was not made here, or it was changed'
