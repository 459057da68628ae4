#!/bin/sh
# Makes what people of each language install (a .deb, a wheel, an npm tarball, a Composer zip) in build/release/dist. From any directory:
#   sh examples/packages.sh
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/examples/install.sh"
packages="$packages python3"
command -v node >/dev/null && ! command -v npm >/dev/null && packages="$packages npm"
command -v node >/dev/null || packages="$packages nodejs npm libnode-dev"

install_missing
echo "Building a release (build/release); this takes some minutes the first time."
build release packages
ls -1 "$root"/build/release/dist/*
