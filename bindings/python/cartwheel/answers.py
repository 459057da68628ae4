"""What queries answer (docs/queries.md). Written by docs/queries.py from docs/queries.json: change that, and run it."""

from typing import Any, Dict, List, Literal, TypedDict

Instant = str  # ISO 8601 in UTC: "2026-06-01T00:00:00Z", with milliseconds where there are any

MessageState = Literal["waiting", "claimed", "accepted", "delivered", "failed", "expired", "revoked", "unknown", "dead"]  # Of a message: what became of it.
MessageClass = Literal["ad", "transactional", "notice", "call"]  # Of a message.
DecisionKind = Literal["entered", "reset", "message", "skipped", "dropped", "exited", "completed", "revoked", "receipt", "merged", "erased", "not_entered", "converted", "cart_expired", "consent", "deferred", "way", "address", "set", "added_to", "removed_from", "emitted", "adopted"]  # What was decided, or happened.
ConsentState = Literal["unknown", "granted", "refused"]  # Of a consent: unknown is neither a grant nor a refusal.
PromptReason = Literal["may_ask", "granted", "denied", "refused", "asked_lately", "no_value_moment"]  # Why a page may ask for push permission, or may not.
PushAnswer = Literal["granted", "dismissed", "denied"]  # What a customer answered when a page asked for push permission.
CartStage = Literal["shopping", "checkout", "ordered", "emptied", "expired"]  # Of a cart.
SegmentState = Literal["ready", "building"]  # Of a segment: building until every customer was judged.
WorkerState = Literal["folds", "lapsed", "none"]  # folds: a worker holds the lease; lapsed: it did, and has not been heard of since; none: there is no worker.
TokenKind = Literal["opt_out", "click"]  # Of the token of a link.
ProblemCode = Literal["no_playbook", "no_worker", "behind", "late_alarms", "unsent", "channel_fails", "copied", "not_told", "clock", "disk", "warnings", "held", "surge", "opt_outs", "erasures", "lost_keys"]  # What health finds wrong.
HoldName = Literal["quiet", "drain", "pause", "stop"]  # What an operator holds.
SuppressedReason = Literal["bounced", "complained", "address_blocked"]  # Why an address gets no message; a complaint is of advertisements only.


_Endpoint = TypedDict("_Endpoint", {  # An address on a channel.
    "channel": str,  # The channel.
    "address": str,  # The address, as the shop registered it.
})


class Endpoint(_Endpoint, total=False):
    """An address on a channel."""

    added_at: Instant  # When it was registered.


_SuppressedAddress = TypedDict("_SuppressedAddress", {  # An address that gets no message.
    "channel": str,  # The channel.
    "reason": SuppressedReason,  # Why.
    "since": Instant,  # When it was said.
})


class SuppressedAddress(_SuppressedAddress, total=False):
    """An address that gets no message."""

    address: str  # The address, where a customer has it.
    address_hash: str  # Else its keyed hash, which is known in this database only.


_CartItem = TypedDict("_CartItem", {  # A line of a cart.
    "quantity": float,  # Pieces; negative for what is given back.
    "product": Dict[str, Any],  # What events said of the product.
})


class CartItem(_CartItem, total=False):
    """A line of a cart."""

    price: float  # Of one piece.


_Cart = TypedDict("_Cart", {  # A cart.
    "id": str,  # Its cart_id; empty for the default cart.
    "stage": CartStage,  # How far it is.
    "quantity": float,  # Pieces in it.
    "opened_at": Instant,  # When it was filled.
    "items": List[CartItem],  # Its lines.
})


class Cart(_Cart, total=False):
    """A cart."""

    value: float  # What is in it, in its currency; absent where a price is not known.
    currency: str  # The currency that its lines agree on.
    updated_at: Instant  # When it was last changed or looked at.
    url: str  # Where it is looked at.


