'use strict';
// The loop of a worker: the library folds, claims, and judges its channels (cartwheel_worker_turn); here `send` is called, and what it throws or answers is
// told.
const { CartwheelError, NotSent, codes } = require('./errors.js');
const { checkOptions, invalid, toJson, toWhole } = require('./values.js');

const CHANNEL = { batchMax: 'batch_max', timeoutMs: 'timeout_ms', idempotencyMs: 'idempotency_ms', messagesPerSecond: 'messages_per_second' };
// Of a connection that was never made: surely nothing left.
const NOT_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];
const TIMEOUT_MS = 10_000; // of a channel that says none, and the margin of its lease: those of cartwheel.h
const LEASE_MARGIN_MS = 30_000;
const SIGNALS = ['SIGTERM', 'SIGINT'];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// fetch() wraps what went wrong in its cause; a connection tried at several addresses in its errors.
function notSent(error) {
  if (error instanceof NotSent) return true;
  if (Array.isArray(error?.errors) && error.errors.length > 0) return error.errors.every(notSent);
  const connecting = error?.syscall === undefined || ['connect', 'getaddrinfo'].includes(error.syscall);
  return (NOT_SENT.includes(error?.code) && connecting) || (error?.cause !== undefined && error.cause !== error && notSent(error.cause));
}

// Yields what `send` answered, one by one as a generator makes them.
async function* answersOf(answer) {
  const several = Array.isArray(answer) || (answer !== null && typeof answer === 'object' && (answer[Symbol.iterator] ?? answer[Symbol.asyncIterator]));
  if (!several) throw new TypeError(`send answered ${String(answer)}: expected a list of outcomes, one for each message`);
  for await (const outcome of answer) {
    toJson(outcome, 'outcome');
    yield outcome;
  }
}

// new Worker(engine, { sms: sendSms }): `sendSms(messages)` answers, or promises, or yields an outcome for each message: { id, outcome, ... }. What it does not mention
// is unknown, which an advertisement never survives; so is what it throws, unless surely nothing left: NotSent, or a connection that was never
// made. A channel begins with one message a call, which doubles while every message is answered; one that throws is left alone for a while.
class Worker {
  lastError = undefined;
  #engine;
  #sends = {};
  #table = {};
  #waitMs;
  #onError;
  #stopping = false;
  #running = undefined;
  #fatal = undefined;

  constructor(engine, channels, options) {
    const { waitMs = 1_000, onError } = checkOptions(options, ['waitMs', 'onError'], 'Worker');
    if (channels === null || typeof channels !== 'object') throw invalid(`channels are ${String(channels)}: expected a function by channel, such as { sms: sendSms }`);
    this.#engine = engine;
    this.#waitMs = toWhole(waitMs, 'waitMs', 0);
    this.#onError = onError;
    for (const [name, given] of Object.entries(channels)) {
      const { send, ...traits } = typeof given === 'function' ? { send: given } : checkOptions(given, ['send', ...Object.keys(CHANNEL)], `channel ${name}`);
      if (typeof send !== 'function') throw invalid(`channel ${name}: send is ${String(send)}, expected a function of a list of messages`);
      if (send.length > 1) throw invalid(`channel ${name}: send takes ${send.length} arguments, expected a function of one list of messages`);
      for (const [trait, value] of Object.entries(traits)) {
        if (trait !== 'messagesPerSecond') toWhole(value, `channel ${name}: ${trait}`, trait === 'idempotencyMs' ? 0 : 1);
        else if (!(Number.isFinite(value) && value >= 0)) throw invalid(`channel ${name}: ${trait} is ${String(value)}: expected a number, at least 0`);
      }
      this.#sends[name] = send;
      this.#table[name] = Object.fromEntries(Object.entries(traits).map(([key, value]) => [CHANNEL[key], value]));
    }
    if (Object.keys(this.#table).length === 0) throw invalid('Worker: no channel, expected at least one, such as { sms: sendSms }');
  }

  // Works until stop(), or `signal` is aborted. Installs no handler.
  start({ signal } = {}) {
    this.#stopping = signal?.aborted ?? false;
    const stop = () => this.stop();
    signal?.addEventListener('abort', stop);
    this.#running ??= this.#loop().finally(() => {
      this.#running = undefined;
      signal?.removeEventListener('abort', stop);
    });
    return this.#running;
  }

