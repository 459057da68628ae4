# What a file of events may be by mistake: each is named, with what to do; what can be read is read.
. "$SOURCE/tests/cli/lib.sh"

event='{"type":"product_added","customer":"kim","at":"2026-11-01T00:00:00Z","properties":{"product_id":"P","name":"Coat","price":1}}'
read_file() {
  expect_code 0 "$CARTWHEEL" ingest "$1" --db "$1.db"
}

# refused NAME TEXT: exit code 1, one line that holds the text, and no byte that is a control.
refused() {
  rm -f refused.db
  expect_code 1 "$CARTWHEEL" ingest "$1" --db refused.db
  expect_lines err 1
  expect_text err "$2"
  LC_ALL=C tr -d '\n\011\040-\176\200-\377' <err | cmp -s - /dev/null || fail "control bytes: $(cat -v err)"
  [ ! -e refused.db ] || fail "$1 made a database"
}

# write NAME FORMAT: printf into a file.
write() {
  printf "$2" >"$1"
}
write a.bz2 'BZh91AY&SY'
refused a.bz2 'is compressed with bzip2: read it as bzcat'
write a.zst '\050\265\057\375xx'
refused a.zst 'is compressed with zstd: read it as zstdcat'
write a.xz '\3757zXZ\000'
refused a.xz 'is compressed with xz'
write a.zip 'PK\003\004....events.ndjson'
refused a.zip 'is a zip archive: read it as unzip -p'
write a.xlsx 'PK\003\004....[Content_Types].xml'
refused a.xlsx 'is an Excel workbook (.xlsx): save it as CSV'
write a.parquet 'PAR1\025\004'
refused a.parquet 'is a Parquet file'
write a.utf16 '\377\376{\000}\000'
refused a.utf16 'is UTF-16: read it as iconv -f UTF-16'
printf '%s' "$event" | sed 's/./&@/g' | tr '@' '\000' >b.utf16
refused b.utf16 'is UTF-16'
write a.html '\n<!DOCTYPE html><html>'
refused a.html 'is an HTML page'
write a.xml '<?xml version="1.0"?><events/>'
refused a.xml 'is XML'
printf -- '- type: product_added\n  customer: kim\n' >a.yaml
refused a.yaml 'is YAML'
printf -- '---\ntype: x\n' >b.yaml
refused b.yaml 'is YAML'
write a.bin 'ab\000cd\000e'
refused a.bin 'holds zero bytes'
mkdir -p folder
refused folder 'is a directory, expected a file of events'
printf '%s\n' "$event" >events.ndjson
refused event.ndjson 'event.ndjson: No such file or directory; did you mean events.ndjson?'

# Read, with a word where it is odd.
gzip -c events.ndjson >named.ndjson  # told by its bytes, not by its name
read_file named.ndjson
expect_text out '1 event accepted, 0 rejected'
gzip -c events.ndjson | "$CARTWHEEL" ingest - --db pipe.db >out || fail "a .gz from a pipe: $(cat out)"
expect_text out '1 event accepted, 0 rejected'
cat named.ndjson named.ndjson >two.gz
read_file two.gz
expect_text out '2 events accepted'
head -c 60 named.ndjson >cut.gz
expect_code 1 "$CARTWHEEL" ingest cut.gz --db cut.db
expect_text err 'cut.gz is a .gz that ends in the middle'

printf '%s,\n%s,\n' "$event" "$event" >commas.ndjson
read_file commas.ndjson
expect_text out '2 events accepted, 0 rejected'
expect_text err 'a comma after its records'
printf '%s\r%s\r' "$event" "$event" >mac.ndjson
read_file mac.ndjson
expect_text out '2 events accepted, 0 rejected'
printf 'event_time,event_type,product_id,user_id\r2019-10-01 00:00:00 UTC,view,1,7\r' >mac.csv
expect_code 0 "$CARTWHEEL" ingest mac.csv --format rees46 --db mac.db
expect_text out '1 event accepted, 0 rejected'
printf '{"events": [%s,\n%s]}' "$event" "$event" >list.json
read_file list.json
expect_text out '2 events accepted, 0 rejected'
expect_text err 'list.json is one object: its list "events" is read'
: >empty.ndjson
read_file empty.ndjson
expect_text err 'is empty: it holds no events'
printf 'event_time,event_type,product_id,user_id\n2019-10-01 00:00:00 UTC,view,1,7\n' >rows.csv
read_file rows.csv
expect_text err 'looks like CSV'
expect_text err '--format rees46'
expect_code 0 "$CARTWHEEL" ingest events.ndjson --format rees46 --db json.db
expect_text err 'looks like JSON'
printf '{"type":"x","customer":"\307\321\261\333 \260\241","n":"\261\333\307\321"}\n' >euckr.ndjson
read_file euckr.ndjson
expect_text err 'EUC-KR (CP949) and not UTF-8: read it as iconv -f CP949'
printf '{"type":"x","customer":"caf\351 ol\351 a","n":"d\351j\340 l"}\n' >latin.ndjson
read_file latin.ndjson
expect_text err 'Latin-1 (Windows-1252) and not UTF-8'

# The rows of an order stay one order where a large file is read in pieces: 600 orders of 60 rows, 3 MB.
awk 'BEGIN {
  print "event_time,event_type,product_id,price,user_id,user_session"
  for (order = 0; order < 600; ++order)
    for (row = 0; row < 60; ++row)
      printf "2019-10-01 00:%02d:%02d UTC,purchase,product-number-%d-of-this-order,1.00,%d,session-%d-of-the-customer\n", order / 60, order % 60, row, order % 7 + 1, order
}' >orders.csv
[ "$(wc -c <orders.csv)" -gt 3000000 ] || fail "the file is too small to be read in pieces"
expect_code 0 "$CARTWHEEL" ingest orders.csv --format rees46 --db orders.db
expect_text out '600 events accepted, 0 rejected'

# A bad byte or two of a text that is UTF-8 are that record's own; no raw byte reaches the terminal.
printf '{"type":"x","customer":"한글","n":"\377"}\n{"type":"\033[31m"}\n' >bytes.ndjson
read_file bytes.ndjson
LC_ALL=C grep -q "$(printf '\033')" out err && fail "a raw escape: $(cat -v out err)"
true
