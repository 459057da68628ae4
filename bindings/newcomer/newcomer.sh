# Sourced by packages_test.sh, with $work and $source set. `newcomer NAME COMMAND…` is what a newcomer does in the first hour, with an installed package and nothing else:
# `COMMAND record DB PLAYBOOK` loads a playbook and records 60 carts with their addresses; `COMMAND work DB SENT` is a worker that writes each address it
# sends to into SENT. The worker is told to end in the middle of a batch, and another one goes on: every message leaves once.
customers=60

newcomer() {
  name=$1
  shift
  place=$work/path_of_$name
  mkdir -p "$place"
  : >"$place/sent"
  "$@" record "$place/shop.db" "$source/bindings/examples.json" >"$place/log" 2>&1 || { cat "$place/log"; exit 1; }
  for life in first second; do
    "$@" work "$place/shop.db" "$place/sent" >>"$place/log" 2>&1 &
    worker=$!
    enough=10
    [ $life = first ] || enough=$customers
    wait_for_lines "$place/sent" $enough || { echo "$name: the $life worker sent $(sent_lines "$place/sent") of $enough messages"; cat "$place/log"; exit 1; }
    kill -TERM $worker
    wait $worker || { echo "$name: the $life worker did not end well"; cat "$place/log"; exit 1; }
    [ $life = second ] || [ "$(sent_lines "$place/sent")" -lt $customers ] || { echo "$name: the first worker was not stopped in the middle"; exit 1; }
  done
  [ "$(sent_lines "$place/sent")" = $customers ] && [ "$(sort -u "$place/sent" | wc -l)" = $customers ] ||
    { echo "$name: $(sent_lines "$place/sent") messages to $(sort -u "$place/sent" | wc -l) addresses, expected $customers to $customers"; exit 1; }
  echo "$name: a restart in the middle of a batch loses nothing and sends nothing twice"
}

sent_lines() { wc -l <"$1"; }

wait_for_lines() {
  for tenth in $(seq 600); do
    [ "$(sent_lines "$1")" -lt "$2" ] || return 0
    sleep 0.1
  done
  return 1
}
