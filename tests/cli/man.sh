# The man pages name every command and every function that there is, and man can set them.
. "$SOURCE/tests/cli/lib.sh"

"$CARTWHEEL" help >help || fail "help"
sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p' help | sort >commands
[ -s commands ] || fail "help lists no command"
sed -n '/^.SH COMMANDS/,/^.SH EXIT/{s/\\//g; s/^\.B \([a-z-]*\)$/\1/p}' "$SOURCE/docs/man/cartwheel.1" | sort >told
cmp -s commands told || fail "cartwheel.1 lists other commands than help: $(diff commands told)"

grep -o 'cartwheel_[a-z_]*' "$SOURCE/src/capi/exports.txt" | sort -u >functions
sed -n '/^.SH DESCRIPTION/,/^.SH RETURN/s/^\.BR* //p' "$SOURCE/docs/man/cartwheel.h.3" | grep -o 'cartwheel_[a-z_]*' | sort -u >told
cmp -s functions told || fail "cartwheel.h.3 lists other functions than are exported: $(diff functions told)"

command -v groff >/dev/null || exit 0
for page in cartwheel.1 cartwheel.h.3; do
  groff -man -Tutf8 -ww -z "$SOURCE/docs/man/$page" >out 2>err || fail "$page"
  [ -s err ] && fail "$page: $(cat err)"
done
exit 0
