'use strict';
// The engine: eight verbs. Those that may wait for a disk answer promises and never hold up the event loop; their twins in ...Sync are for
// scripts. Times are milliseconds since 1970 UTC, or Date.
const { CartwheelError, codes, notes } = require('./errors.js');
const { load } = require('./load.js');

const addon = load();
const { verbs } = addon;

// In the order of the addon's numbers.
const OPTIONS = ['durability', 'work_max', 'customer_cache_bytes', 'claim_tail_max', 'fold_lease_ms', 'dedupe_window_ms', 'cart_idle_ms',
  'log_bytes_max', 'free_disk_min_bytes', 'log_keep_ms', 'busy_timeout_ms', 'address_by_id', 'shared', 'linger_ms', 'file_mode',
  'strict', 'clock_skew_max_ms'];
const DURABILITY = { full: 0, normal: 1 };

const ms = (time) => (time instanceof Date ? time.getTime() : time ?? 0);
const text = (value) => (typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value));

function optionNumbers(options) {
  const numbers = OPTIONS.map(() => 0);
  for (const [name, value] of Object.entries(options)) {
    const place = OPTIONS.indexOf(name);
    if (place < 0) throw new CartwheelError(codes.INVALID, `unknown option "${name}", expected one of ${OPTIONS.join(', ')}`);
    if (name === 'durability' && !(value in DURABILITY)) {
      throw new CartwheelError(codes.INVALID, `durability is "${value}", expected "full" or "normal"`);
    }
    numbers[place] = name === 'durability' ? DURABILITY[value] : Number(value);
  }
  return numbers;
}

// [what to call, how to read its answer], for both twins of a verb.
const requests = {
  load: (playbook) => [[verbs.load, text(playbook), '', []], ({ answer }) => JSON.parse(answer)],
  ingest: (events, { format = 'native', now } = {}) => [[verbs.ingest, text(events), format, [ms(now)]],
    ({ answer, numbers }) => ({ accepted: numbers[0], ...(answer === '' ? { rejected: [], warnings: [] } : JSON.parse(answer)) })],
  advance: ({ now, waitMs = 0 } = {}) => [[verbs.advance, '', '', [ms(now), waitMs]], ({ code, numbers }) => {
    const [events, duplicates, refused, alarms, enrolments, messages, exits, nextDueMs] = numbers;
    return { events, duplicates, refused, alarms, enrolments, messages, exits, nextDueMs, more: code === notes.MORE };
  }],
  claim: (channel, { max = 100, leaseMs = 60_000, honoursIdempotencyKeys = false, now } = {}) => [
    [verbs.claim, '', channel, [max, leaseMs, Number(honoursIdempotencyKeys), ms(now)]], ({ code, answer }) => {
      const { messages, held_back: heldBack } = JSON.parse(answer);
      return { messages, behind: code === notes.BEHIND, heldBack };
    }],
  settle: (outcomes, { now } = {}) => [[verbs.settle, text(outcomes), '', [ms(now)]],
    ({ numbers: [settled, late, unknown] }) => ({ settled, late, unknown })],
  query: (query, request = {}) => [[verbs.query, JSON.stringify({ query, ...request }), '', []],
    ({ answer }) => (query === 'metrics' ? answer : JSON.parse(answer))],
};

function check([code, message, answer, numbers]) {
  if (code >= 0) return { code, answer, numbers };
  throw new CartwheelError(code, answer === '' ? message : JSON.parse(answer).errors);
}

class Engine {
  #handle = 0;
  #atWork = new Set();

  constructor(path, options = {}) {
    this.#handle = check(addon.callNow(verbs.open, 0, String(path), '', optionNumbers(options))).numbers[0];
  }

  #now([[verb, ...given], read]) {
    return read(check(addon.callNow(verb, this.#handle, ...given)));
  }

  async #later([[verb, ...given], read]) {
    const work = addon.callLater(verb, this.#handle, ...given);
    this.#atWork.add(work);
    try {
      return read(check(await work));
    } finally {
      this.#atWork.delete(work);
    }
  }

  load(...given) { return this.#later(requests.load(...given)); }
  loadSync(...given) { return this.#now(requests.load(...given)); }
  ingest(...given) { return this.#later(requests.ingest(...given)); }
  ingestSync(...given) { return this.#now(requests.ingest(...given)); }
  advance(...given) { return this.#later(requests.advance(...given)); }
  advanceSync(...given) { return this.#now(requests.advance(...given)); }
  claim(...given) { return this.#later(requests.claim(...given)); }
  claimSync(...given) { return this.#now(requests.claim(...given)); }
  settle(...given) { return this.#later(requests.settle(...given)); }
  settleSync(...given) { return this.#now(requests.settle(...given)); }
  query(...given) { return this.#later(requests.query(...given)); }
  querySync(...given) { return this.#now(requests.query(...given)); }

  // Ends the wait of an advance.
  interrupt() {
    check(addon.callNow(verbs.interrupt, this.#handle, '', '', []));
  }

  // Folds, fires, and yields the messages of a channel as they become due, until `signal` is aborted or the engine is closed. What the loop's
  // body has not settled when it goes on, or throws, stays unknown. Another worker at work: it waits for its place.
  async* messages(channel, { signal, waitMs = 1_000, ...claim } = {}) {
    const end = () => this.interrupt();
    signal?.addEventListener('abort', end);
    try {
      while (!signal?.aborted && this.#handle !== 0) {
        try {
          while ((await this.advance({ waitMs })).more);
        } catch (error) {
          if (error.code === codes.BUSY) continue;
          if (error.code === codes.MISUSE && this.#handle === 0) return;
          throw error;
        }
        if (this.#handle !== 0) yield* (await this.claim(channel, claim)).messages;
      }
    } finally {
      signal?.removeEventListener('abort', end);
    }
  }

  // Waits for calls at work, then gives everything back. Again: nothing.
  async close() {
    if (this.#handle === 0) return;
    const handle = this.#handle;
    this.interrupt();
    this.#handle = 0;
    await Promise.allSettled(this.#atWork);
    check(await addon.callLater(verbs.close, handle, '', '', []));
  }

  closeSync() {
    if (this.#handle === 0) return;
    const handle = this.#handle;
    this.#handle = 0;
    check(addon.callNow(verbs.close, handle, '', '', []));
  }

  async [Symbol.asyncDispose ?? Symbol('asyncDispose')]() { await this.close(); }
}

module.exports = { Engine, version: addon.version };
