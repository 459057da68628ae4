"""What calls answer, and the exceptions."""

from typing import Any, Dict, List, NamedTuple, Tuple, Type


class Error(Exception):
    """Any call that failed. `code` is one of the numbers of cartwheel.h (cartwheel.raw names them); the text is one line. Each code has a class of its
    own: Error(-3, ...) makes a BusyError."""

    def __new__(cls, code: int, *rest: str) -> "Error":
        return super().__new__(_BY_CODE.get(code, cls) if cls is Error else cls, *(code, *rest))

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> Tuple[Any, ...]:
        return type(self), (self.code, str(self))


class InvalidError(Error):
    """An argument, a playbook, a query: the text says what was expected."""


class MisuseError(Error):
    """A closed engine, one of before a fork, a file of another program."""


class BusyError(Error):
    """Another worker folds, or another process writes: try again."""


class LeaseLostError(Error):
    """This worker was away for longer than its lease; nothing was committed."""


class FullError(Error):
    """The log, the disk or memory is full: try again later or with less."""


class NotFoundError(Error):
    """There is no customer, message or segment of that name."""


class BrokenError(Error):
    """The database is damaged: restore a backup."""


class InternalError(Error):
    """A mistake of the library's."""


_BY_CODE: Dict[int, Type[Error]] = {-1: InvalidError, -2: MisuseError, -3: BusyError, -4: LeaseLostError, -5: FullError, -6: NotFoundError,
                                    -7: BrokenError, -8: InternalError}


class NotSent(Exception):
    """Raised by a `send` of which surely nothing left: its messages wait again, and none is lost."""


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


class Settled(NamedTuple):
    settled: int
    late: int
    unknown: int
