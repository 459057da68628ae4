#!/bin/sh
# Cartwheel's main job on real data, from nothing: installs what is missing, builds a release, replays four weeks of a shop. From any
# directory, again and again:
#   sh examples/demo.sh
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/examples/install.sh"

say() { printf '\n== %s\n\n' "$*"; }
show() {
  printf '$ %s\n\n' "$*"
  "$@"
}

say "1. What is needed"
install_missing
echo "All packages are here: $packages"

say "2. A release build in build/release (some minutes the first time, seconds after)"
build release cartwheel_cli
cd "$root"
cartwheel=build/release/cartwheel
demo=build/demo
recipe=examples/recipes/cart-24-48-72.json
data=examples/data/otto_sessions.jsonl
"$cartwheel" version

say "3. The playbook: reminders after 24, 48 and 72 hours, a purchase stops them, by the law of Korea"
show "$cartwheel" check $recipe

say "4. Four weeks of 20 real customers of otto.de, in virtual time, into a database of their own"
mkdir -p $demo
rm -f $demo/demo.db $demo/demo.db-wal $demo/demo.db-shm $demo/messages.ndjson
echo "The data hold no consents, so this demo invents one for each customer, a week before the first click:"
sed -n 's/^{"session": *\([0-9]*\),.*/{"type": "consent_granted", "customer": "otto-\1", "at": "2022-07-24T00:00:00Z", "properties": {"medium": "web_push", "scope": "ad", "where": "sign-up"}}/p' \
  $data >$demo/consents.ndjson
head -n 1 $demo/consents.ndjson
echo
"$cartwheel" replay $demo/consents.ndjson --playbook $recipe --db $demo/demo.db >/dev/null
show "$cartwheel" replay $data --format otto --playbook $recipe --db $demo/demo.db --deliver file:$demo/messages.ndjson

say "5. Why three of them got what they got"
for customer in otto-0 otto-2 otto-3; do
  show "$cartwheel" why $customer --db $demo/demo.db
  echo
done

say "6. What such a message says, on each channel, with the label and the opt-out that the gate adds"
show "$cartwheel" preview $recipe gentle --sample

say "7. The same month without the invented consents: what the law holds back"
"$cartwheel" simulate $recipe $data --format otto >$demo/timeline.txt
grep 'otto-2: ' $demo/timeline.txt
tail -n 2 $demo/timeline.txt

say "8. Such reminders by real channels, to servers on this machine"
sh examples/demo_channels.sh

say "9. Where things are, and what to try next"
cat <<END
  $root/$demo/demo.db            the database: one SQLite file
  $root/$demo/messages.ndjson    every message, as a channel gets it
  $root/$demo/timeline.txt       the same month without consents, as a dry run tells it

  cd $root
  $cartwheel report --db $demo/demo.db
  $cartwheel why otto-1 --db $demo/demo.db
  $cartwheel query messages --db $demo/demo.db --limit 2
  $cartwheel simulate examples/recipes/cart-5m-1h-24h.json $data --format otto
  $cartwheel worker --help        (the same in real time)
  sh tests/run.sh                 (every test)
END
