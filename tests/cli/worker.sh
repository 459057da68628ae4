# A worker delivers, stops cleanly on SIGTERM, and a second one waits for its place.
. "$SOURCE/tests/cli/lib.sh"

playbook=$SOURCE/examples/one_second.json
first= second=
trap '[ -z "$first" ] || kill -9 "$first"; [ -z "$second" ] || kill -9 "$second"' EXIT

# wait_for FILE TEXT: at most 30 seconds.
wait_for() {
  tries=0
  until grep -qF -- "$2" "$1" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || fail "no \"$2\" in $1: $(cat "$1" 2>/dev/null)"
    sleep 0.1
  done
}

"$CARTWHEEL" worker --db shop.db --playbook "$playbook" --deliver file:sent.ndjson 2>first.err &
first=$!
wait_for first.err 'worker: shop.db; web_push go to file:sent.ndjson'
cat >events.ndjson <<'END'
{"type":"consent_granted","customer":"kim","properties":{"medium":"web_push","scope":["ad","ad_night"]}}
{"type":"endpoint_added","customer":"kim","properties":{"channel":"web_push","address":"push/kim"}}
{"type":"product_added","customer":"kim","properties":{"product_id":"mug","name":"머그컵"}}
END
expect_code 0 "$CARTWHEEL" ingest events.ndjson --db shop.db
wait_for sent.ndjson '"address":"push/kim"'

"$CARTWHEEL" worker --db shop.db --deliver file:sent.ndjson 2>second.err &
second=$!
wait_for second.err 'another worker folds shop.db; waiting for its place'

# The first one's place is free as soon as it stops.
kill -TERM "$first"
wait "$first" || fail "SIGTERM: exit code $?"
first=
expect_text first.err 'folded 3 events, made 1 message, handed over 1'
wait_for second.err 'worker: folds shop.db now'
sed 's/kim/lee/g' events.ndjson >more.ndjson
expect_code 0 "$CARTWHEEL" ingest more.ndjson --db shop.db
wait_for sent.ndjson '"address":"push/lee"'
kill -INT "$second"
wait "$second" || fail "SIGINT: exit code $?"
second=
expect_text second.err 'worker: stopped after'
expect_lines sent.ndjson 2
