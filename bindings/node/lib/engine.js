'use strict';
// The engine: nine verbs. Those that may wait for a disk answer promises and never hold up the event loop; their twins in ...Sync are for
// scripts. Times that are handed in are milliseconds since 1970 UTC, or Date; those of answers are ISO 8601 texts.
const { inspect } = require('node:util');
const { CartwheelError, codes, notes } = require('./errors.js');
const { load } = require('./load.js');
const { checkOptions, invalid, isLong, slicesLater, slicesOf, toJson, toMs, toWhole } = require('./values.js');

const addon = load();
const { verbs } = addon;

// In the order of the addon's numbers.
const OPTIONS = ['durability', 'workMax', 'customerCacheBytes', 'claimTailMax', 'foldLeaseMs', 'dedupeWindowMs', 'cartIdleMs',
  'logBytesMax', 'freeDiskMinBytes', 'logKeepMs', 'busyTimeoutMs', 'shared', 'lingerMs', 'fileMode', 'strict', 'clockSkewMaxMs',
  'manualClockMs', 'messageKeepMs', 'decisionKeepMs', 'findingKeepMs', 'consentKeepMs', 'accessKeepMs', 'requireActor'];
const TEXTS = ['eventZone', 'tokenKey', 'deployment', 'sealKey'];
// What is expected of texts; a key has none here, and is not shown.
const EXPECTED = { eventZone: 'a zone\'s name such as "Asia/Seoul"', deployment: 'a name such as "shop-production"' };
const KNOWN = [...OPTIONS, ...TEXTS];
const DURABILITY = { full: 0, normal: 1 };
const CLAIM = ['max', 'leaseMs', 'idempotencyMs', 'now'];

// The names of cartwheel_options, in this language's spelling; as cartwheel.h writes them they are taken too.
const AS_IN_C = Object.fromEntries(KNOWN.map((name) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), name]));

// [the numbers, of which the last are the lengths of the texts; the texts as one: the zone of events' times, the key of tokens, the deployment, the key of sealing].
function openOptions(given) {
  const named = given !== null && typeof given === 'object' ? Object.fromEntries(Object.entries(given).map(([name, value]) => [AS_IN_C[name] ?? name, value])) : given;
  const options = checkOptions(named, KNOWN, 'Engine');
  const texts = TEXTS.map((name) => options[name] ?? '');
  texts.forEach((text, i) => {
    if (typeof text === 'string') return;
    const expected = EXPECTED[TEXTS[i]];
    throw invalid(expected === undefined ? `${TEXTS[i]} is of type ${typeof text}: expected 64 hexadecimal digits` : `${TEXTS[i]} is ${String(text)}: expected ${expected}`);
  });
  const numbers = OPTIONS.map((name) => {
    const value = options[name];
    if (value === undefined) return 0;
    if (name === 'manualClockMs') return toMs(value, name);
    if (name !== 'durability') return toWhole(value, name);
    if (!Object.hasOwn(DURABILITY, value)) throw invalid(`durability is "${value}", expected "full" or "normal"`);
    return DURABILITY[value];
  });
  return [[...numbers, ...texts.map((text) => Buffer.byteLength(text))], texts.join('')];
}

function nameOf(channel) {
  if (typeof channel === 'string') return channel;
  throw invalid(`channel is ${String(channel)}: expected a channel's name, as playbooks write it in \`via\``);
}

function questionOf(query, given = {}) {
  if (typeof query !== 'string') throw invalid(`query is ${inspect(query, { depth: 0 })}: expected its name, such as 'why', and the rest as an object`);
  if (given === null || typeof given !== 'object') throw invalid(`query: ${String(given)} is no request, expected an object such as { customer: 'kim' }`);
  const request = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) throw invalid(`query: ${name} is ${value}, expected a value, or leave it out`);
    request[name] = name === 'now' ? toMs(value) : value;
  }
  return toJson({ query, ...request }, 'query');
}

