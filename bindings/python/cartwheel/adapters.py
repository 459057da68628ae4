"""Providers' requests and answers, for hosts that send with an HTTP client of their own (cartwheel_adapters.h):

    adapters = Adapters(open("channels.json").read())
    claim = engine.claim("sms", max=adapters.traits("sms")["batch_max"])
    plan = adapters.build("sms", claim)
    for request in plan["requests"]:
        answer = send(request)                       # method, url, headers, body, timeout_ms
        engine.settle(adapters.interpret(request, status=answer.status, headers=answer.headers, body=answer.content))
    engine.settle(plan["outcomes"])

The library is libcartwheel_channels; it needs nothing of libcartwheel and opens no connection.
"""

import base64
import ctypes
import json
import os
import threading
import time
from ctypes import POINTER, byref, c_char_p, c_int32, c_int64, c_size_t, c_void_p
from typing import Any, Dict, Iterable, List, Mapping, Optional

from . import raw
from .types import Error

NAME = "libcartwheel_channels.so.1"

# The codes of cartwheel_adapters.h, as those of cartwheel.h that mean the same.
_CODES = {-1: raw.INVALID, -2: raw.MISUSE, -3: raw.INVALID, -4: raw.INTERNAL}

# name: arguments. All but the last three of them answer an int32_t.
_FUNCTIONS: Dict[str, List[Any]] = {
    "cartwheel_adapters_open": [c_char_p, c_size_t, c_char_p, c_size_t, POINTER(c_void_p), POINTER(c_void_p)],
    "cartwheel_adapters_build": [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t, c_int64, POINTER(c_void_p)],
    "cartwheel_adapters_interpret": [c_void_p, c_char_p, c_size_t, c_int64, POINTER(c_void_p)],
    "cartwheel_adapters_traits": [c_void_p, c_char_p, c_size_t, POINTER(c_void_p)],
    "cartwheel_adapters_check_receipt": [c_char_p, c_size_t, POINTER(c_void_p)],
    "cartwheel_adapters_close": [c_void_p],
    "cartwheel_adapters_answer_data": [c_void_p],
    "cartwheel_adapters_answer_size": [c_void_p],
    "cartwheel_adapters_answer_free": [c_void_p],
    "cartwheel_adapters_crypto_version": [],
}

_lock = threading.Lock()
_library: Optional[ctypes.CDLL] = None


def _declare(opened: ctypes.CDLL) -> ctypes.CDLL:
    for name, arguments in _FUNCTIONS.items():
        function = getattr(opened, name)
        function.argtypes = arguments
        function.restype = c_int32
    opened.cartwheel_adapters_answer_data.restype = c_void_p
    opened.cartwheel_adapters_answer_size.restype = c_size_t
    opened.cartwheel_adapters_answer_free.restype = None
    opened.cartwheel_adapters_crypto_version.restype = c_char_p
    return opened


def library() -> ctypes.CDLL:
    """The library with its functions declared: what CARTWHEEL_CHANNELS_LIBRARY says, beside this file, or where the system looks."""
    global _library
    with _lock:
        if _library is None:
            named = os.environ.get("CARTWHEEL_CHANNELS_LIBRARY")
            paths = [named] if named else [os.path.join(os.path.dirname(__file__), NAME), NAME]
            tried = []
            for path in paths:
                try:
                    _library = _declare(ctypes.CDLL(path))
                    break
                except OSError as error:
                    tried.append(str(error))
            else:
                raise Error(raw.INVALID, "libcartwheel_channels was not found: install it, or set CARTWHEEL_CHANNELS_LIBRARY to its path; tried " + "; ".join(tried))
        return _library


def crypto_version() -> str:
    """Of the OpenSSL inside: "OpenSSL 3.0.17 1 Jul 2025"."""
    text: bytes = library().cartwheel_adapters_crypto_version()
    return text.decode()


def _call(name: str, *arguments: Any) -> str:
    """Calls a function whose last argument is the answer, and gives its text. Raises Error with it."""
    opened = library()
    answer = c_void_p()
    code = getattr(opened, name)(*arguments, byref(answer))
    size = opened.cartwheel_adapters_answer_size(answer)
    text = ctypes.string_at(opened.cartwheel_adapters_answer_data(answer), size).decode() if size else ""
    opened.cartwheel_adapters_answer_free(answer)
    if code < 0:
        raise Error(_CODES.get(code, raw.INTERNAL), text or "no memory")
    return text


def _now(now_ms: Optional[int]) -> int:
    return int(time.time() * 1000) if now_ms is None else now_ms


def check_receipt(format: str, body: bytes, signature: str, secret: str, timestamp: str = "", topic: str = "") -> None:
    """Raises Error unless a provider's report ("receipts/solapi", ...) is signed by its provider. `body` is what was sent, byte by byte.
    Of "receipts/ses" the secret is the certificate of Amazon SNS in PEM, and the topic the ARN of yours."""
    report = json.dumps({"format": format, "body_base64": base64.b64encode(body).decode(), "signature": signature, "timestamp": timestamp, "secret": secret, "topic": topic}).encode()
    _call("cartwheel_adapters_check_receipt", report, len(report))


class Adapters:
    """The channels of a channels.json, given as its text. Secrets are read from the environment and from files; a relative path begins in `folder`."""

    def __init__(self, channels: str, folder: str = "") -> None:
        text, at = channels.encode(), folder.encode()
        self._handle = c_void_p()
        _call("cartwheel_adapters_open", text, len(text), at, len(at), byref(self._handle))

    def __enter__(self) -> "Adapters":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forgets the requests that were not interpreted. Closing it again does nothing."""
        handle, self._handle = self._handle, c_void_p()
        library().cartwheel_adapters_close(handle)

    def traits(self, channel: str) -> Dict[str, Any]:
        """timeout_ms, batch_max, idempotency_ms, rate_per_second: what to claim with."""
        name = channel.encode()
        traits: Dict[str, Any] = json.loads(_call("cartwheel_adapters_traits", self._handle, name, len(name)))
        return traits

    def build(self, channel: str, messages: Iterable[Mapping[str, Any]], now_ms: Optional[int] = None) -> Dict[str, Any]:
        """Makes the requests of claimed messages: {"requests": [...], "outcomes": [...]}. Each request has its `body` as bytes."""
        name, text = channel.encode(), json.dumps([dict(message) for message in messages]).encode()
        plan: Dict[str, Any] = json.loads(_call("cartwheel_adapters_build", self._handle, name, len(name), text, len(text), _now(now_ms)))
        for request in plan["requests"]:
            request["body"] = base64.b64decode(request.pop("body_base64"))
        return plan

    def interpret(self, request: Mapping[str, Any], status: int = 0, headers: Optional[Mapping[str, str]] = None, body: bytes = b"",
                  error: Optional[str] = None, body_begun: bool = True, now_ms: Optional[int] = None) -> List[Dict[str, Any]]:
        """Says what became of a request's messages, for engine.settle. `error`: "refused", "timeout" or "reset", in place of an answer."""
        response: Dict[str, Any] = {"request": request["request"]}
        if error is not None:
            response.update(error=error, body_begun=body_begun)
        else:
            response.update(status=status, headers=dict(headers or {}), body_base64=base64.b64encode(body).decode())
        text = json.dumps(response).encode()
        outcomes: List[Dict[str, Any]] = json.loads(_call("cartwheel_adapters_interpret", self._handle, text, len(text), _now(now_ms)))
        return outcomes
