'use strict';
// Nothing burns: what a `send` throws, answers or forgets loses one message at most, and an iterator that is left gives back what was not begun.
const assert = require('node:assert/strict');
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { Engine, NotSent, Worker, codes } = require('../lib/index.js');

const LIBRARY = JSON.stringify(path.join(__dirname, '..', 'lib', 'index.js'));
const BEGIN = 1_780_272_000_000;
const DUE = BEGIN + 24 * 3_600_000;
const PLAYBOOK = {
  playbook: 1, revision: 1, policy: { consent: 'assumed_by_shop', rules: [] },
  shop: { name: 'Shop', contact: '1', timezone: 'Asia/Seoul', currency: 'KRW', locale: 'ko-KR' },
  templates: { gentle: { purpose: 'cart', class: 'ad', sms: { text: '{{ cart.items[0].name }}' } } },
  channels: { sms: { address_by_id: true } },
  journeys: {
    cart: { enter: { on: 'product_added', key: 'cart.id' }, exit: [{ on: 'order_completed' }], steps: [{ wait: '24h' }, { send: 'gentle', via: ['sms'] }] },
  },
};
const added = (customer) => ({ type: 'product_added', customer, properties: { product_id: '7', name: '머그컵' } });

// Twenty advertisements wait on sms; the clock is set by hand.
function due(engine = new Engine(':memory:', { manualClockMs: BEGIN })) {
  engine.loadSync(PLAYBOOK);
  engine.ingestSync(Array.from({ length: 20 }, (_, n) => added(`c${n}`)));
  engine.advanceSync();
  engine.setClock(DUE);
  engine.advanceSync();
  return engine;
}

function states(engine) {
  const found = {};
  for (const { state } of engine.querySync('messages', { limit: 100 }).messages) found[state] = (found[state] ?? 0) + 1;
  return found;
}

