#!/bin/sh
# docs/README.md names every page of docs/, and every link of a page to a file of the tree leads to one. Prints each breach on a line.
#   sh tests/tidy/pages.sh ROOT
set -u
cd "$1" || exit 2
breaches=$({
  for page in docs/*.md; do
    name=${page#docs/}
    case $name in README.md) continue ;; esac
    grep -qF "]($name)" docs/README.md || echo "docs/README.md does not name $name"
  done
  for page in README.md docs/*.md src/README.md tests/README.md tests/bench/README.md bindings/README.md; do
    grep -oE '\]\([^)#: ]+[)#]' "$page" | sed -E 's/^\]\(//; s/[)#]$//' | sort -u | while read -r target; do
      [ -e "$(dirname "$page")/$target" ] || echo "$page: $target is not there"
    done
  done
})
[ -z "$breaches" ] || { echo "$breaches"; exit 1; }
echo "every page is listed, every link leads somewhere"
