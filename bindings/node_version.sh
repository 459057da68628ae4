#!/bin/sh
# node_version.sh BUILD VERSION CONFORMANCE_CXX: Node's tests, the conformance cases and the first example by that version of Node, over the addon of this
# build. Without it: 77, which ctest takes as skipped.
set -eu
build=$1 version=$2 conformance_cxx=$3
bindings=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
. "$bindings/parts.sh"
node=$build/npm/node_modules/node$version/bin/node
[ -x "$node" ] || skip "Node $version was not found ($how_to_have_parts)"
"$node" --version
"$node" --test "$bindings"/node/test/*.test.js
sh "$bindings/conformance/check.sh" "$bindings/conformance/cases" "$conformance_cxx" "$node" "$bindings/conformance/run.js"
"$node" "$bindings/node/examples/time_travel.js"
