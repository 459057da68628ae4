"""Finds and opens libcartwheel, once a process, and refuses one of another ABI."""

import ctypes
import os
import threading
from typing import List, Optional

from . import raw
from .types import Error

ABI_VERSION = 1
NAME = "libcartwheel.so.1"

_lock = threading.Lock()
_library: Optional[ctypes.CDLL] = None


def _candidates() -> List[str]:
    """Where it is looked for: what CARTWHEEL_LIBRARY says, beside this file (a wheel carries it), then where the system looks."""
    named = os.environ.get("CARTWHEEL_LIBRARY")
    if named:
        return [named]
    return [os.path.join(os.path.dirname(__file__), NAME), NAME]


def library() -> ctypes.CDLL:
    """The library with its functions declared. Error INVALID when there is none or it is of another ABI."""
    global _library
    with _lock:
        if _library is None:
            _library = _open()
        return _library


def _open() -> ctypes.CDLL:
    tried = []
    for path in _candidates():
        try:
            opened = ctypes.CDLL(path)
        except OSError as error:
            tried.append(str(error))
            continue
        found = raw.declare(opened).cartwheel_abi_version()
        if found != ABI_VERSION:
            raise Error(raw.INVALID, f"{path} has ABI {found}, this package needs ABI {ABI_VERSION}: install versions that belong together")
        return opened
    raise Error(raw.INVALID, "libcartwheel was not found: install it, or set CARTWHEEL_LIBRARY to its path; tried " + "; ".join(tried))


def library_path() -> str:
    return library()._name


def version() -> str:
    """Of the library: "0.1.0"."""
    text: bytes = library().cartwheel_version()
    return text.decode()
