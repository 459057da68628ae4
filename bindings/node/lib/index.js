'use strict';
const { Engine, version } = require('./engine.js');
const { CartwheelError, NotSent, codes } = require('./errors.js');
const { Worker } = require('./worker.js');

module.exports = { CartwheelError, Engine, NotSent, Worker, codes, version };
