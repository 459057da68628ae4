// What queries answer (docs/queries.md). Written by docs/queries.py from docs/queries.json: change that, and run it.

/** ISO 8601 in UTC: '2026-06-01T00:00:00Z', with milliseconds where there are any. */
export type Instant = string;

/** Of a message: what became of it. */
export type MessageState = 'waiting' | 'claimed' | 'accepted' | 'delivered' | 'failed' | 'expired' | 'revoked' | 'unknown' | 'dead';

/** Of a message. */
export type MessageClass = 'ad' | 'transactional' | 'notice' | 'call';

/** What was decided, or happened. */
export type DecisionKind = 'entered' | 'reset' | 'message' | 'skipped' | 'dropped' | 'exited' | 'completed' | 'revoked' | 'receipt' | 'merged' | 'erased' | 'not_entered' | 'converted' | 'cart_expired' | 'consent' | 'deferred' | 'way' | 'address' | 'set' | 'added_to' | 'removed_from' | 'emitted' | 'adopted';

/** Of a consent: unknown is neither a grant nor a refusal. */
export type ConsentState = 'unknown' | 'granted' | 'refused';

/** Why a page may ask for push permission, or may not. */
export type PromptReason = 'may_ask' | 'granted' | 'denied' | 'refused' | 'asked_lately' | 'no_value_moment';

/** What a customer answered when a page asked for push permission. */
export type PushAnswer = 'granted' | 'dismissed' | 'denied';

/** Of a cart. */
export type CartStage = 'shopping' | 'checkout' | 'ordered' | 'emptied' | 'expired';

/** Of a segment: building until every customer was judged. */
export type SegmentState = 'ready' | 'building';

/** folds: a worker holds the lease; lapsed: it did, and has not been heard of since; none: there is no worker. */
export type WorkerState = 'folds' | 'lapsed' | 'none';

/** Of the token of a link. */
export type TokenKind = 'opt_out' | 'click';

/** What health finds wrong. */
export type ProblemCode = 'no_playbook' | 'no_worker' | 'behind' | 'late_alarms' | 'unsent' | 'channel_fails' | 'copied' | 'not_told' | 'clock' | 'disk' | 'warnings' | 'held' | 'surge' | 'opt_outs' | 'erasures' | 'lost_keys';

/** What an operator holds. */
export type HoldName = 'quiet' | 'drain' | 'pause' | 'stop';

/** Why an address gets no message; a complaint is of advertisements only. */
export type SuppressedReason = 'bounced' | 'complained' | 'address_blocked';

/** What is known of a customer. */
export interface Customer {
  /** The customer's id, or the device's while it is anonymous. */
  id: string;
  /** Whether it is a device that no identify has named yet. */
  anonymous: boolean;
  /** Of the first activity. */
  first_seen?: Instant;
  /** Of the last activity. */
  last_seen?: Instant;
  /** Of the last order. */
  last_order_at?: Instant;
  /** Orders that were completed and not cancelled. */
  orders: number;
  /** Their amounts, less what was refunded; in the shop's currency. */
  revenue: number;
  /** All ids that are this customer's, devices included. */
  names: string[];
  /** What identify said of the customer, and steps of journeys set. */
  attributes: Record<string, any>;
  /** The static audiences that steps of journeys put the customer into. */
  audiences: string[];
  /** Addresses that may be written to. */
  endpoints: Endpoint[];
  /** Addresses that get no message; absent where nothing was ever said of one. */
  suppressed?: SuppressedAddress[];
  /** Carts that were ever filled, the one that was opened first before the others. */
  carts: Cart[];
  /** Walks of journeys that go on, or whose end is remembered. */
  enrolments: Enrolment[];
}

/** An address on a channel. */
export interface Endpoint {
  /** The channel. */
  channel: string;
  /** The address, as the shop registered it. */
  address: string;
  /** When it was registered. */
  added_at?: Instant;
}

