"""The engine: nine verbs, close by themselves, and asynchronous twins of those that may wait."""

import ctypes
import difflib
import itertools
import json
import os
import threading
import time
from ctypes import byref, c_void_p, sizeof
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, Iterator, List, Mapping, NoReturn, Optional, Tuple, TypeVar, Union, cast

from . import raw
from .claim import Claim
from .load import library
from .queries import Queries
from .records import Durability, Event, HoldAction, Outcome, Turn
from .types import Advanced, BusyError, Error, Ingested, Loaded, Rejected, Settled, Warning
from .values import Time, to_json, to_ms

Events = Union[str, bytes, Event, Iterable[Event], Mapping[str, Any], Iterable[Mapping[str, Any]]]
Path = Union[str, "os.PathLike[str]"]
Answer = TypeVar("Answer")

_DURABILITY = {"full": 0, "normal": 1}
_TEXTS = {"event_zone": 'a zone\'s name such as "Asia/Seoul"', "token_key": "64 hexadecimal digits", "seal_key": "64 hexadecimal digits", "deployment": 'a name such as "shop-production"'}  # options that are texts, and what is expected
_OPTIONS = {name: kind for name, kind in raw.Options._fields_ if name not in ("size", "durability", "log", "log_data", "event_zone_size", "token_key_size", "deployment_size", "seal_key_size")}
_SLICE = 10_000       # events of one call, of an iterable of any length
_WAIT_SLICE_MS = 250  # of a wait in the main thread, between which Ctrl-C is heard


def _unknown(kind: str, name: str, known: Iterable[str]) -> Error:
    near = difflib.get_close_matches(name, list(known), 1)
    hint = f': did you mean "{near[0]}"?' if near else ": expected one of " + ", ".join(known)
    return Error(raw.INVALID, f'unknown {kind} "{name}"{hint}')


def _option(name: str, value: Any) -> Union[int, bytes]:
    if name in _TEXTS:
        if not isinstance(value, str):  # a key is not shown
            shown = f"{value!r}" if name == "event_zone" else f"of type {type(value).__name__}"
            raise Error(raw.INVALID, f"option {name} is {shown}: expected {_TEXTS[name]}")
        return value.encode()
    if name == "manual_clock_ms" and not isinstance(value, int):
        return to_ms(value)
    limit = 1 << (63 if _OPTIONS[name] is ctypes.c_int64 else 31)
    if not isinstance(value, int) or not -limit <= value < limit:
        raise Error(raw.INVALID, f"option {name} is {value!r}: expected a whole number")
    return int(value)


def _slices(events: Events) -> Iterator[Tuple[int, bytes]]:
    """(place of the first, JSON) of so many events as one call takes."""
    if isinstance(events, (str, bytes, bytearray, Mapping)) or not hasattr(events, "__iter__") or (isinstance(events, list) and len(events) <= _SLICE):
        yield 0, to_json(events, "event")
        return
    each = iter(events)
    begin = 0
    while True:
        some = list(itertools.islice(each, _SLICE))
        if some or begin == 0:
            yield begin, to_json(some, "event", begin)
        if len(some) < _SLICE:
            return
        begin += len(some)


def _asked(name: str, value: Any) -> Any:
    if value is None:
        raise Error(raw.INVALID, f"query: {name} is None: expected a value, or leave it out")
    return to_ms(value) if name == "now" else value


def at_least(least: int, **given: int) -> None:
    for option, value in given.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise Error(raw.INVALID, f"{option} is {value!r}: expected a whole number, at least {least}")


async def _later(call: Callable[[], Answer]) -> Answer:
    import asyncio  # takes longer to load than everything else here: for those who have it loaded already

    return await asyncio.get_running_loop().run_in_executor(None, call)


