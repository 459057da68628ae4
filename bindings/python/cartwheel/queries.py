"""The queries as functions: engine.why(customer="kim") is engine.query("why", customer="kim") with a typed answer."""

from typing import Any, Dict, Optional, Union, cast, overload

from .answers import (Accesses, ConsentCounts, Customer, CustomerConsent, Erasures, Evaluated, Explained, Export, FieldWarnings, Health, LinkToken, Members, Messages, MessageState, Preview, Prompt, RefusedEvents, Report,
                      Segments, Stats, Suppressions, TrackedLink, Why)
from .values import Time


def _given(**request: Any) -> Dict[str, Any]:
    return {name: value for name, value in request.items() if value is not None}


class Queries:
    """Of an Engine. What a function is not given is left out of the request; cartwheel.h says what each answers."""

    def query(self, query: str, **request: Any) -> Union[Dict[str, Any], str]:
        raise NotImplementedError

    def _ask(self, query: str, **request: Any) -> Any:
        return self.query(query, **_given(**request))

    def customer(self, customer: Optional[str] = None, *, anonymous_id: Optional[str] = None) -> Customer:
        return cast(Customer, self._ask("customer", customer=customer, anonymous_id=anonymous_id))

    def why(self, customer: Optional[str] = None, *, anonymous_id: Optional[str] = None, limit: Optional[int] = None) -> Why:
        return cast(Why, self._ask("why", customer=customer, anonymous_id=anonymous_id, limit=limit))

    def export(self, customer: Optional[str] = None, *, anonymous_id: Optional[str] = None) -> Export:
        return cast(Export, self._ask("export", customer=customer, anonymous_id=anonymous_id))

    def preview(self, template: str, *, customer: Optional[str] = None, anonymous_id: Optional[str] = None, playbook: Optional[str] = None) -> Preview:
        return cast(Preview, self._ask("preview", template=template, customer=customer, anonymous_id=anonymous_id, playbook=playbook))

    def report(self) -> Report:
        return cast(Report, self._ask("report"))

    @overload
    def consent(self, customer: str, *, after: Optional[int] = None, limit: Optional[int] = None) -> CustomerConsent: ...
    @overload
    def consent(self, *, anonymous_id: str, after: Optional[int] = None, limit: Optional[int] = None) -> CustomerConsent: ...
    @overload
    def consent(self) -> ConsentCounts: ...

    def consent(self, customer: Optional[str] = None, *, anonymous_id: Optional[str] = None, after: Optional[int] = None,
                limit: Optional[int] = None) -> Union[ConsentCounts, CustomerConsent]:
        return cast(ConsentCounts, self._ask("consent", customer=customer, anonymous_id=anonymous_id, after=after, limit=limit))

    def prompt(self, customer: Optional[str] = None, *, anonymous_id: Optional[str] = None, value_moment: Optional[str] = None) -> Prompt:
        return cast(Prompt, self._ask("prompt", customer=customer, anonymous_id=anonymous_id, value_moment=value_moment))

    def suppressions(self, *, after: Optional[int] = None, limit: Optional[int] = None) -> Suppressions:
        return cast(Suppressions, self._ask("suppressions", after=after, limit=limit))

    def erasures(self, customer: Optional[str] = None, *, anonymous_id: Optional[str] = None, after: Optional[int] = None,
                 limit: Optional[int] = None) -> Erasures:
        return cast(Erasures, self._ask("erasures", customer=customer, anonymous_id=anonymous_id, after=after, limit=limit))

    def access(self, customer: Optional[str] = None, *, anonymous_id: Optional[str] = None, after: Optional[int] = None,
               limit: Optional[int] = None) -> Accesses:
        return cast(Accesses, self._ask("access", customer=customer, anonymous_id=anonymous_id, after=after, limit=limit))

    def segments(self) -> Segments:
        return cast(Segments, self._ask("segments"))

    @overload
    def segment(self, segment: str, *, customer: str) -> Explained: ...
    @overload
    def segment(self, segment: str, *, anonymous_id: str) -> Explained: ...
    @overload
    def segment(self, segment: str, *, after: Optional[int] = None, limit: Optional[int] = None) -> Members: ...

    def segment(self, segment: str, *, customer: Optional[str] = None, anonymous_id: Optional[str] = None, after: Optional[int] = None,
                limit: Optional[int] = None) -> Union[Members, Explained]:
        return cast(Members, self._ask("segment", segment=segment, customer=customer, anonymous_id=anonymous_id, after=after, limit=limit))

    @overload
    def evaluate(self, expression: str, *, customer: str) -> Explained: ...
    @overload
    def evaluate(self, expression: str, *, anonymous_id: str) -> Explained: ...
    @overload
    def evaluate(self, expression: str, *, limit: Optional[int] = None) -> Evaluated: ...

    def evaluate(self, expression: str, *, customer: Optional[str] = None, anonymous_id: Optional[str] = None,
                 limit: Optional[int] = None) -> Union[Evaluated, Explained]:
        return cast(Evaluated, self._ask("evaluate", expression=expression, customer=customer, anonymous_id=anonymous_id, limit=limit))

    def messages(self, *, state: Optional[MessageState] = None, after: Optional[int] = None, limit: Optional[int] = None) -> Messages:
        return cast(Messages, self._ask("messages", state=state, after=after, limit=limit))

    def dead_letters(self, *, after: Optional[int] = None, limit: Optional[int] = None) -> Messages:
        return cast(Messages, self._ask("dead_letters", after=after, limit=limit))

    def link(self, link: str) -> TrackedLink:
        return cast(TrackedLink, self._ask("link", link=link))

    def token(self, token: str) -> LinkToken:
        return cast(LinkToken, self._ask("token", token=token))

    def refused(self, *, limit: Optional[int] = None) -> RefusedEvents:
        return cast(RefusedEvents, self._ask("refused", limit=limit))

    def warnings(self, *, limit: Optional[int] = None) -> FieldWarnings:
        return cast(FieldWarnings, self._ask("warnings", limit=limit))

    def playbook(self) -> Dict[str, Any]:
        return cast(Dict[str, Any], self._ask("playbook"))

    def health(self, *, now: Time = None) -> Health:
        return cast(Health, self._ask("health", now=now))

    def stats(self) -> Stats:
        return cast(Stats, self._ask("stats"))

    def metrics(self, *, now: Time = None) -> str:
        return cast(str, self._ask("metrics", now=now))
