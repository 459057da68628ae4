"""The Python row: bench.py INPUT FOLDER (see README.md)"""

import json
import sys
import time

clock = time.perf_counter


def resident_mb():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]) / 1024


began = clock()
import cartwheel  # noqa: E402: its time is measured

cartwheel.version()
load = (clock() - began) * 1e3

NOW, CALLS, MESSAGES, BATCH = 1_780_272_000_000, 20_000, 20_000, 1_000
lines = open(sys.argv[1], "rb").read().splitlines(keepends=True)
batches = [b"".join(lines[i:i + BATCH]) for i in range(0, len(lines), BATCH)]
objects = [[json.loads(line) for line in lines[i:i + BATCH]] for i in range(0, len(lines), BATCH)]
PLAYBOOK = {
    "playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []},
    "shop": {"name": "Shop", "contact": "02-123-4567", "timezone": "Asia/Seoul", "currency": "KRW", "locale": "ko-KR"},
    "templates": {"note": {"purpose": "order", "class": "transactional", "sms": {"text": "{{ customer.id }}: thank you"}}},
    "channels": {"sms": {"address_by_id": True}},
    "journeys": {"note": {"enter": {"on": "order_completed"}, "reenter": "always", "steps": [{"send": "note", "via": ["sms"], "latest": "24h"}]}}}


def ingest_all(engine, inputs):
    start = clock()
    for each in inputs:
        engine.ingest(each)
    return (clock() - start) * 1e6 / len(lines)


held = resident_mb()
with cartwheel.Engine(f"{sys.argv[2]}/python.db") as engine:
    ingest = ingest_all(engine, batches)
    held = resident_mb() - held
    began = clock()
    for _ in range(CALLS):
        engine.ingest("")
    call = (clock() - began) * 1e6 / CALLS
with cartwheel.Engine(f"{sys.argv[2]}/python-objects.db") as engine:
    objects = ingest_all(engine, objects)

with cartwheel.Engine(f"{sys.argv[2]}/python-claim.db") as engine:
    engine.load(PLAYBOOK)
    engine.ingest([{"type": "order_completed", "customer": f"c{i}", "at": NOW, "properties": {"order_id": f"o{i}", "total": 9000}}
                   for i in range(MESSAGES)], now=NOW)
    while engine.advance(NOW).more:
        pass
    settled, began = 0, clock()
    for _ in range(MESSAGES // BATCH):
        messages = engine.claim("sms", BATCH, now=NOW).messages
        settled += engine.settle([{"id": m["id"], "token": m["token"], "outcome": "accepted"} for m in messages], NOW).settled
        engine.advance(NOW)
    claim = (clock() - began) * 1e6 / MESSAGES
assert settled == MESSAGES
print(json.dumps({"load": load, "ingest": ingest, "objects": objects, "call": call, "claim": claim, "memory": held}))
