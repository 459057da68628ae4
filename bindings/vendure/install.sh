#!/bin/sh
# install.sh [BUILD]: Vendure and its SQLite driver from npm into BUILD/vendure (build/dev/vendure), for storefront_test.js. Two to five minutes, 170 MB, and
# nothing when it is there. Vendure is GPL-3: only its API is used, and nothing of it is in the tree or in a package.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
build=${1:-$root/build/dev}
command -v npm >/dev/null || { echo "vendure: npm was not found (Debian: apt-get install npm)"; exit 1; }
parts="@vendure/core@3.7.3 better-sqlite3@12.11.1"
done=$build/vendure/parts
[ "$(cat "$done" 2>/dev/null)" = "$parts" ] && exit 0
mkdir -p "$build/vendure"
npm install --prefix "$build/vendure" --no-save --no-audit --no-fund --prefer-offline --fetch-retries=1 --loglevel=error $parts
echo "$parts" >"$done"
