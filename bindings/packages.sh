#!/bin/sh
# packages.sh BUILD VERSION: what people of each language install, into BUILD/dist: a .deb of the library, a wheel, an npm tarball, a Composer zip.
# Each carries the library and what it needs. A language whose tool is missing is said to be skipped.
set -eu
build=$1 version=$2
bindings=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
dist=$build/dist
rm -rf "$dist"
mkdir -p "$dist"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
has() { command -v "$1" >/dev/null 2>&1 || { echo "packages: $2 is skipped: $1 was not found"; return 1; }; }

sh "$bindings/bundle.sh" "$build/libcartwheel.so.1" "$work/libraries"
[ ! -e "$build/libcartwheel_channels.so.1" ] || sh "$bindings/bundle.sh" "$build/libcartwheel_channels.so.1" "$work/libraries"

(cd "$build" && cpack -G DEB >"$work/cpack.log") || { cat "$work/cpack.log"; exit 1; }
rm -rf "$dist/_CPack_Packages"

if has python3 wheel; then python3 "$bindings/python/make_wheel.py" "$work/libraries" "$dist" "$version"; fi

if has npm "npm tarball" && [ -e "$build/cartwheel.node" ]; then
  prebuilt=$work/npm/prebuilt/$(node -p 'process.platform + "-" + process.arch')
  mkdir -p "$prebuilt"
  cp -R "$bindings/node/." "$work/npm"
  cp -R "$work/libraries/." "$prebuilt"
  cp "$bindings/../include/cartwheel.h" "$bindings/../include/cartwheel_adapters.h" "$bindings/../LICENSE" "$bindings/README.md" "$work/npm"
  for addon in cartwheel.node cartwheel_channels.node; do
    [ ! -e "$build/$addon" ] || { cp "$build/$addon" "$prebuilt" && strip --strip-unneeded "$prebuilt/$addon"; }
  done
  (cd "$work/npm" && npm pack --silent --pack-destination "$dist" >/dev/null)
fi

if has python3 "Composer zip"; then
  mkdir -p "$work/php/lib"
  cp -R "$bindings/php/." "$work/php"
  cp -R "$work/libraries/." "$work/php/lib"
  cp "$bindings/../LICENSE" "$bindings/README.md" "$work/php"
  rm -r "$work/php/tests" "$work/php/make_header.php"
  (cd "$work/php" && python3 -m zipfile -c "$dist/cartwheel-php-$version.zip" ./*)
fi
ls "$dist"
