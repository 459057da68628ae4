"""newcomer.sh's commands in Python, over the installed package."""

import sys
import time

from cartwheel import Engine, Worker


def record(engine, playbook):
    engine.load(open(playbook, encoding="utf-8").read())
    for number in range(60):
        customer = f"c{number}"
        result = engine.ingest([{"type": "consent_granted", "customer": customer, "properties": {"medium": "sms", "scope": ["ad", "ad_night"]}},
                                {"type": "endpoint_added", "customer": customer, "properties": {"channel": "sms", "address": f"010-{number}"}},
                                {"type": "product_added", "customer": customer, "properties": {"product_id": "mug", "name": "머그컵"}}])
        assert result.accepted == 3 and not result.warnings, result


def send(messages):
    for message in messages:
        with open(sys.argv[3], "a") as sent:
            sent.write(message["address"] + "\n")
        time.sleep(0.02)
    return [{"id": message["id"], "outcome": "accepted"} for message in messages]


with Engine(sys.argv[2]) as engine:
    if sys.argv[1] == "record":
        record(engine, sys.argv[3])
    else:
        Worker(engine, {"sms": send}).run()
