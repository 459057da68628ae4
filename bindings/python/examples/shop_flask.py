"""A shop in Flask: what happens in its views is recorded, and a worker beside it reminds.

    flask --app shop_flask run                     (or: gunicorn -w 4 shop_flask:app)
    python3 drain_messages.py shop.db playbook.json

Every process opens the database itself, at its first request: under a server that forks, that is after the fork.
"""

import os

from flask import Flask, jsonify, request, session

from cartwheel import Engine

app = Flask(__name__)
app.secret_key = os.environ.get("SHOP_SECRET", "for development only")
_engines = {}


def engine():
    """This process's engine; a child of fork finds that it has none."""
    if os.getpid() not in _engines:
        _engines.clear()
        _engines[os.getpid()] = Engine(os.environ.get("SHOP_DATABASE", "shop.db"), shared=1)
    return _engines[os.getpid()]


def record(event_type, event_id=None, **properties):
    """Whoever is logged in, or the browser. What is wrong with a reminder must not stop a checkout."""
    event = {"type": event_type, "properties": {"cart_id": session.setdefault("cart", os.urandom(8).hex()), **properties}}
    event["customer" if "customer" in session else "anonymous_id"] = session.get("customer") or session["cart"]
    if event_id:
        event["id"] = event_id
    try:
        for rejected in engine().ingest(event).rejected:
            app.logger.warning("cartwheel: %s", rejected.message)
    except Exception as error:
        app.logger.error("cartwheel: %s", error)


@app.post("/login")
def login():
    customer = request.json["customer"]
    device, session["customer"] = session.setdefault("cart", os.urandom(8).hex()), customer
    try:  # the cart that the browser filled becomes this customer's
        engine().ingest([{"type": "identify", "customer": customer, "anonymous_id": device},
                         {"type": "endpoint_added", "customer": customer, "properties": {"channel": "sms", "address": request.json["phone"]}}])
        if scope := request.json.get("consents"):  # the boxes that she ticked: "ad", "ad_night"
            engine().ingest({"type": "consent_granted", "customer": customer, "properties": {"medium": "sms", "scope": scope, "where": "login"}})
    except Exception as error:
        app.logger.error("cartwheel: %s", error)
    return jsonify(ok=True)


@app.post("/cart")
def add_to_cart():
    product = request.json
    record("product_added", product_id=product["id"], name=product["name"], price=product["price"], quantity=product.get("quantity", 1))
    return jsonify(ok=True)


@app.post("/checkout")
def checkout():
    order = request.json
    record("order_completed", event_id=f"order-{order['id']}", order_id=order["id"], total=order["total"])
    session.pop("cart", None)
    return jsonify(ok=True)


@app.get("/health")
def health():
    told = engine().query("health")
    return jsonify(told), 200 if told["ok"] else 503
