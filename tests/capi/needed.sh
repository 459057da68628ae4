#!/bin/sh
# needed.sh LIBRARY: the library needs no OpenSSL, curl, SQLite or Cartwheel of its host: what it has of them is inside.
set -eu
needed=$(objdump -p "$1" | awk '$1 == "NEEDED" {print $2}')
[ -n "$needed" ] || { echo "no NEEDED entries were found in $1"; exit 1; }
for name in $needed; do
  case $name in
    libabsl_* | libsimdjson.so.* | libstdc++.so.* | libm.so.* | libgcc_s.so.* | libc.so.* | ld-linux-*) ;;
    *) echo "$1 needs $name"; exit 1 ;;
  esac
done
