import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

HOUR = 3_600_000
BEGIN = 1_780_272_000_000

PLAYBOOK = {
    "playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []},
    "shop": {"name": "Shop", "contact": "1", "timezone": "Asia/Seoul", "currency": "KRW", "locale": "ko-KR"},
    "templates": {"gentle": {"purpose": "cart", "class": "ad", "sms": {"text": "{{ cart.items[0].name }}"}}},
    "channels": {"sms": {"address_by_id": True}},
    "journeys": {"cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
                          "steps": [{"wait": "24h"}, {"send": "gentle", "via": ["sms"]}]}},
}


def added(customer, number=1):
    return {"id": f"{customer}-{number}", "type": "product_added", "customer": customer, "at": BEGIN,
            "properties": {"cart_id": f"k-{customer}", "product_id": "7", "name": "머그컵", "price": 9000}}


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "shop.db")


@pytest.fixture
def engine(path):
    from cartwheel import Engine
    with Engine(path) as opened:
        opened.load(PLAYBOOK)
        yield opened
