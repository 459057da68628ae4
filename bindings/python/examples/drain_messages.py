"""What a worker does: fold, fire, send, say what became of it. Run one; a second one waits for its place.

    python3 drain_messages.py shop.db playbook.json [seconds]
"""

import sys
import time

from cartwheel import Engine, Worker


def send_sms(messages):
    """Your provider's call. Say what became of each message; of what is not mentioned nobody knows."""
    for message in messages:
        print(message["address"], message["payload"]["text"])
    return [{"id": message["id"], "token": message["token"], "outcome": "accepted"} for message in messages]


with Engine(sys.argv[1]) as engine:
    engine.load(open(sys.argv[2], encoding="utf-8").read())
    with Worker(engine, {"sms": send_sms}):
        time.sleep(float(sys.argv[3]) if len(sys.argv) > 3 else 3600)
print("stopped")
