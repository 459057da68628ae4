'use strict';
// The main job, and the mistakes people make.
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, test } = require('node:test');
const { CartwheelError, Engine, codes, version } = require('../lib/index.js');

const HOUR = 3_600_000;
const BEGIN = 1_780_272_000_000;
const PLAYBOOK = {
  playbook: 1, revision: 1, policy: { consent: 'assumed_by_shop', rules: [] },
  shop: { name: 'Shop', contact: '1', timezone: 'Asia/Seoul', currency: 'KRW', locale: 'ko-KR' },
  templates: { gentle: { purpose: 'cart', class: 'ad', sms: { text: '{{ cart.items[0].name }}' } } },
  channels: { sms: { address_by_id: true } },
  journeys: {
    cart: {
      enter: { on: 'product_added', key: 'cart.id' }, exit: [{ on: 'order_completed' }],
      steps: [{ wait: '24h' }, { send: 'gentle', via: ['sms'] }],
    },
  },
};
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cartwheel_node_'));
after(() => fs.rmSync(folder, { recursive: true }));
let files = 0;
const file = () => path.join(folder, `${++files}.db`);
const added = (customer, number = 1) => ({
  id: `${customer}-${number}`, type: 'product_added', customer, at: BEGIN,
  properties: { cart_id: `k-${customer}`, product_id: '7', name: '머그컵', price: 9000 },
});