_Enrolment = TypedDict("_Enrolment", {  # A walk of a journey.
    "id": str,  # 32 hexadecimal digits, the same in every replay.
    "key": str,  # The value of the journey's key, such as the cart's id; empty without one.
    "revision": int,  # Of the playbook by which it goes.
    "finished": bool,  # Whether it has ended.
})


class Enrolment(_Enrolment, total=False):
    """A walk of a journey."""

    journey: str  # The name of its journey; absent if that revision cannot be read any more.
    step: str  # The name of its next step, waits aside; absent after the last one.
    entered_at: Instant  # When it began.
    wakes_at: Instant  # When it is looked at next.
    data: Dict[str, Any]  # What the shop said of its entry; absent where it said nothing.


_Customer = TypedDict("_Customer", {  # What is known of a customer.
    "id": str,  # The customer's id, or the device's while it is anonymous.
    "anonymous": bool,  # Whether it is a device that no identify has named yet.
    "orders": int,  # Orders that were completed and not cancelled.
    "revenue": float,  # Their amounts, less what was refunded; in the shop's currency.
    "names": List[str],  # All ids that are this customer's, devices included.
    "attributes": Dict[str, Any],  # What identify said of the customer, and steps of journeys set.
    "audiences": List[str],  # The static audiences that steps of journeys put the customer into.
    "endpoints": List[Endpoint],  # Addresses that may be written to.
    "carts": List[Cart],  # Carts that were ever filled, the one that was opened first before the others.
    "enrolments": List[Enrolment],  # Walks of journeys that go on, or whose end is remembered.
})


class Customer(_Customer, total=False):
    """What is known of a customer."""

    first_seen: Instant  # Of the first activity.
    last_seen: Instant  # Of the last activity.
    last_order_at: Instant  # Of the last order.
    suppressed: List[SuppressedAddress]  # Addresses that get no message; absent where nothing was ever said of one.


_Decision = TypedDict("_Decision", {  # A line of the trail of why.
    "at": Instant,  # When it was taken.
    "decision": DecisionKind,  # What was decided, or happened.
})


class Decision(_Decision, total=False):
    """A line of the trail of why."""

    journey: str  # The journey.
    step: str  # The step's name.
    detail: str  # The event, the channel or the reason.
    message: int  # The id of the message that it is about.
    planned_at: Instant  # For when the step was planned.
    state: MessageState  # Of the message, now.
    attempts: int  # How often the message was handed to its channel.
    reason: str  # The last word of the channel on the message, or why it ended.


Why = TypedDict("Why", {  # The trail of a customer's decisions.
    "customer": str,  # The customer's id.
    "decisions": List[Decision],  # The newest `limit` or a few more, the oldest first.
})


_OutboxMessage = TypedDict("_OutboxMessage", {  # A message of the outbox.
    "id": int,  # Its number in this database.
    "state": MessageState,  # What became of it.
    "channel": str,  # The channel it is for.
    "class": MessageClass,  # Its class.
    "purpose": str,  # What it is about.
    "medium": str,  # The section of the template that it was made of.
    "made_at": Instant,  # When it was made.
    "expires_at": Instant,  # It does not leave after this.
    "attempts": int,  # How often it was handed to its channel.
})


class OutboxMessage(_OutboxMessage, total=False):
    """A message of the outbox."""

    fresh_until: Instant  # After this its text is decided anew (fresh_for).
    settled_at: Instant  # When its outcome was heard.
    reason: str  # The last word of the channel on it, or why it ended.
    key: str  # 32 hexadecimal digits: its idempotency key.
    customer: str  # Whose it is.
    anonymous_id: str  # Whose it is, if the customer is anonymous.
    address: str  # Where it goes.
    journey: str  # The journey that made it.
    revision: int  # Of the playbook that it was made by.
    step: str  # The step that made it.
    template: str  # Its template.
    variant: str  # Of the template; absent for its own texts.
    locale: str  # Its language; absent for the shop's.
    payload: str  # The rendered texts: a JSON object as text.
    values: Dict[str, Any]  # The names that its texts read, with their values.


_Messages = TypedDict("_Messages", {  # A page of the outbox.
    "messages": List[OutboxMessage],  # By id.
})


