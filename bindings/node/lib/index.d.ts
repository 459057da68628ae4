// Times are milliseconds since 1970 UTC, or Date.
export type Time = number | Date;

export interface Event {
  id?: string;
  type: string;
  customer?: string;
  anonymous_id?: string;
  at?: number | string;
  properties?: Record<string, unknown>;
}

export interface Options {
  durability?: 'full' | 'normal';
  work_max?: number;
  customer_cache_bytes?: number;
  claim_tail_max?: number;
  fold_lease_ms?: number;
  dedupe_window_ms?: number;
  cart_idle_ms?: number;
  log_bytes_max?: number;
  free_disk_min_bytes?: number;
  log_keep_ms?: number;
  busy_timeout_ms?: number;
  address_by_id?: boolean | number;
  shared?: boolean | number;
  linger_ms?: number;
  file_mode?: number;
  strict?: boolean | number;
  clock_skew_max_ms?: number;
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
  id: number; token: number; key: string; channel: string; class: 'ad' | 'transactional' | 'notice'; purpose: string; medium: string;
  customer: string; address: string; journey: string; step: string; template: string; payload: Record<string, any>;
  made_at: number; expires_at: number; attempt: number;
}
/** `behind`: too many events are not folded, so no advertisement is handed out. `heldBack`: messages that wait for the next advance. */
export interface Claim { messages: Message[]; behind: boolean; heldBack: number }
export interface Outcome {
  id: number; token: number;
  outcome: 'accepted' | 'delivered' | 'failed_final' | 'retry' | 'unknown' | 'gone' | 'reject_msg' | 'config' | 'suppressed' | 'defer';
  reason?: string; retry_after_ms?: number;
}
export interface Settled { settled: number; late: number; unknown: number }
export interface ClaimOptions { max?: number; leaseMs?: number; honoursIdempotencyKeys?: boolean; now?: Time }
export interface QueryRequest { customer?: string; anonymous_id?: string; state?: string; after?: number; limit?: number }
export type Events = string | Buffer | Event | Event[];

export class CartwheelError extends Error {
  readonly code: number;
}
export const codes: Readonly<Record<'INVALID' | 'MISUSE' | 'BUSY' | 'LEASE_LOST' | 'FULL' | 'NOT_FOUND' | 'BROKEN' | 'INTERNAL', number>>;
export const version: string;

/** One database. Calls without Sync run on threads of the pool and never hold up the event loop. */
export class Engine {
  constructor(path: string, options?: Options);
  load(playbook: string | object): Promise<Loaded>;
  loadSync(playbook: string | object): Loaded;
  ingest(events: Events, options?: { format?: string; now?: Time }): Promise<Ingested>;
  ingestSync(events: Events, options?: { format?: string; now?: Time }): Ingested;
  advance(options?: { now?: Time; waitMs?: number }): Promise<Advanced>;
  advanceSync(options?: { now?: Time; waitMs?: number }): Advanced;
  claim(channel: string, options?: ClaimOptions): Promise<Claim>;
  claimSync(channel: string, options?: ClaimOptions): Claim;
  settle(outcomes: Outcome[] | string, options?: { now?: Time }): Promise<Settled>;
  settleSync(outcomes: Outcome[] | string, options?: { now?: Time }): Settled;
  query(query: 'metrics'): Promise<string>;
  query(query: string, request?: QueryRequest): Promise<Record<string, any>>;
  querySync(query: string, request?: QueryRequest): Record<string, any> | string;
  /** for await (const message of engine.messages('sms')): the worker's loop. */
  messages(channel: string, options?: ClaimOptions & { signal?: AbortSignal; waitMs?: number }): AsyncGenerator<Message, void, void>;
  interrupt(): void;
  close(): Promise<void>;
  closeSync(): void;
}
