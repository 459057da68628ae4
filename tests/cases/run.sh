# run.sh TABLE: tries every case of a table. Gets: CARTWHEEL (the program), FOLDER (a folder of its own), in the environment.
#
# A table is lines:
#   case NAME        begins a case
#   playbook NAME    playbooks/NAME.json, as ./playbook.json; basket without it
#   recipe NAME      the same of examples/recipes
#   {…}              a line of the input, ./in.ndjson; any other text that is one begins with |
#   run COMMAND      what is run instead of `simulate playbook.json in.ndjson`, in a folder of the case's own; $C is the program
#   must TEXT        the answer holds this text, literally
#   never TEXT       it does not
#   equal NUMBER TEXT  the answer holds it in as many lines
# Empty lines and those that begin with # are for readers.
set -u
table=$1
here=$(cd "$(dirname "$0")" && pwd) || exit 2
case $table in
  /*) ;;
  *) table=$(pwd)/$table ;;
esac
export C="${CARTWHEEL:?the program}"
rm -rf "$FOLDER"
mkdir -p "$FOLDER" && cd "$FOLDER" || exit 2
tried=0
failed=0
name=

# Runs the case that was read.
finish() {
  [ -n "$name" ] || return 0
  tried=$((tried + 1))
  [ -s expectations ] || echo "never anything but an expectation" >expectations
  sh -c "$command" >answer 2>&1
  wrong=
  while IFS= read -r line; do
    text=${line#* }
    case $line in
      "must "*) grep -aqF -- "$text" answer || wrong="$wrong
  missing: $text" ;;
      "never "*) ! grep -aqF -- "$text" answer || wrong="$wrong
  there: $text" ;;
      "equal "*)
        count=${text%% *}
        text=${text#* }
        found=$(grep -acF -- "$text" answer)
        [ "$found" = "$count" ] || wrong="$wrong
  in $found lines, not $count: $text" ;;
    esac
  done <expectations
  grep -aqE '^(must|equal) ' expectations || wrong="$wrong
  nothing must be there: an answer of nothing would do"
  [ -z "$wrong" ] && return 0
  failed=$((failed + 1))
  printf 'FAILED: %s%s\n' "$name" "$wrong"
  sed 's/^/    /' answer
}

begin() {
  finish
  name=$1
  command='"$C" simulate playbook.json in.ndjson'
  rm -rf "$FOLDER/case" && mkdir "$FOLDER/case" && cd "$FOLDER/case" || exit 2
  cp "$here/playbooks/basket.json" playbook.json
  : >in.ndjson
  : >expectations
}

while IFS= read -r line; do
  case $line in
    "" | "#"*) ;;
    "case "*) begin "${line#case }" ;;
    "recipe "*) cp "$here/../../examples/recipes/${line#recipe }.json" playbook.json || exit 2 ;;
    "playbook "*) cp "$here/playbooks/${line#playbook }.json" playbook.json || exit 2 ;;
    "run "*) command=${line#run } ;;
    "{"*) printf '%s\n' "$line" >>in.ndjson ;;
    "|"*) printf '%s\n' "${line#|}" >>in.ndjson ;;
    "must "* | "never "* | "equal "*) printf '%s\n' "$line" >>expectations ;;
    *)
      echo "FAILED: $table: no such line: $line"
      exit 1
      ;;
  esac
done <"$table"
finish
echo "$((tried - failed)) of $tried cases are right"
[ "$failed" = 0 ] && [ "$tried" -gt 0 ]
