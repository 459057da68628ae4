"""How a shop tests its playbook: three days in a millisecond.

    python3 time_travel.py
"""

from datetime import datetime, timedelta, timezone

from cartwheel import Engine

PLAYBOOK = {
    "playbook": 1, "revision": 1,
    "policy": {"rules": ["KR"], "domestic": True,
               "notices": {"result": {"i_have_checked": "our CRM sends it"}, "reconfirm": {"i_have_checked": "our CRM sends it"}},
               "opt_out": {"sms": "080-123-4567"}},
    "shop": {"name": "Shop", "contact": "02-123-4567", "country": "KR", "timezone": "Asia/Seoul", "currency": "KRW", "locale": "ko-KR"},
    "templates": {"gentle": {"purpose": "cart", "class": "ad", "sms": {"text": "{{ cart.items[0].name }} is waiting"}}},
    "channels": {"sms": {"address_by_id": True, "certified": True}},  # no addresses are known: the customer's id stands for one
    "journeys": {"cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
                          "steps": [{"wait": "24h"}, {"send": "gentle", "via": ["sms"]}]}},
}
monday = datetime(2026, 6, 1, 9, tzinfo=timezone.utc)

with Engine(":memory:") as engine:
    engine.load(PLAYBOOK)
    for customer in "kim", "lee", "park":
        if customer != "park":  # she did not consent
            engine.ingest({"type": "consent_granted", "customer": customer, "properties": {"medium": "sms", "scope": "ad", "where": "sign-up"}}, now=monday)
        engine.ingest({"type": "product_added", "customer": customer, "properties": {"product_id": "mug", "name": "Mug"}}, now=monday)
    engine.ingest({"type": "order_completed", "customer": "lee", "properties": {"order_id": "1"}}, now=monday + timedelta(hours=3))

    sent, now = [], monday + timedelta(hours=3)
    while True:
        done = engine.advance(now)
        sent += engine.claim("sms", now=now).messages
        if done.next_due_ms == 0 or done.next_due_ms > (monday + timedelta(days=3)).timestamp() * 1000:
            break
        now = datetime.fromtimestamp(done.next_due_ms / 1000, timezone.utc)

assert [(message["customer"], message["payload"]["text"]) for message in sent] == [
    ("kim", "(광고)Shop Mug is waiting\n02-123-4567\n무료수신거부 080-123-4567")]
print("kim was reminded, lee had bought, park had not consented")
