#!/bin/sh
# parts_install.sh [BUILD]: real parts that tests of the bindings use, from npm into BUILD/npm (build/dev/npm): TypeScript with Node's types, Express, other
# implementations of what channels encrypt, sign and send, WebSockets for a browser's test, and Node itself in the versions that the package promises. Half a
# minute, and nothing when they are there. None of them is in the tree or in a package.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
build=${1:-$root/build/dev}
command -v npm >/dev/null || { echo "parts_install: npm was not found (Debian: apt-get install npm)"; exit 1; }
parts="typescript@5.9.3 @types/node@20.19.0 express@5.1.0 http_ece@1.2.1 web-push@3.6.7 standardwebhooks@1.1.1 ws@8.23.0 playwright-core@1.65.1"
case $(uname -m) in
  x86_64) machine=x64 ;;
  *) machine=arm64 ;;
esac
for version in 18 20 22; do parts="$parts node$version@npm:node-linux-$machine@$version"; done
done=$build/npm/parts
[ "$(cat "$done" 2>/dev/null)" = "$parts" ] && exit 0
mkdir -p "$build/npm"
npm install --prefix "$build/npm" --no-save --no-audit --no-fund --prefer-offline --fetch-retries=1 --loglevel=error $parts
echo "$parts" >"$done"