/** A cart. */
export interface Cart {
  /** Its cart_id; empty for the default cart. */
  id: string;
  /** How far it is. */
  stage: CartStage;
  /** What is in it, in its currency; absent where a price is not known. */
  value?: number;
  /** The currency that its lines agree on. */
  currency?: string;
  /** Pieces in it. */
  quantity: number;
  /** When it was filled. */
  opened_at: Instant;
  /** When it was last changed or looked at. */
  updated_at?: Instant;
  /** Where it is looked at. */
  url?: string;
  /** Its lines. */
  items: CartItem[];
}

/** A line of a cart. */
export interface CartItem {
  /** Pieces; negative for what is given back. */
  quantity: number;
  /** Of one piece. */
  price?: number;
  /** What events said of the product. */
  product: Record<string, any>;
}

/** A walk of a journey. */
export interface Enrolment {
  /** 32 hexadecimal digits, the same in every replay. */
  id: string;
  /** The value of the journey's key, such as the cart's id; empty without one. */
  key: string;
  /** Of the playbook by which it goes. */
  revision: number;
  /** The name of its journey; absent if that revision cannot be read any more. */
  journey?: string;
  /** The name of its next step, waits aside; absent after the last one. */
  step?: string;
  /** When it began. */
  entered_at?: Instant;
  /** When it is looked at next. */
  wakes_at?: Instant;
  /** Whether it has ended. */
  finished: boolean;
  /** What the shop said of its entry; absent where it said nothing. */
  data?: Record<string, any>;
}

/** A line of the trail of why. */
export interface Decision {
  /** When it was taken. */
  at: Instant;
  /** What was decided, or happened. */
  decision: DecisionKind;
  /** The journey. */
  journey?: string;
  /** The step's name. */
  step?: string;
  /** The event, the channel or the reason. */
  detail?: string;
  /** The id of the message that it is about. */
  message?: number;
  /** For when the step was planned. */
  planned_at?: Instant;
  /** Of the message, now. */
  state?: MessageState;
  /** How often the message was handed to its channel. */
  attempts?: number;
  /** The last word of the channel on the message, or why it ended. */
  reason?: string;
}

/** The trail of a customer's decisions. */
export interface Why {
  /** The customer's id. */
  customer: string;
  /** The newest `limit` or a few more, the oldest first. */
  decisions: Decision[];
}

/** A message of the outbox. */
export interface OutboxMessage {
  /** Its number in this database. */
  id: number;
  /** What became of it. */
  state: MessageState;
  /** The channel it is for. */
  channel: string;
  /** Its class. */
  class: MessageClass;
  /** What it is about. */
  purpose: string;
  /** The section of the template that it was made of. */
  medium: string;
  /** When it was made. */
  made_at: Instant;
  /** It does not leave after this. */
  expires_at: Instant;
  /** After this its text is decided anew (fresh_for). */
  fresh_until?: Instant;
  /** When its outcome was heard. */
  settled_at?: Instant;
  /** How often it was handed to its channel. */
  attempts: number;
  /** The last word of the channel on it, or why it ended. */
  reason?: string;
  /** 32 hexadecimal digits: its idempotency key. */
  key?: string;
  /** Whose it is. */
  customer?: string;
  /** Whose it is, if the customer is anonymous. */
  anonymous_id?: string;
  /** Where it goes. */
  address?: string;
  /** The journey that made it. */
  journey?: string;
  /** Of the playbook that it was made by. */
  revision?: number;
  /** The step that made it. */
  step?: string;
  /** Its template. */
  template?: string;
  /** Of the template; absent for its own texts. */
  variant?: string;
  /** Its language; absent for the shop's. */
  locale?: string;
  /** The rendered texts: a JSON object as text. */
  payload?: string;
  /** The names that its texts read, with their values. */
  values?: Record<string, any>;
}

