'use strict';
// After npm install: the addon that the package carries is tried; where it does not load, another one is compiled, with the system's C++ compiler,
// Node's own headers and an installed libcartwheel (cartwheel.pc says where).
const { execFileSync } = require('node:child_process');
const { existsSync, mkdirSync } = require('node:fs');
const path = require('node:path');

function loads() {
  try {
    require('./lib/load.js').load();
    return '';
  } catch (error) {
    return error.message;
  }
}

function compile() {
  const headers = [path.join(path.dirname(process.execPath), '..', 'include', 'node'), '/usr/include/node', '/usr/include/nodejs/src']
    .find((folder) => existsSync(path.join(folder, 'node_api.h')));
  if (!headers) throw new Error('node_api.h was not found (Debian: libnode-dev)');
  const flags = execFileSync('pkg-config', ['--cflags', '--libs', 'cartwheel'], { encoding: 'utf8' }).trim().split(/\s+/).filter(Boolean);
  const folder = path.join(__dirname, 'prebuilt', `${process.platform}-${process.arch}`);
  mkdirSync(folder, { recursive: true });
  execFileSync(process.env.CXX ?? 'c++', ['-std=c++20', '-O2', '-fPIC', '-shared', '-I', headers, '-I', __dirname, path.join(__dirname, 'src', 'addon.cc'),
    '-o', path.join(folder, 'cartwheel.node'), ...flags, '-Wl,-rpath,$ORIGIN'], { stdio: ['ignore', 'ignore', 'inherit'] });
}

const missing = loads();
if (missing) {
  try {
    compile();
  } catch (error) {
    console.error(`cartwheel: the addon of the package does not load here (${missing}), and none could be compiled: ${error.message.split('\n')[0]}`);
    process.exit(1);
  }
}