class Messages(_Messages, total=False):
    """A page of the outbox."""

    next_after: int  # There may be more: ask again with this `after`.


LoggedEvent = TypedDict("LoggedEvent", {  # An event of the log.
    "type": str,  # Its type.
    "id": str,  # Its id; empty if it had none.
    "at": Instant,  # When it happened.
    "properties": Dict[str, Any],  # Its properties as they were read.
})


_RemovedEndpoint = TypedDict("_RemovedEndpoint", {  # An address that was taken back.
    "channel": str,  # Its channel.
    "address": str,  # The address.
    "removed_at": Instant,  # When it was taken back.
})


class RemovedEndpoint(_RemovedEndpoint, total=False):
    """An address that was taken back."""

    added_at: Instant  # When it was registered; absent if only its removal is known.


_SegmentMembership = TypedDict("_SegmentMembership", {  # A segment that a customer is in.
    "since": Instant,  # Since when.
})


class SegmentMembership(_SegmentMembership, total=False):
    """A segment that a customer is in."""

    segment: str  # Its name; absent if its definition is gone.


_KeptOrder = TypedDict("_KeptOrder", {  # An order, kept so that it counts once and a refund finds it.
    "value": float,  # As its earliest report says.
    "refunded": float,  # What was paid back.
    "cancelled": bool,  # Whether it was cancelled.
})


class KeptOrder(_KeptOrder, total=False):
    """An order, kept so that it counts once and a refund finds it."""

    at: Instant  # When it was made.


_SentMessage = TypedDict("_SentMessage", {  # A message that left.
    "message": int,  # Its id.
})


class SentMessage(_SentMessage, total=False):
    """A message that left."""

    sent_at: Instant  # When its channel took it.
    opened_at: Instant  # When it was opened.
    clicked_at: Instant  # When a link in it was followed.
    machine_opened_at: Instant  # When a scanner, a preview or a mail program opened it.
    machine_clicked_at: Instant  # When such a machine followed a link in it.


_KeptEvent = TypedDict("_KeptEvent", {  # An event that conditions ask about, as they see it.
    "at": Instant,  # When it happened.
})


class KeptEvent(_KeptEvent, total=False):
    """An event that conditions ask about, as they see it."""

    properties: Dict[str, Any]  # Those that conditions read.


_KeptConsent = TypedDict("_KeptConsent", {  # A consent or refusal as the row has it.
    "medium": str,  # The medium, or every.
    "scope": str,  # The scope, or every.
    "of_topic": bool,  # Whether it is of one topic only.
    "of_device": bool,  # Whether it is that of a device that became the customer.
})


class KeptConsent(_KeptConsent, total=False):
    """A consent or refusal as the row has it."""

    granted_at: Instant  # Of the grant in force.
    refused_at: Instant  # Of the newest refusal or withdrawal.
    confirmed_at: Instant  # When the grant was confirmed again.
    told_at: Instant  # When a notice of the grant was accepted last.


KeptArm = TypedDict("KeptArm", {  # An arm of a split.
    "arm": int,  # Its number in the split, from 1.
    "at": Instant,  # When the customer was given it.
})


KeptEntry = TypedDict("KeptEntry", {  # An entry into a journey, for caps on entries.
    "at": Instant,  # When.
})


_Kept = TypedDict("_Kept", {  # What is kept of a customer beside what `customer` shows.
    "refused_channels": List[str],  # No advertisement goes there.
    "removed_endpoints": List[RemovedEndpoint],  # Addresses that were taken back.
    "segments": List[SegmentMembership],  # The segments it is in.
    "orders": List[KeptOrder],  # The newest, at most 16.
    "sent": List[SentMessage],  # The newest messages that left.
    "history": List[KeptEvent],  # What conditions ask of the past.
    "consents": List[KeptConsent],  # Consents and refusals.
    "entries": List[KeptEntry],  # Into journeys, where a cap counts them.
    "splits": List[KeptArm],  # The arms of splits that the customer was given.
    "event_ids": int,  # So many ids of events are remembered, as fingerprints, to know a duplicate.
})