/** A page of the outbox. */
export interface Messages {
  /** By id. */
  messages: OutboxMessage[];
  /** There may be more: ask again with this `after`. */
  next_after?: number;
}

/** An event of the log. */
export interface LoggedEvent {
  /** Its type. */
  type: string;
  /** Its id; empty if it had none. */
  id: string;
  /** When it happened. */
  at: Instant;
  /** Its properties as they were read. */
  properties: Record<string, any>;
}

/** An address that was taken back. */
export interface RemovedEndpoint {
  /** Its channel. */
  channel: string;
  /** The address. */
  address: string;
  /** When it was registered; absent if only its removal is known. */
  added_at?: Instant;
  /** When it was taken back. */
  removed_at: Instant;
}

/** A segment that a customer is in. */
export interface SegmentMembership {
  /** Its name; absent if its definition is gone. */
  segment?: string;
  /** Since when. */
  since: Instant;
}

/** An order, kept so that it counts once and a refund finds it. */
export interface KeptOrder {
  /** When it was made. */
  at?: Instant;
  /** As its earliest report says. */
  value: number;
  /** What was paid back. */
  refunded: number;
  /** Whether it was cancelled. */
  cancelled: boolean;
}

/** A message that left. */
export interface SentMessage {
  /** Its id. */
  message: number;
  /** When its channel took it. */
  sent_at?: Instant;
  /** When it was opened. */
  opened_at?: Instant;
  /** When a link in it was followed. */
  clicked_at?: Instant;
  /** When a scanner, a preview or a mail program opened it. */
  machine_opened_at?: Instant;
  /** When such a machine followed a link in it. */
  machine_clicked_at?: Instant;
}

/** An event that conditions ask about, as they see it. */
export interface KeptEvent {
  /** When it happened. */
  at: Instant;
  /** Those that conditions read. */
  properties?: Record<string, any>;
}

/** A consent or refusal as the row has it. */
export interface KeptConsent {
  /** The medium, or every. */
  medium: string;
  /** The scope, or every. */
  scope: string;
  /** Whether it is of one topic only. */
  of_topic: boolean;
  /** Whether it is that of a device that became the customer. */
  of_device: boolean;
  /** Of the grant in force. */
  granted_at?: Instant;
  /** Of the newest refusal or withdrawal. */
  refused_at?: Instant;
  /** When the grant was confirmed again. */
  confirmed_at?: Instant;
  /** When a notice of the grant was accepted last. */
  told_at?: Instant;
}

/** An arm of a split. */
export interface KeptArm {
  /** Its number in the split, from 1. */
  arm: number;
  /** When the customer was given it. */
  at: Instant;
}

/** An entry into a journey, for caps on entries. */
export interface KeptEntry {
  /** When. */
  at: Instant;
}

/** What is kept of a customer beside what `customer` shows. */
export interface Kept {
  /** No advertisement goes there. */
  refused_channels: string[];
  /** Addresses that were taken back. */
  removed_endpoints: RemovedEndpoint[];
  /** The segments it is in. */
  segments: SegmentMembership[];
  /** The newest, at most 16. */
  orders: KeptOrder[];
  /** The newest messages that left. */
  sent: SentMessage[];
  /** What conditions ask of the past. */
  history: KeptEvent[];
  /** Consents and refusals. */
  consents: KeptConsent[];
  /** When it is looked at next whether a consent is to be told again. */
  reconfirm_at?: Instant;
  /** When a page asked for push permission last. */
  push_asked_at?: Instant;
  /** What was answered. */
  push_answer?: PushAnswer;
  /** Into journeys, where a cap counts them. */
  entries: KeptEntry[];
  /** The arms of splits that the customer was given. */
  splits: KeptArm[];
  /** So many ids of events are remembered, as fingerprints, to know a duplicate. */
  event_ids: number;
}

