'use strict';
// What people of this language hand in, as the JSON and the numbers of cartwheel.h. What cannot be sent is a CartwheelError that says where it is.
const { CartwheelError, codes } = require('./errors.js');

const INT64_END = 2 ** 63;
const SLICE = 10_000; // events of one call, of an iterable of any length
const invalid = (message) => new CartwheelError(codes.INVALID, message);

// The known name that is meant: the same without underscores and capitals, or one or two letters off.
function near(name, known) {
  const plain = (text) => text.replaceAll('_', '').toLowerCase();
  const distance = (a, b) => {
    let row = Array.from({ length: b.length + 1 }, (_, place) => place);
    for (let i = 1; i <= a.length; ++i) {
      const above = row;
      row = [i];
      for (let j = 1; j <= b.length; ++j) row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    return row[b.length];
  };
  return known.find((each) => plain(each) === plain(name)) ?? known.find((each) => distance(plain(each), plain(name)) <= 2);
}

// The options of a call: one object, of known names.
function checkOptions(given, known, what) {
  if (given === undefined) return {};
  if (given === null || typeof given !== 'object' || Array.isArray(given) || given instanceof Date) {
    throw invalid(`${what}: options are ${String(given)}, expected an object of ${known.join(', ')}`);
  }
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const meant = near(name, known);
    throw invalid(`${what}: unknown option "${name}"${meant ? `: did you mean "${meant}"?` : `, expected one of ${known.join(', ')}`}`);
  }
  return given;
}

// Milliseconds since 1970 UTC; 0 for undefined. The engine judges whether it can be a now.
function toMs(time, name = 'now') {
  if (time === undefined) return 0;
  const ms = time instanceof Date ? time.getTime() : typeof time === 'bigint' ? Number(time) : time;
  if (typeof ms !== 'number' || !Number.isFinite(ms)) throw invalid(`${name} is ${String(time)}: expected milliseconds since 1970 UTC, or a Date`);
  if (ms === 0 || Math.abs(ms) >= INT64_END) throw invalid(`${name} is ${ms}: expected milliseconds since 1970 UTC, and undefined for the engine's clock`);
  return Math.trunc(ms);
}

function toWhole(value, name, least = -Infinity) {
  const number = typeof value === 'bigint' ? Number(value) : typeof value === 'boolean' ? Number(value) : value;
  if (!Number.isSafeInteger(number) || number < least) {
    throw invalid(`${name} is ${String(value)}: expected a whole number${least === -Infinity ? '' : `, at least ${least}`}`);
  }
  return number;
}

// A copy that JSON holds as it is. Only called when there is something in `value` that JSON drops or refuses.
function plain(value, where, inside = []) {
  if (typeof value === 'bigint') {
    if (Number.isSafeInteger(Number(value))) return Number(value);
    throw invalid(`${where} is ${value}: expected a whole number of at most 53 bits, or text`);
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw invalid(`${where} is ${value}: expected a number that JSON can hold`);
  if (typeof value === 'function' || typeof value === 'symbol') throw invalid(`${where} is a ${typeof value}: expected text, a number, true or false, a list or an object`);
  if (value instanceof Date && Number.isNaN(value.getTime())) throw invalid(`${where} is an invalid Date`);
  if (value === null || typeof value !== 'object') return value;
  if (inside.includes(value)) throw invalid(`${where} contains itself`);
  if (typeof value.toJSON === 'function') return plain(value.toJSON(), where, [...inside, value]);
  const around = [...inside, value];
  if (Array.isArray(value)) return value.map((each, place) => plain(each, `${where}[${place}]`, around));
  if (value instanceof Map) return plain(Object.fromEntries(value), where, around);
  if (value instanceof Set) return plain([...value], where, around);
  if (value instanceof Promise) throw invalid(`${where} is a promise: expected what it answers (await)`);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each, where ? `${where}.${key}` : key, around)]));
}

// What stands at `place` of a list, counted from `begin`, as JSON holds it.
const plainList = (list, what, begin) => list.map((each, place) => plain(each, `${what}[${begin + place}]`));

// Whether it may hold more events than one call takes: an iterable of any length, also one that makes promises.
function isLong(events) {
  if (events === null || typeof events !== 'object' || events instanceof Uint8Array || events instanceof Map) return false;
  return Array.isArray(events) ? events.length > SLICE : Boolean(events[Symbol.iterator] ?? events[Symbol.asyncIterator]);
}

function* slicesOf(events) {
  let some = [];
  for (const event of events) {
    some.push(event);
    if (some.length === SLICE) yield some.splice(0);
  }
  if (some.length > 0) yield some;
}

async function* slicesLater(events) {
  if (!events[Symbol.asyncIterator]) {
    yield* slicesOf(events);
    return;
  }
  let some = [];
  for await (const event of events) {
    some.push(event);
    if (some.length === SLICE) yield some.splice(0);
  }
  if (some.length > 0) yield some;
}

// JSON as it is (text, Buffer, bytes), anything else made to JSON; the first of a list is number `begin` to people.
function toJson(value, what, begin = 0) {
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (value === null || typeof value !== 'object') throw invalid(`${what}: expected an object, a list of them, or JSON, and not ${String(value)}`);
  if (value instanceof Promise) throw invalid(`${what}: expected an object, a list of them, or JSON, and not a promise (await it)`);
  const listed = !Array.isArray(value) && !(value instanceof Map) && typeof value[Symbol.iterator] === 'function' ? [...value] : value;
  if (listed instanceof Map) return JSON.stringify(plain(listed, what));
  const closely = () => JSON.stringify(Array.isArray(listed) ? plainList(listed, what, begin) : plain(listed, what));
  let text;
  try {
    text = JSON.stringify(listed);
  } catch {
    return closely();
  }
  // What JSON writes as null or leaves empty may have been something else.
  return /[:[,](null|\{\})/.test(text) ? closely() : text;
}

module.exports = { checkOptions, invalid, isLong, slicesLater, slicesOf, toJson, toMs, toWhole };
