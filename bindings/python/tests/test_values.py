"""What people hand in as events, times and options."""

import copy
import pickle
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType

import pytest
from conftest import BEGIN, added

from cartwheel import Engine, Error, MisuseError, raw

TODAY = datetime(2026, 6, 1, 9, 30, tzinfo=timezone.utc)


def of(engine, **properties):
    engine.ingest({"type": "identify", "customer": "kim", "properties": properties})
    engine.advance()
    return engine.query("customer", customer="kim")["attributes"]


@pytest.mark.parametrize("value, expected", [
    (Decimal("12.90"), 12.9), (Decimal("3"), 3), (TODAY, "2026-06-01T09:30:00+00:00"), (date(2026, 6, 1), "2026-06-01"), ((1, 2), [1, 2]),
    (MappingProxyType({"a": Decimal("1.5")}), {"a": 1.5})])
def test_values_of_this_language(engine, value, expected):
    assert of(engine, it=value)["it"] == expected


def test_numbers_of_numpy(engine):
    numpy = pytest.importorskip("numpy")
    assert of(engine, a=numpy.int64(3), b=numpy.float64(1.5), c=numpy.bool_(True), d=numpy.array([1, 2])) == {"a": 3, "b": 1.5, "c": True, "d": [1, 2]}


@pytest.mark.parametrize("value, where", [
    (object(), r"event\[1\].properties.price is a object"), (float("nan"), r"event\[1\].properties.price is nan"), (Decimal("Infinity"), "price is Infinity"),
    (datetime(2026, 6, 1), "without a time zone"), (b"x", "price is a bytes"), ([1, {"a": {1j}}], r"price\[1\].a\[0\] is a complex")])
def test_what_cannot_be_sent_says_which_event_and_field(engine, value, where):
    event = added("kim")
    event["properties"]["price"] = value
    with pytest.raises(Error, match=where) as caught:
        engine.ingest([added("lee"), event])
    assert caught.value.code == raw.INVALID
    around = {"type": "x", "customer": "kim"}
    around["properties"] = around
    with pytest.raises(Error, match="contains itself"):
        engine.ingest(around)


@pytest.mark.parametrize("events", [None, 5, True, 1.5])
def test_nothing_is_no_event(engine, events):
    with pytest.raises(Error, match="expected a dict"):
        engine.ingest(events)


@pytest.mark.parametrize("now", [5, -5, True, "2026-06-01", BEGIN // 1000, BEGIN * 1000, BEGIN * 10**6, 2**63, 10**30, float("nan"), float("inf"), 0, 1.5e300])
def test_a_now_that_cannot_be_is_an_error(engine, now):
    for call in (lambda: engine.advance(now), lambda: engine.ingest(added("kim"), now=now), lambda: engine.claim("sms", now=now), lambda: engine.settle([], now),
                 lambda: engine.query("health", now=now)):
        with pytest.raises(Error, match="now is"):
            call()
    engine.ingest(added("kim"), now=BEGIN + 0.5)


def test_iterables_of_any_length(engine):
    line = {"type": "page_viewed", "customer": "kim"}
    result = engine.ingest(line if number != 25_000 else {"type": "page_viewed"} for number in range(25_001))
    assert result.accepted == 25_000
    assert [each.record for each in result.rejected] == [25_000]
    with pytest.raises(Error, match=r"event\[15000\].properties.price is nan"):
        engine.ingest(line if number != 15_000 else {**line, "properties": {"price": float("nan")}} for number in range(20_000))
    assert engine.ingest([]).accepted == 0 and engine.ingest(iter([])).accepted == 0


def test_options_and_names_are_checked(engine):
    for options, expected in (({"work_maxx": 5}, 'did you mean "work_max"'), ({"work_max": "5"}, "expected a whole number"), ({"work_max": 2**63}, "expected a whole number"),
                              ({"work_max": -5}, "no negative number"), ({"shared": 2}, "expected 0 or 1"), ({"durability": "none"}, "full")):
        with pytest.raises(Error, match=expected):
            Engine(":memory:", **options)
    for path in (None, "", 5, b"x"):
        with pytest.raises(Error, match="expected the name of a file"):
            Engine(path)
    for wrong in (lambda: engine.claim(None), lambda: engine.claim("sms", "5"), lambda: engine.claim("sms", 0), lambda: engine.claim("sms", -1),
                  lambda: engine.claim("sms", lease_ms=0), lambda: engine.claim("sms", idempotency_ms=-1), lambda: engine.advance(wait_ms=-1),
                  lambda: engine.query("why", customer=None), lambda: engine.query({"query": "why"})):
        with pytest.raises(Error, match="expected"):
            wrong()


def test_half_a_surrogate_pair_is_judged_like_any_text(engine):
    result = engine.ingest([added("kim"), {**added("lee"), "customer": "lee\ud83c"}, {**added("park"), "properties": {"product_id": "7", "name": "\ud83c"}}])
    assert result.accepted == 2 and [each.record for each in result.rejected] == [1] and "lee" in result.rejected[0].message
    assert engine.ingest('[{"type": "x", "customer": "lee\ud83c"}]').rejected[0].code == "bad_id"


def test_an_engine_is_neither_copied_nor_pickled(engine):
    for call in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(MisuseError, match="neither copied nor pickled"):
            call(engine)
    engine.close()
    with pytest.raises(MisuseError, match="closed"):
        with engine:
            pass


def test_a_clock_that_is_set_by_hand():
    with Engine(":memory:", manual_clock_ms=TODAY) as engine:
        assert engine.advance(TODAY + timedelta(hours=1)) is not None
        engine.set_clock(TODAY + timedelta(hours=2))
    with Engine(":memory:") as engine:
        with pytest.raises(Error, match="manual_clock_ms"):
            engine.set_clock(TODAY)
        assert repr(engine) == "<cartwheel.Engine ':memory:' open>"
    assert "closed" in repr(engine)


def test_queries_are_functions(engine):
    engine.ingest(added("kim"), now=BEGIN)
    engine.advance(BEGIN)
    asked = {"customer": {"customer": "kim"}, "why": {"customer": "kim"}, "export": {"customer": "kim"}, "preview": {"template": "gentle"}, "report": {}, "consent": {"customer": "kim"}, "prompt": {"customer": "kim", "value_moment": "product_added"}, "suppressions": {}, "erasures": {"customer": "kim"}, "access": {"customer": "kim"}, "segments": {},
             "evaluate": {"expression": "customer.orders == 0"}, "messages": {"state": "waiting"}, "dead_letters": {"limit": 5}, "refused": {}, "playbook": {}}
    for name, request in asked.items():
        assert getattr(engine, name)(**request) == engine.query(name, **request), name
    assert engine.health(now=BEGIN)["unfolded"] == 0 and engine.metrics().startswith("# ") and "calls" in engine.stats()
    for name, request in (("segment", {"segment": "none"}), ("link", {"link": "https://x"})):
        with pytest.raises(Error):
            getattr(engine, name)(**request)


def test_a_time_without_an_offset_is_of_the_zone_that_an_option_names():
    with Engine(":memory:", event_zone="Asia/Seoul") as engine:
        engine.ingest({"type": "page_viewed", "customer": "kim", "at": "2026-06-01T09:30:00"}, now=BEGIN + 3_600_000)
        engine.advance(BEGIN + 3_600_000)
        assert engine.query("export", customer="kim")["events"][0]["at"] == "2026-06-01T00:30:00Z"
    for wrong, said in ((9, "event_zone is 9"), ("Asia/Nowhere", "Asia/Nowhere")):
        with pytest.raises(Error, match=said):
            Engine(":memory:", event_zone=wrong)
