#!/bin/sh
# Clang's thread-safety analysis of the sources that use annotated mutexes: guarded state is touched under its mutex only. Prints what clang
# finds; without clang, or without what it needs, nothing is checked.
#   sh tests/tidy/threads.sh ROOT
set -u
cd "$1" || exit 2
command -v clang++ >/dev/null || { echo "clang++ is not installed: guarded state is not checked"; exit 0; }
flags="-std=c++20 -fsyntax-only -Isrc -Iinclude -DCARTWHEEL_VERSION=__FILE__ -Wthread-safety -Werror=thread-safety-analysis -Werror=thread-safety-attributes"
headers=$(grep -rlE 'ABSL_GUARDED_BY|ABSL_EXCLUSIVE_LOCKS_REQUIRED|ABSL_SHARED_LOCKS_REQUIRED' src include --include='*.h' | sed -E 's/^(src|include).//')
pattern=$(echo "$headers" | sed 's|.*|#include "&"|' | paste -sd'|')
units=$( { grep -rlE 'ABSL_GUARDED_BY' src --include='*.cc'; grep -rlE "$pattern" src --include='*.cc'; } | sort -u)
failed=0
for unit in $units; do
  clang++ $flags "$unit" || failed=1
done
[ "$failed" -eq 0 ] || exit 1
echo "guarded state of $(echo "$units" | wc -l) sources is touched under its mutex only"
