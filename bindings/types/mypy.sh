#!/bin/sh
# mypy.sh PYTHON BUILD: the documented calls of Python, the examples and the package itself, under mypy --strict. Without mypy: 77, which ctest takes as skipped.
set -eu
python=$1 build=$2
types=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
. "$types/../parts.sh"
"$python" -m mypy --version >/dev/null 2>&1 || skip "mypy was not found (Debian: apt-get install mypy)"
cd "$types/../python"
exec "$python" -m mypy --strict --cache-dir "$build/mypy" cartwheel "$types/calls.py" examples/record_events.py examples/drain_messages.py examples/time_travel.py