/** Everything that is kept of a customer. */
export interface Export {
  /** What is known. */
  customer: Customer;
  /** What else the row holds. */
  kept: Kept;
  /** The whole trail. */
  decisions: Decision[];
  /** Every message that was made. */
  messages: OutboxMessage[];
  /** What the log still holds. */
  events: LoggedEvent[];
}

/** A text with its sizes. */
export interface PreviewText {
  /** Its place in the payload: "body", "buttons[0].label". */
  field: string;
  /** The text as its reader gets it. */
  text: string;
  /** What a reader takes for characters. */
  graphemes: number;
  /** Code points. */
  characters: number;
  /** Of UTF-8. */
  bytes: number;
  /** Of EUC-KR, as Korean carriers count. */
  euc_kr_bytes?: number;
  /** In its place: the first character that EUC-KR does not have. */
  not_in_euc_kr?: string;
}

/** A section of a template, rendered. */
export interface PreviewMessage {
  /** The section. */
  medium: string;
  /** Of which variant. */
  variant?: string;
  /** In which language. */
  locale?: string;
  /** Why there is no message; payload and texts are absent then. */
  error?: string;
  /** Of a text message: sms, lms or mms. */
  type?: string;
  /** The rendered texts: a JSON object as text. */
  payload?: string;
  /** Each text of it. */
  texts?: PreviewText[];
}

/** What a template says. */
export interface Preview {
  /** Its name. */
  template: string;
  /** Its class. */
  class: MessageClass;
  /** What it is about. */
  purpose: string;
  /** To whom it was said. */
  customer?: string;
  /** To whom, if the customer is anonymous. */
  anonymous_id?: string;
  /** Whether what the template requires holds; absent if it requires nothing. */
  required?: boolean;
  /** A section each, with every variant and language. */
  messages: PreviewMessage[];
}

/** Carts, counted. */
export interface CartCounts {
  /** Filled. */
  opened: number;
  /** Closed by an order. */
  ordered: number;
  /** Emptied. */
  emptied: number;
  /** Neither ordered nor emptied. */
  abandoned: number;
}

/** Orders, counted. */
export interface OrderCounts {
  /** Completed and not cancelled. */
  count: number;
  /** Their amounts, less what was refunded. */
  value: number;
}

/** What came of a journey. A step is named as in the playbook. */
export interface JourneyReport {
  /** Walks that began. */
  entered: number;
  /** Entries that were not taken, by reason. */
  not_entered?: Record<string, number>;
  /** Walks that came to their last step. */
  completed: number;
  /** Walks that ended before it, by the event that ended them. */
  exited: Record<string, number>;
  /** Messages made, by step. */
  messages: Record<string, number>;
  /** By step and variant. */
  variants?: Record<string, Record<string, number>>;
  /** Text messages by step and kind: sms, lms, mms. */
  sms_types?: Record<string, Record<string, number>>;
  /** Messages that were opened, by step. */
  opened?: Record<string, number>;
  /** Messages whose link was followed, by step. */
  clicked?: Record<string, number>;
  /** Messages that a scanner, a preview or a mail program opened by itself, by step. */
  machine_opened?: Record<string, number>;
  /** Messages in which such a machine followed a link, by step. */
  machine_clicked?: Record<string, number>;
  /** By step and outcome. */
  outcomes: Record<string, Record<string, number>>;
  /** By step and reason. */
  skipped: Record<string, Record<string, number>>;
  /** By step and reason. */
  dropped: Record<string, Record<string, number>>;
  /** Where walks went on, by the step that chose and the arm. */
  ways?: Record<string, Record<string, number>>;
  /** Sends that waited for an opening, by step and reason. */
  deferred?: Record<string, Record<string, number>>;
  /** Where recipients withdrew: advertisements that arrived, or may have, by channel. */
  handed_over?: Record<string, number>;
  /** Withdrawals within a day after such an advertisement, by channel and way: token, stop, refusal. */
  opt_outs?: Record<string, Record<string, number>>;
  /** Of notices that the law asks for: those that were not accepted in time. */
  not_told?: number;
  /** Walks that reached the goal. */
  bought_after_message: number;
  /** The amounts of those orders. */
  bought_value: number;
}

