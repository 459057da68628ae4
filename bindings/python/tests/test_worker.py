"""Nothing burns: what a `send` raises, answers or forgets loses one message at most, and a claim that is left gives back what was not begun."""

import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
from conftest import BEGIN, HOUR, PLAYBOOK, added

from cartwheel import BusyError, Channel, Engine, Error, NotSent, Worker, raw

DUE = BEGIN + 24 * HOUR


@pytest.fixture
def due():
    """Twenty advertisements wait on sms; the clock is set by hand."""
    with Engine(":memory:", manual_clock_ms=BEGIN) as engine:
        engine.load(PLAYBOOK)
        engine.ingest(added(f"c{n}") for n in range(20))
        engine.advance()
        engine.set_clock(DUE)
        engine.advance()
        yield engine


def states(engine):
    found = [message["state"] for message in engine.query("messages", limit=100)["messages"]]
    return {state: found.count(state) for state in sorted(set(found))}


def accept(messages):
    return [{"id": message["id"], "outcome": "accepted"} for message in messages]


def raises(error):
    def send(messages):
        raise error
    return send


async def never_awaited():
    return []


@pytest.mark.parametrize("send, lost", [
    (raises(ConnectionError("down")), 1), (raises(RuntimeError("bug")), 1), (raises(SystemExit(3)), 1), (raises(KeyboardInterrupt()), 1),
    (lambda messages: None, 1), (lambda messages: [], 1), (lambda messages: True, 1), (lambda messages: "accepted", 1), (lambda messages: {"id": 1}, 1),
    (lambda messages: [None], 1), (lambda messages: [{"id": "1", "outcome": "accepted"}], 1), (lambda messages: [{"id": 1, "outcome": "sent"}], 1),
    (lambda messages: [{"id": 1, "outcome": object()}], 1), (lambda messages: [{"id": 999, "outcome": "accepted"}], 1),
    (raises(NotSent("refused")), 0), (raises(ConnectionRefusedError(111, "refused")), 0), (raises(socket.gaierror(-2, "no such name")), 0),
    (lambda messages: never_awaited(), 0)])
def test_a_call_that_is_no_answer_loses_its_message_and_no_other(due, send, lost):
    heard = []
    worker = Worker(due, {"sms": send}, on_error=lambda channel, error: heard.append(channel))
    worker.turn()
    assert states(due) == ({"unknown": lost, "waiting": 20 - lost} if lost else {"waiting": 20})
    assert heard == ["sms"] and worker.last_error is not None
    assert due.query("health")["problems"][0]["code"] == "channel_fails"


def test_the_outbox_is_sent_once_the_provider_is_back(due):
    sizes, down = [], [True]

    def send(messages):
        sizes.append(len(messages))
        if down[0]:
            raise ConnectionError("down")
        return accept(messages)
    worker = Worker(due, {"sms": send})
    worker.turn()
    assert worker.turn() == 0  # it is left alone
    down[0] = False
    due.set_clock(DUE + 10_000)
    assert worker.turn() == 19
    assert sizes == [1, 1, 2, 4, 8, 4]
    assert states(due) == {"accepted": 19, "unknown": 1}


def test_what_was_done_before_a_call_fails_stays_done(due):
    def send(messages):
        for message in messages:
            if message["id"] == 11:
                raise RuntimeError("a bug")
            yield {"id": message["id"], "outcome": "accepted"}
    Worker(due, {"sms": send}).turn()
    assert states(due) == {"accepted": 15, "unknown": 5}  # calls of 1, 2, 4, 3 of 8; then anew 1, 2, 2


def test_what_was_done_before_a_process_is_killed_is_settled(tmp_path):
    path = str(tmp_path / "shop.db")
    with Engine(path, manual_clock_ms=BEGIN) as engine:
        engine.load(PLAYBOOK)
        engine.ingest(added(f"c{n}") for n in range(20))
        engine.advance()
        engine.set_clock(DUE)
        engine.advance()
    script = """
import os, sys
from cartwheel import Engine, Worker
sent = 0
def send(messages):
    global sent
    for message in messages:
        sent += 1
        yield {"id": message["id"], "outcome": "accepted"}
        if sent == 12:
            os.kill(os.getpid(), 9)
Worker(Engine(sys.argv[1], manual_clock_ms=int(sys.argv[2])), {"sms": send}).turn()
"""
    assert subprocess.run([sys.executable, "-c", script, path, str(DUE)], env=dict(os.environ)).returncode == -9
    with Engine(path, manual_clock_ms=DUE) as engine:
        assert states(engine) == {"accepted": 12, "claimed": 3, "waiting": 5}  # a call of 1, 2, 4, and 5 of 8


def test_a_channel_that_no_playbook_names_is_told_and_the_others_go_on(due):
    heard = []
    worker = Worker(due, {"smss": accept, "sms": accept}, on_error=lambda channel, error: heard.append((channel, str(error))))
    assert worker.turn() == 20
    assert heard == [("smss", 'unknown channel "smss": the channels of the playbook (revision 1) are sms')]


@pytest.mark.parametrize("send, expected", [
    (None, "expected a function"), ("send", "expected a function"), (lambda: [], "cannot be called with a list"), (lambda a, b: [], "cannot be called with a list"),
    (never_awaited, "is async")])
