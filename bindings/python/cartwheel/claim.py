"""Messages that were claimed, and how a claim ends well: what is not begun is given back."""

from types import TracebackType
from typing import TYPE_CHECKING, Dict, Iterator, List, Optional, Type

from . import raw
from .records import Code, Message, Outcome
from .types import Error, Settled

if TYPE_CHECKING:
    from .api import Engine
    from .values import Time


class Claim:
    """with engine.claim("sms") as messages:
           for message in messages:
               messages.settle(message, send(message))

    The end of the block releases what the loop did not come to: it may be claimed again at once. The message at which it was left by an exception is
    unknown, unless it was settled. Without `with`, what is not settled is unknown when the lease lapses.
    """

    def __init__(self, engine: "Engine", messages: List[Message], behind: bool, held_back: int, settled: Settled, now: "Time") -> None:
        self.messages = messages
        self.behind = behind        # too many events are not folded: no advertisement is handed out
        self.held_back = held_back  # messages that wait for the next advance
        self.settled = settled      # of the outcomes that were given
        self._engine, self._now = engine, now
        self._begun: Dict[int, bool] = {}  # by id: whether it is settled

    def __len__(self) -> int:
        return len(self.messages)

    def __iter__(self) -> Iterator[Message]:
        for message in self.messages:
            self._begun.setdefault(message["id"], False)
            yield message

    def settle(self, message: Message, outcome: Code, *, reason: str = "", retry_after_ms: int = 0) -> None:
        """Says what became of one of them, at once."""
        said: Outcome = {"id": message["id"], "token": message["token"], "outcome": outcome}
        if reason:
            said["reason"] = reason
        if retry_after_ms:
            said["retry_after_ms"] = retry_after_ms
        self._engine.settle([said], self._now)
        self._begun[message["id"]] = True

    def release(self) -> None:
        """Gives back what was not begun."""
        rest = [message for message in self.messages if message["id"] not in self._begun]
        if rest:
            self._settle(rest, "released", "")
            self._begun.update((message["id"], True) for message in rest)

    def __enter__(self) -> "Claim":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], _: Optional[TracebackType]) -> None:
        self.release()
        open_ = [message for message in self.messages if not self._begun[message["id"]]]
        if kind is not None and open_:
            self._settle(open_, "unknown", f"{kind.__name__}: {error}")

    def _settle(self, messages: List[Message], outcome: Code, reason: str) -> None:
        try:
            self._engine.settle([{"id": m["id"], "token": m["token"], "outcome": outcome, "reason": reason} for m in messages], self._now)
        except Error as error:
            if error.code != raw.MISUSE:  # closed meanwhile: their lease lapses
                raise

    def __repr__(self) -> str:
        return f"Claim({len(self.messages)} messages, behind={self.behind}, held_back={self.held_back})"
