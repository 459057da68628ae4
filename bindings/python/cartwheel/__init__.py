"""Cartwheel: events go in, the right messages come out.

    from cartwheel import Engine

    with Engine("shop.db") as engine:
        engine.load(open("playbook.json").read())
        engine.ingest({"type": "product_added", "customer": "kim", "properties": {"product_id": "mug"}})
        engine.advance()
        for message in engine.claim("sms").messages:
            send(message["address"], message["payload"]["text"])
            engine.settle([{"id": message["id"], "token": message["token"], "outcome": "accepted"}])

Times are milliseconds since 1970 UTC, or datetimes with a time zone.
"""

from .api import Engine
from .load import ABI_VERSION, library_path, version
from .types import Advanced, Claim, Error, Ingested, Loaded, Rejected, Settled, Warning
from .worker import Worker

__all__ = ["ABI_VERSION", "Advanced", "Claim", "Engine", "Error", "Ingested", "Loaded", "Rejected", "Settled", "Warning", "Worker",
           "library_path", "version"]
