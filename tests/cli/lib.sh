# Sourced by the cases. They get: CARTWHEEL (the program), EXPECTED (expected.cc's program), SOURCE (the repository), FOLDER (an empty
# folder of the case's own, which is the working directory), VERSION.

set -u
fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# expect_code CODE COMMAND…: runs it; its output goes to ./out and ./err.
expect_code() {
  wanted=$1
  shift
  "$@" >out 2>err
  code=$?
  [ "$code" = "$wanted" ] || fail "$* gave $code, expected $wanted: $(cat out err)"
}

# expect_text FILE TEXT: the file holds the text, literally.
expect_text() {
  grep -qF -- "$2" "$1" || fail "expected \"$2\" in: $(cat "$1")"
}

# expect_lines FILE NUMBER
expect_lines() {
  [ "$(wc -l <"$1")" -eq "$2" ] || fail "expected $2 line(s): $(cat "$1")"
}

# json_number NAME FILE: the last number under that name in a JSON text of one line; 0 when there is none.
json_number() {
  found=$(sed -n "s|.*\"$1\":\(-\{0,1\}[0-9.]*\).*|\1|p" "$2")
  echo "${found:-0}"
}

# fold: a worker folds shop.db by book.json to its end; at most 30 seconds. The case ends the worker when it fails.
worker=
fold() {
  "$CARTWHEEL" worker --db shop.db --playbook book.json 2>worker.err &
  worker=$!
  tries=0
  until "$CARTWHEEL" query health --db shop.db 2>/dev/null | grep -q '"unfolded":0,.*"playbook_revision":1'; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || fail "the worker does not fold: $(cat worker.err)"
    sleep 0.1
  done
  kill -TERM "$worker"
  wait "$worker" || fail "worker: $(cat worker.err)"
  worker=
}

recipe=$SOURCE/examples/recipes/cart-24-48-72.json
# The recipe without a law and without caps, for data that hold no consents and for counts that know no hours.
assumed=$FOLDER/assumed.json
sed '/^  "policy": {$/,/^  },$/c\  "policy": {"consent": "assumed_by_shop", "rules": []},' "$recipe" >"$assumed"
otto=$SOURCE/examples/data/otto_sessions.jsonl
