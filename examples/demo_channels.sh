#!/bin/sh
# The demo's second part: its reminders leave by real channels, as an e-mail to a mail server on loopback, and as a web push to Firefox where it is installed.
# examples/demo.sh calls it; by itself, after a release build, or with another program in CARTWHEEL:
#   sh examples/demo_channels.sh [email]      # email: nothing for a browser
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/examples/install.sh"
cd "$root"
cartwheel=${CARTWHEEL:-$root/build/release/cartwheel}
[ -x "$cartwheel" ] || { echo "$cartwheel is not there; first: sh examples/demo.sh" >&2; exit 1; }
folder=$root/build/demo/channels
rm -rf "$folder"
mkdir -p "$folder/push"
say() { printf '\n-- %s\n\n' "$*"; }

mailbox= worker=
end() {
  for process in $worker $mailbox; do kill "$process" 2>/dev/null || true; done
  wait
}
trap end EXIT

e_mail() {
  command -v python3 >/dev/null || { echo "Left out: python3, which the mail server on loopback is written in, is not installed."; return; }
  python3 examples/mail/mailbox.py 2 "$folder/port" >"$folder/mail.txt" &
  mailbox=$!
  tries=0
  until [ -s "$folder/port" ] || [ $((tries += 1)) -gt 100 ]; do sleep 0.1; done
  echo '{"channels": {"email": {"kind": "smtp", "url": "smtp+plain://127.0.0.1:'"$(cat "$folder/port")"'", "from": "shop@shop.example", "private_address": true}}}' >"$folder/channels.json"
  # Two mails: the notice that a consent is recorded, which the law of Korea asks for, and the reminder. A customer who agreed to advertisements last week and left a cart 24 hours ago.
  week=$(date -u -d '8 days ago' +%FT%TZ) day=$(date -u -d '24 hours ago' +%FT%TZ)
  cat >"$folder/events.ndjson" <<END
{"type": "endpoint_added", "customer": "kim", "at": "$week", "properties": {"channel": "email", "address": "kim@customer.example"}}
{"type": "consent_granted", "customer": "kim", "at": "$week", "properties": {"medium": "email", "scope": "ad", "where": "sign-up"}}
{"type": "product_added", "customer": "kim", "at": "$day", "properties": {"product_id": "mug", "name": "머그컵", "price": 9000, "quantity": 1, "cart_url": "https://shop.example/cart"}}
END
  export CARTWHEEL_TOKEN_KEY=$(head -c 32 /dev/urandom | od -v -An -tx1 | tr -d ' \n')  # of the opt-out link's token; a shop keeps its own
  "$cartwheel" ingest "$folder/events.ndjson" --db "$folder/shop.db" >/dev/null
  cat "$folder/channels.json"
  echo
  echo "\$ cartwheel worker --db shop.db --playbook examples/recipes/cart-24-48-72.json --channels channels.json"
  echo
  "$cartwheel" worker --db "$folder/shop.db" --playbook examples/recipes/cart-24-48-72.json --channels "$folder/channels.json" >"$folder/worker.log" 2>&1 &
  worker=$!
  tries=0
  while kill -0 "$mailbox" 2>/dev/null && [ $((tries += 1)) -le 200 ]; do sleep 0.1; done
  kill -0 "$mailbox" 2>/dev/null && { cat "$folder/worker.log" >&2; echo "The mails did not arrive within 20 seconds." >&2; exit 1; }
  cat "$folder/mail.txt"
  kill "$worker"
  wait "$worker"
  worker= mailbox=
}

web_push() {
  for program in node npm firefox-esr; do
    command -v "$program" >/dev/null || { echo "Left out: $program is not installed (apt-get install nodejs npm libnode-dev firefox-esr). In your own browser: docs/channels.md"; return; }
  done
  if ! (build release cartwheel_node) >/dev/null 2>&1; then
    echo "Left out: Cartwheel's package for Node was not built (apt-get install libnode-dev). In your own browser: docs/channels.md"
    return
  fi
  npm install --prefix "$folder/npm" --no-save --no-audit --no-fund --fetch-retries=1 --loglevel=error ws@8.23.0 >"$folder/npm.log" 2>&1 || { echo "Left out: npm could not get the package ws, with which the push service on loopback is written."; return; }
  CARTWHEEL=$cartwheel CARTWHEEL_NODE=$(find build/release -name cartwheel.node | head -n 1) CARTWHEEL_PACKAGE=$root/bindings/node/lib/index.js NODE_PATH=$folder/npm/node_modules \
    node examples/web_push/firefox.js "$folder/push" || echo "The web push was not shown. In your own browser: docs/channels.md"
}

say "A reminder as an e-mail, over SMTP to a mail server on loopback"
e_mail
[ "${1:-}" != email ] || exit 0
say "A reminder as a web push, encrypted for Firefox, which decrypts and shows it"
web_push
