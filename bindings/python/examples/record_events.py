"""What a shop's request does: record what happened, durably, and go on. PYTHONPATH and the library: see ../README.md.

    python3 record_events.py shop.db
"""

import sys
import uuid

from cartwheel import Engine

engine = Engine(sys.argv[1], shared=1)  # one a process, opened at the first request


def product_added(customer: str, product: str, name: str, price: int) -> None:
    """Call it from the view that puts a product into the cart. In an async view: await engine.ingest_async(...)."""
    # The id is of this click: a retry of the call sends the same one, a second click another.
    result = engine.ingest({"id": str(uuid.uuid4()), "type": "product_added", "customer": customer,
                            "properties": {"product_id": product, "name": name, "price": price}})
    for rejected in result.rejected:  # a mistake of ours: the checkout must not die of it
        print("not recorded:", rejected.message, file=sys.stderr)


# Without her consent kim gets no advertisement, and from 20:50 to 08:00 none without her consent for the night.
engine.ingest({"type": "consent_granted", "customer": "kim", "properties": {"medium": "sms", "scope": ["ad", "ad_night"], "where": "sign-up"}})
product_added("kim", "mug", "머그컵", 9000)
engine.ingest({"type": "endpoint_added", "customer": "kim", "properties": {"channel": "sms", "address": "010-0000-0000"}})
print("recorded")
