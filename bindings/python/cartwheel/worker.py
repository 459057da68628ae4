"""A thread that advances an engine and hands its messages to functions."""

import threading
from typing import Any, Callable, Dict, List, Mapping, Optional

from . import raw
from .api import Engine
from .types import Error

# Gets claimed messages and answers outcomes: {"id", "token", "outcome", ...} each. What it does not mention stays unknown.
Send = Callable[[List[Dict[str, Any]]], List[Mapping[str, Any]]]


class Worker:
    """with Worker(engine, {"sms": send_sms}): ...   The engine must stay open meanwhile.

    `send` may raise: then its messages are settled as unknown, which an advertisement never survives twice, and the error is kept
    in last_error.
    """

    def __init__(self, engine: Engine, channels: Mapping[str, Send], *, max: int = 100, wait_ms: int = 1_000) -> None:
        self.last_error: Optional[Exception] = None
        self._engine, self._channels, self._max, self._wait_ms = engine, dict(channels), max, wait_ms
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cartwheel-worker", daemon=True)

    def start(self) -> "Worker":
        self._thread.start()
        return self

    def stop(self) -> None:
        """Returns when the thread has ended."""
        self._stopping.set()
        if self._thread.is_alive():
            self._engine.interrupt()
            self._thread.join()

    def __enter__(self) -> "Worker":
        return self.start()

    def __exit__(self, *_: Any) -> None:
        self.stop()

    def turn(self, now: Any = None, wait_ms: int = 0) -> int:
        """One round by hand, as tests do it. Returns the number of messages handed over."""
        while self._engine.advance(now, wait_ms=wait_ms).more:
            pass
        return sum(self._drain(channel, send, now) for channel, send in self._channels.items())

    def _drain(self, channel: str, send: Send, now: Any) -> int:
        handed_over = 0
        while not self._stopping.is_set():
            messages = self._engine.claim(channel, self._max, now=now).messages
            if not messages:
                break
            handed_over += len(messages)
            try:
                outcomes = list(send(messages))
            except Exception as error:  # a channel's mistake is no reason to stop the others
                self.last_error = error
                outcomes = []
            said = {outcome["id"] for outcome in outcomes}
            outcomes += [{"id": m["id"], "token": m["token"], "outcome": "unknown"} for m in messages if m["id"] not in said]
            self._engine.settle(outcomes, now)
        return handed_over

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.turn(wait_ms=self._wait_ms)
            except Error as error:
                if error.code != raw.BUSY:
                    self.last_error = error
                if error.code in (raw.BROKEN, raw.MISUSE):
                    return
                self._stopping.wait(0.1 if error.code == raw.BUSY else 1)
