#!/bin/sh
# run.sh BUILD NODE: storefront_test.js over the Vendure of BUILD/vendure and the addon that CARTWHEEL_NODE names. Without it: 77, which ctest takes as skipped.
set -eu
build=$1 node=$2
folder=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
. "$folder/../parts.sh"
[ -e "$build/vendure/parts" ] || skip "Vendure was not found (sh bindings/vendure/install.sh)"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
ln -s "$folder/../node" "$work/cartwheel"
mkdir "$work/data"
NODE_PATH=$build/vendure/node_modules:$work "$node" "$folder/storefront_test.js" "$work/data"
