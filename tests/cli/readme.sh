# The README's C++ is examples/hello.cc, word for word.
. "$SOURCE/tests/cli/lib.sh"

readme=$SOURCE/README.md
if [ ! -r "$readme" ]; then
  echo "skipped: there is no README.md yet"
  exit 0
fi
awk '/^```/ { inside = ($0 == "```cpp" && !done); if (!inside && found) done = 1; next } inside { print; found = 1 }' "$readme" >quoted.cc
cmp quoted.cc "$SOURCE/examples/hello.cc" || fail "README.md's first cpp block is not examples/hello.cc"
