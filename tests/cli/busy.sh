# While a worker folds a database, nobody else may: exit code 3, in one line.
. "$SOURCE/tests/cli/lib.sh"

worker=
trap '[ -z "$worker" ] || kill -9 "$worker"' EXIT
"$CARTWHEEL" worker --db shop.db --playbook "$assumed" 2>worker.err &
worker=$!
tries=0
until grep -q SIGTERM worker.err && [ "$("$CARTWHEEL" query health --db shop.db | grep -c folded)" = 1 ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 300 ] || fail "the worker does not start: $(cat worker.err)"
  sleep 0.1
done
sleep 1
expect_code 3 "$CARTWHEEL" replay "$otto" --format otto --playbook "$assumed" --db shop.db
expect_text err 'another worker holds the fold lease'
kill -TERM "$worker"
wait "$worker" || fail "SIGTERM: exit code $?"
worker=