/** What came of it all since the database was made. */
export interface Report {
  /** How consent is proved: events, or assumed_by_shop where the playbook says so. */
  consent: string;
  /** The rule packs of the playbook in force. */
  rules: string[];
  /** What the playbook says that the shop does itself, by the key that says it. */
  statements: Record<string, string>;
  /** Customers and devices; two that were merged are one. */
  customers: number;
  /** Carts. */
  carts: CartCounts;
  /** Orders. */
  orders: OrderCounts;
  /** The newest 100,000 events of the log, by type. */
  events: Record<string, number>;
  /** Events that had been folded already. */
  duplicates: number;
  /** Events that the customer's state showed to be wrong, by code. */
  refused: Record<string, number>;
  /** What was said of consent, by the event's type. */
  consents: Record<string, number>;
  /** What was said of addresses, by the event's type; gone: by a channel. */
  addresses: Record<string, number>;
  /** Channels that a rule of the policy forbade or deferred, by rule and reason. */
  by_rule: Record<string, Record<string, number>>;
  /** By name, those that were entered. */
  journeys: Record<string, JourneyReport>;
}

/** How many may be reached by a medium for a scope, whatever the hour, the caps and the message. */
export interface ReachCounts {
  /** Customers and devices. */
  reached: number;
  /** By reason; after a colon the rule. */
  not_reached: Record<string, number>;
}

/** Who may be reached. */
export interface ConsentCounts {
  /** Customers and devices. */
  customers: number;
  /** By medium and scope. */
  media: Record<string, Record<string, ReachCounts>>;
}

/** The state of a medium and a scope, for messages of no topic of their own. */
export interface ConsentInForce {
  /** The medium. */
  medium: string;
  /** The scope. */
  scope: string;
  /** What is in force. */
  state: ConsentState;
  /** Of the grant or the refusal. */
  since?: Instant;
  /** The later of the grant and its confirmation. */
  confirmed_at?: Instant;
  /** When the law asks for the next confirmation. */
  reconfirm_due?: Instant;
  /** Whether the customer may be reached. */
  reached: boolean;
  /** Why not; after a colon the rule. */
  reason?: string;
}

/** What a device said before it became the customer. It binds its push addresses. */
export interface DeviceConsent {
  /** The device. */
  anonymous_id: string;
  /** The medium. */
  medium: string;
  /** The scope. */
  scope: string;
  /** What is in force. */
  state: ConsentState;
  /** Of the grant or the refusal. */
  since?: Instant;
  /** The later of the grant and its confirmation. */
  confirmed_at?: Instant;
}

/** One expression of the ledger of consents (docs/policy.md). */
export interface LedgerRow {
  /** Its number, in the order of arrival. */
  id: number;
  /** Of the event in the log, from 1. */
  position: number;
  /** When it was said. */
  at: Instant;
  /** The offset that the time was written with: +09:00. */
  local_offset?: string;
  /** When the engine heard of it. */
  ingested_at: Instant;
  /** That its time is not known: a grant is then not in force. */
  undated?: boolean;
  /** Who said it. */
  customer?: string;
  /** The device that said it. */
  anonymous_id?: string;
  /** After an erasure, in the place of both: a keyed hash of the id. */
  proof?: string;
  /** Of the event. */
  type: string;
  /** The media, with commas; a withdrawal without one is of all. */
  medium?: string;
  /** The scopes, the same. */
  scope?: string;
  /** The topic; without one all. */
  topic?: string;
  /** The page. */
  where?: string;
  /** The version of the words. */
  wording?: string;
  /** imported, or what the shop says. */
  evidence?: string;
  /** Who did it. */
  actor?: string;
  /** The address that it was about. */
  address?: string;
  /** The message that it answered. */
  message_id?: string;
  /** Whether it changed the state. */
  counts: boolean;
}