class Engine(Queries):
    """One database. May be used from any thread; not in a child of fork, which opens its own.

    Options by name are those of cartwheel_options: work_max, fold_lease_ms, shared, ...; durability is "full" or "normal". With manual_clock_ms (a datetime
    or milliseconds) the engine's clock stands until set_clock, or a later `now`, moves it, and leases with it: for tests.
    """

    if TYPE_CHECKING:
        def __init__(self, path: Path, *, durability: Durability = "full", work_max: int = 0, customer_cache_bytes: int = 0, claim_tail_max: int = 0,
                     fold_lease_ms: int = 0, dedupe_window_ms: int = 0, cart_idle_ms: int = 0, log_bytes_max: int = 0, free_disk_min_bytes: int = 0,
                     log_keep_ms: int = 0, busy_timeout_ms: int = 0, shared: Union[bool, int] = 0, linger_ms: int = 0, file_mode: int = 0,
                     strict: Union[bool, int] = 0, event_zone: str = "", clock_skew_max_ms: int = 0, manual_clock_ms: Time = None, token_key: str = "",
                     deployment: str = "", message_keep_ms: int = 0, decision_keep_ms: int = 0, finding_keep_ms: int = 0, consent_keep_ms: int = 0,
                     access_keep_ms: int = 0, require_actor: Union[bool, int] = 0, seal_key: str = "") -> None: ...
    else:
        def __init__(self, path, **options):
            self._start(path, **options)

    def _start(self, path: Path, *, durability: str = "full", **options: Any) -> None:
        self._handle: Any = None
        self._path = ""
        if not isinstance(path, (str, os.PathLike)) or not os.fspath(path):
            raise Error(raw.INVALID, f"path is {path!r}: expected the name of a file, or :memory:")
        self._path = os.fspath(path)
        self._library = library()
        if durability not in _DURABILITY:
            raise Error(raw.INVALID, f'durability is "{durability}", expected "full" or "normal"')
        given = raw.Options(size=sizeof(raw.Options), durability=_DURABILITY[durability])
        for name, value in options.items():
            if name not in _OPTIONS:
                raise _unknown("option", name, _OPTIONS)
            setattr(given, name, _option(name, value))
        given.event_zone_size = len(given.event_zone or b"")
        given.token_key_size = len(given.token_key or b"")
        given.seal_key_size = len(given.seal_key or b"")
        given.deployment_size = len(given.deployment or b"")
        handle = c_void_p()
        place = os.fsencode(self._path)
        self._call("cartwheel_open", place, len(place), byref(given), byref(handle))
        self._handle = handle

    # ---- Verbs

    def load(self, playbook: Union[str, bytes, Mapping[str, Any]]) -> Loaded:
        """Puts a playbook in force. An error's text holds every line of what is wrong."""
        text = to_json(playbook, "playbook")
        result = c_void_p()
        try:
            self._call("cartwheel_load", self._open(), text, len(text), byref(result))
        except Error as error:
            if result:
                raise Error(error.code, json.loads(self._take(result))["errors"]) from None
            raise
        return Loaded(**json.loads(self._take(result)))

    def ingest(self, events: Events, *, format: str = "native", now: Time = None) -> Ingested:
        """Makes events durable. One event, an iterable of any length, or JSON as text or bytes (an array, or an object a line). Of an iterable with more than
        10,000, what was taken before an error stays durable."""
        if not isinstance(format, str):
            raise Error(raw.INVALID, f'format is {format!r}: expected the name of one, such as "native"')
        accepted, rejected, warnings = 0, [], []
        for begin, text in _slices(events):
            done, found = self._ingest(text, format, to_ms(now))
            accepted += done
            rejected += [Rejected(**{**each, "record": each["record"] + begin}) for each in found["rejected"]]
            warnings += [Warning(**{**each, "record": each["record"] + begin}) for each in found["warnings"]]
        return Ingested(accepted, rejected, warnings)

    def _ingest(self, text: bytes, format: str, now_ms: int) -> Tuple[int, Dict[str, List[Dict[str, Any]]]]:
        name = format.encode()
        options = raw.IngestOptions(sizeof(raw.IngestOptions), len(name), name, now_ms)
        counts = raw.Ingested(size=sizeof(raw.Ingested))
        result = c_void_p()
        self._call("cartwheel_ingest", self._open(), text, len(text), byref(options), byref(counts), byref(result))
        return counts.accepted, json.loads(self._take(result)) if result else {"rejected": [], "warnings": []}

    def advance(self, now: Time = None, *, wait_ms: int = 0) -> Advanced:
        """Folds and fires. With nothing to do it waits for wait_ms, or until there is something; see interrupt. Ctrl-C ends the wait at once."""
        now_ms = to_ms(now)
        at_least(0, wait_ms=wait_ms)
        in_slices = wait_ms > _WAIT_SLICE_MS and threading.current_thread() is threading.main_thread()
        if not in_slices:
            return self._advance(now_ms, wait_ms)
        end = time.monotonic() + wait_ms / 1000
        while True:  # a signal's handler runs between two calls of the library
            left = max(round((end - time.monotonic()) * 1000), 0)
            began = time.monotonic()
            try:
                done = self._advance(now_ms, min(left, _WAIT_SLICE_MS))
            except BusyError:  # another worker folds: told at the end of the wait
                if left <= _WAIT_SLICE_MS:
                    raise
                continue
            waited_ms = (time.monotonic() - began) * 1000
            if done.more or done.events or done.alarms or done.messages or left <= _WAIT_SLICE_MS or waited_ms < _WAIT_SLICE_MS * 0.9:
                return done

    def _advance(self, now_ms: int, wait_ms: int) -> Advanced:
        options = raw.AdvanceOptions(sizeof(raw.AdvanceOptions), 0, now_ms, wait_ms)
        done = raw.Advanced(size=sizeof(raw.Advanced))
        code = self._call("cartwheel_advance", self._open(), byref(options), byref(done))
        return Advanced(done.events, done.duplicates, done.refused, done.alarms, done.enrolments, done.messages, done.exits,
                        done.next_due_ms, code == raw.MORE)

    def interrupt(self) -> None:
        """Ends the wait of an advance in another thread."""
        self._call("cartwheel_interrupt", self._open())

    def set_clock(self, now: Time) -> None:
        """Moves the clock of an engine that was opened with manual_clock_ms; forward, leases age with it."""
        self._call("cartwheel_set_clock", self._open(), to_ms(now))

    def claim(self, channel: str, max: int = 100, *, lease_ms: int = 60_000, idempotency_ms: int = 0, now: Time = None,
              outcomes: Union[str, bytes, Iterable[Outcome]] = ()) -> Claim:
        """Takes messages to send. Settle each within its lease; as a context manager it gives back what was not begun. idempotency_ms: how long the
        provider recognises a message's key. outcomes: of messages claimed before, settled in the same commit (a host that loops flushes once)."""
        if not isinstance(channel, str):
            raise Error(raw.INVALID, f"channel is {channel!r}: expected a channel's name, as playbooks write it in `via`")
        at_least(1, max=max, lease_ms=lease_ms)
        at_least(0, idempotency_ms=idempotency_ms)
        name = channel.encode()
        text = to_json(outcomes, "outcomes")
        options = raw.ClaimOptions(sizeof(raw.ClaimOptions), 0, max, lease_ms, to_ms(now), idempotency_ms, text, len(text))
        result = c_void_p()
        code = self._call("cartwheel_claim", self._open(), name, len(name), byref(options), byref(result))
        claimed = json.loads(self._take(result))
        return Claim(self, claimed["messages"], code == raw.BEHIND, claimed["held_back"], Settled(**claimed["settled"]), now)

    def settle(self, outcomes: Union[str, bytes, Iterable[Outcome]], now: Time = None) -> Settled:
        """Says what became of claimed messages: [{"id", "token", "outcome", "reason"?, "retry_after_ms"?, "gone_at_ms"?}]."""
        text = to_json(outcomes, "outcomes")
        counts = raw.Settled(size=sizeof(raw.Settled))
        self._call("cartwheel_settle", self._open(), text, len(text), to_ms(now), byref(counts))
        return Settled(counts.settled, counts.late, counts.unknown)

    def hold(self, action: HoldAction, *, journey: Optional[str] = None, why: Optional[str] = None, now: Time = None) -> None:
        """Keeps messages from leaving, of a journey or of the whole shop, and lets them go again: hold("pause", journey="cart", why="wrong price").
        "quiet", "pause", "drain", "stop", "resume", "release" or "adopt"; cartwheel.h says what each does. query health says what is held."""
        given = {"action": action, "journey": journey, "why": why, "now": None if now is None else to_ms(now)}
        text = to_json({name: value for name, value in given.items() if value is not None}, "hold")
        self._call("cartwheel_hold", self._open(), text, len(text))

    def query(self, query: str, **request: Any) -> Union[Dict[str, Any], str]:
        """Reads: query("why", customer="kim"). The answer of "metrics" is text, any other a dict."""
        if not isinstance(query, str):
            raise Error(raw.INVALID, f'query is {query!r}: expected its name, such as "why", and the rest as keyword arguments')
        text = to_json({"query": query, **{name: _asked(name, value) for name, value in request.items()}}, "query")
        result = c_void_p()
        self._call("cartwheel_query", self._open(), text, len(text), byref(result))
        answer = self._take(result)
        return answer.decode() if query == "metrics" else cast(Dict[str, Any], json.loads(answer))

    def close(self) -> None:
        """Gives the place of the worker back and closes the file. Again: nothing."""
        handle, self._handle = self._handle, None
        if handle is not None:
            self._call("cartwheel_close", handle)

    # ---- What people of this language expect

    def __enter__(self) -> "Engine":
        self._open()
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise Error(raw.MISUSE, "an engine is neither copied nor pickled: open one in each process, by its path")

    def __repr__(self) -> str:
        return f"<cartwheel.Engine {self._path!r} {'closed' if self._handle is None else 'open'}>"

    async def ingest_async(self, events: Events, *, format: str = "native", now: Time = None) -> Ingested:
        """Without holding up the event loop while the disk is written."""
        return await _later(lambda: self.ingest(events, format=format, now=now))

    async def claim_async(self, channel: str, max: int = 100, *, lease_ms: int = 60_000, idempotency_ms: int = 0, now: Time = None,
                          outcomes: Union[str, bytes, Iterable[Outcome]] = ()) -> Claim:
        return await _later(lambda: self.claim(channel, max, lease_ms=lease_ms, idempotency_ms=idempotency_ms, now=now, outcomes=outcomes))

    async def settle_async(self, outcomes: Union[str, bytes, Iterable[Outcome]], now: Time = None) -> Settled:
        return await _later(lambda: self.settle(outcomes, now))

    async def query_async(self, query: str, **request: Any) -> Union[Dict[str, Any], str]:
        return await _later(lambda: self.query(query, **request))

    # ---- Inside

    def _turn(self, turn: Mapping[str, Any]) -> Turn:
        text = to_json(turn, "turn")
        result = c_void_p()
        self._call("cartwheel_worker_turn", self._open(), text, len(text), byref(result))
        return cast(Turn, json.loads(self._take(result)))

    def _open(self) -> c_void_p:
        if self._handle is None:
            raise Error(raw.MISUSE, "the engine is closed")
        return cast(c_void_p, self._handle)

    def _call(self, function: str, *arguments: Any) -> int:
        error = raw.Error(size=sizeof(raw.Error))
        code: int = getattr(self._library, function)(*arguments, byref(error))
        if code < 0:
            raise Error(code, error.message.decode("utf-8", "replace"))
        return code

    def _take(self, result: c_void_p) -> bytes:
        try:
            return ctypes.string_at(self._library.cartwheel_result_data(result), self._library.cartwheel_result_size(result))
        finally:
            self._library.cartwheel_result_free(result)
