#!/bin/sh
# packages_test.sh BUILD SOURCE: makes the packages and installs each into an empty place with an empty HOME, where its first example and the newcomer's
# path (newcomer/newcomer.sh) run with nothing of this checkout on their way.
set -eu
build=$1 source=$2
cmake --build "$build" --target packages
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
unset CARTWHEEL_LIBRARY CARTWHEEL_NODE PYTHONPATH LD_LIBRARY_PATH 2>/dev/null || true
cd "$work"
export HOME="$work/home" XDG_CACHE_HOME="$work/home/.cache"
mkdir "$HOME"
. "$source/bindings/newcomer/newcomer.sh"
expect() {
  what=$1
  shift
  "$@" >out 2>&1 || { echo "$what: $*"; cat out; exit 1; }
  grep -q "kim was reminded, lee had bought" out || { echo "$what: the example said"; cat out; exit 1; }
  echo "$what: ok"
}
# The package carries the adapters, where the build has them.
adapters() {
  [ -e "$build/libcartwheel_channels.so.1" ] || return 0
  "$@" >out 2>&1 && grep -q "OpenSSL 3" out || { echo "adapters: $*"; cat out; exit 1; }
}
run() { "$@" >log 2>&1 || { echo "$*"; tail -n 20 log; exit 1; }; }

# A C program with pkg-config, from the .deb.
run dpkg-deb -x "$build"/dist/cartwheel_*.deb deb
PKG_CONFIG_PATH=$(dirname "$(find deb -name cartwheel.pc)")
export PKG_CONFIG_PATH
run cc "$source/tests/capi/main_job.c" -o main_job $(pkg-config --cflags --libs cartwheel) "-Wl,-rpath,$(pkg-config --variable=libdir cartwheel)"
run ./main_job "$work/main_job.db"
deb/usr/bin/cartwheel version >/dev/null
for file in man/man1/cartwheel.1.gz man/man3/cartwheel.h.3.gz doc/cartwheel/README.md doc/cartwheel/LICENSE doc/cartwheel/events.md; do
  [ -s "deb/usr/share/$file" ] || { echo "deb: it has no /usr/share/$file"; exit 1; }
done
# The same program over the static library: what that needs is in Libs.private and Requires.private.
run cc "$source/tests/capi/main_job.c" -o static_job $(pkg-config --static --cflags --libs cartwheel | sed 's/-lcartwheel\b/-l:libcartwheel.a/')
run ./static_job "$work/static_job.db"
run cc -std=c99 -Wall -Wextra -pedantic -Werror "$source/bindings/newcomer/newcomer.c" -o newcomer_c $(pkg-config --cflags --libs cartwheel) \
  "-Wl,-rpath,$(pkg-config --variable=libdir cartwheel)"
newcomer c ./newcomer_c
echo "deb: ok"

# A C++ program and a C one with find_package, from cmake --install.
run cmake --install "$build" --prefix "$work/prefix"
mkdir project
cat >project/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.25)
project(shop LANGUAGES C CXX)
find_package(cartwheel 0.1 REQUIRED)
add_executable(hello hello.cc)
target_link_libraries(hello PRIVATE cartwheel::cartwheel)
add_executable(to_file to_file.cc)
target_link_libraries(to_file PRIVATE cartwheel::cartwheel)
add_executable(main_job main_job.c)
target_link_libraries(main_job PRIVATE cartwheel::shared)
END
cp "$source/examples/hello.cc" "$source/examples/to_file.cc" "$source/tests/capi/main_job.c" project
run cmake -S project -B project/build -G Ninja "-DCMAKE_PREFIX_PATH=$work/prefix"
run cmake --build project/build
(cd "$source" && "$work/project/build/hello") >log
grep -q "push/kim" log
(cd "$source" && "$work/project/build/to_file" "$work/to_file.jsonl") >log
grep -q '"channel":"web_push"' log
run project/build/main_job "$work/again.db"
echo "cmake --install: ok"

for wheel in "$build"/dist/*.whl; do
  [ -e "$wheel" ] || continue
  run python3 "$source/bindings/python/check_wheel.py" "$wheel"
  if python3 -m venv venv >log 2>&1; then python=venv/bin/python; run $python -m pip install --no-index --quiet "$wheel"
  elif python3 -m pip --version >log 2>&1; then python=python3; run python3 -m pip install --no-index --quiet --target site "$wheel"; export PYTHONPATH="$work/site"
  else echo "wheel: skipped: python3 has neither venv nor pip"; continue
  fi
  expect wheel $python "$source/bindings/python/examples/time_travel.py"
  adapters $python -c 'from cartwheel import adapters; print(adapters.crypto_version())'
  newcomer python $python "$source/bindings/newcomer/newcomer.py"
done

for tarball in "$build"/dist/*.tgz; do
  [ -e "$tarball" ] || continue
  mkdir npm
  run npm install --offline --no-audit --no-fund --prefix npm "$tarball"
  expect npm node npm/node_modules/cartwheel/examples/time_travel.js
  adapters node -p "require('./npm/node_modules/cartwheel').Adapters.cryptoVersion"
  cp "$source/bindings/newcomer/newcomer.js" npm
  newcomer node node npm/newcomer.js
  # Where the addon that it carries does not load, one is compiled over the installed library.
  rm -r npm/node_modules/cartwheel/prebuilt
  run node npm/node_modules/cartwheel/install.js
  export LD_LIBRARY_PATH="$(pkg-config --variable=libdir cartwheel)"
  expect "npm, compiled" node npm/node_modules/cartwheel/examples/time_travel.js
  adapters node -p "require('./npm/node_modules/cartwheel').Adapters.cryptoVersion"
  unset LD_LIBRARY_PATH
done

for zip in "$build"/dist/cartwheel-php-*.zip; do
  [ -e "$zip" ] || continue
  command -v php >/dev/null || { echo "Composer zip: skipped: php was not found"; continue; }
  mkdir -p composer/vendor/cartwheel/cartwheel
  run python3 -m zipfile -e "$zip" composer/vendor/cartwheel/cartwheel
  expect "Composer zip" php composer/vendor/cartwheel/cartwheel/examples/time_travel.php
  adapters php -r 'require "composer/vendor/cartwheel/cartwheel/autoload.php"; echo Cartwheel\Adapters::cryptoVersion();'
  if php -r 'exit(function_exists("pcntl_async_signals") ? 0 : 1);'; then
    export CARTWHEEL_AUTOLOAD="$work/composer/vendor/cartwheel/cartwheel/autoload.php"
    newcomer php php "$source/bindings/newcomer/newcomer.php"
  else
    echo "php: the newcomer's restart is skipped: the extension pcntl is not loaded"
  fi
  if command -v composer >/dev/null && php -r 'exit(extension_loaded("zip") ? 0 : 1);'; then
    rm -r composer/vendor
    echo '{"repositories":[{"type":"artifact","url":"'"$build/dist"'"},{"packagist.org":false}],"require":{"cartwheel/cartwheel":"*"}}' >composer/composer.json
    run composer install --no-interaction --quiet --working-dir composer
    expect "composer install" php composer/vendor/cartwheel/cartwheel/examples/time_travel.php
  fi
done
