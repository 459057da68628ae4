"""What people of this language hand in, as the JSON and the milliseconds of cartwheel.h. What cannot be sent is an Error that says where it is."""

import json
import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Mapping, Union

from . import raw
from .types import Error

Time = Union[int, float, datetime, None]

_INT64_END = 1 << 63
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def _bytes(text: str) -> bytes:
    """UTF-8. Half a surrogate pair, which has none, is written as JSON's escape: the engine says what it thinks of it, in every language the same."""
    return text.encode("utf-8", "backslashreplace")


def to_ms(time: Time) -> int:
    """Milliseconds since 1970 UTC; 0 for None. The engine judges whether it can be a now."""
    if time is None:
        return 0
    if isinstance(time, bool):
        raise Error(raw.INVALID, f"now is {time}: expected milliseconds since 1970 UTC, or a datetime with a time zone")
    if isinstance(time, datetime):
        if time.tzinfo is None:
            raise Error(raw.INVALID, "a datetime without a time zone: expected one, or milliseconds since 1970 UTC")
        return round(time.timestamp() * 1000)
    try:
        given = float(time) if isinstance(time, float) else int(time)  # int() takes numpy's whole numbers too
    except (TypeError, ValueError):
        raise Error(raw.INVALID, f"now is {time!r}: expected milliseconds since 1970 UTC, or a datetime with a time zone") from None
    if isinstance(given, float) and not math.isfinite(given):
        raise Error(raw.INVALID, f"now is {given}: expected milliseconds since 1970 UTC")
    if not isinstance(time, (str, bytes)) and 0 < abs(given) < _INT64_END:
        return int(given)
    raise Error(raw.INVALID, f"now is {time!r}: expected milliseconds since 1970 UTC, and None for the engine's clock")


def _plain(value: Any, where: str) -> Any:
    """The same value as json knows it. Only called when json did not take it as it was."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        raise Error(raw.INVALID, f"{where} is {value}: expected a number that JSON can hold")
    if isinstance(value, int):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(each, f"{where}.{key}" if where else str(key)) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(each, f"{where}[{place}]") for place, each in enumerate(value)]
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise Error(raw.INVALID, f"{where} is a datetime without a time zone: expected one")
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise Error(raw.INVALID, f"{where} is {value}: expected a number that JSON can hold")
        return int(value) if value == value.to_integral_value() else float(value)
    if hasattr(value, "tolist"):  # numpy's numbers and arrays
        return _plain(value.tolist(), where)
    raise Error(raw.INVALID, f"{where} is a {type(value).__name__}: expected text, a number, true or false, a list, a dict, a datetime or a Decimal")


def to_json(value: Any, what: str, begin: int = 0) -> bytes:
    """JSON as it is; anything else made to JSON, with the place in `what` of a value that cannot be; the first of a list is number `begin`."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    if isinstance(value, str):
        return _bytes(value)
    if value is None or isinstance(value, (int, float)):
        raise Error(raw.INVALID, f"{what}: expected a dict, a list of them, or JSON, and not {value!r}")
    if not isinstance(value, (Mapping, list)):
        try:
            value = list(value)
        except TypeError:
            raise Error(raw.INVALID, f"{what}: expected a dict, a list of them, or JSON, and not a {type(value).__name__}") from None
    try:
        text = _encode(value)
    except (TypeError, ValueError, RecursionError):
        try:
            text = _encode([_plain(each, f"{what}[{begin + place}]") for place, each in enumerate(value)] if isinstance(value, list) else _plain(value, what))
        except RecursionError:
            raise Error(raw.INVALID, f"{what}: contains itself, or is nested too deeply") from None
    return _bytes(text)
