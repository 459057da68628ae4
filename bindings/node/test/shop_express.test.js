'use strict';
// The Express example over Express itself (npm; NODE_PATH says where), by HTTP: a browser's cart, a login, an order, and who is reminded. Without Express its
// stand-in is asked, which knows routes and no more.
const assert = require('node:assert');
const { randomUUID } = require('node:crypto');
const { readFileSync, rmSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { Engine } = require('..');
const { shop, remind } = require('../examples/shop_express.js');

const PLAYBOOK = readFileSync(path.join(__dirname, '..', '..', 'examples.json'), 'utf8');  // a reminder after a second

function findExpress() {
  try {
    return require('express');
  } catch {
    assert.notStrictEqual(process.env.CI, 'true', 'Express was not found: sh bindings/parts_install.sh');
    return undefined;
  }
}

// A session for each cookie, as express-session keeps it.
function sessions() {
  const kept = new Map();
  return (request, response, next) => {
    let id = /browser=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
    if (!kept.has(id)) {
      id = randomUUID();
      response.setHeader('Set-Cookie', `browser=${id}`);
      kept.set(id, { id });
    }
    request.session = kept.get(id);
    next();
  };
}

// { app, browser(): asks as one browser does, close() }
async function real(express) {
  const app = express();
  app.use(express.json(), sessions());
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const browser = () => {
    let cookie = '';
    return async (route, body) => {
      const [method, url] = route.split(' ');
      const answer = await fetch(`http://127.0.0.1:${server.address().port}${url}`, {
        method, headers: { 'content-type': 'application/json', cookie }, ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
      });
      cookie = answer.headers.get('set-cookie') ?? cookie;
      return answer.status;
    };
  };
  return { app, browser, close: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections?.(); }) };
}

async function standIn() {
  const routes = new Map();
  const app = { post: (url, call) => routes.set(`POST ${url}`, call), get: (url, call) => routes.set(`GET ${url}`, call) };
  const browser = () => {
    const session = { id: randomUUID() };
    return async (route, body) => {
      let status = 200;
      await routes.get(route)({ session, body }, { status(code) { status = code; return this; }, json() {} });
      return status;
    };
  };
  return { app, browser, close: async () => {} };
}

test('a cart filled before the login is reminded, a bought one is not', async (t) => {
  const express = findExpress();
  t.diagnostic(express ? 'over Express' : 'over a stand-in: Express was not found (sh bindings/parts_install.sh)');
  const file = path.join(os.tmpdir(), `cartwheel_express_${process.pid}.db`);
  const engine = new Engine(file);
  const complaints = [], sent = [];
  const log = { warn: (line) => complaints.push(line), error: (line) => complaints.push(line) };
  const stop = new AbortController();
  const { app, browser, close } = await (express ? real(express) : standIn());
  try {
    await engine.load(PLAYBOOK);
    shop(app, engine, log);
    for (const customer of ['kim', 'lee']) {
      const ask = browser();
      assert.strictEqual(await ask('POST /cart', { id: 'mug', name: '머그컵', price: 9000 }), 200);
      assert.strictEqual(await ask('POST /login', { customer, phone: `010-${customer}`, consents: ['ad', 'ad_night'] }), 200);
      if (customer === 'lee') assert.strictEqual(await ask('POST /checkout', { id: 'o1', total: 9000 }), 200);
    }
    await remind(engine, async ({ address, payload }) => {
      sent.push(`${address} ${payload.text.split('\n')[0]}`);
      stop.abort();
      return 'accepted';
    }, stop.signal);
    assert.deepStrictEqual(sent, ['010-kim (광고)Shop 머그컵']);
    assert.strictEqual(await browser()('GET /health'), 200);
    assert.deepStrictEqual(complaints, []);
    await engine.close();
    assert.strictEqual(await browser()('POST /checkout', { id: 'o2', total: 1 }), 200);  // also without an engine
    assert.match(complaints.join(), /closed/);
  } finally {
    await close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  }
});

test('a send that rejects is logged, and the process goes on', async () => {
  const engine = new Engine(':memory:');
  const soon = JSON.parse(PLAYBOOK);
  soon.journeys.cart.steps.shift(); // it waits for nothing
  await engine.load(soon);
  await engine.ingest([
    { type: 'consent_granted', customer: 'kim', properties: { medium: 'sms', scope: ['ad', 'ad_night'] } },
    { type: 'product_added', customer: 'kim', properties: { product_id: 'mug', name: '머그컵' } },
  ]);
  const stop = new AbortController(), complaints = [];
  const error = (line) => { complaints.push(line); stop.abort(); };
  await remind(engine, async () => { throw new Error('the provider is away'); }, stop.signal, { error });
  assert.deepStrictEqual(complaints, ['cartwheel: sms: the provider is away']);
  assert.strictEqual((await engine.health()).problems[0].code, 'channel_fails');
  await engine.close();
});
