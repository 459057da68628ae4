# Looking after a database: doctor, top, backup, restore.
. "$SOURCE/tests/cli/lib.sh"

expect_code 0 "$CARTWHEEL" replay "$otto" --format otto --playbook "$assumed" --db shop.db
expect_code 1 "$CARTWHEEL" doctor --db shop.db
expect_text out 'ok   every page of the file is whole'
expect_text out 'BAD  alarms were due'   # the replay's customers wait since 2022
expect_text out 'playbook revision'
expect_code 0 "$CARTWHEEL" top --db shop.db --once
expect_text out 'worker: none   NOT WELL'
expect_code 0 "$CARTWHEEL" query metrics --db shop.db
expect_text out '# TYPE cartwheel_lag_seconds gauge'

# A copy is the same database; it is a new file.
expect_code 0 "$CARTWHEEL" backup --db shop.db --to copy.db
expect_code 1 "$CARTWHEEL" backup --db shop.db --to copy.db
expect_text err 'copy.db is there already'
"$CARTWHEEL" report --db shop.db >before
"$CARTWHEEL" report --db copy.db >after
cmp before after || fail "the copy reports something else"
expect_code 0 "$CARTWHEEL" restore copy.db --db back.db
expect_text out 'back.db is ready'
expect_code 1 "$CARTWHEEL" restore copy.db --db back.db
expect_text err 'back.db is there already'
expect_code 1 "$CARTWHEEL" restore nothing.db --db other.db
expect_text err 'nothing.db: No such file or directory'
[ ! -e other.db ] || fail "a restore of nothing made a database"

# A plain copy hands out no advertisement before it is adopted; one that restore made is at home.
cp shop.db plain.db
expect_code 1 "$CARTWHEEL" doctor --db plain.db
expect_text out 'BAD  this file was copied here'
expect_code 0 "$CARTWHEEL" adopt plain.db
expect_text out 'plain.db is at home here from now on: '
expect_code 0 "$CARTWHEEL" adopt plain.db
expect_text out 'plain.db is at home here already'
for home in shop.db back.db plain.db; do
  "$CARTWHEEL" query health --db $home >out
  ! grep -q '"copied"' out || fail "$home is no copy"
done
CARTWHEEL_DEPLOYMENT=staging "$CARTWHEEL" query health --db shop.db >out
grep -q '"copied"' out || fail "another deployment's file is a copy"
expect_code 1 "$CARTWHEEL" adopt nothing.db
expect_text err 'nothing.db: No such file or directory'

# Damage is found, and not copied.
cp copy.db broken.db
size=$(wc -c <copy.db)
dd if=/dev/zero of=broken.db bs=4096 seek=$((size / 8192)) count=20 conv=notrunc 2>/dev/null
expect_code 1 "$CARTWHEEL" doctor --db broken.db
grep -q 'damaged' out err || fail "doctor saw no damage"
expect_code 1 "$CARTWHEEL" restore broken.db --db worse.db
expect_text err 'damaged'
[ ! -e worse.db ] || fail "damage was copied"
