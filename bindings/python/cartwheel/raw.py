"""cartwheel.h, as ctypes sees it: constants, structs and functions, and nothing else. tests/test_raw.py compares them with the header."""

import ctypes
from ctypes import POINTER, Structure, c_char, c_char_p, c_int32, c_int64, c_size_t, c_uint32, c_void_p

OK = 0
MORE = 1
NOTE = 2
REJECTED = 3
BEHIND = 4
WARNED = 5
INVALID = -1
MISUSE = -2
BUSY = -3
LEASE_LOST = -4
FULL = -5
NOT_FOUND = -6
BROKEN = -7
INTERNAL = -8


class Error(Structure):
    _fields_ = [("size", c_uint32), ("code", c_int32), ("sys", c_int32), ("length", c_uint32), ("message", c_char * 256)]


class Options(Structure):
    _fields_ = [("size", c_uint32), ("durability", c_int32), ("work_max", c_int64), ("customer_cache_bytes", c_int64),
                ("claim_tail_max", c_int64), ("fold_lease_ms", c_int64), ("dedupe_window_ms", c_int64), ("cart_idle_ms", c_int64),
                ("log_bytes_max", c_int64), ("free_disk_min_bytes", c_int64), ("log_keep_ms", c_int64), ("busy_timeout_ms", c_int64),
                ("shared", c_int32), ("linger_ms", c_int64),
                ("log", c_void_p), ("log_data", c_void_p),  # callbacks come from any thread: not for Python
                ("file_mode", c_int32), ("strict", c_int32), ("event_zone", c_char_p), ("event_zone_size", c_size_t), ("clock_skew_max_ms", c_int64),
                ("manual_clock_ms", c_int64), ("token_key", c_char_p), ("token_key_size", c_size_t), ("deployment", c_char_p), ("deployment_size", c_size_t),
                ("message_keep_ms", c_int64), ("decision_keep_ms", c_int64), ("finding_keep_ms", c_int64), ("consent_keep_ms", c_int64),
                ("access_keep_ms", c_int64), ("require_actor", c_int32), ("seal_key", c_char_p), ("seal_key_size", c_size_t)]


class IngestOptions(Structure):
    _fields_ = [("size", c_uint32), ("format_size", c_uint32), ("format", c_char_p), ("now_ms", c_int64)]


class Ingested(Structure):
    _fields_ = [("size", c_uint32), ("reserved", c_uint32), ("accepted", c_int64), ("rejected", c_int64),
                ("warnings", c_int64)]


class AdvanceOptions(Structure):
    _fields_ = [("size", c_uint32), ("reserved", c_uint32), ("now_ms", c_int64), ("wait_ms", c_int64)]


class Advanced(Structure):
    _fields_ = [("size", c_uint32), ("reserved", c_uint32), ("events", c_int64), ("duplicates", c_int64), ("refused", c_int64),
                ("alarms", c_int64), ("enrolments", c_int64), ("messages", c_int64), ("exits", c_int64), ("next_due_ms", c_int64)]


class ClaimOptions(Structure):
    _fields_ = [("size", c_uint32), ("reserved", c_uint32), ("max", c_int64), ("lease_ms", c_int64), ("now_ms", c_int64), ("idempotency_ms", c_int64),
                ("outcomes", c_char_p), ("outcomes_size", c_size_t)]


class Settled(Structure):
    _fields_ = [("size", c_uint32), ("reserved", c_uint32), ("settled", c_int64), ("late", c_int64), ("unknown", c_int64)]


Handle = c_void_p
Result = c_void_p

# name: (result, arguments)
FUNCTIONS = {
    "cartwheel_version": (c_char_p, []),
    "cartwheel_abi_version": (c_uint32, []),
    "cartwheel_result_data": (c_void_p, [Result]),
    "cartwheel_result_size": (c_size_t, [Result]),
    "cartwheel_result_free": (None, [Result]),
    "cartwheel_open": (c_int32, [c_char_p, c_size_t, POINTER(Options), POINTER(Handle), POINTER(Error)]),
    "cartwheel_close": (c_int32, [Handle, POINTER(Error)]),
    "cartwheel_set_clock": (c_int32, [Handle, c_int64, POINTER(Error)]),
    "cartwheel_load": (c_int32, [Handle, c_char_p, c_size_t, POINTER(Result), POINTER(Error)]),
    "cartwheel_ingest": (c_int32, [Handle, c_char_p, c_size_t, POINTER(IngestOptions), POINTER(Ingested), POINTER(Result), POINTER(Error)]),
    "cartwheel_advance": (c_int32, [Handle, POINTER(AdvanceOptions), POINTER(Advanced), POINTER(Error)]),
    "cartwheel_interrupt": (c_int32, [Handle, POINTER(Error)]),
    "cartwheel_claim": (c_int32, [Handle, c_char_p, c_size_t, POINTER(ClaimOptions), POINTER(Result), POINTER(Error)]),
    "cartwheel_settle": (c_int32, [Handle, c_char_p, c_size_t, c_int64, POINTER(Settled), POINTER(Error)]),
    "cartwheel_hold": (c_int32, [Handle, c_char_p, c_size_t, POINTER(Error)]),
    "cartwheel_worker_turn": (c_int32, [Handle, c_char_p, c_size_t, POINTER(Result), POINTER(Error)]),
    "cartwheel_query": (c_int32, [Handle, c_char_p, c_size_t, POINTER(Result), POINTER(Error)]),
}


def declare(library: ctypes.CDLL) -> ctypes.CDLL:
    for name, (result, arguments) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library
