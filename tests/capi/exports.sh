#!/bin/sh
# exports.sh LIBRARY EXPORTS HEADER...: the library exports what EXPORTS lists, and the headers declare the same.
set -eu
library=$1 exports=$2
shift 2
exported=$(nm -D --defined-only "$library" | awk '{print $3}' | sed 's/@.*//' | sort)
listed=$(sort "$exports")
declared=$(sed 's|/[*].*||; /^ [*]/d' "$@" | grep -o '\bcartwheel_[a-z_]*(' | tr -d '(' | sort -u)
[ "$exported" = "$listed" ] || { echo "exported:"; echo "$exported"; echo "listed:"; echo "$listed"; exit 1; }
[ "$declared" = "$listed" ] || { echo "declared:"; echo "$declared"; echo "listed:"; echo "$listed"; exit 1; }
