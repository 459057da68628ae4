"""The loop of a worker: the library folds, claims, and judges its channels (cartwheel_worker_turn); here `send` is called, and what it raises or answers is
told."""

import inspect
import logging
import math
import signal
import socket
import threading
import traceback
from typing import Any, Callable, Dict, Iterable, List, Mapping, NamedTuple, Optional, Union, cast

from . import raw
from .api import Engine, at_least
from .records import Answer, Message, Turn
from .types import Error, NotSent
from .values import Time, to_json, to_ms

# Gets claimed messages and answers an outcome for each: {"id", "outcome", ...}. What it does not mention is unknown.
Send = Callable[[List[Message]], Iterable[Answer]]

# Raised while a connection is made: surely nothing left.
_NOT_SENT = (NotSent, ConnectionRefusedError, socket.gaierror)
_log = logging.getLogger("cartwheel")


class Channel(NamedTuple):
    """A `send` and what the library must know of its provider. idempotency_ms: how long it recognises a message's key."""

    send: Send
    batch_max: int = 100
    timeout_ms: int = 10_000
    idempotency_ms: int = 0
    messages_per_second: float = 0


class Worker:
    """with Worker(engine, {"sms": send_sms}): ...   A thread that works until the end of the block. The engine must stay open meanwhile.
    Worker(engine, {"sms": send_sms}).run()          Works in this thread until SIGTERM, SIGINT or stop().

    A channel begins with one message a call, which doubles while `send` answers for every message; one that raises, or does not answer, is left alone for a
    while. What it raised is in last_error, and handed to on_error(channel, error). Its messages are unknown, which an advertisement never
    survives, unless the error says that surely nothing left: NotSent, ConnectionRefusedError, socket.gaierror.
    """

    def __init__(self, engine: Engine, channels: Mapping[str, Union[Send, Channel]], *, wait_ms: int = 1_000,
                 on_error: Optional[Callable[[str, BaseException], None]] = None) -> None:
        self.last_error: Optional[BaseException] = None
        self._engine, self._wait_ms, self._on_error = engine, wait_ms, on_error
        if not isinstance(channels, Mapping):
            raise Error(raw.INVALID, f'channels are {channels!r}: expected a function by channel, such as {{"sms": send}}')
        at_least(0, wait_ms=wait_ms)
        self._fatal: Optional[Error] = None
        self._channels = {name: _channel(name, given) for name, given in channels.items()}
        self._table = {name: {"batch_max": each.batch_max, "timeout_ms": each.timeout_ms, "idempotency_ms": each.idempotency_ms,
                              "messages_per_second": each.messages_per_second} for name, each in self._channels.items()}
        self._stopping = threading.Event()
        self._thread: Optional[threading.Thread] = None

    def start(self) -> "Worker":
        if self._thread is not None and self._thread.is_alive():
            raise Error(raw.MISUSE, "the worker is started already: one thread is enough")
        self._stopping.clear()
        self._thread = threading.Thread(target=self._loop, name="cartwheel-worker", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Returns when the thread has ended, after the call of `send` that is at work. May be called by a signal's handler, and more than once."""
        self._stopping.set()
        self._interrupt()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def __enter__(self) -> "Worker":
        return self.start()

    def __exit__(self, *_: Any) -> None:
        self.stop()

    def run(self) -> None:
        """Works in this thread. SIGTERM and SIGINT end it after the call of `send` that is at work; their handlers are put back at the end. Raises what no worker
        can go on after: a broken file, an engine that was closed."""
        self._stopping.clear()
        restore = {}
        if threading.current_thread() is threading.main_thread():
            restore = {number: signal.signal(number, lambda *_: self._stopping.set()) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            self._loop(slice_ms=250 if restore else None)
        finally:
            for number, handler in restore.items():
                signal.signal(number, handler)
        if self._fatal is not None:
            raise self._fatal

    def turn(self, now: Time = None, wait_ms: int = 0) -> int:
        """Works until there is nothing to do, as tests do it. Returns the number of messages handed over."""
        handed_over = 0
        answer: Optional[Dict[str, Any]] = None
        while True:
            next_ = self._next(answer, now, wait_ms)
            if not next_["messages"] and (next_["idle"] or self._stopping.is_set()):
                return handed_over
            handed_over += len(next_["messages"])
            answer = self._send(next_)

    def _loop(self, slice_ms: Optional[int] = None) -> None:
        answer: Optional[Dict[str, Any]] = None
        self._fatal = None
        wait_ms = self._wait_ms if slice_ms is None else min(slice_ms, self._wait_ms)
        while not self._stopping.is_set():
            try:
                answer = self._send(self._next(answer, None, wait_ms))
            except Error as error:
                self._heard("", error)
                if error.code in (raw.BROKEN, raw.MISUSE, raw.INVALID):
                    self._fatal = error
                    return
                self._stopping.wait(0.1 if error.code == raw.BUSY else 1)
        if not self._table:
            return
        try:
            self._engine._turn({"channels": self._table, "stop": True, **({"answer": answer} if answer else {})})
        except Error as error:
            self._heard("", error)

    def _next(self, answer: Optional[Dict[str, Any]], now: Time, wait_ms: int) -> Turn:
        """The messages to send next. Those of a worker without channels are none: it folds."""
        if not self._table:
            done = self._engine._advance(to_ms(now), wait_ms)
            return {"channel": "", "messages": [], "held_back": 0, "behind": False, "idle": not done.more, "folds": True, "next_due": done.next_due_ms,
                    "failure": None}
        turn: Dict[str, Any] = {"channels": self._table, "now": to_ms(now), "wait_ms": 0 if self._stopping.is_set() else wait_ms}
        if answer is not None:
            turn["answer"] = answer
        next_ = self._engine._turn(turn)
        failure = next_["failure"]
        # What it raised was heard when it did: here of a channel that answered, and nothing that helps, or that no playbook names.
        if failure is not None and (failure["failures"] == 0 or (answer is not None and "failure" not in answer)):
            self._heard(failure["channel"], Error(raw.INVALID, failure["reason"]))
        return next_

    def _send(self, next_: Turn) -> Optional[Dict[str, Any]]:
        """Calls the channel; the answer that the next turn is told."""
        messages = next_["messages"]
        if not messages:
            return None
        channel = next_["channel"]
        if self._stopping.is_set():
            return {"released": True, "failure": "the worker stops"}
        outcomes: List[Dict[str, Any]] = []
        try:
            answers = _answers(self._channels[channel].send(messages))
            for outcome in answers:
                outcomes.append(_checked(outcome))
                if hasattr(answers, "__next__"):  # made one by one: settled when it is done, and not when the last one is
                    self._tell_some(outcomes[-1])
            return {"outcomes": outcomes}
        except Exception as error:  # a channel's mistake is no reason to stop the others
            self._heard(channel, error)
            return {"outcomes": outcomes, "failure": f"{type(error).__name__}: {error}", "not_sent": isinstance(error, _NOT_SENT)}
        except BaseException as error:  # an exit, from within a provider's library
            self._heard(channel, error)
            self._stopping.set()
            return {"outcomes": outcomes, "failure": f"{type(error).__name__}: {error}"}

    def _tell_some(self, outcome: Dict[str, Any]) -> None:
        try:
            self._engine._turn({"channels": self._table, "answer": {"outcomes": [outcome], "more": True}})
        except Error:  # it is told again with the whole answer
            pass

    def _heard(self, channel: str, error: BaseException) -> None:
        if isinstance(error, Error) and error.code == raw.BUSY:
            return
        self.last_error = error
        _log.warning("channel %s: %s", channel or "(the engine)", "".join(traceback.format_exception_only(type(error), error)).strip())
        if self._on_error is None:
            return
        try:
            self._on_error(channel, error)
        except Exception as wrong:  # its own mistake does not end the worker
            self.last_error = wrong

    def _interrupt(self) -> None:
        try:
            self._engine.interrupt()
        except Error:  # closed already
            pass


def _channel(name: str, given: Union[Send, Channel]) -> Channel:
    """Checks what can be known before the first message: that it can be called with one list, and is no coroutine."""
    channel = given if isinstance(given, Channel) else Channel(given)
    send = channel.send
    if not isinstance(name, str) or not name:
        raise Error(raw.INVALID, f"channel {name!r}: expected a channel's name, as playbooks write it in `via`")
    if not callable(send):
        raise Error(raw.INVALID, f"channel {name}: send is {send!r}: expected a function of a list of messages")
    try:
        at_least(1, batch_max=channel.batch_max, timeout_ms=channel.timeout_ms)
        at_least(0, idempotency_ms=channel.idempotency_ms)
    except Error as error:
        raise Error(raw.INVALID, f"channel {name}: {error}") from None
    if isinstance(channel.messages_per_second, bool) or not isinstance(channel.messages_per_second, (int, float)) or not 0 <= channel.messages_per_second < math.inf:
        raise Error(raw.INVALID, f"channel {name}: messages_per_second is {channel.messages_per_second!r}: expected a number, at least 0")
    if inspect.iscoroutinefunction(send) or inspect.iscoroutinefunction(getattr(send, "__call__", None)):
        raise Error(raw.INVALID, f"channel {name}: send is async: expected a plain function; call asyncio.run inside of it")
    try:
        inspect.signature(send).bind([])
    except TypeError as error:
        raise Error(raw.INVALID, f"channel {name}: send cannot be called with a list of messages: {error}") from None
    except ValueError:  # of a builtin nothing is known
        pass
    return channel


def _answers(answer: Any) -> Iterable[Any]:
    """What `send` answered, one by one as a generator makes them. Raises what makes its messages unknown, and NotSent for a coroutine that was never awaited."""
    if inspect.iscoroutine(answer):
        answer.close()
        raise NotSent("send answered a coroutine, which was not begun: expected outcomes")
    if answer is None or isinstance(answer, (str, bytes, bool, Mapping)) or not hasattr(answer, "__iter__"):
        raise TypeError(f"send answered {answer!r}: expected a list of outcomes, one for each message")
    return cast(Iterable[Any], answer)


def _checked(outcome: Any) -> Dict[str, Any]:
    checked = dict(outcome)
    to_json(checked, "outcome")
    return checked
