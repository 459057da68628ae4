'use strict';
const { Engine, version } = require('./engine.js');
const { CartwheelError, codes } = require('./errors.js');

module.exports = { CartwheelError, Engine, codes, version };
