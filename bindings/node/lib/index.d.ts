/// <reference lib="esnext.disposable" />
import type {
  Accesses, Answers, ConsentCounts, Customer, CustomerConsent, Erasures, Evaluated, Explained, Export, FieldWarnings, Health, Instant, LinkToken, Members, MessageClass, Messages, Preview, Prompt, RefusedEvents, Report, Segments, Stats,
  Suppressions, TrackedLink, Why,
} from './answers';

export * from './answers';

// Times that are handed in are milliseconds since 1970 UTC, or Date; those of answers are texts (Instant).
export type Time = number | bigint | Date;

/** An id may be a number: 42 and '42' are one. */
export type Id = string | number | bigint;
/** `customer`, `anonymous_id` or both. */
export interface Event {
  id?: Id;
  type: string;
  customer?: Id | null;
  anonymous_id?: Id | null;
  at?: Time | string | null;
  /** By the sender's clock, when it sent this: corrects a clock that is wrong. */
  sent_at?: Time | string;
  received_at?: Time | string;
  properties?: object;
}

export interface Options {
  durability?: 'full' | 'normal';
  workMax?: number;
  customerCacheBytes?: number;
  claimTailMax?: number;
  foldLeaseMs?: number;
  dedupeWindowMs?: number;
  cartIdleMs?: number;
  logBytesMax?: number;
  freeDiskMinBytes?: number;
  logKeepMs?: number;
  busyTimeoutMs?: number;
  shared?: boolean | number;
  lingerMs?: number;
  /** Of a file that is made: 0o600 (the default), 0o660 for its folder's group. */
  fileMode?: number;
  /** An event with a field that cannot be read is rejected: for tests of a shop's integration. */
  strict?: boolean | number;
  /** 'Asia/Seoul': of times that name no offset. */
  eventZone?: string;
  clockSkewMaxMs?: number;
  /** For tests: the engine's clock stands at this moment, and leases with it, until setClock or a later `now` moves it. */
  manualClockMs?: Time;
  /** Of the tokens in opt-out links: 64 hexadecimal digits, or several with their versions, the newest first. */
  tokenKey?: string;
  /** Whose database it is, 'shop-production': opened by another deployment it is a copy, which hands out no advertisement before hold('adopt'). */
  deployment?: string;
  /** How long messages that have ended are kept; 0: for good. The same below, of what `why` tells, of refused events and warnings, … */
  messageKeepMs?: number;
  decisionKeepMs?: number;
  findingKeepMs?: number;
  /** … of consents of customers who were erased, and of the access log. */
  consentKeepMs?: number;
  accessKeepMs?: number;
  /** A query that shows personal data must name its actor. */
  requireActor?: boolean | number;
  /** Of sealing at rest: 64 hexadecimal digits, the same for every process that opens the file. */
  sealKey?: string;
}

/** `note`: why the playbook was not taken, though nothing is wrong with it; empty: it was. */
export interface Loaded { revision: number; note: string }
export interface Rejected { record: number; id: string; code: string; message: string }
/** A field of an accepted event that could not be read. */
export interface Warning { record: number; id: string; code: string; field: string; value: string; expected: string }
export interface Ingested { accepted: number; rejected: Rejected[]; warnings: Warning[] }
/** `nextDueMs`: nothing will happen before it by itself; 0: nothing is planned. `more`: call again at once. */
export interface Advanced {
  events: number; duplicates: number; refused: number; alarms: number; enrolments: number; messages: number; exits: number;
  nextDueMs: number; more: boolean;
}
export interface Message {
  id: number; token: number; key: string; channel: string; class: MessageClass; purpose: string; medium: string;
  customer: string; address: string; journey: string; step: string; template: string; payload: Record<string, any>;
  made_at: Instant; expires_at: Instant; attempt: number;
}
/** `behind`: too many events are not folded, so no advertisement is handed out. `heldBack`: messages that wait for the next advance. */
/** settled: of the outcomes that were given. */
export interface Claim { messages: Message[]; settled: Settled; behind: boolean; heldBack: number }
export interface Outcome {
  id: number; token: number;
  /** released: sending was not begun, costs no attempt. not_sent: tried, and surely nothing left. */
  outcome: 'accepted' | 'delivered' | 'failed_final' | 'retry' | 'unknown' | 'gone' | 'reject_msg' | 'config' | 'suppressed' | 'defer'
    | 'released' | 'not_sent';
  /** gone_at_ms, of gone: since when; an address that was registered after it stays. */
  reason?: string; retry_after_ms?: number; gone_at_ms?: number;
}
export interface Settled { settled: number; late: number; unknown: number }
/** outcomes: of messages claimed before, settled in the same commit: a host that loops flushes once a batch. */
export interface ClaimOptions { max?: number; leaseMs?: number; idempotencyMs?: number; now?: Time; outcomes?: Iterable<Outcome> | string }
/** cartwheel.h says what each does. */
export type HoldAction = 'quiet' | 'pause' | 'drain' | 'stop' | 'resume' | 'release' | 'adopt';
/** Without a journey: of the whole shop. */
export interface HoldOptions { journey?: string; why?: string; now?: Time }
export type QueryName = 'customer' | 'why' | 'export' | 'preview' | 'report' | 'segments' | 'segment' | 'evaluate' | 'messages' | 'dead_letters' | 'link' | 'token'
  | 'refused' | 'warnings' | 'playbook' | 'health' | 'stats' | 'metrics';
