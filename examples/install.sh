# Sourced by examples/demo.sh and tests/run.sh, with $root set: what Cartwheel is built with, and the way to get it.
# Debian 12, Ubuntu 24.04 and later. POSIX sh.

packages="g++ cmake ninja-build pkg-config libabsl-dev libsqlite3-dev libfmt-dev catch2 libsimdjson-dev libzstd-dev libre2-dev libutf8proc-dev libsodium-dev libssl-dev libcurl4-openssl-dev zlib1g-dev tzdata"

missing_packages() {
  for package in $packages; do
    case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
      *" installed") ;;
      *) printf ' %s' "$package" ;;
    esac
  done
}

# Installs what is missing; asks nothing but, on a terminal, what sudo asks. Ends the script when it may not.
install_missing() {
  command -v dpkg-query >/dev/null 2>&1 || {
    echo "This script knows Debian and Ubuntu. Elsewhere install a C++20 compiler, CMake 3.25, Ninja, pkg-config, Abseil," >&2
    echo "SQLite 3.37, fmt, Catch2, simdjson, zstd, zlib, RE2, utf8proc, libsodium, OpenSSL 3 and libcurl, then: cmake --preset release && cmake --build --preset release" >&2
    exit 1
  }
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" = 0 ]; then
    become=env
  elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    become=sudo
  else
    echo "These packages are missing, and installing them needs root or sudo:" >&2
    echo "  apt-get install$missing" >&2
    exit 1
  fi
  echo "Installing$missing"
  mkdir -p "$root/build"
  {
    $become apt-get -o DPkg::Lock::Timeout=300 update &&
      $become env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $missing
  } >"$root/build/install.log" 2>&1 || {
    tail -n 15 "$root/build/install.log" >&2
    echo "The packages could not be installed; the whole log is $root/build/install.log. They are:" >&2
    echo "  apt-get install$missing" >&2
    exit 1
  }
}

# build PRESET TARGET…: configures and builds; a person sees the progress, a log file gets the rest.
build() {
  preset=$1
  shift
  log=$root/build/$preset.log
  mkdir -p "$root/build"
  (cd "$root" && cmake --preset "$preset") >"$log" 2>&1 || {
    tail -n 30 "$log" >&2
    echo "The build could not be configured; the whole log is $log" >&2
    exit 1
  }
  if [ -t 1 ]; then
    (cd "$root" && cmake --build --preset "$preset" --target "$@") || exit 1
  else
    (cd "$root" && cmake --build --preset "$preset" --target "$@") >>"$log" 2>&1 || {
      grep -E -A 12 'error|FAILED' "$log" | head -n 60 >&2
      echo "The build ended with errors; the whole log is $log" >&2
      exit 1
    }
  fi
}
