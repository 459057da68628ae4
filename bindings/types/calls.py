"""Every documented call, as a type checker sees it; a line with `type: ignore` is a mistake that must be told. Checked by mypy --strict (mypy.sh), never
run."""

import os
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Iterable, List

from cartwheel import (Answer, BusyError, Channel, Engine, Error, Event, Message, NotSent, Outcome, Worker, library_path, version)

NOW = datetime(2026, 6, 1, 9, tzinfo=timezone.utc)


def events(engine: Engine) -> None:
    event: Event = {"type": "product_added", "customer": "kim", "at": NOW, "properties": {"product_id": "mug", "price": Decimal("12.90"), "day": date(2026, 6, 1)}}
    result = engine.ingest(event, format="native", now=NOW)
    for rejected in result.rejected:
        print(result.accepted, rejected.record, rejected.code, rejected.message)
    for warning in result.warnings:
        print(warning.field, warning.expected)
    engine.ingest([event, {"type": "order_completed", "customer": 42}])
    engine.ingest({"type": "page_viewed", "customer": f"c{n}"} for n in range(3))
    engine.ingest('{"type": "page_viewed", "customer": "kim"}')
    wrong: Event = {"type": "product_added", "customerId": "kim"}  # type: ignore[typeddict-item]
    missing: Event = {"customer": "kim"}  # type: ignore[typeddict-item]
    engine.ingest([wrong, missing], now="2026-06-01")  # type: ignore[arg-type]
    engine.ingest(5)  # type: ignore[arg-type]


def work(engine: Engine) -> None:
    print(engine.load({"playbook": 1}).revision, engine.load("{}").note)
    done = engine.advance(NOW, wait_ms=5)
    print(done.more, done.next_due_ms)
    engine.advance(wait=5)  # type: ignore[call-arg]
    with engine.claim("sms", 10, lease_ms=60_000, idempotency_ms=0, now=NOW) as messages:
        for message in messages:
            print(message["address"], message["payload"]["text"], message["class"], message["attempt"])
            messages.settle(message, "accepted", reason="taken")
            messages.settle(message, "sent")  # type: ignore[arg-type]
            print(message["adress"])  # type: ignore[typeddict-item]
    claim = engine.claim("sms")
    print(claim.behind, claim.held_back, len(claim))
    outcomes: List[Outcome] = [{"id": m["id"], "token": m["token"], "outcome": "accepted"} for m in claim.messages]
    print(engine.settle(outcomes, NOW).settled)
    engine.settle([{"id": 1, "token": 2, "outcome": "retry", "retry_after_ms": 5_000}])
    engine.settle([{"id": 1, "outcome": "accepted"}])  # type: ignore[typeddict-item]
    engine.settle([{"id": 1, "token": 2, "outcome": "sent"}])  # type: ignore[typeddict-item]
    engine.hold("pause", journey="cart", why="wrong price", now=NOW)
    engine.hold("halt")  # type: ignore[arg-type]
    engine.claim(None)  # type: ignore[arg-type]


def ask(engine: Engine) -> None:
    for decision in engine.why(customer="kim")["decisions"]:
        print(decision["at"], decision["decision"])
    print(engine.why("kim")["decision"])  # type: ignore[typeddict-item]
    print(engine.health(now=NOW)["problems"][0]["text"], engine.metrics().splitlines())
    print(engine.customer("kim"), engine.export(anonymous_id="b"), engine.preview("gentle", customer="kim"), engine.report(), engine.segments(),
          engine.segment("big", after=5, limit=10), engine.evaluate("true"), engine.messages(state="waiting", after=0, limit=5), engine.dead_letters(limit=1),
          engine.link("x"), engine.refused(limit=5), engine.playbook(), engine.stats(), engine.query("why", customer="kim"))
    engine.why(custmer="kim")  # type: ignore[call-arg]


def accept(messages: List[Message]) -> Iterable[Answer]:
    for message in messages:
        yield {"id": message["id"], "outcome": "accepted"}


def no_answer(messages: List[Message]) -> None:
    raise NotSent("refused")


async def never_awaited(messages: List[Message]) -> List[Answer]:
    return []


def send(engine: Engine) -> None:
    with Worker(engine, {"sms": accept, "push": Channel(accept, batch_max=10, timeout_ms=5_000, idempotency_ms=0, messages_per_second=5)}, wait_ms=500,
                on_error=lambda channel, error: print(channel, error)) as worker:
        print(worker.last_error)
    handed_over: int = Worker(engine, {"sms": accept}).turn(NOW)
    print(handed_over)
    Worker(engine, {"sms": no_answer})  # type: ignore[dict-item]
    Worker(engine, {"sms": never_awaited})  # type: ignore[dict-item]
    Worker(engine, {"sms": accept}).run()


async def later(engine: Engine) -> None:
    print((await engine.ingest_async({"type": "x", "customer": "kim"}, now=NOW)).accepted)
    claim = await engine.claim_async("sms", 5, lease_ms=1_000)
    await engine.settle_async([{"id": m["id"], "token": m["token"], "outcome": "released"} for m in claim.messages])
    print(await engine.query_async("why", customer="kim"))
    await engine.claim_async("sms", lease=1_000)  # type: ignore[call-arg]


def main() -> None:
    with Engine(Path("shop.db"), durability="normal", work_max=5, shared=True, file_mode=0o660, event_zone="Asia/Seoul", token_key="5a" * 32, deployment="shop", seal_key="a5" * 32, access_keep_ms=1, require_actor=True, manual_clock_ms=NOW) as engine:
        engine.set_clock(NOW)
        engine.interrupt()
    Engine(":memory:", work_maxx=5)  # type: ignore[call-arg]
    Engine(":memory:", durability="none")  # type: ignore[arg-type]
    Engine(os.environ.get("NOPE"))  # type: ignore[arg-type]
    try:
        engine.close()
    except BusyError as error:
        print(error.code)
    except Error as error:
        print(error.code, str(error))
    print(library_path(), version())