/** The consents of a customer. */
export interface CustomerConsent {
  /** The id that was asked for. */
  customer: string;
  /** Whether only the ledger is left. */
  erased: boolean;
  /** By medium and scope. */
  states: ConsentInForce[];
  /** Those of devices that became the customer. */
  devices: DeviceConsent[];
  /** Addresses that get no message; absent where nothing was ever said of one. */
  suppressed?: SuppressedAddress[];
  /** Every expression, the oldest first. */
  ledger: LedgerRow[];
  /** To go on with, when there may be more. */
  next_after?: number;
}

/** An address that gets no message. */
export interface SuppressedAddress {
  /** The channel. */
  channel: string;
  /** The address, where a customer has it. */
  address?: string;
  /** Else its keyed hash, which is known in this database only. */
  address_hash?: string;
  /** Why. */
  reason: SuppressedReason;
  /** When it was said. */
  since: Instant;
}

/** Addresses that get no message. */
export interface Suppressions {
  /** In the order of the rows that have them. */
  suppressions: SuppressedAddress[];
  /** To go on with, when there may be more. */
  next_after?: number;
}

/** Of a customer who was erased. */
export interface Erasure {
  /** Its number, in the order of arrival. */
  id: number;
  /** As the event says. */
  erased_at: Instant;
  /** When it was folded: from then on no query shows the customer. */
  filed_at: Instant;
  /** When the bytes were gone from the file; absent: not yet. */
  done_at?: Instant;
}

/** Erasures, and how far the removal of the bytes is. */
export interface Erasures {
  /** Those whose bytes are still in the file. */
  pending: number;
  /** In the order of arrival; late events of before it file one again. */
  erasures: Erasure[];
  /** To go on with, when there may be more. */
  next_after?: number;
}

/** A query that showed personal data and named its actor. */
export interface Access {
  /** Its number, in the order of arrival. */
  id: number;
  /** When. */
  at: Instant;
  /** Who asked, as the request said. */
  actor: string;
  /** Why, the same. */
  reason?: string;
  /** The query. */
  query: string;
  /** The keyed hash of the name that was asked for; absent: the query was of no one customer. */
  subject?: string;
}

/** The access log. */
export interface Accesses {
  /** In the order of arrival. */
  accesses: Access[];
  /** To go on with, when there may be more. */
  next_after?: number;
}

/** Whether a page may ask for push permission. */
export interface Prompt {
  /** Whether it may ask now. */
  ask: boolean;
  /** Why, or why not. */
  reason: PromptReason;
  /** When a page asked last. */
  asked_at?: Instant;
  /** What was answered. */
  answer?: PushAnswer;
  /** From when on it may ask again. */
  again_at?: Instant;
}

/** A segment. */
export interface SegmentSize {
  /** Its name. */
  segment: string;
  /** Its condition. */
  condition: string;
  /** Whether every customer was judged. */
  state: SegmentState;
  /** How many are in it. */
  members: number;
}

/** The segments of the playbook in force. */
export interface Segments {
  /** By name. */
  segments: SegmentSize[];
}

/** A customer who is in a segment. */
export interface Member {
  /** The customer's id. */
  customer?: string;
  /** In its place, if the customer is anonymous. */
  anonymous_id?: string;
  /** When the customer came in. */
  since: Instant;
}

/** A page of a segment's members. */
export interface Members {
  /** Its name. */
  segment: string;
  /** In the order in which customers became known. */
  members: Member[];
  /** There may be more: ask again with this `after`. */
  next_after?: number;
}

/** A part of a condition, all of which must hold. */
export interface ConditionPart {
  /** The part. */
  condition: string;
  /** Whether it holds now. */
  holds: boolean;
  /** Why it has no value, such as `no such key: points`. */
  because?: string;
}

