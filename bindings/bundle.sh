#!/bin/sh
# bundle.sh LIBRARY FOLDER: puts the library there, stripped, with the libraries that it needs and a system may not have beside it.
set -eu
library=$1 folder=$2
mkdir -p "$folder"
take() { cp -L "$1" "$folder/$2" && strip --strip-unneeded "$folder/$2" && chmod 644 "$folder/$2"; }
take "$library" "$(basename "$library")"
ldd "$library" | awk '$1 ~ /^lib(absl|simdjson|zstd|re2|sodium)/ {print $1, $3}' | while read -r name path; do take "$path" "$name"; done
