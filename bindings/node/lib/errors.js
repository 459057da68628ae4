'use strict';
// The codes of cartwheel.h by name, and the one exception.
const numbers = Object.freeze({
  INVALID: -1, MISUSE: -2, BUSY: -3, LEASE_LOST: -4, FULL: -5, NOT_FOUND: -6, BROKEN: -7, INTERNAL: -8,
});
const codes = Object.freeze(Object.fromEntries(Object.keys(numbers).map((name) => [name, name])));
const notes = Object.freeze({ MORE: 1, NOTE: 2, REJECTED: 3, BEHIND: 4, WARNED: 5 });

// Any call that failed; `code` is a name of `codes`, `number` the one of cartwheel.h, the message one line.
class CartwheelError extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'CartwheelError';
    this.code = typeof code === 'number' ? Object.keys(numbers).find((name) => numbers[name] === code) ?? 'INTERNAL' : code;
    this.number = numbers[this.code];
  }
}

// Thrown by a `send` of which surely nothing left: its messages wait again, and none is lost.
class NotSent extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = 'NotSent';
  }
}

module.exports = { CartwheelError, NotSent, codes, notes };
