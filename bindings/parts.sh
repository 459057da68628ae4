# Sourced by tests of the bindings that need a real part from elsewhere. BUILD/npm has what npm gave: parts_install.sh puts it there.
how_to_have_parts="sh bindings/parts_install.sh"

# skip WHY: ctest takes 77 as skipped; under CI=true, where every part is to be had, it is a failure.
skip() {
  echo "skipped: $1"
  [ "${CI:-}" = true ] && exit 1
  exit 77
}
