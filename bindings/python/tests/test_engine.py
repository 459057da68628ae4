"""The main job, and the mistakes people make."""

import asyncio
import os
import threading
import time
from datetime import datetime, timedelta, timezone

import pytest
from conftest import BEGIN, HOUR, PLAYBOOK, added

import cartwheel
from cartwheel import Engine, Error, Worker, raw


def test_a_reminder_a_day_later_and_none_after_the_purchase(engine):
    assert engine.ingest([added("kim"), added("lee")], now=BEGIN).accepted == 2
    engine.ingest({"type": "order_completed", "customer": "lee", "at": BEGIN + 60_000, "properties": {"cart_id": "k-lee", "order_id": "o"}},
                  now=BEGIN + 60_000)
    done = engine.advance(BEGIN + HOUR)
    assert (done.events, done.enrolments, done.exits, done.messages, done.more) == (3, 2, 1, 0, False)
    assert done.next_due_ms == BEGIN + 24 * HOUR
    assert engine.advance(done.next_due_ms).messages == 1
    claim = engine.claim("sms", now=done.next_due_ms)
    (message,) = claim.messages
    assert (message["customer"], message["payload"]) == ("kim", {"text": "머그컵", "type": "sms", "bytes": 6})
    settled = engine.settle([{"id": message["id"], "token": message["token"], "outcome": "accepted"}], done.next_due_ms)
    assert settled == (1, 0, 0)
    assert any(entry["decision"] == "exited" for entry in engine.query("why", customer="lee")["decisions"])
    assert engine.query("metrics").startswith("# ")


def test_times_may_be_datetimes(engine):
    begin = datetime.fromtimestamp(BEGIN / 1000, timezone.utc)
    engine.ingest(added("kim"), now=begin)
    assert engine.advance(begin).enrolments == 1
    assert engine.advance(begin + timedelta(hours=24)).messages == 1
    with pytest.raises(Error) as caught:
        engine.advance(datetime(2026, 6, 1))
    assert caught.value.code == raw.INVALID


def test_events_as_text_bytes_lists_and_generators(engine):
    line = '{"type":"page_viewed","customer":"kim"}'
    assert engine.ingest(line + "\n" + line).accepted == 2
    assert engine.ingest(b"[" + line.encode() + b"]").accepted == 1
    assert engine.ingest(added("kim", n) for n in range(3)).accepted == 3
    result = engine.ingest([added("kim", 9), {"type": "page_viewed", "customer": "guest"}])
    assert result.accepted == 1
    (rejected,) = result.rejected
    assert rejected.record == 1 and rejected.code and "guest" in rejected.message


def test_errors_have_codes_and_one_clear_line(path, engine):
    with pytest.raises(Error, match="unknown option \"work\"") as caught:
        Engine(path, work=1)
    assert caught.value.code == raw.INVALID
    with pytest.raises(Error, match="wiat"):
        engine.load('{"playbook": 1, "revision": 2, "wiat": 3}')
    with pytest.raises(Error) as caught:
        engine.query("customer", customer="nobody")
    assert caught.value.code == raw.NOT_FOUND
    with pytest.raises(Error, match="expected accepted"):
        engine.settle([{"id": 1, "token": 1, "outcome": "fine"}])
    assert engine.load(PLAYBOOK).note == "revision 1 is already loaded"


