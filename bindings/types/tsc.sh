#!/bin/sh
# tsc.sh BUILD: the documented calls of Node under tsc --strict, and the declarations themselves. Without TypeScript: 77, which ctest takes as skipped.
set -eu
build=$1
types=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
. "$types/../parts.sh"
tsc=$build/npm/node_modules/typescript/bin/tsc
[ -e "$tsc" ] || skip "TypeScript was not found ($how_to_have_parts)"
cat >"$build/npm/tsconfig.json" <<END
{"compilerOptions": {"strict": true, "exactOptionalPropertyTypes": true, "noEmit": true, "target": "es2022", "module": "node16", "moduleResolution": "node16",
  "lib": ["es2022"], "types": ["node"], "typeRoots": ["$build/npm/node_modules/@types"], "paths": {"cartwheel": ["$types/../node/lib/index.d.ts"]}},
 "files": ["$types/calls.ts"]}
END
exec node "$tsc" -p "$build/npm/tsconfig.json"
