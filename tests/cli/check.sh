# Every error of a playbook, its line, and a caret under its place.
. "$SOURCE/tests/cli/lib.sh"

expect_code 0 "$CARTWHEEL" check "$recipe"
expect_text out 'good: revision 1, 1 journey, 5 templates'

sed -e 's/"wait": "24h"/"wait": "24 h"/' -e 's/"reenter"/"reentr"/' -e 's/"gentle", "via"/"gentel", "via"/' "$recipe" >typos.json
expect_code 1 "$CARTWHEEL" check typos.json
expect_text err 'did you mean "reenter"?'
expect_text err 'did you mean "gentle"?'
expect_text err '"24 h"'
[ "$(grep -c '^typos.json: /' err)" -ge 5 ] || fail "expected all errors: $(cat err)"
# The caret stands under the word.
awk '
  before ~ /"reentr"/ && /\^/ { found = (index($0, "^") == index(before, "\"reentr\"")) }
  { before = $0 }
  END { exit !found }' err || fail "the caret is not under \"reentr\": $(cat err)"

printf '{"playbook": 1,\n "revision" 1}\n' >broken.json
expect_code 1 "$CARTWHEEL" check broken.json
expect_text err '(2:13)'
[ "$(sed -n 3p err)" = '                ^' ] || fail "caret: $(cat err)"

# What can never leave is a warning at its place, and no error.
sed 's/"within": "day"/"within": "30d"/' "$recipe" >never.json
expect_code 0 "$CARTWHEEL" check never.json
expect_text out 'good: revision 1'
[ "$(grep -c '^never.json: warning: /journeys/.*never leaves after the message' err)" = 2 ] || fail "expected two warnings: $(cat err)"
expect_text err ' ^'
