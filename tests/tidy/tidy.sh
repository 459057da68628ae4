#!/bin/sh
# The shape of the tree: which folder and file may include which (arrows.py), words that comments do not use (words.py), switches that must handle
# every enumerator (switches.py), the comma operator (commas.py), which files may touch SQLite and the system's clock, how long files are, that every header is included, that the
# map in src/README.md names files that exist, and that all C and C++ is as clang-format 14 prints it. Prints each breach on a line.
#   sh tests/tidy/tidy.sh ROOT
set -u
cd "$1" || exit 2
breaches=0
breach() { echo "$1"; breaches=$((breaches + 1)); }

{ python3 tests/tidy/arrows.py .; python3 tests/tidy/words.py .; python3 tests/tidy/switches.py .; python3 tests/tidy/commas.py .; python3 tests/tidy/unity.py .; } > "${TMPDIR:-/tmp}/tidy.$$"
while read -r line; do breach "$line"; done < "${TMPDIR:-/tmp}/tidy.$$"
rm -f "${TMPDIR:-/tmp}/tidy.$$"

for file in $(grep -rl 'sqlite3\.h' src include); do
  case $file in src/store/sqlite/*) ;; *) breach "$file: only src/store/sqlite may include sqlite3.h" ;; esac
done
for file in $(grep -rlE 'clock_gettime|system_clock::now|steady_clock::now|absl::Now|[^a-z_]time\(nullptr\)' src include); do
  case $file in
    src/engine/run/system_clock.cc) ;;
    src/cli/*) ;;  # measures its own run
    *) breach "$file: only src/engine/run/system_clock.cc may ask the machine for the time" ;;
  esac
done
for file in $(grep -rlE 'std::(recursive_|shared_)?mutex' src/store src/engine); do
  case $file in
    src/engine/engine_impl.*) ;;
    *) breach "$file: state is guarded by absl::Mutex and ABSL_GUARDED_BY, which threads.sh checks" ;;
  esac
done
for file in $(find src include -name '*.h' -o -name '*.cc' | sort); do
  lines=$(wc -l < "$file")
  [ "$lines" -le 460 ] || breach "$file: $lines lines, at most 460: is it still one idea?"
done
for file in $(find src -mindepth 2 -name '*.h' | sed 's|^src/||'); do
  grep -rq "#include \"$file\"" src tests || breach "src/$file: no file includes it"
done
for file in $(grep -oE '`[a-z]+/[a-z_/]+\.(cc|h)`' src/README.md | tr -d '`' | sort -u); do
  [ -e "src/$file" ] || [ -e "$file" ] || breach "src/README.md names $file, which does not exist"
done
if command -v clang-format >/dev/null; then
  unformatted=$(find src include tests examples bindings -name node_modules -prune -o -name vendor -prune -o \( -name '*.h' -o -name '*.cc' -o -name '*.c' \) -print |
    xargs clang-format --dry-run 2>&1 | sed -nE 's/^([^ :]+):[0-9]+:[0-9]+: warning.*/\1/p' | sort -u)
  for file in $unformatted; do breach "$file: differs from what clang-format -i $file writes"; done
else
  echo "clang-format is not installed: formatting is not checked"
fi
[ "$breaches" -eq 0 ] || exit 1
echo "the tree is tidy"
