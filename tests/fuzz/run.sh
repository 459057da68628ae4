#!/bin/sh
# Fuzzes with libFuzzer (Clang), each target in turn. What is found is kept in build/fuzz/found, what was learned in build/fuzz/corpus.
#   sh tests/fuzz/run.sh SECONDS [TARGET...]
set -eu
[ $# -ge 1 ] || { echo "usage: sh tests/fuzz/run.sh SECONDS [TARGET...]" >&2; exit 2; }
seconds=$1
shift
cd "$(dirname -- "$0")/../.."
[ $# -gt 0 ] || set -- events playbook cel liquid rows engine reports push answers mail channels lists
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1  # else what is undefined is told and passed over
cmake --preset fuzz >/dev/null
for target; do
  cmake --build --preset fuzz --target "fuzz_$target" "libfuzzer_$target"
  mkdir -p "build/fuzz/corpus/$target" "build/fuzz/found"
  "build/fuzz/tests/fuzz/fuzz_$target" --write "build/fuzz/corpus/$target"
  "build/fuzz/tests/fuzz/libfuzzer_$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="build/fuzz/found/$target-" -print_final_stats=1 "build/fuzz/corpus/$target" 2>&1 | grep -E 'ERROR|SUMMARY|broken|stat::number|Done|found/' || true
done
[ -z "$(ls build/fuzz/found)" ] || { echo "found: $(ls build/fuzz/found)"; exit 1; }
