"""The Flask example, by its test client: a browser's cart, a login, and who is reminded a day later."""

import importlib.util
import time
from pathlib import Path

import pytest

from cartwheel import Engine

pytest.importorskip("flask", reason="Flask (Debian: python3-flask) is not installed")
HOUR = 3_600_000
PLAYBOOK = (Path(__file__).parents[2] / "examples.json").read_text(encoding="utf-8").replace('"1s"', '"24h"')


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOP_DATABASE", str(tmp_path / "shop.db"))
    spec = importlib.util.spec_from_file_location("shop_flask", Path(__file__).parents[1] / "examples" / "shop_flask.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    for engine in module._engines.values():
        engine.close()


def test_a_cart_filled_before_the_login_is_reminded_and_a_bought_one_is_not(shop, tmp_path):
    for customer, buys in ("kim", False), ("lee", True):
        browser = shop.app.test_client()
        assert browser.post("/cart", json={"id": "mug", "name": "머그컵", "price": 9000}).status_code == 200
        assert browser.post("/login", json={"customer": customer, "phone": f"010-{customer}", "consents": ["ad", "ad_night"]}).status_code == 200
        if buys:
            assert browser.post("/checkout", json={"id": "o1", "total": 9000}).status_code == 200
    later = int(time.time() * 1000) + 25 * HOUR
    with Engine(tmp_path / "shop.db") as worker:
        worker.load(PLAYBOOK)
        worker.ingest([{"type": "product_added", "customer": "park", "properties": {"name": "가방"}},
                       {"type": "consent_granted", "customer": "park", "properties": {"medium": "sms", "scope": ["ad", "ad_night"]}},
                       {"type": "endpoint_added", "customer": "park", "properties": {"channel": "sms", "address": "010-2"}}])
        worker.advance()
        worker.advance(later)
        assert {(m["customer"], m["payload"]["text"].splitlines()[0]) for m in worker.claim("sms", now=later).messages} == {
            ("kim", "(광고)Shop 머그컵"), ("park", "(광고)Shop 가방")}


def test_a_checkout_survives_a_database_that_cannot_be_written(shop, monkeypatch):
    monkeypatch.setenv("SHOP_DATABASE", "/no/such/folder/shop.db")
    browser = shop.app.test_client()
    assert browser.post("/checkout", json={"id": "o1", "total": 9000}).status_code == 200