// [what to call, how to read its answer, how long it may wait], for both twins of a verb.
const requests = {
  load: (playbook) => [[verbs.load, toJson(playbook, 'playbook'), '', []], ({ answer }) => JSON.parse(answer)],
  ingest: (events, given, begin = 0) => {
    const { format = 'native', now } = checkOptions(given, ['format', 'now'], 'ingest');
    return [[verbs.ingest, toJson(events, 'event', begin), String(format), [toMs(now)]],
      ({ answer, numbers }) => ({ accepted: numbers[0], ...(answer === '' ? { rejected: [], warnings: [] } : JSON.parse(answer)) })];
  },
  advance: (given) => {
    const { now, waitMs = 0 } = checkOptions(given, ['now', 'waitMs'], 'advance');
    return [[verbs.advance, '', '', [toMs(now), toWhole(waitMs, 'waitMs', 0)]], ({ code, numbers }) => {
      const [events, duplicates, refused, alarms, enrolments, messages, exits, nextDueMs] = numbers;
      return { events, duplicates, refused, alarms, enrolments, messages, exits, nextDueMs, more: code === notes.MORE };
    }, waitMs];
  },
  claim: (channel, given) => {
    const { max = 100, leaseMs = 60_000, idempotencyMs = 0, now, outcomes = [] } = checkOptions(given, ['outcomes', ...CLAIM], 'claim');
    const numbers = [toWhole(max, 'max', 1), toWhole(leaseMs, 'leaseMs', 1), toWhole(idempotencyMs, 'idempotencyMs', 0), toMs(now)];
    return [[verbs.claim, toJson(outcomes, 'outcomes'), nameOf(channel), numbers], ({ code, answer }) => {
      const { messages, settled, held_back: heldBack } = JSON.parse(answer);
      return { messages, settled, behind: code === notes.BEHIND, heldBack };
    }];
  },
  settle: (outcomes, given) => {
    const { now } = checkOptions(given, ['now'], 'settle');
    return [[verbs.settle, toJson(outcomes, 'outcomes'), '', [toMs(now)]], ({ numbers: [settled, late, unknown] }) => ({ settled, late, unknown })];
  },
  hold: (action, given) => {
    if (typeof action !== 'string') throw invalid(`hold: ${inspect(action, { depth: 0 })} is no action, expected its name, such as 'pause'`);
    const { now, ...rest } = checkOptions(given, ['journey', 'why', 'now'], 'hold');
    return [[verbs.hold, toJson({ action, ...rest, ...(now === undefined ? {} : { now: toMs(now) }) }, 'hold'), '', []], () => undefined];
  },
  query: (query, given) => [[verbs.query, questionOf(query, given), '', []], ({ answer }) => (query === 'metrics' ? answer : JSON.parse(answer))],
  turn: (turn) => [[verbs.turn, toJson(turn, 'turn'), '', []], ({ answer }) => JSON.parse(answer), turn.wait_ms],
};

function check([code, message, answer, numbers]) {
  if (code >= 0) return { code, answer, numbers };
  throw new CartwheelError(code, answer === '' ? message : JSON.parse(answer).errors);
}

// What came of some events, the first of which was number `begin`, joins what came of those before.
function join(whole, { accepted, rejected, warnings }, begin) {
  const counted = (each) => ({ ...each, record: each.record + begin });
  whole.accepted += accepted;
  whole.rejected.push(...rejected.map(counted));
  whole.warnings.push(...warnings.map(counted));
}

const released = ({ id, token }) => ({ id, token, outcome: 'released' });

class Engine {
  #handle = 0;
  #path = '';
  #atWork = new Set();
  #held = new Set();  // of iterators: messages that were claimed and not begun

  constructor(path, options) {
    if (typeof path !== 'string' || path === '') throw invalid(`path is ${String(path)}: expected the name of a file, or :memory:`);
    this.#path = path;
    const [numbers, texts] = openOptions(options);
    this.#handle = check(addon.callNow(verbs.open, 0, path, texts, numbers)).numbers[0];
  }

