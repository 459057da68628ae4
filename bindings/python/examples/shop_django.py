"""A shop in Django: what happens in its views is recorded, and a worker beside it reminds. Put this beside your views, and its urlpatterns into urls.py:

    urlpatterns = [path("", include("shop_django"))]
    python3 drain_messages.py shop.db playbook.json            (or the same lines as a management command)

Settings: CARTWHEEL_DATABASE. Every process opens the database itself, at its first request: under a server that forks, that is after the fork.
"""

import json
import logging
import os
from typing import Any, Dict, List, Optional

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.http import require_POST

from cartwheel import Engine, Event

_log = logging.getLogger(__name__)
_engines: Dict[int, Engine] = {}


def engine() -> Engine:
    """This process's engine; a child of fork finds that it has none."""
    if os.getpid() not in _engines:
        _engines.clear()
        _engines[os.getpid()] = Engine(settings.CARTWHEEL_DATABASE, shared=1)
    return _engines[os.getpid()]


def ingest(events: List[Event]) -> None:
    """What is wrong with a reminder must not stop a checkout."""
    try:
        for rejected in engine().ingest(events).rejected:
            _log.warning("cartwheel: %s", rejected.message)
    except Exception as error:
        _log.error("cartwheel: %s", error)


def browser(request: HttpRequest) -> str:
    """The id of this browser's cart, also before anybody is logged in."""
    return str(request.session.setdefault("cart", os.urandom(8).hex()))


def record(request: HttpRequest, event_type: str, event_id: Optional[str] = None, **properties: Any) -> None:
    """Of the customer who is logged in, or of the browser."""
    event: Event = {"type": event_type, "properties": {"cart_id": browser(request), **properties}}
    if request.session.get("customer"):
        event["customer"] = request.session["customer"]
    else:
        event["anonymous_id"] = browser(request)
    if event_id:
        event["id"] = event_id
    ingest([event])


@require_POST
def login(request: HttpRequest) -> JsonResponse:
    given = json.loads(request.body)
    request.session["customer"] = customer = given["customer"]
    ingest([{"type": "identify", "customer": customer, "anonymous_id": browser(request)},  # the cart that the browser filled becomes this customer's
            {"type": "endpoint_added", "customer": customer, "properties": {"channel": "sms", "address": given.get("phone")}}])
    if given.get("consents"):  # the boxes that she ticked: "ad", "ad_night"
        ingest([{"type": "consent_granted", "customer": customer, "properties": {"medium": "sms", "scope": given["consents"], "where": "login"}}])
    return JsonResponse({"ok": True})


@require_POST
def add_to_cart(request: HttpRequest) -> JsonResponse:
    product = json.loads(request.body)
    record(request, "product_added", product_id=product["id"], name=product["name"], price=product["price"], quantity=product.get("quantity", 1))
    return JsonResponse({"ok": True})


@require_POST
def checkout(request: HttpRequest) -> JsonResponse:
    order = json.loads(request.body)
    record(request, "order_completed", event_id=f"order-{order['id']}", order_id=order["id"], total=order["total"])
    request.session.pop("cart", None)
    return JsonResponse({"ok": True})


def health(request: HttpRequest) -> JsonResponse:
    told = engine().health()
    return JsonResponse(told, status=200 if told["ok"] else 503)


urlpatterns = [path("login", login), path("cart", add_to_cart), path("checkout", checkout), path("health", health)]