  // Works until SIGTERM, SIGINT or stop(); takes its handlers of both away again. Rejects with what no worker can go on after: a broken file, an engine that was
  // closed.
  async run() {
    const stop = () => this.stop();
    for (const name of SIGNALS) process.on(name, stop);
    try {
      await this.start();
    } finally {
      for (const name of SIGNALS) process.off(name, stop);
    }
    if (this.#fatal !== undefined) throw this.#fatal;
  }

  // Promises the end, after the call of `send` that is at work.
  async stop() {
    this.#stopping = true;
    if (!this.#engine.closed) this.#engine.interrupt();
    await this.#running;
  }

  // Works until there is nothing to do, as tests do it. Promises the number of messages handed over.
  async turn({ now } = {}) {
    let handedOver = 0;
    for (let answer; ;) {
      const next = await this.#next(answer, now, 0);
      if (next.messages.length === 0 && next.idle) return handedOver;
      handedOver += next.messages.length;
      answer = await this.#send(next);
    }
  }

  async #next(answer, now, waitMs) {
    const next = await this.#engine.turn(this.#request(answer, now, waitMs));
    const { failure } = next; // what was thrown was heard already: of one that answered, and nothing that helps, or that no playbook names
    if (failure !== null && (failure.failures === 0 || (answer !== undefined && answer.failure === undefined))) this.#heard(failure.channel, new CartwheelError(codes.INVALID, failure.reason));
    return next;
  }

  #request(answer, now, waitMs) {
    return { channels: this.#table, wait_ms: waitMs, ...(now === undefined ? {} : { now: Number(now) }), ...(answer === undefined ? {} : { answer }) };
  }

  async #loop() {
    let answer;
    this.#fatal = undefined;
    while (!this.#stopping) {
      try {
        answer = await this.#send(await this.#next(answer, undefined, this.#waitMs));
      } catch (error) {
        if (error.code !== codes.BUSY) this.#heard('', error);
        if ([codes.BROKEN, codes.MISUSE, codes.INVALID].includes(error.code)) {
          this.#fatal = error;
          return;
        }
        await pause(error.code === codes.BUSY ? 100 : 1_000);
      }
    }
    if (!this.#engine.closed) await this.#engine.turn({ ...this.#request(answer, undefined, 0), stop: true }).catch((error) => this.#heard('', error));
  }

  // The answer that the next turn is told.
  async #send({ channel, messages }) {
    if (messages.length === 0) return undefined;
    if (this.#stopping) return { released: true, failure: 'the worker stops' };
    const outcomes = [], call = { over: false };
    const work = this.#collect(channel, messages, outcomes, call);
    work.catch(() => {}); // its turn is over: a late failure is ignored
    const leaseMs = (this.#table[channel].timeout_ms ?? TIMEOUT_MS) + LEASE_MARGIN_MS;
    let timer;
    const lapsed = new Promise((_, reject) => {
      timer = setTimeout(() => reject(Object.assign(new Error(`send did not answer within ${leaseMs} ms`), { name: 'TimeoutError' })), leaseMs);
    });
    try {
      await Promise.race([work, lapsed]);
      return { outcomes };
    } catch (error) { // a channel's mistake is no reason to stop the others
      this.#heard(channel, error);
      return { outcomes: [...outcomes], failure: `${error?.name ?? 'thrown'}: ${error?.message ?? String(error)}`, not_sent: notSent(error) };
    } finally {
      call.over = true;
      clearTimeout(timer);
    }
  }

  async #collect(channel, messages, outcomes, call) {
    const answer = await this.#sends[channel](messages);
    for await (const outcome of answersOf(answer)) {
      if (call.over) { // its lease has lapsed: recorded, and `accepted` beats `unknown`
        const { token } = messages.find(({ id }) => id === outcome.id) ?? {};
        await this.#engine.settle([{ token, ...outcome }]);
        continue;
      }
      outcomes.push(outcome);
      if (!Array.isArray(answer)) await this.#tellSome(outcome); // made one by one: settled when it is done, and not when the last one is
    }
  }

  // What cannot be told now is told again with the whole answer.
  async #tellSome(outcome) {
    await this.#engine.turn({ channels: this.#table, answer: { outcomes: [outcome], more: true } }).catch(() => {});
  }

  #heard(channel, error) {
    this.lastError = error;
    try {
      this.#onError?.(channel, error);
    } catch (wrong) { // its own mistake does not end the worker
      this.lastError = wrong;
    }
  }
}

module.exports = { Worker };