class Kept(_Kept, total=False):
    """What is kept of a customer beside what `customer` shows."""

    reconfirm_at: Instant  # When it is looked at next whether a consent is to be told again.
    push_asked_at: Instant  # When a page asked for push permission last.
    push_answer: PushAnswer  # What was answered.


Export = TypedDict("Export", {  # Everything that is kept of a customer.
    "customer": Customer,  # What is known.
    "kept": Kept,  # What else the row holds.
    "decisions": List[Decision],  # The whole trail.
    "messages": List[OutboxMessage],  # Every message that was made.
    "events": List[LoggedEvent],  # What the log still holds.
})


_PreviewText = TypedDict("_PreviewText", {  # A text with its sizes.
    "field": str,  # Its place in the payload: "body", "buttons[0].label".
    "text": str,  # The text as its reader gets it.
    "graphemes": int,  # What a reader takes for characters.
    "characters": int,  # Code points.
    "bytes": int,  # Of UTF-8.
})


class PreviewText(_PreviewText, total=False):
    """A text with its sizes."""

    euc_kr_bytes: int  # Of EUC-KR, as Korean carriers count.
    not_in_euc_kr: str  # In its place: the first character that EUC-KR does not have.


_PreviewMessage = TypedDict("_PreviewMessage", {  # A section of a template, rendered.
    "medium": str,  # The section.
})


class PreviewMessage(_PreviewMessage, total=False):
    """A section of a template, rendered."""

    variant: str  # Of which variant.
    locale: str  # In which language.
    error: str  # Why there is no message; payload and texts are absent then.
    type: str  # Of a text message: sms, lms or mms.
    payload: str  # The rendered texts: a JSON object as text.
    texts: List[PreviewText]  # Each text of it.


_Preview = TypedDict("_Preview", {  # What a template says.
    "template": str,  # Its name.
    "class": MessageClass,  # Its class.
    "purpose": str,  # What it is about.
    "messages": List[PreviewMessage],  # A section each, with every variant and language.
})


class Preview(_Preview, total=False):
    """What a template says."""

    customer: str  # To whom it was said.
    anonymous_id: str  # To whom, if the customer is anonymous.
    required: bool  # Whether what the template requires holds; absent if it requires nothing.


CartCounts = TypedDict("CartCounts", {  # Carts, counted.
    "opened": int,  # Filled.
    "ordered": int,  # Closed by an order.
    "emptied": int,  # Emptied.
    "abandoned": int,  # Neither ordered nor emptied.
})


OrderCounts = TypedDict("OrderCounts", {  # Orders, counted.
    "count": int,  # Completed and not cancelled.
    "value": float,  # Their amounts, less what was refunded.
})


_JourneyReport = TypedDict("_JourneyReport", {  # What came of a journey. A step is named as in the playbook.
    "entered": int,  # Walks that began.
    "completed": int,  # Walks that came to their last step.
    "exited": Dict[str, int],  # Walks that ended before it, by the event that ended them.
    "messages": Dict[str, int],  # Messages made, by step.
    "outcomes": Dict[str, Dict[str, int]],  # By step and outcome.
    "skipped": Dict[str, Dict[str, int]],  # By step and reason.
    "dropped": Dict[str, Dict[str, int]],  # By step and reason.
    "bought_after_message": int,  # Walks that reached the goal.
    "bought_value": float,  # The amounts of those orders.
})


