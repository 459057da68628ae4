// What tests of channels share: a folder, a database, and `cartwheel worker --channels` beside it.
'use strict';
const assert = require('node:assert');
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const CARTWHEEL = process.env.CARTWHEEL;
const LIMIT_MS = 60_000;  // of a whole test: nothing here waits by the clock for anything to have happened

// What a test leaves is undone in reverse, also where it failed: `undo(what)`.
function undoing(test) {
  const steps = [];
  test.after(async () => { for (const step of steps.reverse()) await step(); });
  return (step) => steps.push(step);
}

function scratch(undo) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cartwheel-channels-'));
  undo(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const cartwheel = (...words) => execFileSync(CARTWHEEL, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

// Ends with the test. `told` is what it printed so far.
function startWorker(undo, folder, channels, playbook) {
  const file = path.join(folder, 'channels.json');
  fs.writeFileSync(file, JSON.stringify({ channels }), { mode: 0o600 });
  const worker = spawn(CARTWHEEL, ['worker', '--db', path.join(folder, 'shop.db'), '--playbook', playbook, '--channels', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  const state = { told: '' };
  for (const stream of [worker.stdout, worker.stderr]) stream.on('data', (part) => { state.told += part; });
  let stopping = false;
  const ended = new Promise((resolve) => worker.once('exit', (code) => {
    resolve();
    if (!stopping) assert.fail(`the worker ended with ${code}: ${state.told}`);
  }));
  undo(async () => { stopping = true; worker.kill('SIGTERM'); await ended; });
  return state;
}

// Repeats `look` until it gives something; for what other processes do.
async function until(look, what) {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < end, `${what} did not happen`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// The playbook of examples/web_push with its addresses set to a test's server, and its waits short.
function playbookFor(folder, origin) {
  const text = fs.readFileSync(path.join(__dirname, '..', '..', 'examples', 'web_push', 'playbook.json'), 'utf8').replaceAll('http://localhost:8080', origin).replace('"30s"', '"1s"');
  fs.writeFileSync(path.join(folder, 'playbook.json'), text);
  return path.join(folder, 'playbook.json');
}

module.exports = { LIMIT_MS, cartwheel, playbookFor, scratch, startWorker, undoing, until };