def test_a_hold_keeps_messages_until_resume(engine):
    engine.ingest(added("kim"), now=BEGIN)
    engine.advance(BEGIN)
    engine.hold("pause", journey="cart", why="wrong price", now=BEGIN)
    held = engine.health(now=BEGIN)["holds"]
    assert [(each["journey"], each["hold"], each["why"]) for each in held] == [("cart", "pause", "wrong price")]
    assert engine.advance(BEGIN + 24 * HOUR).messages == 0
    engine.hold("resume", journey="cart", now=BEGIN + 24 * HOUR)
    assert engine.advance(BEGIN + 24 * HOUR + HOUR // 2).messages == 1
    for given, expected in (({"action": "paus"}, 'did you mean "pause"'), ({"action": "pause", "journey": "carts"}, 'did you mean "cart"')):
        with pytest.raises(Error, match=expected) as caught:
            engine.hold(**given)
        assert caught.value.code == raw.INVALID


def test_a_key_of_tokens_makes_tokens_and_is_never_shown(path):
    Engine(path, token_key="5a" * 32).close()
    for wrong in ("5a5a", 7):
        with pytest.raises(Error, match="64 hexadecimal digits") as caught:
            Engine(path, token_key=wrong)
        assert caught.value.code == raw.INVALID and str(wrong) not in str(caught.value)


def test_a_key_of_sealing_is_needed_and_never_shown(path):
    Engine(path, seal_key="a5" * 32).close()
    for given, expected in (({}, "is sealed"), ({"seal_key": "5a" * 32}, "another key"), ({"seal_key": 7}, "64 hexadecimal digits")):
        with pytest.raises(Error, match=expected) as caught:
            Engine(path, **given)
        assert str(given.get("seal_key", "none of it")) not in str(caught.value)
    Engine(path, seal_key="a5" * 32).close()


def test_an_actor_is_required(path):
    with Engine(path, require_actor=True, access_keep_ms=1) as engine, pytest.raises(Error, match="expected an actor"):
        engine.query("messages")


def test_a_closed_engine_says_so(path):
    engine = Engine(path)
    engine.close()
    engine.close()
    with pytest.raises(Error, match="closed") as caught:
        engine.advance()
    assert caught.value.code == raw.MISUSE


def test_a_forked_child_opens_its_own(path):
    """What gunicorn's prefork does: a master that opened the engine, and children that must not use it."""
    engine = Engine(path)
    child = os.fork()
    if child == 0:
        try:
            engine.ingest(added("kim"))
            os._exit(1)
        except Error as error:
            if error.code != raw.MISUSE:
                os._exit(2)
        with Engine(path) as own:
            own.ingest(added("lee"))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert engine.advance().events == 1
    engine.close()


def test_asyncio_is_not_held_up(engine):
    async def shop():
        results = await asyncio.gather(*(engine.ingest_async(added("kim", n)) for n in range(20)))
        return sum(result.accepted for result in results)
    assert asyncio.run(shop()) == 20


def test_a_worker_hands_messages_over_and_outlives_a_channel_that_raises(path):
    sent = []

    def send(messages):
        sent.extend(message["customer"] for message in messages)
        if "bad" in sent:
            raise RuntimeError("the provider is away")
        return [{"id": m["id"], "token": m["token"], "outcome": "accepted"} for m in messages]

    with Engine(path) as engine:
        engine.load(PLAYBOOK)
        engine.ingest([added("kim")], now=BEGIN)
        worker = Worker(engine, {"sms": send})
        assert worker.turn(BEGIN) == 0
        assert worker.turn(BEGIN + 24 * HOUR) == 1
        engine.ingest([added("bad")], now=BEGIN + 24 * HOUR)
        assert worker.turn(BEGIN + 24 * HOUR) == 1
        assert sent == ["kim", "bad"] and str(worker.last_error) == "the provider is away"
        assert [m["reason"] or m["state"] for m in engine.query("messages", state="unknown")["messages"]] != []
        assert worker.turn(BEGIN + 24 * HOUR) == 0


def test_a_worker_thread_starts_and_stops(path):
    with Engine(path) as engine:
        with Worker(engine, {}, wait_ms=60_000) as worker:
            engine.ingest(added("kim"))
            deadline = time.monotonic() + 20
            while engine.query("health")["unfolded"] > 0 and time.monotonic() < deadline:
                time.sleep(0.01)
        assert engine.query("health")["unfolded"] == 0
        assert worker.last_error is None


def test_another_abi_is_refused_with_one_sentence(monkeypatch):
    from cartwheel import load
    monkeypatch.setattr(load, "ABI_VERSION", 99)
    with pytest.raises(Error, match="has ABI 1, this package needs ABI 99"):
        load._open()


def test_a_missing_library_is_one_sentence(monkeypatch):
    from cartwheel import load
    monkeypatch.setenv("CARTWHEEL_LIBRARY", "/nowhere/libcartwheel.so.1")
    with pytest.raises(Error, match="set CARTWHEEL_LIBRARY"):
        load._open()


def test_threads_share_one_engine(engine):
    threads = [threading.Thread(target=lambda k=k: [engine.ingest(added(f"c{k}", n)) for n in range(20)]) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert engine.advance(BEGIN).events == 80