class JourneyReport(_JourneyReport, total=False):
    """What came of a journey. A step is named as in the playbook."""

    not_entered: Dict[str, int]  # Entries that were not taken, by reason.
    variants: Dict[str, Dict[str, int]]  # By step and variant.
    sms_types: Dict[str, Dict[str, int]]  # Text messages by step and kind: sms, lms, mms.
    opened: Dict[str, int]  # Messages that were opened, by step.
    clicked: Dict[str, int]  # Messages whose link was followed, by step.
    machine_opened: Dict[str, int]  # Messages that a scanner, a preview or a mail program opened by itself, by step.
    machine_clicked: Dict[str, int]  # Messages in which such a machine followed a link, by step.
    ways: Dict[str, Dict[str, int]]  # Where walks went on, by the step that chose and the arm.
    deferred: Dict[str, Dict[str, int]]  # Sends that waited for an opening, by step and reason.
    handed_over: Dict[str, int]  # Where recipients withdrew: advertisements that arrived, or may have, by channel.
    opt_outs: Dict[str, Dict[str, int]]  # Withdrawals within a day after such an advertisement, by channel and way: token, stop, refusal.
    not_told: int  # Of notices that the law asks for: those that were not accepted in time.


Report = TypedDict("Report", {  # What came of it all since the database was made.
    "consent": str,  # How consent is proved: events, or assumed_by_shop where the playbook says so.
    "rules": List[str],  # The rule packs of the playbook in force.
    "statements": Dict[str, str],  # What the playbook says that the shop does itself, by the key that says it.
    "customers": int,  # Customers and devices; two that were merged are one.
    "carts": CartCounts,  # Carts.
    "orders": OrderCounts,  # Orders.
    "events": Dict[str, int],  # The newest 100,000 events of the log, by type.
    "duplicates": int,  # Events that had been folded already.
    "refused": Dict[str, int],  # Events that the customer's state showed to be wrong, by code.
    "consents": Dict[str, int],  # What was said of consent, by the event's type.
    "addresses": Dict[str, int],  # What was said of addresses, by the event's type; gone: by a channel.
    "by_rule": Dict[str, Dict[str, int]],  # Channels that a rule of the policy forbade or deferred, by rule and reason.
    "journeys": Dict[str, JourneyReport],  # By name, those that were entered.
})


ReachCounts = TypedDict("ReachCounts", {  # How many may be reached by a medium for a scope, whatever the hour, the caps and the message.
    "reached": int,  # Customers and devices.
    "not_reached": Dict[str, int],  # By reason; after a colon the rule.
})


ConsentCounts = TypedDict("ConsentCounts", {  # Who may be reached.
    "customers": int,  # Customers and devices.
    "media": Dict[str, Dict[str, ReachCounts]],  # By medium and scope.
})


_ConsentInForce = TypedDict("_ConsentInForce", {  # The state of a medium and a scope, for messages of no topic of their own.
    "medium": str,  # The medium.
    "scope": str,  # The scope.
    "state": ConsentState,  # What is in force.
    "reached": bool,  # Whether the customer may be reached.
})


class ConsentInForce(_ConsentInForce, total=False):
    """The state of a medium and a scope, for messages of no topic of their own."""

    since: Instant  # Of the grant or the refusal.
    confirmed_at: Instant  # The later of the grant and its confirmation.
    reconfirm_due: Instant  # When the law asks for the next confirmation.
    reason: str  # Why not; after a colon the rule.


_DeviceConsent = TypedDict("_DeviceConsent", {  # What a device said before it became the customer. It binds its push addresses.
    "anonymous_id": str,  # The device.
    "medium": str,  # The medium.
    "scope": str,  # The scope.
    "state": ConsentState,  # What is in force.
})


class DeviceConsent(_DeviceConsent, total=False):
    """What a device said before it became the customer. It binds its push addresses."""

    since: Instant  # Of the grant or the refusal.
    confirmed_at: Instant  # The later of the grant and its confirmation.


_LedgerRow = TypedDict("_LedgerRow", {  # One expression of the ledger of consents (docs/policy.md).
    "id": int,  # Its number, in the order of arrival.
    "position": int,  # Of the event in the log, from 1.
    "at": Instant,  # When it was said.
    "ingested_at": Instant,  # When the engine heard of it.
    "type": str,  # Of the event.
    "counts": bool,  # Whether it changed the state.
})


