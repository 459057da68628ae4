'use strict';
// Finds the addons, and refuses one of another ABI. CARTWHEEL_NODE and CARTWHEEL_NODE_CHANNELS name them; else they are the package's own.
const os = require('node:os');
const path = require('node:path');
const { CartwheelError, codes } = require('./errors.js');

const ABI_VERSION = 1;

// Node exports the symbols of libraries that are inside of it (OpenSSL, simdjson, zstd), of other versions than the addon's. Bound deeply, the addon and its
// libraries look into each other first.
function open(file) {
  const { RTLD_NOW, RTLD_DEEPBIND = 0 } = os.constants.dlopen;
  const opened = { exports: {} };
  process.dlopen(opened, path.resolve(file), RTLD_NOW | RTLD_DEEPBIND);
  return opened.exports;
}

function find(what, variable, name) {
  const file = process.env[variable] || path.join(__dirname, '..', 'prebuilt', `${process.platform}-${process.arch}`, name);
  try {
    return [file, open(file)];
  } catch (error) {
    throw new CartwheelError(codes.INVALID, `${what} was not found: build it, or set ${variable} to its path; tried ${error.message.split('\n')[0]}`);
  }
}

function load() {
  const [file, addon] = find('the cartwheel addon', 'CARTWHEEL_NODE', 'cartwheel.node');
  if (addon.abiVersion === ABI_VERSION) return addon;
  throw new CartwheelError(codes.INVALID, `${file} has ABI ${addon.abiVersion}, this package needs ABI ${ABI_VERSION}: install versions that belong together`);
}

const loadAdapters = () => find('the addon of the adapters', 'CARTWHEEL_NODE_CHANNELS', 'cartwheel_channels.node')[1];

module.exports = { ABI_VERSION, load, loadAdapters };
