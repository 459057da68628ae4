#!/bin/sh
# exports.sh LIBRARY EXPORTS HEADER: the library exports what EXPORTS lists, and the header declares the same.
set -eu
exported=$(nm -D --defined-only "$1" | awk '{print $3}' | sed 's/@.*//' | sort)
listed=$(sort "$2")
declared=$(grep -o '\bcartwheel_[a-z_]*(' "$3" | tr -d '(' | sort -u)
[ "$exported" = "$listed" ] || { echo "exported:"; echo "$exported"; echo "listed:"; echo "$listed"; exit 1; }
[ "$declared" = "$listed" ] || { echo "declared:"; echo "$declared"; echo "listed:"; echo "$listed"; exit 1; }
