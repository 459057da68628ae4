#!/bin/sh
# The shape of the tree: which folder may include which, who may touch SQLite and the system's clock, how long files are, and that every
# header is included by somebody. Prints each breach on a line.
#   sh tests/tidy/tidy.sh ROOT
set -u
cd "$1" || exit 2
breaches=0
breach() { echo "$1"; breaches=$((breaches + 1)); }

# folder: folders it may include besides itself (include/cartwheel is open to all)
arrows="base:
core: base
cel: base
liquid: base
vocabulary: base core
playbook: base core cel liquid
store: base core
engine: base core vocabulary playbook store
channels: base
cli: base core cel liquid vocabulary playbook store engine channels
capi: base engine"

echo "$arrows" | while IFS=: read -r folder allowed; do
  grep -rnoE '#include "[a-z]+/' "src/$folder" | sed -E 's/:#include "([a-z]+)\//: \1/' | while read -r where target; do
    [ "$target" = "$folder" ] || [ "$target" = cartwheel ] || [ "$target" = absl ] || [ "$target" = fmt ] && continue
    case " $allowed " in *" $target "*) ;; *) echo "$where src/$folder must not include $target/" ;; esac
  done
done > "${TMPDIR:-/tmp}/tidy.$$"
while read -r line; do breach "$line"; done < "${TMPDIR:-/tmp}/tidy.$$"
rm -f "${TMPDIR:-/tmp}/tidy.$$"

for file in $(grep -rl 'sqlite3\.h' src include); do
  case $file in src/store/sqlite/*) ;; *) breach "$file: only src/store/sqlite may include sqlite3.h" ;; esac
done
for file in $(grep -rlE 'clock_gettime|system_clock::now|steady_clock::now|absl::Now|[^a-z_]time\(nullptr\)' src include); do
  case $file in
    src/engine/system_clock.cc) ;;
    src/cli/*) ;;  # measures its own run
    *) breach "$file: only src/engine/system_clock.cc may ask the machine for the time" ;;
  esac
done
for file in $(find src include -name '*.h' -o -name '*.cc' | sort); do
  lines=$(wc -l < "$file")
  [ "$lines" -le 450 ] || breach "$file: $lines lines, at most 450: is it still one idea?"
done
for file in $(find src -mindepth 2 -name '*.h' | sed 's|^src/||'); do
  grep -rq "#include \"$file\"" src tests || breach "src/$file: nobody includes it"
done
[ "$breaches" -eq 0 ] || exit 1
echo "the tree is tidy"
