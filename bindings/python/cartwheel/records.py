"""What goes in and comes out as dicts, for type checkers: events, claimed messages, outcomes, turns of a worker."""

from datetime import date, datetime
from typing import Any, Dict, List, Literal, Mapping, Optional, TypedDict, Union

Durability = Literal["full", "normal"]
HoldAction = Literal["quiet", "pause", "drain", "stop", "resume", "release", "adopt"]
Code = Literal["accepted", "delivered", "failed_final", "retry", "unknown", "gone", "reject_msg", "config", "suppressed", "defer", "released", "not_sent"]


class _EventType(TypedDict):
    type: str


class Event(_EventType, total=False):
    """`customer` or `anonymous_id`; the rest may be left out."""

    id: Union[str, int]
    customer: Union[str, int]
    anonymous_id: Union[str, int]
    at: Union[str, int, float, datetime, date, None]  # a datetime with a time zone, ISO 8601, or milliseconds since 1970 UTC
    sent_at: Union[str, int, float, datetime]
    received_at: Union[str, int, float, datetime]
    properties: Mapping[str, Any]


# By call, since one of its names is a word of this language.
Message = TypedDict("Message", {
    "id": int, "token": int, "key": str, "channel": str, "class": str, "purpose": str, "medium": str, "customer": str, "address": str, "journey": str,
    "step": str, "template": str, "payload": Dict[str, Any], "made_at": Any, "expires_at": Any, "attempt": int})


class _Said(TypedDict):
    id: int
    outcome: Code


class Answer(_Said, total=False):
    """What became of a message that `send` was given."""

    token: int
    reason: str
    retry_after_ms: int
    gone_at_ms: int  # of gone: since when; an address that was registered after it stays


class _Told(TypedDict):
    id: int
    token: int
    outcome: Code


class Outcome(_Told, total=False):
    """What became of a message that was claimed by hand, with its token."""

    reason: str
    retry_after_ms: int
    gone_at_ms: int  # of gone: since when; an address that was registered after it stays


class Failure(TypedDict):
    channel: str
    reason: str
    failures: int  # in a row; 0: no playbook names the channel
    pause_ms: int


class Turn(TypedDict):
    channel: str
    messages: List[Message]
    held_back: int
    behind: bool
    idle: bool
    folds: bool
    next_due: Any
    failure: Optional[Failure]
