# A shop's own sqlite3 is what the programs and libraries are linked with, and its header what they are compiled with.
. "$SOURCE/tests/cli/lib.sh"
command -v cmake >/dev/null || { echo "skipped: no cmake" && exit 0; }

expect_code 1 cmake -S "$SOURCE" -B absent -DCARTWHEEL_TESTS=OFF -DCARTWHEEL_SQLITE="$FOLDER/libabsent.so"
expect_text err 'which is not there'

library=$(ldd "$CARTWHEEL" | sed -n 's|.*=> \(.*libsqlite3[^ ]*\) .*|\1|p')
header=$(echo '#include <sqlite3.h>' | c++ -E -x c++ - | sed -n 's|^# 1 "\(.*/sqlite3.h\)".*|\1|p')
[ -n "$library" ] && [ -n "$header" ] || { echo "skipped: sqlite3 is not shared here" && exit 0; }
mkdir own
cp "$library" own/libsqlite3.so
cp "$header" own/sqlite3.h
expect_code 0 cmake -S "$SOURCE" -B build -DCARTWHEEL_TESTS=OFF -DCARTWHEEL_SQLITE="$FOLDER/own/libsqlite3.so" -DCARTWHEEL_SQLITE_INCLUDE="$FOLDER/own"
# names TEXT: whether a file of the build names it.
names() { grep -rqF -- "$1" build --include=build.ninja --include=link.txt --include=flags.make; }
names "$FOLDER/own/libsqlite3.so" || fail "the own library is not linked"
names "-isystem $FOLDER/own" || fail "the own header is not used"
! names /libsqlite3.a || fail "the system's archive is linked"
exit 0
