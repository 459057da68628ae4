"""What a worker does: fold, fire, send, say what became of it. Run one; a second one waits for its place. SIGTERM and Ctrl-C stop it after the call
that is at work.

    python3 drain_messages.py shop.db playbook.json [seconds]
"""

import sys
import threading
from typing import List

from cartwheel import Answer, Engine, Message, Worker


def send_sms(messages: List[Message]) -> List[Answer]:
    """Your provider's call: an outcome for each message. Raise what goes wrong; NotSent, when surely nothing left."""
    for message in messages:
        print(message["address"], message["payload"]["text"])
    return [{"id": message["id"], "outcome": "accepted"} for message in messages]


def failed(channel: str, error: BaseException) -> None:
    print(f"{channel} fails: {error}", file=sys.stderr)  # your alarm; health says it too


with Engine(sys.argv[1]) as engine:
    engine.load(open(sys.argv[2], encoding="utf-8").read())
    worker = Worker(engine, {"sms": send_sms}, on_error=failed)
    if len(sys.argv) > 3:
        threading.Timer(float(sys.argv[3]), worker.stop).start()
    worker.run()
print("stopped")