export interface QueryRequest {
  customer?: Id; anonymous_id?: Id; state?: string; segment?: string; expression?: string; link?: string; token?: string; value_moment?: string; template?: string; playbook?: string; after?: number;
  limit?: number; now?: Time;
}
export type Who = { customer: Id; anonymous_id?: undefined } | { anonymous_id: Id; customer?: undefined };
export type Events = string | Uint8Array | Event | Iterable<Event>;

export type Code = 'INVALID' | 'MISUSE' | 'BUSY' | 'LEASE_LOST' | 'FULL' | 'NOT_FOUND' | 'BROKEN' | 'INTERNAL';
export class CartwheelError extends Error {
  constructor(code: Code | number, message: string);
  readonly code: Code;
  /** Of cartwheel.h. */
  readonly number: number;
}
export const codes: Readonly<{ [name in Code]: name }>;
/** Thrown by a `send` of which surely nothing left: its messages wait again. */
export class NotSent extends Error {
  constructor(message?: string, options?: { cause?: unknown });
}
export const version: string;

/** One database. Calls without Sync never hold up the event loop; one that waits has a thread of its own. */
export class Engine {
  constructor(path: string, options?: Options);
  load(playbook: string | object): Promise<Loaded>;
  loadSync(playbook: string | object): Loaded;
  /** An iterable may have any length; what was taken of it before an error stays durable. */
  ingest(events: Events | AsyncIterable<Event>, options?: { format?: string; now?: Time }): Promise<Ingested>;
  ingestSync(events: Events, options?: { format?: string; now?: Time }): Ingested;
  advance(options?: { now?: Time; waitMs?: number }): Promise<Advanced>;
  advanceSync(options?: { now?: Time; waitMs?: number }): Advanced;
  claim(channel: string, options?: ClaimOptions): Promise<Claim>;
  claimSync(channel: string, options?: ClaimOptions): Claim;
  settle(outcomes: Iterable<Outcome> | string, options?: { now?: Time }): Promise<Settled>;
  settleSync(outcomes: Iterable<Outcome> | string, options?: { now?: Time }): Settled;
  /** Keeps messages from leaving, and lets them go again. */
  hold(action: HoldAction, options?: HoldOptions): Promise<void>;
  holdSync(action: HoldAction, options?: HoldOptions): void;
  query<Name extends keyof Answers>(query: Name, request?: QueryRequest): Promise<Answers[Name]>;
  customer(request: Who): Promise<Customer>;
  why(request: Who & { limit?: number }): Promise<Why>;
  export(request: Who): Promise<Export>;
  preview(request: Partial<Who> & { template: string; playbook?: string }): Promise<Preview>;
  report(): Promise<Report>;
  consent(request: Who & { after?: number; limit?: number }): Promise<CustomerConsent>;
  consent(): Promise<ConsentCounts>;
  prompt(request: Who & { value_moment?: string }): Promise<Prompt>;
  suppressions(request?: { after?: number; limit?: number }): Promise<Suppressions>;
  erasures(request?: { customer?: string; anonymous_id?: string; after?: number; limit?: number }): Promise<Erasures>;
  access(request?: { customer?: string; anonymous_id?: string; after?: number; limit?: number }): Promise<Accesses>;
  segments(): Promise<Segments>;
  segment(request: Who & { segment: string }): Promise<Explained>;
  segment(request: { segment: string; after?: number; limit?: number }): Promise<Members>;
  evaluate(request: Who & { expression: string }): Promise<Explained>;
  evaluate(request: { expression: string; limit?: number }): Promise<Evaluated>;
  deadLetters(request?: { after?: number; limit?: number }): Promise<Messages>;
  link(request: { link: string }): Promise<TrackedLink>;
  token(request: { token: string }): Promise<LinkToken>;
  refused(request?: { limit?: number }): Promise<RefusedEvents>;
  warnings(request?: { limit?: number }): Promise<FieldWarnings>;
  playbook(): Promise<Record<string, any>>;
  health(request?: { now?: Time }): Promise<Health>;
  stats(): Promise<Stats>;
  metrics(request?: { now?: Time }): Promise<string>;
  querySync<Name extends keyof Answers>(query: Name, request?: QueryRequest): Answers[Name];
  /** for await (const message of engine.messages('sms')): the worker's loop. */
  messages(channel: string, options?: Omit<ClaimOptions, 'outcomes'> & { signal?: AbortSignal; waitMs?: number }): AsyncGenerator<Message, void, void>;
  /** One turn of a worker, as cartwheel.h describes it: what Worker is made of. */
  turn(turn: object): Promise<Record<string, any>>;
  /** Of an engine with manualClockMs. */
  setClock(now: Time): void;
  readonly closed: boolean;
  interrupt(): void;
  close(): Promise<void>;
  closeSync(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** An outcome for each message; "token" may be left out. What is not mentioned is unknown. */
export type Answer = Array<Omit<Outcome, 'token'> & { token?: number }>;
/** A generator's outcomes are settled one by one. */
export type Send = (messages: Message[]) => Answer | Promise<Answer> | Iterable<Answer[number]> | AsyncIterable<Answer[number]>;
export interface Channel { send: Send; batchMax?: number; timeoutMs?: number; idempotencyMs?: number; messagesPerSecond?: number }

/** The loop of a worker: it folds, claims, calls `send`, and leaves a channel that fails alone for a while. */
export class Worker {
  constructor(engine: Engine, channels: Record<string, Send | Channel>, options?: { waitMs?: number; onError?: (channel: string, error: unknown) => void });
  readonly lastError: unknown;
  /** Until stop(), or `signal` is aborted. */
  start(options?: { signal?: AbortSignal }): Promise<void>;
  /** Until SIGTERM, SIGINT or stop(). */
  run(): Promise<void>;
  stop(): Promise<void>;
  /** Until there is nothing to do, for tests. Promises the number of messages handed over. */
  turn(options?: { now?: Time }): Promise<number>;
}

export interface AdapterRequest {
  /** Its name for `interpret`. */
  request: number;
  method: string; url: string; headers: Record<string, string>; body: Buffer; timeout_ms: number;
  /** Of messages. None: see `renews`. */
  ids: number[];
  /** Nothing older will do. */
  http2?: boolean;
  /** It may be sent to a loopback or private address; without it, it must not. */
  private_address?: boolean;
  /** It gets what later requests are signed with: send it alone, interpret its answer, and build the same messages again. */
  renews?: boolean;
  /** Of a mail, whose method is MAIL. */
  mail_from?: string; mail_to?: string; user?: string; password?: string;
}
export interface Plan { requests: AdapterRequest[]; outcomes: Outcome[] }
/** `bodyBegun`: whether a byte of the body may have left. */
export type AdapterAnswer =
  | { status: number; headers?: Iterable<[string, string]> | Record<string, string | string[]>; body?: string | Uint8Array | ArrayBuffer; error?: undefined }
  | { error: 'refused' | 'timeout' | 'reset'; bodyBegun?: boolean; status?: undefined };
export interface AdapterTraits { timeout_ms: number; batch_max: number; idempotency_ms: number; rate_per_second: number }

/** Providers' requests and answers, for hosts that send with an HTTP client of their own. It opens no connection. */
export class Adapters {
  /** The text of a channels.json, or what it says as an object. A relative path of a secret begins in `folder`. */
  constructor(channels: string | object, options?: { folder?: string });
  /** What to claim with. */
  traits(channel: string): AdapterTraits;
  build(channel: string, messages: Message[], options?: { now?: Time }): Promise<Plan>;
  buildSync(channel: string, messages: Message[], options?: { now?: Time }): Plan;
  /** For `settle`. A request is interpreted once. */
  interpret(request: AdapterRequest, answer: AdapterAnswer, options?: { now?: Time }): Promise<Outcome[]>;
  interpretSync(request: AdapterRequest, answer: AdapterAnswer, options?: { now?: Time }): Outcome[];
  close(): void;
  [Symbol.dispose](): void;
  /** Throws unless a provider's report ('receipts/solapi', …) is signed by its provider. `body` is what was sent, byte by byte; of 'receipts/ses' the secret is the certificate of Amazon SNS in PEM. */
  static checkReceipt(report: { format: string; body: string | Uint8Array; signature?: string; secret: string; timestamp?: string; topic?: string }): void;
  /** Of the OpenSSL inside. */
  static readonly cryptoVersion: string;
}
