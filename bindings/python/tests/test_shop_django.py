"""The Django example, by Django's own test client: a browser's cart, a login, and who is reminded a day later."""

import sys
import time
from pathlib import Path

import pytest

from cartwheel import Engine

django = pytest.importorskip("django", reason="Django (Debian: python3-django) is not installed")
HOUR = 3_600_000
EXAMPLES = Path(__file__).parents[1] / "examples"
PLAYBOOK = (Path(__file__).parents[2] / "examples.json").read_text(encoding="utf-8").replace('"1s"', '"24h"')


@pytest.fixture(scope="module")
def settings():
    from django.conf import settings as given
    sys.path.insert(0, str(EXAMPLES))
    given.configure(ROOT_URLCONF="shop_django", SECRET_KEY="of a test", ALLOWED_HOSTS=["testserver"], CARTWHEEL_DATABASE="",
                    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"], SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies")
    django.setup()
    yield given
    sys.path.remove(str(EXAMPLES))


@pytest.fixture
def shop(settings, tmp_path):
    import shop_django
    settings.CARTWHEEL_DATABASE = str(tmp_path / "shop.db")
    yield shop_django
    for engine in shop_django._engines.values():
        engine.close()
    shop_django._engines.clear()


def post(browser, url, **given):
    return browser.post(url, given, content_type="application/json").status_code


def test_a_cart_filled_before_the_login_is_reminded_and_a_bought_one_is_not(shop, tmp_path):
    from django.test import Client
    for customer, buys in ("kim", False), ("lee", True):
        browser = Client()
        assert post(browser, "/cart", id="mug", name="머그컵", price=9000) == 200
        assert post(browser, "/login", customer=customer, phone=f"010-{customer}", consents=["ad", "ad_night"]) == 200
        if buys:
            assert post(browser, "/checkout", id="o1", total=9000) == 200
        assert browser.get("/health").json()["worker"] == "none"
    later = int(time.time() * 1000) + 25 * HOUR
    with Engine(tmp_path / "shop.db") as worker:
        worker.load(PLAYBOOK)
        worker.advance()
        worker.advance(later)
        assert [(m["customer"], m["address"], m["payload"]["text"].splitlines()[0]) for m in worker.claim("sms", now=later).messages] == [(
            "kim", "010-kim", "(광고)Shop 머그컵")]


def test_a_checkout_survives_a_database_that_cannot_be_written(shop, settings):
    from django.test import Client
    settings.CARTWHEEL_DATABASE = "/no/such/folder/shop.db"
    browser = Client()
    assert post(browser, "/checkout", id="o1", total=9000) == 200
    assert post(browser, "/login", customer="kim") == 200
    assert browser.get("/checkout").status_code == 405
