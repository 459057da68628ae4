# Exit codes, and one line for every mistake.
. "$SOURCE/tests/cli/lib.sh"

# wrong TEXT WORDS…: exit code 2, and one line that holds the text.
wrong() {
  text=$1
  shift
  expect_code 2 "$CARTWHEEL" "$@"
  expect_lines err 1
  expect_lines out 0
  expect_text err "$text"
}
wrong 'unknown command "reply": did you mean replay?' reply
wrong 'unknown option --playbok: did you mean --playbook?' replay "$otto" --playbok "$assumed"
wrong 'FILE is missing' replay --playbook "$assumed"
wrong '--playbook FILE is missing' replay "$otto"
wrong 'unexpected "more"' replay "$otto" more --playbook "$assumed"
wrong '--db needs a value' replay "$otto" --playbook "$assumed" --db
wrong '--json takes no value' replay "$otto" --playbook "$assumed" --json=yes
wrong '--batch is given twice' replay "$otto" --playbook "$assumed" --batch 1 --batch=2
wrong '--batch is "many", expected a whole number from 1' replay "$otto" --playbook "$assumed" --batch many
wrong '--batch is 100001' replay "$otto" --playbook "$assumed" --batch 100001
wrong '--format "oto" is no format: did you mean otto? expected native, segment' replay "$otto" --playbook "$assumed" --format oto
wrong '--until is "96h", expected a span such as +96h' replay "$otto" --playbook "$assumed" --until 96h
wrong '--durability is "half"' replay "$otto" --playbook "$assumed" --durability half
wrong '--deliver is "mail:x", expected file:PATH' worker --db shop.db --deliver mail:x

# failed TEXT WORDS…: exit code 1, and one line.
failed() {
  text=$1
  shift
  expect_code 1 "$CARTWHEEL" "$@"
  expect_lines err 1
  expect_text err "$text"
}
failed 'nothing.jsonl: No such file or directory' replay nothing.jsonl --playbook "$assumed"
failed 'nothing.json: No such file or directory' replay "$otto" --playbook nothing.json
failed 'nothing.db: No such file or directory' report --db nothing.db
failed 'nothing.db: No such file or directory' why kim --db nothing.db
[ ! -e nothing.db ] || fail "a query made a database"
echo "this is no database, but long enough to be read as one by whoever does not look at its first bytes" >text.db
failed 'text.db' report --db text.db

expect_code 2 "$CARTWHEEL"
expect_text err 'Commands:'
expect_code 0 "$CARTWHEEL" help
expect_text out 'Exit codes: 0'
for command in replay simulate check check-format worker ingest why report consent audit suppress query top doctor backup restore version; do
  expect_text out "  $command"
  expect_code 0 "$CARTWHEEL" "$command" --help
  expect_text out 'Examples:'
  expect_code 0 "$CARTWHEEL" help
done
expect_code 0 "$CARTWHEEL" version
[ "$(cat out)" = "cartwheel $VERSION" ] || fail "version: $(cat out), expected $VERSION"

# Ingest, query, why.
printf '%s\n' '{"id":"1","type":"product_added","customer":"kim","properties":{"product_id":"mug"}}' '{"id":"2"}' >events.ndjson
expect_code 0 "$CARTWHEEL" ingest events.ndjson --db shop.db
expect_text out '1 event accepted, 1 rejected'
expect_code 0 "$CARTWHEEL" query health --db shop.db
expect_text out '"unfolded":1'
expect_code 2 "$CARTWHEEL" query helth --db shop.db
expect_text err 'unknown query "helth"'
expect_code 0 "$CARTWHEEL" replay "$otto" --format otto --playbook "$assumed" --db otto.db
expect_code 0 "$CARTWHEEL" report --db otto.db
expect_text out 'consent: assumed by the shop'
expect_text out 'bought after message'
expect_code 0 "$CARTWHEEL" report --db otto.db --json
expect_text out '"consent":"assumed_by_shop"'
expect_code 1 "$CARTWHEEL" why nobody --db otto.db
expect_text err 'no customer is known as "nobody"'
