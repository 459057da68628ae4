"""The engine: eight verbs, close by themselves, and asynchronous twins of those that may wait."""

import ctypes
import json
from ctypes import byref, c_void_p, sizeof
from datetime import datetime
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Union

from . import raw
from .load import library
from .types import Advanced, Claim, Error, Ingested, Loaded, Rejected, Settled, Warning

Time = Union[int, datetime, None]
Events = Union[str, bytes, Mapping[str, Any], Iterable[Mapping[str, Any]]]

_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_DURABILITY = {"full": 0, "normal": 1}


def _ms(time: Time) -> int:
    if time is None:
        return 0
    if isinstance(time, datetime):
        if time.tzinfo is None:
            raise Error(raw.INVALID, "a datetime without a time zone: expected one, or milliseconds since 1970 UTC")
        return round(time.timestamp() * 1000)
    return int(time)


def _bytes(value: Any) -> bytes:
    """JSON as it is, anything else made to JSON."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    if not isinstance(value, Mapping) and not isinstance(value, list):
        value = list(value)
    return _to_json(value).encode()


async def _later(call: Callable[[], Any]) -> Any:
    import asyncio  # takes longer to load than everything else here: for those who have it loaded already

    return await asyncio.get_running_loop().run_in_executor(None, call)


class Engine:
    """One database. May be used from any thread; not in a child of fork, which opens its own.

    Options by name are those of cartwheel_options: work_max, fold_lease_ms, shared, ...; durability is "full" or "normal".
    """

    def __init__(self, path: str, *, durability: str = "full", **options: int) -> None:
        self._handle = None
        self._library = library()
        if durability not in _DURABILITY:
            raise Error(raw.INVALID, f'durability is "{durability}", expected "full" or "normal"')
        given = raw.Options(size=sizeof(raw.Options), durability=_DURABILITY[durability])
        for name, value in options.items():
            if name in ("size", "durability", "log", "log_data", "event_zone_size") or not hasattr(given, name):
                raise Error(raw.INVALID, f'unknown option "{name}": cartwheel_options of cartwheel.h lists them')
            if name == "event_zone":
                given.event_zone, given.event_zone_size = str(value).encode(), len(str(value).encode())
            else:
                setattr(given, name, int(value))
        handle = c_void_p()
        name = str(path).encode()
        self._call("cartwheel_open", name, len(name), byref(given), byref(handle))
        self._handle = handle

    # ---- Verbs

    def load(self, playbook: Union[str, bytes, Mapping[str, Any]]) -> Loaded:
        """Puts a playbook in force. An error's text holds every line of what is wrong."""
        text = _bytes(playbook)
        result = c_void_p()
        try:
            self._call("cartwheel_load", self._open(), text, len(text), byref(result))
        except Error as error:
            if result:
                raise Error(error.code, json.loads(self._take(result))["errors"]) from None
            raise
        return Loaded(**json.loads(self._take(result)))

    def ingest(self, events: Events, *, format: str = "native", now: Time = None) -> Ingested:
        """Makes events durable. One event, several, or JSON as text or bytes (an array, or an object a line)."""
        text = _bytes(events)
        name = format.encode()
        options = raw.IngestOptions(sizeof(raw.IngestOptions), len(name), name, _ms(now))
        counts = raw.Ingested(size=sizeof(raw.Ingested))
        result = c_void_p()
        self._call("cartwheel_ingest", self._open(), text, len(text), byref(options), byref(counts), byref(result))
        found = json.loads(self._take(result)) if result else {"rejected": [], "warnings": []}
        return Ingested(counts.accepted, [Rejected(**each) for each in found["rejected"]], [Warning(**each) for each in found["warnings"]])

    def advance(self, now: Time = None, *, wait_ms: int = 0) -> Advanced:
        """Folds and fires. With nothing to do it waits for wait_ms, or until there is something; see interrupt."""
        options = raw.AdvanceOptions(sizeof(raw.AdvanceOptions), 0, _ms(now), wait_ms)
        done = raw.Advanced(size=sizeof(raw.Advanced))
        code = self._call("cartwheel_advance", self._open(), byref(options), byref(done))
        return Advanced(done.events, done.duplicates, done.refused, done.alarms, done.enrolments, done.messages, done.exits,
                        done.next_due_ms, code == raw.MORE)

    def interrupt(self) -> None:
        """Ends the wait of an advance in another thread."""
        self._call("cartwheel_interrupt", self._open())

    def claim(self, channel: str, max: int = 100, *, lease_ms: int = 60_000, honours_idempotency_keys: bool = False,
              now: Time = None) -> Claim:
        """Takes messages to send. Settle each within its lease."""
        name = channel.encode()
        options = raw.ClaimOptions(sizeof(raw.ClaimOptions), int(honours_idempotency_keys), max, lease_ms, _ms(now))
        result = c_void_p()
        code = self._call("cartwheel_claim", self._open(), name, len(name), byref(options), byref(result))
        claimed = json.loads(self._take(result))
        return Claim(claimed["messages"], code == raw.BEHIND, claimed["held_back"])

    def settle(self, outcomes: Union[str, bytes, Iterable[Mapping[str, Any]]], now: Time = None) -> Settled:
        """Says what became of claimed messages: [{"id", "token", "outcome", "reason"?, "retry_after_ms"?}]."""
        text = _bytes(outcomes)
        counts = raw.Settled(size=sizeof(raw.Settled))
        self._call("cartwheel_settle", self._open(), text, len(text), _ms(now), byref(counts))
        return Settled(counts.settled, counts.late, counts.unknown)

    def query(self, query: str, **request: Any) -> Union[Dict[str, Any], str]:
        """Reads: query("why", customer="kim"). The answer of "metrics" is text, any other a dict."""
        text = _bytes({"query": query, **request})
        result = c_void_p()
        self._call("cartwheel_query", self._open(), text, len(text), byref(result))
        answer = self._take(result)
        return answer.decode() if query == "metrics" else json.loads(answer)

    def close(self) -> None:
        """Gives the place of the worker back and closes the file. Again: nothing."""
        handle, self._handle = self._handle, None
        if handle is not None:
            self._call("cartwheel_close", handle)

    # ---- What people of this language expect

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    async def ingest_async(self, events: Events, *, format: str = "native", now: Time = None) -> Ingested:
        """Without holding up the event loop while the disk is written."""
        return await _later(lambda: self.ingest(events, format=format, now=now))

    async def claim_async(self, channel: str, max: int = 100, **options: Any) -> Claim:
        return await _later(lambda: self.claim(channel, max, **options))

    async def settle_async(self, outcomes: List[Mapping[str, Any]], now: Time = None) -> Settled:
        return await _later(lambda: self.settle(outcomes, now))

    async def query_async(self, query: str, **request: Any) -> Union[Dict[str, Any], str]:
        return await _later(lambda: self.query(query, **request))

    # ---- Inside

    def _open(self) -> c_void_p:
        if self._handle is None:
            raise Error(raw.MISUSE, "the engine is closed")
        return self._handle

    def _call(self, function: str, *arguments: Any) -> int:
        error = raw.Error(size=sizeof(raw.Error))
        code = getattr(self._library, function)(*arguments, byref(error))
        if code < 0:
            raise Error(code, error.message.decode("utf-8", "replace"))
        return code

    def _take(self, result: c_void_p) -> bytes:
        try:
            return ctypes.string_at(self._library.cartwheel_result_data(result), self._library.cartwheel_result_size(result))
        finally:
            self._library.cartwheel_result_free(result)
