# case.sh SCRIPT [WORD…]: runs one case in an empty folder of its own.
rm -rf "$FOLDER"
mkdir -p "$FOLDER" && cd "$FOLDER" || exit 1
script=$1
shift
exec sh "$SOURCE/tests/cli/$script" "$@"