  #open() {
    if (this.closed) throw new CartwheelError(codes.MISUSE, 'the engine is closed');
    return this.#handle;
  }

  #now([[verb, ...given], read]) {
    return read(check(addon.callNow(verb, this.#open(), ...given)));
  }

  async #later([[verb, ...given], read, waitMs = 0]) {
    const work = (waitMs > 0 ? addon.callWaiting : addon.callLater)(verb, this.#open(), ...given);
    this.#atWork.add(work);
    try {
      return read(check(await work));
    } finally {
      this.#atWork.delete(work);
    }
  }

  async load(...given) { return this.#later(requests.load(...given)); }
  loadSync(...given) { return this.#now(requests.load(...given)); }
  // An iterable may have any length; what was taken of it before an error stays durable.
  async ingest(events, options) {
    if (!isLong(events)) return this.#later(requests.ingest(events, options));
    const whole = { accepted: 0, rejected: [], warnings: [] };
    let begin = 0;
    for await (const some of slicesLater(events)) {
      join(whole, await this.#later(requests.ingest(some, options, begin)), begin);
      begin += some.length;
    }
    return whole;
  }

  ingestSync(events, options) {
    if (!isLong(events)) return this.#now(requests.ingest(events, options));
    if (!events[Symbol.iterator]) throw invalid('event: an asynchronous iterable needs ingest, and not ingestSync');
    const whole = { accepted: 0, rejected: [], warnings: [] };
    let begin = 0;
    for (const some of slicesOf(events)) {
      join(whole, this.#now(requests.ingest(some, options, begin)), begin);
      begin += some.length;
    }
    return whole;
  }

  async advance(...given) { return this.#later(requests.advance(...given)); }
  advanceSync(...given) { return this.#now(requests.advance(...given)); }
  async claim(...given) { return this.#later(requests.claim(...given)); }
  claimSync(...given) { return this.#now(requests.claim(...given)); }
  async settle(...given) { return this.#later(requests.settle(...given)); }
  settleSync(...given) { return this.#now(requests.settle(...given)); }
  async hold(...given) { return this.#later(requests.hold(...given)); }
  holdSync(...given) { return this.#now(requests.hold(...given)); }
  async query(...given) { return this.#later(requests.query(...given)); }
  querySync(...given) { return this.#now(requests.query(...given)); }
  // One turn of a worker, as cartwheel.h describes it: what Worker is made of.
  async turn(...given) { return this.#later(requests.turn(...given)); }

  // Moves the clock of an engine that was opened with manualClockMs; forward, leases age with it.
  setClock(now) {
    check(addon.callNow(verbs.setClock, this.#open(), '', '', [toMs(now)]));
  }

  // Ends the wait of an advance.
  interrupt() {
    check(addon.callNow(verbs.interrupt, this.#open(), '', '', []));
  }

  get closed() { return this.#handle === 0; }

  // Folds, fires, and yields the messages of a channel as they become due, until `signal` is aborted or the engine is closed. Settle each before the loop goes
  // on. What was claimed and not yielded when the loop ends, by break, by throw, by the signal or by close, is released: none is lost. Another
  // worker at work: it waits for its place.
  async* messages(channel, given) {
    const { signal, waitMs = 1_000, ...claim } = checkOptions(given, ['signal', 'waitMs', ...CLAIM], 'messages');
    const end = () => this.closed || this.interrupt();
    const rest = [];
    this.#held.add(rest);
    signal?.addEventListener('abort', end);
    try {
      while (!signal?.aborted && !this.closed) {
        try {
          while ((await this.advance({ waitMs })).more);
        } catch (error) {
          if (error.code === codes.BUSY) continue;
          if (error.code === codes.MISUSE && this.closed) return;
          throw error;
        }
        if (this.closed || signal?.aborted) return;
        rest.push(...(await this.claim(channel, claim)).messages);
        while (rest.length > 0 && !signal?.aborted && !this.closed) yield rest.shift();
      }
    } finally {
      signal?.removeEventListener('abort', end);
      this.#held.delete(rest);
      if (rest.length > 0 && !this.closed) await this.settle(rest.map(released));
    }
  }

  // Waits for calls at work, then gives everything back. Again: nothing.
  async close() {
    if (this.closed) return;
    const handle = this.#handle;
    this.interrupt();
    this.#handle = 0;
    await Promise.allSettled(this.#atWork);
    const rest = [...this.#held].flatMap((held) => held.splice(0));
    if (rest.length > 0) check(await addon.callLater(verbs.settle, handle, toJson(rest.map(released), 'outcomes'), '', [0]));
    check(await addon.callLater(verbs.close, handle, '', '', []));
  }

  closeSync() {
    if (this.closed) return;
    const handle = this.#handle;
    this.#handle = 0;
    const rest = [...this.#held].flatMap((held) => held.splice(0));
    if (rest.length > 0) check(addon.callNow(verbs.settle, handle, toJson(rest.map(released), 'outcomes'), '', [0]));
    check(addon.callNow(verbs.close, handle, '', '', []));
  }

  async [Symbol.asyncDispose ?? Symbol('asyncDispose')]() { await this.close(); }

  [inspect.custom]() { return `Engine ${inspect(this.#path)} (${this.closed ? 'closed' : 'open'})`; }
}

// The queries as functions: engine.why({ customer: 'kim' }).
const QUERIES = ['customer', 'why', 'export', 'preview', 'report', 'consent', 'prompt', 'suppressions', 'erasures', 'access', 'segments', 'segment', 'evaluate', 'deadLetters', 'link', 'token', 'refused', 'warnings', 'playbook', 'health', 'stats', 'metrics'];
for (const name of QUERIES) {
  const query = name === 'deadLetters' ? 'dead_letters' : name;
  Object.defineProperty(Engine.prototype, name, { value(request) { return this.query(query, request); }, writable: true, configurable: true });
}

module.exports = { Engine, version: addon.version };
