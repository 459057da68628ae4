# Graphviz takes the drawing of every recipe.
. "$SOURCE/tests/cli/lib.sh"

command -v dot >/dev/null || {
  echo "skipped: Graphviz is not installed (apt-get install graphviz)"
  exit 0
}
for file in "$SOURCE"/examples/recipes/*.json; do
  "$CARTWHEEL" graph "$file" --format dot >drawing.dot || fail "$file"
  dot -Tsvg drawing.dot >drawing.svg 2>err || fail "$file: $(cat err)"
  [ -s err ] && fail "$file: $(cat err)"
done
exit 0
