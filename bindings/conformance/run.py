"""Runs conformance cases (README.md) in Python: run.py CASE.json > transcript"""

import json
import sys
from pathlib import Path

from cartwheel import Engine, Error


def answer(engine, step):
    verb, given, now = step["verb"], step.get("input"), step.get("now")
    if verb == "load":
        return engine.load(given)._asdict()
    if verb == "ingest":
        done = engine.ingest(given, now=now)
        return {"accepted": done.accepted, "rejected": [each._asdict() for each in done.rejected],
                "warnings": [each._asdict() for each in done.warnings]}
    if verb == "advance":
        return engine.advance(now)._asdict()
    if verb == "claim":
        claim = engine.claim(step["channel"], step.get("max", 100), idempotency_ms=step.get("idempotency_ms", 0), now=now,
                             outcomes=step.get("input", []))
        return {"messages": claim.messages, "settled": claim.settled._asdict(), "behind": claim.behind, "held_back": claim.held_back}
    if verb == "set_clock":
        return engine.set_clock(now)
    if verb == "hold":
        return engine.hold(**given)
    if verb == "worker_turn":
        return engine._turn(given)
    if verb == "settle":
        return engine.settle(given, now)._asdict()
    return engine.query(**given)


def line(engine, step):
    try:
        told = {step["verb"]: answer(engine, step)}
    except Error as error:
        told = {"error": {"code": error.code, "message": str(error)}}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("{}", "[]")


case = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
sys.stdout.reconfigure(encoding="utf-8")
with Engine(":memory:", **case.get("options", {})) as opened:
    for each in case["steps"]:
        print(line(opened, each))