class LedgerRow(_LedgerRow, total=False):
    """One expression of the ledger of consents (docs/policy.md)."""

    local_offset: str  # The offset that the time was written with: +09:00.
    undated: bool  # That its time is not known: a grant is then not in force.
    customer: str  # Who said it.
    anonymous_id: str  # The device that said it.
    proof: str  # After an erasure, in the place of both: a keyed hash of the id.
    medium: str  # The media, with commas; a withdrawal without one is of all.
    scope: str  # The scopes, the same.
    topic: str  # The topic; without one all.
    where: str  # The page.
    wording: str  # The version of the words.
    evidence: str  # imported, or what the shop says.
    actor: str  # Who did it.
    address: str  # The address that it was about.
    message_id: str  # The message that it answered.


_CustomerConsent = TypedDict("_CustomerConsent", {  # The consents of a customer.
    "customer": str,  # The id that was asked for.
    "erased": bool,  # Whether only the ledger is left.
    "states": List[ConsentInForce],  # By medium and scope.
    "devices": List[DeviceConsent],  # Those of devices that became the customer.
    "ledger": List[LedgerRow],  # Every expression, the oldest first.
})


class CustomerConsent(_CustomerConsent, total=False):
    """The consents of a customer."""

    suppressed: List[SuppressedAddress]  # Addresses that get no message; absent where nothing was ever said of one.
    next_after: int  # To go on with, when there may be more.


_Suppressions = TypedDict("_Suppressions", {  # Addresses that get no message.
    "suppressions": List[SuppressedAddress],  # In the order of the rows that have them.
})


class Suppressions(_Suppressions, total=False):
    """Addresses that get no message."""

    next_after: int  # To go on with, when there may be more.


_Erasure = TypedDict("_Erasure", {  # Of a customer who was erased.
    "id": int,  # Its number, in the order of arrival.
    "erased_at": Instant,  # As the event says.
    "filed_at": Instant,  # When it was folded: from then on no query shows the customer.
})


class Erasure(_Erasure, total=False):
    """Of a customer who was erased."""

    done_at: Instant  # When the bytes were gone from the file; absent: not yet.


_Erasures = TypedDict("_Erasures", {  # Erasures, and how far the removal of the bytes is.
    "pending": int,  # Those whose bytes are still in the file.
    "erasures": List[Erasure],  # In the order of arrival; late events of before it file one again.
})


class Erasures(_Erasures, total=False):
    """Erasures, and how far the removal of the bytes is."""

    next_after: int  # To go on with, when there may be more.


_Access = TypedDict("_Access", {  # A query that showed personal data and named its actor.
    "id": int,  # Its number, in the order of arrival.
    "at": Instant,  # When.
    "actor": str,  # Who asked, as the request said.
    "query": str,  # The query.
})


class Access(_Access, total=False):
    """A query that showed personal data and named its actor."""

    reason: str  # Why, the same.
    subject: str  # The keyed hash of the name that was asked for; absent: the query was of no one customer.


_Accesses = TypedDict("_Accesses", {  # The access log.
    "accesses": List[Access],  # In the order of arrival.
})


class Accesses(_Accesses, total=False):
    """The access log."""

    next_after: int  # To go on with, when there may be more.


_Prompt = TypedDict("_Prompt", {  # Whether a page may ask for push permission.
    "ask": bool,  # Whether it may ask now.
    "reason": PromptReason,  # Why, or why not.
})


class Prompt(_Prompt, total=False):
    """Whether a page may ask for push permission."""

    asked_at: Instant  # When a page asked last.
    answer: PushAnswer  # What was answered.
    again_at: Instant  # From when on it may ask again.


SegmentSize = TypedDict("SegmentSize", {  # A segment.
    "segment": str,  # Its name.
    "condition": str,  # Its condition.
    "state": SegmentState,  # Whether every customer was judged.
    "members": int,  # How many are in it.
})


Segments = TypedDict("Segments", {  # The segments of the playbook in force.
    "segments": List[SegmentSize],  # By name.
})


_Member = TypedDict("_Member", {  # A customer who is in a segment.
    "since": Instant,  # When the customer came in.
})


