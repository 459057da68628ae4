'use strict';
// The Express-shaped example against a stand-in of Express: a browser's cart, a login, an order, and who is reminded.
const assert = require('node:assert');
const { readFileSync, rmSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { Engine } = require('..');
const { shop, remind } = require('../examples/shop_express.js');

const PLAYBOOK = readFileSync(path.join(__dirname, '..', '..', 'examples.json'), 'utf8');  // a reminder after a second

// As much of Express as the example asks: routes, and a response with status and json.
function standIn() {
  const routes = new Map();
  return {
    post: (url, call) => routes.set(`POST ${url}`, call),
    get: (url, call) => routes.set(`GET ${url}`, call),
    async ask(route, session, body) {
      const told = { code: 200 };
      const response = { status(code) { told.code = code; return this; }, json(answer) { told.body = answer; } };
      await routes.get(route)({ session, body }, response);
      return told;
    },
  };
}

test('a cart filled before the login is reminded, a bought one is not', async () => {
  const file = path.join(os.tmpdir(), `cartwheel_express_${process.pid}.db`);
  const engine = new Engine(file);
  const complaints = [], sent = [];
  const log = { warn: (line) => complaints.push(line), error: (line) => complaints.push(line) };
  const app = standIn();
  const stop = new AbortController();
  try {
    await engine.load(PLAYBOOK);
    shop(app, engine, log);
    for (const customer of ['kim', 'lee']) {
      const session = { id: `browser-${customer}` };
      await app.ask('POST /cart', session, { id: 'mug', name: '머그컵', price: 9000 });
      await app.ask('POST /login', session, { customer, phone: `010-${customer}` });
      if (customer === 'lee') await app.ask('POST /checkout', session, { id: 'o1', total: 9000 });
    }
    const reminding = remind(engine, async ({ address, payload }) => {
      sent.push(`${address} ${payload.text}`);
      stop.abort();
      return 'accepted';
    }, stop.signal);
    await reminding;
    assert.deepStrictEqual(sent, ['010-kim 머그컵']);
    assert.strictEqual((await app.ask('GET /health', {})).code, 200);
    await engine.close();
    assert.strictEqual((await app.ask('POST /checkout', { id: 'x' }, { id: 'o2', total: 1 })).code, 200);  // also without an engine
    assert.match(complaints.join(), /closed/);
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  }
});

test('a send that rejects is logged, and the process goes on', async () => {
  const engine = new Engine(':memory:');
  const soon = JSON.parse(PLAYBOOK);
  soon.journeys.cart.steps.shift(); // it waits for nothing
  await engine.load(soon);
  await engine.ingest({ type: 'product_added', customer: 'kim', properties: { product_id: 'mug', name: '머그컵' } });
  const stop = new AbortController(), complaints = [];
  const error = (line) => { complaints.push(line); stop.abort(); };
  await remind(engine, async () => { throw new Error('the provider is away'); }, stop.signal, { error });
  assert.deepStrictEqual(complaints, ['cartwheel: sms: the provider is away']);
  assert.strictEqual((await engine.health()).problems[0].code, 'channel_fails');
  await engine.close();
});