test('a reminder a day later, and none after the purchase', async () => {
  const engine = new Engine(file());
  assert.equal((await engine.load(PLAYBOOK)).note, '');
  assert.equal((await engine.ingest([added('kim'), added('lee')], { now: BEGIN })).accepted, 2);
  const order = { type: 'order_completed', customer: 'lee', at: BEGIN + 60_000, properties: { cart_id: 'k-lee', order_id: 'o' } };
  await engine.ingest(order, { now: new Date(BEGIN + 60_000) });
  const done = await engine.advance({ now: BEGIN + HOUR });
  assert.deepEqual(done, { events: 3, duplicates: 0, refused: 0, alarms: 0, enrolments: 2, messages: 0, exits: 1, nextDueMs: BEGIN + 24 * HOUR, more: false });
  const now = done.nextDueMs;
  assert.equal((await engine.advance({ now })).messages, 1);
  const { messages: [message] } = await engine.claim('sms', { now });
  assert.deepEqual([message.customer, message.payload], ['kim', { text: '머그컵', type: 'sms', bytes: 6 }]);
  const outcome = [{ id: message.id, token: message.token, outcome: 'accepted' }];
  assert.deepEqual(await engine.settle(outcome, { now }), { settled: 1, late: 0, unknown: 0 });
  const { decisions } = await engine.query('why', { customer: 'lee' });
  assert.deepEqual(decisions.map((entry) => entry.decision), ['entered', 'exited']);
  assert.match(await engine.query('metrics'), /^# /);
  assert.match(version, /^\d+\.\d+/);
  await engine.close();
});

test('the same in a script, without promises', () => {
  const engine = new Engine(':memory:');
  engine.loadSync(JSON.stringify(PLAYBOOK));
  assert.equal(engine.ingestSync(Buffer.from(`[${JSON.stringify(added('kim'))}]`), { now: BEGIN }).accepted, 1);
  engine.advanceSync({ now: BEGIN });
  assert.equal(engine.advanceSync({ now: BEGIN + 24 * HOUR }).messages, 1);
  assert.equal(engine.claimSync('sms', { now: BEGIN + 24 * HOUR }).messages.length, 1);
  assert.equal(engine.settleSync([]).settled, 0);
  assert.equal(engine.querySync('health').unfolded, 0);
  engine.closeSync();
  engine.closeSync();
});

test('errors have codes and one clear line', async () => {
  const is = (code, pattern) => (error) => error instanceof CartwheelError && error.code === code && pattern.test(error.message);
  assert.throws(() => new Engine(file(), { work: 1 }), is(codes.INVALID, /unknown option "work"/));
  assert.throws(() => new Engine('/nowhere/at/all.db'), (error) => error instanceof CartwheelError);
  const engine = new Engine(file());
  await assert.rejects(engine.load('{"playbook": 1, "revision": 2, "wiat": 3}'), is(codes.INVALID, /wiat/));
  await assert.rejects(engine.query('customer', { customer: 'nobody' }), is(codes.NOT_FOUND, /nobody/));
  await assert.rejects(engine.settle([{ id: 1, token: 1, outcome: 'fine' }]), is(codes.INVALID, /expected accepted/));
  const { accepted, rejected: [rejected] } = await engine.ingest([added('kim'), { type: 'page_viewed', customer: 'guest' }]);
  assert.deepEqual([accepted, rejected.record], [1, 1]);
  await engine.close();
  await engine.close();
  await assert.rejects(engine.advance(), is(codes.MISUSE, /the engine is closed/));
});

test('a hold keeps messages until resume', async () => {
  const engine = new Engine(file());
  await engine.load(PLAYBOOK);
  await engine.ingest(added('kim'), { now: BEGIN });
  await engine.advance({ now: BEGIN });
  assert.equal(await engine.hold('pause', { journey: 'cart', why: 'wrong price', now: BEGIN }), undefined);
  const { holds } = await engine.health({ now: BEGIN });
  assert.deepEqual(holds.map(({ journey, hold, why }) => [journey, hold, why]), [['cart', 'pause', 'wrong price']]);
  assert.equal((await engine.advance({ now: BEGIN + 24 * HOUR })).messages, 0);
  engine.holdSync('resume', { journey: 'cart', now: new Date(BEGIN + 24 * HOUR) });
  assert.equal((await engine.advance({ now: BEGIN + 24.5 * HOUR })).messages, 1);
  await assert.rejects(engine.hold('paus'), { code: codes.INVALID, message: /did you mean "pause"/ });
  await assert.rejects(engine.hold('pause', { journey: 'carts' }), { code: codes.INVALID, message: /did you mean "cart"/ });
  await assert.rejects(engine.hold('pause', { jurney: 'cart' }), /did you mean "journey"/);
  await assert.rejects(engine.hold(), /is no action/);
  await engine.close();
});

test('a key of tokens is taken, beside a zone, and never shown', () => {
  new Engine(file(), { eventZone: 'Asia/Seoul', tokenKey: '5a'.repeat(32) }).closeSync();
  for (const tokenKey of ['5a5a5a', 737373]) {
    assert.throws(() => new Engine(file(), { tokenKey }), (error) => error.code === codes.INVALID && /64 hexadecimal digits/.test(error.message)
      && !error.message.includes(String(tokenKey)));
  }
});

test('a key of sealing is taken beside a key of tokens, and the file needs it', () => {
  const path = file();
  new Engine(path, { tokenKey: '5a'.repeat(32), sealKey: 'a5'.repeat(32) }).closeSync();
  assert.throws(() => new Engine(path, { tokenKey: '5a'.repeat(32) }), /is sealed/);
  assert.throws(() => new Engine(path, { sealKey: '5a'.repeat(32) }), /another key/);
  new Engine(path, { sealKey: 'a5'.repeat(32) }).closeSync();
});

test('the event loop goes on while the disk is written', async () => {
  const engine = new Engine(file());
  let ticks = 0;
  const timer = setInterval(() => ++ticks, 1);
  const results = await Promise.all(Array.from({ length: 200 }, (_, n) => engine.ingest(added('kim', n))));
  clearInterval(timer);
  assert.equal(results.reduce((sum, { accepted }) => sum + accepted, 0), 200);
  assert.ok(ticks > 0);
  await engine.close();
});

test('iterables of any length, also of promises', async () => {
  const engine = new Engine(':memory:');
  const lines = function* (wrong) {
    for (let n = 0; n <= 110_000; ++n) yield n === 105_000 ? wrong : { type: 'page_viewed', customer: 'kim' };
  };
  const later = async function* (wrong) { yield* lines(wrong); };
  for (const ingest of [(given) => engine.ingest(lines(given)), (given) => engine.ingest([...lines(given)]), (given) => engine.ingest(later(given)), async (given) => engine.ingestSync(lines(given))]) {
    const { accepted, rejected } = await ingest({ type: 'page_viewed' });
    assert.deepEqual([accepted, rejected.map(({ record }) => record)], [110_000, [105_000]]);
    await assert.rejects(ingest({ type: 'page_viewed', customer: 'kim', properties: { price: NaN } }), /event\[105000\]\.properties\.price is NaN/);
  }
  assert.throws(() => engine.ingestSync(later()), /needs ingest/);
  assert.deepEqual(await engine.ingest(new Set()), { accepted: 0, rejected: [], warnings: [] });
  await engine.close();
});

test('messages come as they are due, until the signal', async () => {
  const engine = new Engine(file());
  const soon = structuredClone(PLAYBOOK);
  soon.journeys.cart.steps[0].wait = '1s';
  await engine.load(soon);
  await engine.ingest({ ...added('kim'), at: Date.now() });
  const controller = new AbortController();
  const seen = [];
  for await (const message of engine.messages('sms', { signal: controller.signal, waitMs: 60_000 })) {
    seen.push(message.customer);
    await engine.settle([{ id: message.id, token: message.token, outcome: 'accepted' }]);
    controller.abort();
  }
  assert.deepEqual(seen, ['kim']);
  await engine.close();
});

test('closing ends a wait', async () => {
  const engine = new Engine(file());
  const waiting = engine.advance({ waitMs: 60_000 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  await engine.close();
  assert.equal((await waiting).events, 0);
});

test('a process ends by itself although an engine is open', () => {
  const script = `const { Engine } = require(${JSON.stringify(path.join(__dirname, '..', 'lib', 'index.js'))});
    const engine = new Engine(':memory:'); engine.ingest({ type: 'page_viewed', customer: 'kim' }).then(() => console.log('done'));`;
  assert.equal(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }), 'done\n');
});

test('a missing addon is one sentence', () => {
  const script = `try { require(${JSON.stringify(path.join(__dirname, '..', 'lib', 'index.js'))}) } catch (error) { console.log(error.message) }`;
  const said = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', env: { ...process.env, CARTWHEEL_NODE: '/nowhere/x.node' } });
  assert.match(said, /set CARTWHEEL_NODE to its path/);
});

test('the addon is loaded anew by a thread and by a module cache that was emptied', async () => {
  const script = `const { Worker, isMainThread } = require('node:worker_threads');
    for (let times = 0; times < 2; ++times) {
      const { Engine } = require(${JSON.stringify(path.join(__dirname, '..', 'lib', 'index.js'))});
      const engine = new Engine(':memory:');
      console.log(engine.ingestSync({ type: 'page_viewed', customer: 'kim' }).accepted);
      engine.closeSync();
      for (const key of Object.keys(require.cache)) delete require.cache[key];
    }
    if (isMainThread) new Worker(__filename);`;
  const threads = file();
  fs.writeFileSync(threads, script);
  assert.equal(execFileSync(process.execPath, [threads], { encoding: 'utf8' }), '1\n1\n1\n1\n');
});
