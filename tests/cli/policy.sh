# What a policy leaves to the shop is said by check, by every start, by reports and by simulate; of a lawful playbook nothing is.
. "$SOURCE/tests/cli/lib.sh"

without_consent='warning: policy.consent is assumed_by_shop'
without_rules='warning: policy.rules is empty: no law'
sed 's/"rules": \[\]/"rules": ["KR"], "opt_out": {"sms": "0801234567", "email": "https:\/\/shop.example\/o"}/' "$assumed" >half.json
echo '{"type":"product_added","customer":"kim","at":"2025-03-01T09:00:00Z","properties":{"product_id":"mug"}}' >events.ndjson

# said FILE CONSENT RULES: how often each warning stands in the file.
said() {
  [ "$(grep -cF "$without_consent" "$1")" = "$2" ] || fail "of consent, expected $2: $(cat "$1")"
  [ "$(grep -cF "$without_rules" "$1")" = "$3" ] || fail "of rules, expected $3: $(cat "$1")"
}
# warns PLAYBOOK CONSENT RULES
warns() {
  rm -f shop.db shop.db-wal shop.db-shm
  expect_code 0 "$CARTWHEEL" check "$1"
  said err "$2" "$3"
  expect_code 0 "$CARTWHEEL" simulate "$1" events.ndjson
  said out "$2" "$3"
  expect_code 0 "$CARTWHEEL" replay events.ndjson --playbook "$1" --db shop.db
  said out "$2" "$3"
  expect_code 0 "$CARTWHEEL" report --db shop.db
  said out "$2" "$3"
  timeout -s TERM 5 "$CARTWHEEL" worker --db shop.db 2>worker.err
  sed 's/^worker: /warning: /' worker.err >told
  said told "$2" "$3"
}
warns "$assumed" 1 1
expect_text out 'consent: assumed by the shop; rules: none'
warns half.json 1 0
expect_text out 'consent: assumed by the shop; rules: KR'
warns "$recipe" 0 0
expect_text out 'consent: proved by events; rules: KR'

# A number of the law that is looser is repeated with the shop's words.
sed 's/"rules": \["KR"\]/"rules": ["KR"], "packs": {"KR": {"age": 12, "i_have_checked": "a letter of counsel"}}/' "$recipe" >looser.json
words='policy.packs.KR.age (12; KR-15 says 14) is left to the shop, which says: a letter of counsel'
rm -f shop.db shop.db-wal shop.db-shm
expect_code 0 "$CARTWHEEL" check looser.json
expect_text err "warning: $words"
expect_code 0 "$CARTWHEEL" simulate looser.json events.ndjson
expect_text out "warning: $words"
expect_code 0 "$CARTWHEEL" replay events.ndjson --playbook looser.json --db shop.db
expect_code 0 "$CARTWHEEL" report --db shop.db
expect_text out "warning: $words"
timeout -s TERM 5 "$CARTWHEEL" worker --db shop.db 2>worker.err
expect_text worker.err "$words"
# What the shop tells of consents itself is said in the same places; what a template tells is sent in a dry run.
told='warning: policy.notices.result is left to the shop, which says: our CRM sends it'
expect_code 0 "$CARTWHEEL" check "$SOURCE/examples/recipes/segments.json"
expect_text err "$told"
expect_code 0 "$CARTWHEEL" simulate "$SOURCE/examples/recipes/segments.json" events.ndjson
expect_text out "$told"
rm -f shop.db shop.db-wal shop.db-shm
expect_code 0 "$CARTWHEEL" replay events.ndjson --playbook "$SOURCE/examples/recipes/segments.json" --db shop.db
expect_code 0 "$CARTWHEEL" report --db shop.db
expect_text out "$told"
echo '{"type":"consent_granted","customer":"kim","at":"2026-03-01T09:00:00Z","properties":{"medium":["sms","email"],"scope":"ad"}}' >consents.ndjson
expect_code 0 "$CARTWHEEL" check "$recipe"
expect_text out 'good: revision 1, 1 journey, 5 templates'
expect_code 0 "$CARTWHEEL" simulate "$recipe" consents.ndjson
expect_text out 'kim: notice/result/sms by sms'
expect_text out '2026년 3월 1일에 말씀하신 광고성 정보 수신동의(문자, 이메일)를 처리했습니다.'
