#!/bin/sh
# docs/laws.md against the tests: the laws are numbered without a gap, each names at least one test and only files that exist, and every test
# file that has a law in its name or in the name of a case is named by that law. Prints each breach on a line.
#   sh tests/tidy/laws.sh ROOT
set -u
cd "$1" || exit 2
page=docs/laws.md
breaches=0
breach() { echo "$1"; breaches=$((breaches + 1)); }

# "LAW PATH" for each test that the page names; LAW is 0 outside of the numbered sections.
named=$(awk '
  /^## / { law = ($2 ~ /^[0-9]+\.$/) ? int($2) : 0; tests = 0 }
  /^Tests: / { tests = 1 }
  /^$/ { tests = 0 }
  tests { rest = $0; while (match(rest, /`[^`]+`/)) { print law, substr(rest, RSTART + 1, RLENGTH - 2); rest = substr(rest, RSTART + RLENGTH) } }
' $page)
# "LAW PATH" for each test file that says that it is about a law.
claimed=$({
  find tests -name 'law[0-9]*' | sed -E 's|^(.*/law0*([0-9]+)[^/]*)$|\2 \1|'
  grep -rnoE '(TEST_CASE|^ +)\(?"[Ll]aw [0-9]+' tests --include='*.cc' | sed -E 's|^([^:]+):.* ([0-9]+)$|\2 \1|'
} | sort -u)

expected=1
for law in $(sed -nE 's/^## ([0-9]+)\. .+/\1/p' $page); do
  [ "$law" -eq "$expected" ] || breach "$page: law $law, expected law $expected"
  expected=$((expected + 1))
  echo "$named" | grep -q "^$law " || breach "$page: law $law names no test"
done
[ "$expected" -gt 1 ] || breach "$page: no law was found"
while read -r law file; do
  [ -z "$file" ] || [ -f "$file" ] || breach "$page: $file, which law $law names, does not exist"
done <<END
$named
END
while read -r law file; do
  echo "$named" | grep -qxF "$law $file" || breach "$file: law $law of $page does not name it"
done <<END
$claimed
END
[ "$breaches" -eq 0 ] || exit 1
echo "$((expected - 1)) laws, each with its tests"
