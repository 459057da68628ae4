'use strict';
// Providers' requests and answers, for hosts that send with an HTTP client of their own (cartwheel_adapters.h). The library opens no connection, and has an
// OpenSSL of its own inside. It is loaded when it is first used.
const { inspect } = require('node:util');
const { CartwheelError, codes } = require('./errors.js');
const { loadAdapters } = require('./load.js');
const { checkOptions, invalid, toJson, toMs } = require('./values.js');

// The codes of cartwheel_adapters.h, as those of cartwheel.h that mean the same.
const CODES = { '-1': codes.INVALID, '-2': codes.MISUSE, '-3': codes.INVALID, '-4': codes.INTERNAL };
const ANSWER = ['status', 'headers', 'body', 'error', 'bodyBegun'];

let loaded;
const addon = () => (loaded ??= loadAdapters());

function check([code, answer, handle]) {
  if (code >= 0) return { answer, handle };
  throw new CartwheelError(CODES[code] ?? codes.INTERNAL, answer === '' ? 'no memory' : answer);
}

const callNow = (name, ...given) => check(addon().callNow(addon().functions[name], ...given));
const callLater = async (name, ...given) => check(await addon().callLater(addon().functions[name], ...given));

function textOf(value, what) {
  if (typeof value === 'string') return value;
  throw invalid(`${what} is ${inspect(value, { depth: 0 })}: expected text`);
}

function bytesOf(body) {
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body);
  if (body instanceof ArrayBuffer) return Buffer.from(new Uint8Array(body));
  throw invalid(`body is ${inspect(body, { depth: 0 })}: expected text or bytes`);
}

const nowOf = (options, what) => toMs(checkOptions(options, ['now'], what).now) || Date.now();

function planOf({ answer }) {
  const plan = JSON.parse(answer);
  for (const request of plan.requests) {
    request.body = Buffer.from(request.body_base64, 'base64');
    delete request.body_base64;
  }
  return plan;
}

// Makes the JSON that cartwheel_adapters_interpret reads. `headers` is an object, or an iterable of pairs such as the Headers of fetch.
function responseOf(request, answer) {
  const { status, headers = {}, body = '', error, bodyBegun = true } = checkOptions(answer, ANSWER, 'interpret');
  const number = request?.request;
  if (error !== undefined) return JSON.stringify({ request: number, error, body_begun: bodyBegun });
  const named = typeof headers[Symbol.iterator] === 'function' ? Object.fromEntries(headers) : headers;
  return JSON.stringify({ request: number, status, headers: named, body_base64: bytesOf(body).toString('base64') });
}

class Adapters {
  #handle;

  // The text of a channels.json, or what it says as an object. Secrets are read from the environment and from files; a relative path begins in `folder`.
  constructor(channels, options) {
    const { folder = '' } = checkOptions(options, ['folder'], 'Adapters');
    this.#handle = callNow('open', 0, textOf(folder, 'folder'), toJson(channels, 'channels'), 0).handle;
  }

  traits(channel) { return JSON.parse(callNow('traits', this.#handle, textOf(channel, 'channel'), '', 0).answer); }

  async build(...given) { return planOf(await callLater('build', ...this.#toBuild(...given))); }
  buildSync(...given) { return planOf(callNow('build', ...this.#toBuild(...given))); }
  async interpret(...given) { return JSON.parse((await callLater('interpret', ...this.#toInterpret(...given))).answer); }
  interpretSync(...given) { return JSON.parse(callNow('interpret', ...this.#toInterpret(...given)).answer); }

  #toBuild(channel, messages, options) {
    return [this.#handle, textOf(channel, 'channel'), toJson(messages, 'messages'), nowOf(options, 'build')];
  }

  #toInterpret(request, answer, options) {
    return [this.#handle, '', responseOf(request, answer), nowOf(options, 'interpret')];
  }

  // Forgets the requests that were not interpreted. Again: nothing.
  close() {
    const handle = this.#handle;
    this.#handle = 0;
    if (handle !== 0) callNow('close', handle, '', '', 0);
  }

  [Symbol.dispose ?? Symbol('dispose')]() { this.close(); }

  // Throws unless a provider's report is signed by its provider. `body` is what was sent, byte by byte. Of receipts/ses the secret is the certificate of Amazon
  // SNS in PEM, and the topic the ARN of yours.
  static checkReceipt(report) {
    const { format, body = '', signature = '', secret = '', timestamp = '', topic = '' } =
      checkOptions(report, ['format', 'body', 'signature', 'secret', 'timestamp', 'topic'], 'checkReceipt');
    callNow('checkReceipt', 0, '', JSON.stringify({ format, body_base64: bytesOf(body).toString('base64'), signature, secret, timestamp, topic }), 0);
  }

  // Of the OpenSSL inside: "OpenSSL 3.0.17 1 Jul 2025".
  static get cryptoVersion() { return addon().cryptoVersion; }
}

module.exports = { Adapters };