/** Whether a customer is in a segment or fulfils a condition, and why. */
export interface Explained {
  /** The customer's id. */
  customer?: string;
  /** In its place, if the customer is anonymous. */
  anonymous_id?: string;
  /** The segment's name; absent for `evaluate`. */
  segment?: string;
  /** The condition. */
  condition: string;
  /** Whether it holds now. */
  member: boolean;
  /** Until when this is so, unless something happens; absent: without end. */
  holds_until?: Instant;
  /** The parts of the condition. */
  parts: ConditionPart[];
}

/** A customer who fulfils a condition. */
export interface Found {
  /** The customer's id. */
  customer?: string;
  /** In its place, if the customer is anonymous. */
  anonymous_id?: string;
}

/** Who fulfils a condition. */
export interface Evaluated {
  /** The first `limit` of them. */
  members: Found[];
  /** How many there are. */
  count: number;
  /** How many were asked: all there are. */
  customers: number;
}

/** What the token of a link is. */
export interface LinkToken {
  /** What it is for. */
  kind: TokenKind;
  /** Whether its customer is still known, or has become another one who is. */
  known: boolean;
  /** Of an opt-out: the medium that it withdraws from. */
  medium?: string;
  /** Of an opt-out: the scope. */
  scope?: string;
  /** Of an opt-out: whether that is refused already. */
  withdrawn?: boolean;
  /** When its message was made. */
  made_at: Instant;
  /** Of a click: whether it is older than 400 days. An opt-out never expires. */
  expired: boolean;
  /** The message that it stood in, where that is still kept. */
  message?: OutboxMessage;
}

/** What a tracked link is. */
export interface TrackedLink {
  /** Where it leads. */
  url: string;
  /** Of a link with a click token: whether it ended; the link leads on, and tells of no message. */
  expired?: boolean;
  /** The message that it stood in; absent if the customer was erased, or it expired. */
  message?: OutboxMessage;
}

/** An event that advance refused. */
export interface RefusedEvent {
  /** Why, in one word. */
  code: string;
  /** Why, in a sentence. */
  message: string;
  /** Whose it was; empty if the customer was erased. */
  customer: string;
  /** Its id; empty if it had none. */
  event_id: string;
  /** Its place in the log, from 1. */
  position: number;
  /** When it was refused. */
  at: Instant;
}

/** The newest refused events; 10,000 are kept. */
export interface RefusedEvents {
  /** The newest first. */
  refused: RefusedEvent[];
}

/** A field of an event that could not be read (docs/events.md). */
export interface FieldWarning {
  /** Of the event. */
  type: string;
  /** What is wrong, in one word. */
  code: string;
  /** Which: "properties.price". */
  field: string;
  /** As it was sent, at most 64 bytes. */
  value: string;
  /** What was expected there. */
  expected: string;
  /** Whose event it was. */
  customer: string;
  /** Its id; empty if it had none. */
  event_id: string;
  /** Its place in the log, from 1. */
  position: number;
  /** When it was folded. */
  at: Instant;
}

/** The newest warnings; 10,000 are kept. */
export interface FieldWarnings {
  /** The newest first. */
  warnings: FieldWarning[];
}

/** Something that is wrong. */
export interface Problem {
  /** What, in one word. */
  code: ProblemCode;
  /** What, and what helps, in a sentence. */
  text: string;
}

/** Of a channel with messages. */
export interface ChannelHealth {
  /** Messages that wait to be claimed. */
  waiting: number;
  /** Messages that are handed out and not settled. */
  claimed: number;
  /** How long the oldest one waits, in milliseconds. */
  oldest_ms: number;
}