class Member(_Member, total=False):
    """A customer who is in a segment."""

    customer: str  # The customer's id.
    anonymous_id: str  # In its place, if the customer is anonymous.


_Members = TypedDict("_Members", {  # A page of a segment's members.
    "segment": str,  # Its name.
    "members": List[Member],  # In the order in which customers became known.
})


class Members(_Members, total=False):
    """A page of a segment's members."""

    next_after: int  # There may be more: ask again with this `after`.


_ConditionPart = TypedDict("_ConditionPart", {  # A part of a condition, all of which must hold.
    "condition": str,  # The part.
    "holds": bool,  # Whether it holds now.
})


class ConditionPart(_ConditionPart, total=False):
    """A part of a condition, all of which must hold."""

    because: str  # Why it has no value, such as `no such key: points`.


_Explained = TypedDict("_Explained", {  # Whether a customer is in a segment or fulfils a condition, and why.
    "condition": str,  # The condition.
    "member": bool,  # Whether it holds now.
    "parts": List[ConditionPart],  # The parts of the condition.
})


class Explained(_Explained, total=False):
    """Whether a customer is in a segment or fulfils a condition, and why."""

    customer: str  # The customer's id.
    anonymous_id: str  # In its place, if the customer is anonymous.
    segment: str  # The segment's name; absent for `evaluate`.
    holds_until: Instant  # Until when this is so, unless something happens; absent: without end.


class Found(TypedDict, total=False):
    """A customer who fulfils a condition."""

    customer: str  # The customer's id.
    anonymous_id: str  # In its place, if the customer is anonymous.


Evaluated = TypedDict("Evaluated", {  # Who fulfils a condition.
    "members": List[Found],  # The first `limit` of them.
    "count": int,  # How many there are.
    "customers": int,  # How many were asked: all there are.
})


_LinkToken = TypedDict("_LinkToken", {  # What the token of a link is.
    "kind": TokenKind,  # What it is for.
    "known": bool,  # Whether its customer is still known, or has become another one who is.
    "made_at": Instant,  # When its message was made.
    "expired": bool,  # Of a click: whether it is older than 400 days. An opt-out never expires.
})


class LinkToken(_LinkToken, total=False):
    """What the token of a link is."""

    medium: str  # Of an opt-out: the medium that it withdraws from.
    scope: str  # Of an opt-out: the scope.
    withdrawn: bool  # Of an opt-out: whether that is refused already.
    message: OutboxMessage  # The message that it stood in, where that is still kept.


_TrackedLink = TypedDict("_TrackedLink", {  # What a tracked link is.
    "url": str,  # Where it leads.
})


class TrackedLink(_TrackedLink, total=False):
    """What a tracked link is."""

    expired: bool  # Of a link with a click token: whether it ended; the link leads on, and tells of no message.
    message: OutboxMessage  # The message that it stood in; absent if the customer was erased, or it expired.


RefusedEvent = TypedDict("RefusedEvent", {  # An event that advance refused.
    "code": str,  # Why, in one word.
    "message": str,  # Why, in a sentence.
    "customer": str,  # Whose it was; empty if the customer was erased.
    "event_id": str,  # Its id; empty if it had none.
    "position": int,  # Its place in the log, from 1.
    "at": Instant,  # When it was refused.
})


RefusedEvents = TypedDict("RefusedEvents", {  # The newest refused events; 10,000 are kept.
    "refused": List[RefusedEvent],  # The newest first.
})


FieldWarning = TypedDict("FieldWarning", {  # A field of an event that could not be read (docs/events.md).
    "type": str,  # Of the event.
    "code": str,  # What is wrong, in one word.
    "field": str,  # Which: "properties.price".
    "value": str,  # As it was sent, at most 64 bytes.
    "expected": str,  # What was expected there.
    "customer": str,  # Whose event it was.
    "event_id": str,  # Its id; empty if it had none.
    "position": int,  # Its place in the log, from 1.
    "at": Instant,  # When it was folded.
})


