#!/bin/sh
# Installs what is missing, builds everything with warnings as errors, and runs every test. From any directory:
#   sh tests/run.sh
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/examples/install.sh"

install_missing
echo "Building everything with warnings as errors (build/dev); this takes some minutes the first time."
build dev all
cd "$root"
exec ctest --preset dev -j2
