# Two runs say the same but for timings; the tables, the file of messages, standard input, a database that is used twice.
. "$SOURCE/tests/cli/lib.sh"

# What is the same in every run.
steady() {
  sed 's/,"events_per_second":.*,"until"/,"until"/' "$1"
}
expect_code 0 "$CARTWHEEL" replay "$otto" --format otto --playbook "$assumed" --json --deliver file:first.ndjson
steady out >first
expect_code 0 "$CARTWHEEL" replay - --format otto --playbook "$assumed" --json --batch 7 --durability normal \
  --deliver file:second.ndjson <"$otto"
steady out >second
cmp first second || fail "two replays differ"
cmp first.ndjson second.ndjson || fail "two replays deliver different messages"
expect_code 0 "$CARTWHEEL" replay "$otto" --format otto --playbook "$assumed" --json
steady out >third
cmp first third || fail "a replay that keeps nothing differs"
expect_lines first.ndjson 32
[ "$(sed 's/.*"key":"\([0-9a-f]*\)".*/\1/' first.ndjson | sort -u | wc -l)" -eq 32 ] || fail "a message was delivered twice"

# A database that is new, whose flushes are left out, holds what one holds that was there.
: >nothing.ndjson
for database in new there; do
  [ $database = new ] || expect_code 0 "$CARTWHEEL" replay nothing.ndjson --playbook "$assumed" --db there.db
  expect_code 0 "$CARTWHEEL" replay "$otto" --format otto --playbook "$assumed" --json --db $database.db
  steady out >$database.report
  for query in messages report "export --customer otto-0" "export --customer otto-2"; do expect_code 0 "$CARTWHEEL" query $query --db $database.db && cat out; done >$database.held
  "$CARTWHEEL" doctor --db $database.db >$database.doctor || true  # alarms of 2022 are due
  expect_text $database.doctor "every page of the file is whole"
done
cmp first new.report || fail "a replay into a new database differs"
cmp new.report there.report || fail "a replay into a database that was there differs"
cmp new.held there.held || fail "the databases differ: $(diff new.held there.held | head -n 4)"

expect_code 0 "$CARTWHEEL" replay "$otto" --format otto --playbook "$assumed" --db shop.db
expect_text out "consent: assumed by the shop"
expect_text out "accepted 857, duplicates 0, rejected 0"
expect_text out "order_completed 4"
expect_text out "events_per_second"
expect_lines err 0

expect_code 0 "$CARTWHEEL" replay "$otto" --format otto --playbook "$assumed" --db shop.db
expect_text err "shop.db already holds"

expect_code 0 "$CARTWHEEL" replay "$otto" --format otto --playbook "$assumed" --until +0s --json
expect_text out '"until":"2022-08-28T21:59:57.885Z"'

# A shop that registers addresses reaches only those it registered.
cat >shop.ndjson <<'END'
{"type":"endpoint_added","customer":"kim","at":"2025-03-01T09:00:00Z","properties":{"channel":"sms","address":"+82101234"}}
{"type":"product_added","customer":"kim","at":"2025-03-01T09:00:00Z","properties":{"product_id":"mug","name":"머그컵"}}
{"type":"product_added","customer":"lee","properties":{"product_id":"mug","name":"머그컵"}}
{"type":"product_added","customer":"undefined","at":"2025-03-01T09:00:01Z","properties":{"product_id":"mug"}}
not json
END
expect_code 0 "$CARTWHEEL" replay shop.ndjson --playbook "$assumed" --json --deliver file:shop.out
expect_text out '"events":5,"accepted":3,'
expect_text out '"rejected":{"total":2,"reasons":{"bad_json":1,"placeholder_id":1}}'
expect_lines shop.out 3
[ "$(grep -c '"address":"+82101234"' shop.out)" -eq 3 ] || fail "addresses: $(cat shop.out)"
expect_text shop.out '"made_at":"2025-03-02T09:00:00Z"'
expect_text out '"skipped":{"free_shipping":{"unreachable":1},"gentle":{"unreachable":1},"last_call":{"unreachable":1}}'