FieldWarnings = TypedDict("FieldWarnings", {  # The newest warnings; 10,000 are kept.
    "warnings": List[FieldWarning],  # The newest first.
})


Problem = TypedDict("Problem", {  # Something that is wrong.
    "code": ProblemCode,  # What, in one word.
    "text": str,  # What, and what helps, in a sentence.
})


ChannelHealth = TypedDict("ChannelHealth", {  # Of a channel with messages.
    "waiting": int,  # Messages that wait to be claimed.
    "claimed": int,  # Messages that are handed out and not settled.
    "oldest_ms": int,  # How long the oldest one waits, in milliseconds.
})


_HeldJourney = TypedDict("_HeldJourney", {  # What an operator holds.
    "hold": HoldName,  # What is held of it.
    "since": Instant,  # Since when.
})


class HeldJourney(_HeldJourney, total=False):
    """What an operator holds."""

    journey: str  # The journey; absent: the whole shop.
    why: str  # The operator's words.


_Health = TypedDict("_Health", {  # Whether all is well.
    "ok": bool,  # Whether there is no problem.
    "problems": List[Problem],  # What is wrong.
    "worker": WorkerState,  # Whether a worker folds.
    "events": int,  # Events ever ingested.
    "folded": int,  # Of those, how many are folded.
    "unfolded": int,  # Of those, how many are not.
    "lag_ms": int,  # Milliseconds since the oldest event that is not folded was ingested.
    "alarm_late_ms": int,  # Milliseconds for which the oldest alarm has waited.
    "channels": Dict[str, ChannelHealth],  # By name, those with messages that wait or are claimed.
    "holds": List[HeldJourney],  # What operators hold by verb.
    "erasures_pending": int,  # Erased customers whose bytes are still in the file.
    "log_bytes": int,  # Bytes of events, ever ingested.
    "database_bytes": int,  # Bytes of the database with its WAL.
    "wal_bytes": int,  # Bytes of the WAL.
    "free_disk_bytes": int,  # Bytes that are free where the database lies; -1: not known.
    "playbook_revision": int,  # Of the playbook in force; 0: none was loaded.
    "dedupe_overflow": int,  # Event ids that were forgotten before their time.
})


class Health(_Health, total=False):
    """Whether all is well."""

    surge_since: Instant  # Advertisements wait since then by the guard against surges; absent while it holds none.


EngineCounts = TypedDict("EngineCounts", {  # What an engine has done since it was opened.
    "accepted": int,  # Events taken by ingest.
    "rejected": int,  # Events rejected by ingest.
    "warnings": int,  # Warnings of ingest.
    "folded": int,  # Events folded.
    "duplicates": int,  # Of those, how many had been folded before.
    "refused": int,  # Of those, how many were refused.
    "alarms": int,  # Customers looked at because a moment came.
    "enrolments": int,  # Walks that began.
    "exits": int,  # Walks that ended before their last step.
    "messages": int,  # Messages made.
    "claimed": int,  # Messages handed out.
    "settled": int,  # Outcomes taken.
})


CallCounts = TypedDict("CallCounts", {  # How long the calls of a verb took.
    "calls": int,  # Calls.
    "errors": int,  # Of those, how many answered an error.
    "total_us": int,  # Microseconds of all of them.
    "p50_us": int,  # Microseconds that half of them stayed within.
    "p99_us": int,  # Microseconds that 99 of 100 stayed within.
})


Calls = TypedDict("Calls", {  # By verb.
    "load": CallCounts,  # Of load.
    "ingest": CallCounts,  # Of ingest.
    "advance": CallCounts,  # Of advance.
    "claim": CallCounts,  # Of claim.
    "settle": CallCounts,  # Of settle.
    "query": CallCounts,  # Of query.
    "hold": CallCounts,  # Of hold.
})


Stats = TypedDict("Stats", {  # What this engine did.
    "opened_at": Instant,  # When it was opened.
    "counts": EngineCounts,  # What it did.
    "calls": Calls,  # How long its calls took.
})
