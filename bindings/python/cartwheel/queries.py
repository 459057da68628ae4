"""The queries as functions: engine.why(customer="kim") is engine.query("why", customer="kim") with a typed answer."""

from typing import Any, Dict, List, Optional, TypedDict, Union, cast

from .values import Time


class Decision(TypedDict, total=False):
    at: str
    decision: str
    journey: str
    step: str
    detail: str
    message: int
    planned_at: str
    state: str
    attempts: int
    reason: str


class Why(TypedDict):
    customer: str
    decisions: List[Decision]


class Problem(TypedDict):
    code: str
    text: str


class Health(TypedDict):
    ok: bool
    problems: List[Problem]
    worker: str
    events: int
    folded: int
    unfolded: int
    lag_ms: int
    alarm_late_ms: int
    channels: Dict[str, Dict[str, int]]
    log_bytes: int
    database_bytes: int
    wal_bytes: int
    free_disk_bytes: int
    playbook_revision: int
    dedupe_overflow: int


class Messages(TypedDict):
    messages: List[Dict[str, Any]]


def _given(**request: Any) -> Dict[str, Any]:
    return {name: value for name, value in request.items() if value is not None}


class Queries:
    """Of an Engine. What a function is not given is left out of the request; cartwheel.h says what each answers."""

    def query(self, query: str, **request: Any) -> Union[Dict[str, Any], str]:
        raise NotImplementedError

    def _ask(self, query: str, **request: Any) -> Any:
        return self.query(query, **_given(**request))

    def customer(self, customer: Optional[str] = None, *, anonymous_id: Optional[str] = None) -> Dict[str, Any]:
        return cast(Dict[str, Any], self._ask("customer", customer=customer, anonymous_id=anonymous_id))

    def why(self, customer: Optional[str] = None, *, anonymous_id: Optional[str] = None) -> Why:
        return cast(Why, self._ask("why", customer=customer, anonymous_id=anonymous_id))

    def export(self, customer: Optional[str] = None, *, anonymous_id: Optional[str] = None) -> Dict[str, Any]:
        return cast(Dict[str, Any], self._ask("export", customer=customer, anonymous_id=anonymous_id))

    def preview(self, template: str, *, customer: Optional[str] = None, anonymous_id: Optional[str] = None,
                playbook: Optional[str] = None) -> Dict[str, Any]:
        return cast(Dict[str, Any], self._ask("preview", template=template, customer=customer, anonymous_id=anonymous_id, playbook=playbook))

    def report(self) -> Dict[str, Any]:
        return cast(Dict[str, Any], self._ask("report"))

    def segments(self) -> Dict[str, Any]:
        return cast(Dict[str, Any], self._ask("segments"))

    def segment(self, segment: str, *, customer: Optional[str] = None, after: Optional[int] = None, limit: Optional[int] = None) -> Dict[str, Any]:
        return cast(Dict[str, Any], self._ask("segment", segment=segment, customer=customer, after=after, limit=limit))

    def evaluate(self, expression: str, *, customer: Optional[str] = None, limit: Optional[int] = None) -> Dict[str, Any]:
        return cast(Dict[str, Any], self._ask("evaluate", expression=expression, customer=customer, limit=limit))

    def messages(self, *, state: Optional[str] = None, after: Optional[int] = None, limit: Optional[int] = None) -> Messages:
        return cast(Messages, self._ask("messages", state=state, after=after, limit=limit))

    def dead_letters(self, *, after: Optional[int] = None, limit: Optional[int] = None) -> Messages:
        return cast(Messages, self._ask("dead_letters", after=after, limit=limit))

    def link(self, link: str) -> Dict[str, Any]:
        return cast(Dict[str, Any], self._ask("link", link=link))

    def refused(self, *, limit: Optional[int] = None) -> Dict[str, Any]:
        return cast(Dict[str, Any], self._ask("refused", limit=limit))

    def playbook(self) -> Dict[str, Any]:
        return cast(Dict[str, Any], self._ask("playbook"))

    def health(self, *, now: Time = None) -> Health:
        return cast(Health, self._ask("health", now=now))

    def stats(self) -> Dict[str, Any]:
        return cast(Dict[str, Any], self._ask("stats"))

    def metrics(self) -> str:
        return cast(str, self._ask("metrics"))
