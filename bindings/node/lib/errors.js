'use strict';
// The codes of cartwheel.h, and the one exception.
const codes = Object.freeze({
  INVALID: -1, MISUSE: -2, BUSY: -3, LEASE_LOST: -4, FULL: -5, NOT_FOUND: -6, BROKEN: -7, INTERNAL: -8,
});
const notes = Object.freeze({ MORE: 1, NOTE: 2, REJECTED: 3, BEHIND: 4, WARNED: 5 });

// Any call that failed; the message is one line.
class CartwheelError extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'CartwheelError';
    this.code = code;
  }
}

module.exports = { CartwheelError, codes, notes };
