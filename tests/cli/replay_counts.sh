# replay_counts.sh FORMAT FILE: a replay counts what expected.cc computes from the same file.
. "$SOURCE/tests/cli/lib.sh"

format=$1
file=$2
case $file in
  *.gz)
    if [ ! -r "$file" ]; then
      echo "skipped: $file is not here"
      exit 0
    fi
    gzip -dc "$file" >input || fail "gzip"
    file=input
    ;;
esac

"$EXPECTED" "$format" "$file" >expected || fail "expected.cc"
expect_code 0 "$CARTWHEEL" replay "$file" --format "$format" --playbook "$assumed" --json
expect_lines out 1

# same NAME_OF_EXPECTED ACTUAL
same() {
  wanted=$(sed -n "s/^$1 //p" expected)
  [ -n "$wanted" ] || fail "expected.cc says nothing of \"$1\""
  [ "$wanted" = "$2" ] || fail "$1: $2, expected $wanted: $(cat out)"
}
# Money is in units in the report, in hundredths in the computation.
hundredths() {
  awk -v value="$1" 'BEGIN { printf "%.0f", value * 100 }'
}

same events "$(json_number events out)"
expect_text out "\"accepted\":$(json_number events out),"
same duplicates "$(json_number duplicates out)"
[ "$(sed -n 's/.*"rejected":{"total":\([0-9]*\).*/\1/p' out)" = 0 ] || fail "rejected: $(cat out)"
same customers "$(json_number customers out)"
same enrolments "$(json_number enrolments out)"
same enrolments "$(json_number entered out)"
same completed "$(json_number completed out)"
same "carts opened" "$(json_number opened out)"
same "carts ordered" "$(json_number ordered out)"
same "carts emptied" "$(json_number emptied out)"
same orders "$(sed -n 's/.*"orders":{"count":\([0-9]*\).*/\1/p' out)"
same "order cents" "$(hundredths "$(sed -n 's/.*"orders":{"count":[0-9]*,"value":\([0-9.]*\).*/\1/p' out)")"
for step in gentle free_shipping last_call; do
  same "message $step" "$(json_number "cart_24_48_72/$step" out)"
done
same "exited order_completed" "$(json_number order_completed out)"
same "exited cart_emptied" "$(json_number cart_emptied out)"
same "bought after message" "$(json_number bought_after_message out)"
same "bought cents" "$(hundredths "$(json_number bought_value out)")"
# Nothing that was made stayed behind, was skipped or dropped.
total=$(awk '/^message / { sum += $3 } END { print sum }' expected)
[ "$(json_number delivered out)" = "$total" ] || fail "delivered, expected $total: $(cat out)"
