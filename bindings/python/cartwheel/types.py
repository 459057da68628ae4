"""What calls answer, and the one exception."""

from typing import Any, Dict, List, NamedTuple


class Error(Exception):
    """Any call that failed. `code` is one of the numbers of cartwheel.h (cartwheel.raw names them); the text is one line."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Loaded(NamedTuple):
    revision: int  # in force
    note: str      # why the playbook was not taken, though nothing is wrong with it; empty: it was


class Rejected(NamedTuple):
    record: int    # its place in the input, from 0
    id: str
    code: str
    message: str


class Warning(NamedTuple):
    record: int
    id: str
    code: str
    field: str     # "properties.price"
    value: str     # as it was sent
    expected: str


class Ingested(NamedTuple):
    accepted: int
    rejected: List[Rejected]
    warnings: List[Warning]  # fields of accepted events that could not be read


class Advanced(NamedTuple):
    events: int
    duplicates: int
    refused: int
    alarms: int
    enrolments: int
    messages: int
    exits: int
    next_due_ms: int  # nothing will happen before it by itself; 0: nothing is planned
    more: bool        # call again at once


class Claim(NamedTuple):
    messages: List[Dict[str, Any]]
    behind: bool    # too many events are not folded: no advertisement is handed out
    held_back: int  # messages that wait for the next advance


class Settled(NamedTuple):
    settled: int
    late: int
    unknown: int
