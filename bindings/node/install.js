'use strict';
// After npm install: the addons that the package carries are tried; where one does not load, another one is compiled, with the system's C++ compiler,
// Node's own headers and an installed libcartwheel (cartwheel.pc says where). The one of the adapters may be missing: only `Adapters` needs it.
const { execFileSync } = require('node:child_process');
const { existsSync, mkdirSync } = require('node:fs');
const path = require('node:path');
const { load, loadAdapters } = require('./lib/load.js');

function whyNot(open) {
  try {
    open();
    return '';
  } catch (error) {
    return error.message.split('\n')[0];
  }
}

function compile(source, addon, ...libraries) {
  const headers = [path.join(path.dirname(process.execPath), '..', 'include', 'node'), '/usr/include/node', '/usr/include/nodejs/src']
    .find((folder) => existsSync(path.join(folder, 'node_api.h')));
  if (!headers) throw new Error('node_api.h was not found (Debian: libnode-dev)');
  const flags = execFileSync('pkg-config', ['--cflags', '--libs', 'cartwheel'], { encoding: 'utf8' }).trim().split(/\s+/).filter(Boolean);
  const folder = path.join(__dirname, 'prebuilt', `${process.platform}-${process.arch}`);
  mkdirSync(folder, { recursive: true });
  execFileSync(process.env.CXX ?? 'c++', ['-std=c++20', '-O2', '-fPIC', '-shared', '-I', headers, '-I', __dirname, path.join(__dirname, 'src', source),
    '-o', path.join(folder, addon), ...flags, ...libraries, '-Wl,-rpath,$ORIGIN'], { stdio: ['ignore', 'ignore', 'inherit'] });
}

const addons = [
  { open: load, make: () => compile('addon.cc', 'cartwheel.node'), needed: true },
  { open: loadAdapters, make: () => compile('adapters.cc', 'cartwheel_channels.node', '-lcartwheel_channels'), needed: false },
];
for (const { open, make, needed } of addons) {
  const missing = whyNot(open);
  const failed = missing && whyNot(make);
  if (!failed) continue;
  console.error(`cartwheel: ${needed ? 'the addon' : 'the addon of the adapters'} of the package does not load here (${missing}), and none could be compiled: ${failed}`);
  if (needed) process.exit(1);
}