def test_a_send_that_cannot_be_called_is_told_at_once(due, send, expected):
    with pytest.raises(Error, match=expected):
        Worker(due, {"sms": send})


@pytest.mark.parametrize("channel, expected", [
    ({"batch_max": 0}, "batch_max is 0"), ({"batch_max": "5"}, "batch_max is '5'"), ({"timeout_ms": -1}, "timeout_ms is -1"), ({"idempotency_ms": 1.5}, "idempotency_ms"),
    ({"messages_per_second": -1}, "messages_per_second is -1"), ({"messages_per_second": float("nan")}, "messages_per_second is nan")])
def test_what_a_channel_says_of_itself_is_checked_at_once(due, channel, expected):
    with pytest.raises(Error, match=f"channel sms: {expected}"):
        Worker(due, {"sms": Channel(accept, **channel)})
    for wrong in (lambda: Worker(due, None), lambda: Worker(due, [accept]), lambda: Worker(due, {"sms": accept}, wait_ms="5")):
        with pytest.raises(Error, match="expected"):
            wrong()


def test_a_worker_that_cannot_go_on_says_so(path):
    engine = Engine(path)
    worker = Worker(engine, {"sms": accept})
    engine.close()
    with pytest.raises(Error, match="closed"):
        worker.run()


def test_a_channel_that_recognises_keys_gets_an_unknown_message_again(due):
    seen = []

    def send(messages):
        seen.extend(message["key"] for message in messages)
        raise TimeoutError("no answer")
    worker = Worker(due, {"sms": Channel(send, idempotency_ms=HOUR)})
    worker.turn()
    assert states(due) == {"waiting": 20}
    due.set_clock(DUE + 2 * HOUR)
    assert seen[0] not in [message["key"] for message in due.claim("sms", idempotency_ms=HOUR).messages]  # past its span it is not handed out again
    assert states(due) == {"claimed": 19, "unknown": 1}


def test_a_claim_gives_back_what_was_not_begun(due):
    with due.claim("sms") as messages:
        for number, message in enumerate(messages):
            if number == 3:
                break
            messages.settle(message, "accepted")
    # The one at which the loop was left was begun; its block ended well, so its lease tells.
    assert states(due) == {"accepted": 3, "claimed": 1, "waiting": 16}
    with pytest.raises(RuntimeError):
        with due.claim("sms") as messages:
            for message in messages:
                raise RuntimeError("a bug")
    assert states(due) == {"accepted": 3, "claimed": 1, "unknown": 1, "waiting": 15}
    with due.claim("sms") as messages:
        pass
    assert states(due)["waiting"] == 15


def test_a_message_is_settled_when_it_is_done_and_leases_follow_the_clock(due):
    claim = due.claim("sms", 2)
    due.settle([{"id": claim.messages[0]["id"], "token": claim.messages[0]["token"], "outcome": "released"}])
    assert states(due) == {"claimed": 1, "waiting": 19}
    assert due.advance().next_due_ms == DUE + 60_000
    due.set_clock(DUE + 60_000)
    due.advance()
    assert states(due) == {"unknown": 1, "waiting": 19}


def test_a_worker_that_is_stopped_in_the_middle_loses_nothing(tmp_path):
    """A process that works through a file is told to end by SIGTERM, and the next one goes on: every message once."""
    path, sent = str(tmp_path / "shop.db"), tmp_path / "sent"
    with Engine(path) as engine:
        engine.load(PLAYBOOK)
        engine.ingest([dict(added(f"c{n}"), at=BEGIN) for n in range(60)], now=BEGIN)
        engine.advance(BEGIN)
        engine.advance(DUE)
    script = """
import os, signal, sys, time
from cartwheel import Engine, Worker
def send(messages):
    for message in messages:
        open(sys.argv[2], "a").write(message["customer"] + "\\n")
    time.sleep(0.05)
    return [{"id": message["id"], "outcome": "accepted"} for message in messages]
before = signal.getsignal(signal.SIGTERM)
engine = Engine(sys.argv[1])
import cartwheel.worker as worker
real = engine._turn
engine._turn = lambda turn: real({**turn, "now": int(sys.argv[3])})
Worker(engine, {"sms": send}).run()
assert signal.getsignal(signal.SIGTERM) is before
engine.close()
"""
    for _ in range(2):
        process = subprocess.Popen([sys.executable, "-c", script, path, str(sent), str(DUE)], env=dict(os.environ))
        begun = len(sent.read_text().split()) if sent.exists() else 0
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and (not sent.exists() or len(sent.read_text().split()) <= min(begun + 3, 58)):
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    with Engine(path) as engine:
        customers = sent.read_text().split()
        assert len(customers) == len(set(customers)) >= 8
        assert set(states(engine)) <= {"accepted", "waiting"} and states(engine)["accepted"] == len(customers)


def test_ctrl_c_ends_a_wait_at_once(path):
    with Engine(path) as engine:
        engine.advance()
        threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            engine.advance(wait_ms=30_000)
        assert time.monotonic() - began < 5


def test_errors_are_pickled_and_have_classes():
    again = pickle.loads(pickle.dumps(Error(raw.BUSY, "another worker folds")))
    assert type(again) is BusyError and again.code == raw.BUSY and str(again) == "another worker folds"
    assert type(Error(-99, "x")) is Error and isinstance(again, Error)
