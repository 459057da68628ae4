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
