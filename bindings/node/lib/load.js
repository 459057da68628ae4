'use strict';
// Finds the addon, once a process, and refuses one of another ABI. CARTWHEEL_NODE names it; else it is the package's own.
const os = require('node:os');
const path = require('node:path');
const { CartwheelError, codes } = require('./errors.js');

const ABI_VERSION = 1;

function candidates() {
  if (process.env.CARTWHEEL_NODE) return [process.env.CARTWHEEL_NODE];
  return [path.join(__dirname, '..', 'prebuilt', `${process.platform}-${process.arch}`, 'cartwheel.node')];
}

// Node exports the symbols of libraries that are inside of it (simdjson, zstd), of other versions than the addon's. Bound deeply, the addon and its libraries
// look into each other first.
function open(file) {
  const { RTLD_NOW, RTLD_DEEPBIND = 0 } = os.constants.dlopen;
  const opened = { exports: {} };
  process.dlopen(opened, path.resolve(file), RTLD_NOW | RTLD_DEEPBIND);
  return opened.exports;
}

function load() {
  const tried = [];
  for (const file of candidates()) {
    let addon;
    try {
      addon = open(file);
    } catch (error) {
      tried.push(error.message.split('\n')[0]);
      continue;
    }
    if (addon.abiVersion !== ABI_VERSION) {
      throw new CartwheelError(codes.INVALID, `${file} has ABI ${addon.abiVersion}, this package needs ABI ${ABI_VERSION}: install versions that belong together`);
    }
    return addon;
  }
  throw new CartwheelError(codes.INVALID, `the cartwheel addon was not found: build it, or set CARTWHEEL_NODE to its path; tried ${tried.join('; ')}`);
}

module.exports = { ABI_VERSION, load };
