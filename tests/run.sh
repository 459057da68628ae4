#!/bin/sh
# Installs what is missing, builds everything with warnings as errors, and runs every test. From any directory:
#   sh tests/run.sh
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/examples/install.sh"
packages="$packages clang-format php-cli phpunit python3-pytest python3-flask python3-django mypy ruby ruby-liquid"  # of the bindings' tests; what our Liquid is compared with
[ -d /run/systemd/system ] || packages="$packages php-fpm"  # elsewhere installing it would start a server; its test says that it is skipped
command -v node >/dev/null || packages="$packages nodejs libnode-dev"

install_missing
echo "Building everything with warnings as errors (build/dev); this takes some minutes the first time."
began=$(date +%s)
build dev all
built=$(date +%s)
echo "Built in $((built - began)) s."
cd "$root"
[ -e build/dev/vendure/parts ] || echo "Skipped: the storefront over Vendure (sh bindings/vendure/install.sh)"
[ -e build/dev/npm/parts ] || echo "Skipped: TypeScript's check of the Node types, the shop over Express itself, Node 18, 20 and 22 (sh bindings/parts_install.sh)"
code=0
ctest --preset dev -j2 || code=$?
echo "Built in $((built - began)) s, tested in $(($(date +%s) - built)) s."
exit $code
