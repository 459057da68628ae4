'use strict';
const { Adapters } = require('./adapters.js');
const { Engine, version } = require('./engine.js');
const { CartwheelError, NotSent, codes } = require('./errors.js');
const { Worker } = require('./worker.js');

module.exports = { Adapters, CartwheelError, Engine, NotSent, Worker, codes, version };