/** Whether all is well. */
export interface Health {
  /** Whether there is no problem. */
  ok: boolean;
  /** What is wrong. */
  problems: Problem[];
  /** Whether a worker folds. */
  worker: WorkerState;
  /** Events ever ingested. */
  events: number;
  /** Of those, how many are folded. */
  folded: number;
  /** Of those, how many are not. */
  unfolded: number;
  /** Milliseconds since the oldest event that is not folded was ingested. */
  lag_ms: number;
  /** Milliseconds for which the oldest alarm has waited. */
  alarm_late_ms: number;
  /** By name, those with messages that wait or are claimed. */
  channels: Record<string, ChannelHealth>;
  /** What operators hold by verb. */
  holds: HeldJourney[];
  /** Advertisements wait since then by the guard against surges; absent while it holds none. */
  surge_since?: Instant;
  /** Erased customers whose bytes are still in the file. */
  erasures_pending: number;
  /** Bytes of events, ever ingested. */
  log_bytes: number;
  /** Bytes of the database with its WAL. */
  database_bytes: number;
  /** Bytes of the WAL. */
  wal_bytes: number;
  /** Bytes that are free where the database lies; -1: not known. */
  free_disk_bytes: number;
  /** Of the playbook in force; 0: none was loaded. */
  playbook_revision: number;
  /** Event ids that were forgotten before their time. */
  dedupe_overflow: number;
}

/** What an operator holds. */
export interface HeldJourney {
  /** The journey; absent: the whole shop. */
  journey?: string;
  /** What is held of it. */
  hold: HoldName;
  /** Since when. */
  since: Instant;
  /** The operator's words. */
  why?: string;
}

/** What an engine has done since it was opened. */
export interface EngineCounts {
  /** Events taken by ingest. */
  accepted: number;
  /** Events rejected by ingest. */
  rejected: number;
  /** Warnings of ingest. */
  warnings: number;
  /** Events folded. */
  folded: number;
  /** Of those, how many had been folded before. */
  duplicates: number;
  /** Of those, how many were refused. */
  refused: number;
  /** Customers looked at because a moment came. */
  alarms: number;
  /** Walks that began. */
  enrolments: number;
  /** Walks that ended before their last step. */
  exits: number;
  /** Messages made. */
  messages: number;
  /** Messages handed out. */
  claimed: number;
  /** Outcomes taken. */
  settled: number;
}

/** How long the calls of a verb took. */
export interface CallCounts {
  /** Calls. */
  calls: number;
  /** Of those, how many answered an error. */
  errors: number;
  /** Microseconds of all of them. */
  total_us: number;
  /** Microseconds that half of them stayed within. */
  p50_us: number;
  /** Microseconds that 99 of 100 stayed within. */
  p99_us: number;
}

/** By verb. */
export interface Calls {
  /** Of load. */
  load: CallCounts;
  /** Of ingest. */
  ingest: CallCounts;
  /** Of advance. */
  advance: CallCounts;
  /** Of claim. */
  claim: CallCounts;
  /** Of settle. */
  settle: CallCounts;
  /** Of query. */
  query: CallCounts;
  /** Of hold. */
  hold: CallCounts;
}

/** What this engine did. */
export interface Stats {
  /** When it was opened. */
  opened_at: Instant;
  /** What it did. */
  counts: EngineCounts;
  /** How long its calls took. */
  calls: Calls;
}

/** By query; one that answers of a customer in another way has both. */
export interface Answers {
  customer: Customer;
  why: Why;
  export: Export;
  preview: Preview;
  report: Report;
  consent: ConsentCounts | CustomerConsent;
  prompt: Prompt;
  suppressions: Suppressions;
  erasures: Erasures;
  access: Accesses;
  segments: Segments;
  segment: Members | Explained;
  evaluate: Evaluated | Explained;
  messages: Messages;
  dead_letters: Messages;
  link: TrackedLink;
  token: LinkToken;
  refused: RefusedEvents;
  warnings: FieldWarnings;
  playbook: Record<string, any>;
  health: Health;
  stats: Stats;
  metrics: string;
}
