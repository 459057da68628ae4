#!/bin/sh
# What rendering one reminder costs, here and elsewhere, one after the other on the same machine. A rival that is not installed is said to be missing:
#   sh tests/liquid/rivals.sh build/release          # liquidjs: npm install --prefix SOMEWHERE liquidjs, and NODE_PATH=SOMEWHERE/node_modules
set -eu
[ $# = 1 ] || { echo "usage: sh tests/liquid/rivals.sh BUILD" >&2; exit 2; }
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
"$1/tests/test_liquid" '[.bench]' | grep '^reminder'
node - "$here/reminder.json" <<'JS' 2>/dev/null || echo "liquidjs: not installed"
const { template, data } = JSON.parse(require('fs').readFileSync(process.argv[2], 'utf8'));
const { Liquid } = require('liquidjs');
const engine = new Liquid();
const parsed = engine.parse(template);
let best = Infinity, text;
for (let round = 0; round < 50; ++round) {
  const begin = process.hrtime.bigint();
  for (let i = 0; i < 1000; ++i) text = engine.renderSync(parsed, data);
  best = Math.min(best, Number(process.hrtime.bigint() - begin) / 1000);
}
console.log(`liquidjs: ${Buffer.byteLength(text)} bytes of text: render ${best.toFixed(0)} ns`);
JS
/usr/bin/env python3 - "$here/reminder.json" <<'PY' 2>/dev/null || echo "Jinja2: not installed"
import json, sys, time
import jinja2
case = json.load(open(sys.argv[1], encoding="utf-8"))
template = jinja2.Environment().from_string(case["jinja2"])
best = float("inf")
for _ in range(50):
    begin = time.perf_counter_ns()
    for _ in range(1000):
        text = template.render(case["data"])
    best = min(best, (time.perf_counter_ns() - begin) / 1000)
print(f"Jinja2: {len(text.encode())} bytes of text: render {best:.0f} ns")
PY
ruby - "$here/reminder.json" <<'RB' 2>/dev/null || echo "ruby-liquid: not installed"
require "json"
require "liquid"
test = JSON.parse(File.read(ARGV[0]))
template = Liquid::Template.parse(test["template"])
best = Float::INFINITY
text = nil
20.times do
  begun = Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)
  1000.times { text = template.render(test["data"]) }
  best = [best, (Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond) - begun) / 1000.0].min
end
puts "ruby-liquid: #{text.bytesize} bytes of text: render #{best.round} ns"
RB