const accepted = (messages) => messages.map(({ id }) => ({ id, outcome: 'accepted' }));
const closedPort = () => new Promise((resolve) => {
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

for (const [what, send, lost] of [
  ['throws', () => { throw new Error('down'); }, 1], ['rejects', async () => { throw new Error('down'); }, 1], ['throws no error', () => { throw undefined; }, 1],
  ['answers nothing', () => undefined, 1], ['answers an empty list', () => [], 1], ['answers a word', () => 'accepted', 1], ['answers null in a list', () => [null], 1],
  ['answers no outcome of ours', () => [{ id: 1, outcome: 'sent' }], 1], ['answers a BigInt that is too long', () => [{ id: 2n ** 70n }], 1],
  ['was reset while it sent', async () => { throw Object.assign(new Error('reset'), { code: 'ECONNRESET', syscall: 'read' }); }, 1],
  ['surely did not send', () => { throw new NotSent('refused'); }, 0],
  ['never connected', async () => { await fetch(`http://127.0.0.1:${await closedPort()}/`); }, 0],
  ['has no address', async () => { throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' }); }, 0],
]) {
  test(`a channel that ${what} loses ${lost}`, async () => {
    const engine = due(), heard = [];
    await new Worker(engine, { sms: send }, { onError: (channel) => heard.push(channel) }).turn();
    assert.deepEqual(states(engine), lost === 0 ? { waiting: 20 } : { unknown: 1, waiting: 19 });
    assert.deepEqual(heard, ['sms']);
    assert.equal(engine.querySync('health').problems[0].code, 'channel_fails');
    await engine.close();
  });
}

test('the outbox is sent once the provider is back', async () => {
  const engine = due(), sizes = [];
  let down = true;
  const worker = new Worker(engine, {
    sms: async (messages) => {
      sizes.push(messages.length);
      if (down) throw new Error('down');
      return accepted(messages);
    },
  });
  await worker.turn();
  assert.equal(await worker.turn(), 0);
  down = false;
  engine.setClock(DUE + 10_000);
  assert.equal(await worker.turn(), 19);
  assert.deepEqual(sizes, [1, 1, 2, 4, 8, 4]);
  await engine.close();
});

test('what was done before a call fails stays done', async () => {
  const generators = {
    plain: function* (messages) {
      for (const { id } of messages) {
        if (id === 11) throw new Error('a bug');
        yield { id, outcome: 'accepted' };
      }
    },
    async: async function* (messages) {
      for (const { id } of messages) {
        if (id === 11) throw new Error('a bug');
        yield { id, outcome: 'accepted' };
      }
    },
  };
  for (const [name, sms] of Object.entries(generators)) {
    const engine = due();
    await new Worker(engine, { sms }).turn();
    assert.deepEqual(states(engine), { accepted: 15, unknown: 5 }, name); // calls of 1, 2, 4, 3 of 8; then anew 1, 2, 2
    await engine.close();
  }
});

test('a send that never answers holds up neither the others nor the engine, and a late answer is recorded', async () => {
  const engine = due(), heard = [];
  const { setTimeout: real } = globalThis;
  globalThis.setTimeout = (call, ms, ...rest) => real(call, ms === 30_005 ? 5 : ms, ...rest); // the lease of a channel with timeoutMs 5
  let answer;
  try {
    const hanging = new Promise((resolve) => { answer = resolve; });
    const worker = new Worker(engine, { sms: { send: () => hanging, timeoutMs: 5 } }, { onError: (channel, error) => heard.push(error.name) });
    assert.equal(await worker.turn(), 1);
  } finally {
    globalThis.setTimeout = real;
  }
  assert.deepEqual([heard, states(engine)], [['TimeoutError'], { unknown: 1, waiting: 19 }]);
  answer([{ id: 1, outcome: 'accepted' }]);
  for (let look = 0; look < 500 && !states(engine).accepted; ++look) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(states(engine), { accepted: 1, waiting: 19 });
  await engine.close();
});

test('a channel that no playbook names is told, and the others go on', async () => {
  const engine = due(), heard = [];
  const worker = new Worker(engine, { smss: accepted, sms: accepted }, { onError: (channel, error) => heard.push([channel, error.message]) });
  assert.equal(await worker.turn(), 20);
  assert.deepEqual(heard, [['smss', 'unknown channel "smss": the channels of the playbook (revision 1) are sms']]);
  await engine.close();
});

test('what a channel says of itself is checked at once, and a worker that cannot go on says so', async () => {
  const engine = new Engine(':memory:');
  for (const [channel, pattern] of [[{ batchMax: 0 }, /channel sms: batchMax is 0/], [{ batchMax: '5' }, /batchMax is 5/], [{ timeoutMs: -1 }, /timeoutMs is -1/],
    [{ idempotencyMs: 1.5 }, /idempotencyMs is 1.5/], [{ messagesPerSecond: -1 }, /messagesPerSecond is -1/], [{ messagesPerSecond: NaN }, /messagesPerSecond is NaN/]]) {
    assert.throws(() => new Worker(engine, { sms: { send: accepted, ...channel } }), pattern);
  }
  for (const wrong of [() => new Worker(engine, null), () => new Worker(engine, { sms: accepted }, { waitMs: '5' })]) assert.throws(wrong, /expected/);
  const worker = new Worker(engine, { sms: accepted });
  await engine.close();
  await assert.rejects(worker.run(), /closed/);
});

test('numbers that cannot be and a query without a name are told', async () => {
  const engine = due();
  for (const [call, pattern] of [[() => engine.claim('sms', { max: 0 }), /max is 0: .*at least 1/], [() => engine.claim('sms', { leaseMs: -1 }), /leaseMs is -1/],
    [() => engine.claim('sms', { idempotencyMs: -1 }), /at least 0/], [() => engine.advance({ waitMs: -1 }), /waitMs is -1/],
    [() => engine.query({ query: 'why' }), /expected its name/]]) {
    await assert.rejects(call, pattern);
  }
  await engine.close();
});

test('an iterator that is left gives back what was not begun', async () => {
  for (const leave of ['break', 'throw', 'abort', 'close']) {
    const engine = due(), stop = new AbortController();
    let seen = 0;
    try {
      for await (const { id, token } of engine.messages('sms', { signal: stop.signal })) {
        await engine.settle([{ id, token, outcome: 'accepted' }]);
        if (++seen < 3) continue;
        if (leave === 'break') break;
        if (leave === 'throw') throw new Error('a bug');
        if (leave === 'abort') stop.abort();
        if (leave === 'close') assert.deepEqual(states(engine), { accepted: 3, claimed: 17 });
        if (leave === 'close') await engine.close();
      }
    } catch (error) {
      assert.equal(error.message, 'a bug');
    }
    if (leave !== 'close') assert.deepEqual(states(engine), { accepted: 3, waiting: 17 }, leave);
    await engine.close();
  }
});

test('a worker that is stopped by SIGTERM in the middle loses nothing, and takes its handlers away', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cartwheel_worker_'));
  const file = path.join(folder, 'shop.db'), sent = path.join(folder, 'sent');
  const first = new Engine(file, { manualClockMs: BEGIN });
  due(first);
  await first.close();
  const script = `const { Engine, Worker } = require(${LIBRARY}); const fs = require('node:fs');
    const engine = new Engine(process.argv[1], { manualClockMs: ${DUE} });
    const send = async (messages) => {
      for (const { customer } of messages) fs.appendFileSync(process.argv[2], customer + '\\n');
      await new Promise((resolve) => setTimeout(resolve, 100));
      return messages.map(({ id }) => ({ id, outcome: 'accepted' }));
    };
    new Worker(engine, { sms: send }).run().then(() => engine.close()).then(() => process.exit(process.listenerCount('SIGTERM')));`;
  const lines = () => (fs.existsSync(sent) ? fs.readFileSync(sent, 'utf8').trim().split('\n') : []);
  const child = spawn(process.execPath, ['-e', script, file, sent], { stdio: 'inherit' });
  for (const deadline = Date.now() + 20_000; lines().length < 3 && Date.now() < deadline;) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGTERM');
  assert.equal(await new Promise((resolve) => child.on('exit', resolve)), 0);
  const begun = lines().length;
  const next = new Engine(file, { manualClockMs: DUE });
  assert.deepEqual(states(next), begun === 20 ? { accepted: 20 } : { accepted: begun, waiting: 20 - begun });
  await new Worker(next, { sms: (messages) => { fs.appendFileSync(sent, messages.map(({ customer }) => `${customer}\n`).join('')); return accepted(messages); } }).turn();
  assert.deepEqual(states(next), { accepted: 20 });
  assert.equal(new Set(lines()).size, 20);
  assert.equal(lines().length, 20);
  await next.close();
  fs.rmSync(folder, { recursive: true });
});

test('waits hold up neither files nor the end of the process', () => {
  const script = `const { Engine } = require(${LIBRARY}); const fs = require('node:fs');
    const engines = Array.from({ length: 8 }, () => new Engine(':memory:'));
    for (const engine of engines) engine.advance({ waitMs: 60_000 });
    setTimeout(() => fs.readFile(process.execPath, () => process.exit(7)), 50);`;
  const began = Date.now();
  assert.throws(() => execFileSync(process.execPath, ['-e', script], { timeout: 30_000 }), (error) => error.status === 7);
  assert.ok(Date.now() - began < 20_000);
});

test('mistakes are told at once', async () => {
  const engine = due(), invalid = (pattern) => (error) => error.code === codes.INVALID && pattern.test(error.message);
  for (const [channels, pattern] of [[{}, /no channel/], [{ sms: 'x' }, /options are x/], [{ sms: { send: 5 } }, /expected a function/], [{ sms: (a, b) => [] }, /2 arguments/],
    [{ sms: { send: accepted, batch: 3 } }, /unknown option "batch"/]]) {
    assert.throws(() => new Worker(engine, channels), invalid(pattern));
  }
  for (const now of [5, -5, 0, BEGIN / 1000, BEGIN * 1000, BEGIN * 1e6, NaN, Infinity, 1e300, new Date('x'), '2026-06-01', null]) {
    await assert.rejects(engine.advance({ now }), invalid(/now is/));
    await assert.rejects(engine.claim('sms', { now }), invalid(/now is/));
    await assert.rejects(engine.ingest(added('x'), { now }), invalid(/now is/));
  }
  for (const events of [undefined, null, 5, Promise.resolve({})]) await assert.rejects(engine.ingest(events), invalid(/expected an object/));
  const around = { type: 'x', customer: 'k' };
  around.properties = { around };
  for (const [properties, pattern] of [[{ price: NaN }, /\[1\]\.properties\.price is NaN/], [{ at: new Date('x') }, /properties\.at is an invalid Date/],
    [{ size: 2n ** 70n }, /properties\.size is 1180591620717411303424/], [around.properties, /contains itself/]]) {
    await assert.rejects(engine.ingest([added('lee'), { type: 'x', customer: 'k', properties }]), invalid(pattern));
  }
  const values = { day: new Date(BEGIN), big: 5n, map: new Map([['a', 1]]), set: new Set([1, 2]) };
  await engine.ingest((function* one() { yield { type: 'identify', customer: 'kim', properties: values }; })());
  await engine.advance();
  assert.deepEqual((await engine.query('customer', { customer: 'kim' })).attributes, { day: new Date(BEGIN).toISOString(), big: 5, map: { a: 1 }, set: [1, 2] });
  assert.throws(() => new Engine(':memory:', { workMaxx: 1 }), invalid(/did you mean "workMax"/));
  assert.throws(() => new Engine(undefined), invalid(/path is undefined/));
  await engine.close();
});

test('queries are functions', async () => {
  const engine = due();
  for (const [name, query, request] of [['customer', 'customer', { customer: 'c1' }], ['why', 'why', { customer: 'c1' }], ['report', 'report'], ['consent', 'consent', { customer: 'c1' }], ['prompt', 'prompt', { customer: 'c1' }], ['refused', 'refused'],
    ['deadLetters', 'dead_letters', { limit: 5 }], ['playbook', 'playbook'], ['evaluate', 'evaluate', { expression: 'customer.orders == 0' }], ['health', 'health', { now: DUE }]]) {
    assert.deepEqual(await engine[name](request), await engine.query(query, request), name);
  }
  assert.match(await engine.metrics(), /^# /);
  await engine.close();
});
