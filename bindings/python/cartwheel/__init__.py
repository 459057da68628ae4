"""Cartwheel: events go in, the right messages come out.

    from cartwheel import Engine

    with Engine("shop.db") as engine:
        engine.load(open("playbook.json").read())
        engine.ingest({"type": "product_added", "customer": "kim", "properties": {"product_id": "mug"}})
        engine.advance()
        with engine.claim("sms") as messages:
            for message in messages:
                send(message["address"], message["payload"]["text"])
                messages.settle(message, "accepted")

Times that are handed in are milliseconds since 1970 UTC, or datetimes with a time zone; those of answers are ISO 8601 texts.
"""

from .api import Engine
from .claim import Claim
from .load import ABI_VERSION, library_path, version
from .records import Answer, Event, Message, Outcome, Turn
from .types import (Advanced, BrokenError, BusyError, Error, FullError, Ingested, InternalError, InvalidError, LeaseLostError, Loaded,
                    MisuseError, NotFoundError, NotSent, Rejected, Settled, Warning)
from .worker import Channel, Worker

__all__ = ["ABI_VERSION", "Advanced", "Answer", "BrokenError", "BusyError", "Channel", "Claim", "Engine", "Error", "Event", "FullError", "Ingested",
           "InternalError", "InvalidError", "LeaseLostError", "Loaded", "Message", "MisuseError", "NotFoundError", "NotSent", "Outcome", "Rejected", "Settled",
           "Turn", "Warning", "Worker", "library_path", "version"]
