#!/bin/sh
# check.sh CASES CPP_RUNNER [COMMAND...]: every case by the C++ runner, which compares it with what the case expects; with a COMMAND also by
# that, whose transcript must be the same byte by byte.
set -eu
cases=$1 runner=$2
shift 2
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
wrong=0
for case in "$cases"/*.json; do
  name=$(basename "$case")
  "$runner" "$case" > "$folder/expected" || { echo "$name: not as expected"; wrong=1; continue; }
  [ $# -gt 0 ] || continue
  "$@" "$case" > "$folder/found" || { echo "$name: $1 failed"; wrong=1; continue; }
  cmp -s "$folder/expected" "$folder/found" && continue
  echo "$name: differs from C++"
  diff "$folder/expected" "$folder/found" | head -20
  wrong=1
done
echo "$(ls "$cases" | wc -l) cases"
exit $wrong
