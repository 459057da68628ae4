'use strict';
// FCM, APNs and webhooks through `cartwheel worker --channels`, against servers on loopback that check every header and signature with node:crypto.
const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const http2 = require('node:http2');
const path = require('node:path');
const { test } = require('node:test');
const { Engine } = require(process.env.CARTWHEEL_PACKAGE);
const { readToken } = require('./push_service.js');
const { LIMIT_MS, scratch, startWorker, undoing, until } = require('./support.js');

const PLAYBOOK = {
  playbook: 1, revision: 1, policy: { consent: 'assumed_by_shop', rules: [] },
  shop: { name: '온도상점', contact: '02-123-4567', timezone: 'Asia/Seoul', currency: 'KRW', locale: 'ko-KR' },
  channels: { hook: { address_by_id: true } },
  templates: {
    ready: { class: 'notice', purpose: 'order', push: { title: '준비됐어요', body: '{{ customer.id }}', url: 'https://shop.example/', topic: 'ready', urgency: 'high' }, hook: { text: '{{ customer.id }}' } },
  },
  journeys: { ready: { enter: { on: 'order_ready' }, steps: [{ send: 'ready', via: ['app_push', 'hook'] }] } },
};

// A database in which customers have ordered; `addresses`: of each on the channel "app_push".
async function shopWith(undo, folder, addresses) {
  fs.writeFileSync(path.join(folder, 'playbook.json'), JSON.stringify(PLAYBOOK));
  const engine = new Engine(path.join(folder, 'shop.db'), { shared: true });
  undo(() => engine.close());
  for (const [customer, address] of Object.entries(addresses)) {
    if (address) await engine.ingest({ type: 'endpoint_added', customer, properties: { channel: 'app_push', address } });
    await engine.ingest({ type: 'order_ready', customer });
  }
  return engine;
}

const readBody = async (stream) => {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
};

const listen = async (undo, server) => {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo(() => { server.close(); server.closeAllConnections?.(); });
  return server.address().port;
};

// The messages of a channel, once there are so many and none is under way.
const ended = (engine, channel, count) => until(async () => {
  const messages = (await engine.query('messages')).messages.filter((each) => each.channel === channel);
  return messages.length >= count && messages.every(({ state }) => state !== 'waiting' && state !== 'claimed') && messages;
}, 'the end of all messages');

test('fcm: one access token for all messages, and what is refused stays refused', { timeout: LIMIT_MS }, async (t) => {
  const undo = undoing(t);
  const folder = scratch(undo);
  const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
  const tokens = [], sent = [];
  const server = http.createServer(async (request, response) => {
    const body = (await readBody(request)).toString();
    if (request.url === '/token') {
      const form = new URLSearchParams(body);
      tokens.push({ grant: form.get('grant_type'), type: request.headers['content-type'], parts: readToken(form.get('assertion'), publicKey) });
      return response.end(JSON.stringify({ access_token: `ya29.${tokens.length}`, expires_in: 3600, token_type: 'Bearer' }));
    }
    const { message } = JSON.parse(body);
    sent.push({ url: request.url, authorization: request.headers.authorization, message });
    if (message.token !== 'gone') return response.end(JSON.stringify({ name: `projects/shop-1/messages/${sent.length}` }));
    const error = { code: 404, message: 'm', status: 'NOT_FOUND', details: [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: 'UNREGISTERED' }] };
    return response.writeHead(404).end(JSON.stringify({ error }));
  });
  const url = `http://127.0.0.1:${await listen(undo, server)}`;
  fs.writeFileSync(path.join(folder, 'account.json'), JSON.stringify({
    type: 'service_account', project_id: 'shop-1', private_key_id: 'kid', private_key: privateKey, client_email: 'push@shop-1.example', token_uri: `${url}/token`,
  }), { mode: 0o600 });

  const engine = await shopWith(undo, folder, { kim: 'k-token', lee: 'l-token', park: 'gone' });
  startWorker(undo, folder, { app_push: { kind: 'fcm', service_account: { file: path.join(folder, 'account.json') }, url, private_address: true } }, path.join(folder, 'playbook.json'));
  const messages = await ended(engine, 'app_push', 3);

  assert.strictEqual(tokens.length, 1);
  const [header, claims] = tokens[0].parts;
  assert.deepStrictEqual(header, { alg: 'RS256', typ: 'JWT', kid: 'kid' });
  assert.deepStrictEqual([claims.iss, claims.scope, claims.aud, claims.exp - claims.iat],
    ['push@shop-1.example', 'https://www.googleapis.com/auth/firebase.messaging', `${url}/token`, 3600]);
  assert.ok(Math.abs(claims.iat - Date.now() / 1000) < 60);
  assert.strictEqual(tokens[0].grant, 'urn:ietf:params:oauth:grant-type:jwt-bearer');
  assert.strictEqual(tokens[0].type, 'application/x-www-form-urlencoded');

  assert.deepStrictEqual(new Set(sent.map(({ url: where, authorization }) => `${where} ${authorization}`)), new Set(['/v1/projects/shop-1/messages:send Bearer ya29.1']));
  const { message } = sent.find((each) => each.message.token === 'k-token');
  assert.deepStrictEqual(message.notification, { title: '준비됐어요', body: 'kim' });
  assert.deepStrictEqual([message.android.priority, message.android.collapse_key], ['HIGH', 'ready']);
  assert.strictEqual(message.data.url, 'https://shop.example/');
  const state = Object.fromEntries(messages.map((each) => [each.customer, each.state]));
  assert.deepStrictEqual([state.kim, state.lee], ['accepted', 'accepted']);
  assert.match(messages.find(({ customer }) => customer === 'park').reason, /^gone: no such installation/);
});

test('apns: HTTP/2, one token for all messages, and a device that registered since stays', { timeout: LIMIT_MS }, async (t) => {
  const undo = undoing(t);
  const folder = scratch(undo);
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'tls.key', '-out', 'tls.pem', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
      { cwd: folder, stdio: 'ignore' });
  } catch {
    return t.skip('openssl was not found');
  }
  const { privateKey, publicKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256', privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
  fs.writeFileSync(path.join(folder, 'key.p8'), privateKey, { mode: 0o600 });
  const devices = { kim: 'a'.repeat(64), lee: 'b'.repeat(64), park: 'c'.repeat(64) };
  const sent = [], sessions = new Set();
  const server = http2.createSecureServer({ key: fs.readFileSync(path.join(folder, 'tls.key')), cert: fs.readFileSync(path.join(folder, 'tls.pem')) });
  server.on('session', (session) => sessions.add(session));
  server.on('stream', async (stream, headers) => {
    sent.push({ headers, body: JSON.parse((await readBody(stream)).toString()), version: 2 });
    const device = headers[':path'].slice('/3/device/'.length);
    // Both are gone, lee since long ago, park since a moment that is after the registration.
    const since = { [devices.lee]: 1, [devices.park]: Date.now() + 3600_000 }[device];
    stream.respond({ ':status': since ? 410 : 200 });
    stream.end(since ? JSON.stringify({ reason: 'Unregistered', timestamp: since }) : undefined);
  });
  const port = await listen(undo, server);
  undo(() => sessions.forEach((session) => session.destroy()));

  const engine = await shopWith(undo, folder, devices);
  startWorker(undo, folder, {
    app_push: {
      kind: 'apns', key: { file: path.join(folder, 'key.p8') }, key_id: 'KEY1234567', team_id: 'TEAM123456', topic: 'com.shop.app', url: `https://127.0.0.1:${port}`,
      private_address: true, ca_file: path.join(folder, 'tls.pem'),
    },
  }, path.join(folder, 'playbook.json'));
  await ended(engine, 'app_push', 3);

  const [{ headers, body }] = sent.filter((each) => each.headers[':path'].endsWith(devices.kim));
  assert.deepStrictEqual([headers[':method'], headers['apns-topic'], headers['apns-push-type'], headers['apns-priority'], headers['apns-collapse-id']],
    ['POST', 'com.shop.app', 'alert', '10', 'ready']);
  assert.match(headers['apns-id'], /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  assert.ok(headers['apns-expiration'] > Date.now() / 1000);
  assert.deepStrictEqual(body.aps, { alert: { title: '준비됐어요', body: 'kim' } });
  assert.deepStrictEqual(new Set(sent.map((each) => each.headers.authorization)).size, 1);
  const [header, claims] = readToken(headers.authorization.slice('bearer '.length), { key: publicKey, dsaEncoding: 'ieee-p1363' });
  assert.deepStrictEqual(header, { alg: 'ES256', kid: 'KEY1234567' });
  assert.strictEqual(claims.iss, 'TEAM123456');
  assert.ok(Math.abs(claims.iat - Date.now() / 1000) < 60);

  await until(async () => !JSON.stringify(await engine.customer({ customer: 'park' })).includes(devices.park), "the removal of park's device");
  assert.ok(JSON.stringify(await engine.customer({ customer: 'lee' })).includes(devices.lee));
});

test('webhook: what the receiver gets is signed, and another implementation verifies it', { timeout: LIMIT_MS }, async (t) => {
  const undo = undoing(t);
  const folder = scratch(undo);
  const secret = `whsec_${crypto.randomBytes(32).toString('base64')}`;
  const got = [];
  const server = http.createServer(async (request, response) => {
    got.push({ headers: request.headers, body: (await readBody(request)).toString() });
    response.writeHead(got.length === 1 ? 503 : 204, got.length === 1 ? { 'retry-after': '1' } : {}).end();
  });
  const url = `http://127.0.0.1:${await listen(undo, server)}/hooks`;
  fs.writeFileSync(path.join(folder, 'secret'), secret, { mode: 0o600 });
  const engine = await shopWith(undo, folder, { kim: undefined });
  startWorker(undo, folder, { hook: { kind: 'webhook', url, secret: { file: path.join(folder, 'secret') }, private_address: true } }, path.join(folder, 'playbook.json'));
  const [message] = await ended(engine, 'hook', 1);
  assert.strictEqual(message.state, 'accepted');
  assert.strictEqual(got.length, 2);

  for (const { headers, body } of got) {
    const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const mac = crypto.createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64')).update(content).digest('base64');
    assert.strictEqual(headers['webhook-signature'], `v1,${mac}`);
    assert.strictEqual(headers['webhook-id'], message.key);
    assert.strictEqual(headers['content-type'], 'application/json');
    assert.deepStrictEqual(JSON.parse(body).data.payload, { text: 'kim' });
    try {
      const { Webhook } = require('standardwebhooks');
      new Webhook(secret).verify(body, headers);
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
      t.diagnostic('skipped: standardwebhooks (sh bindings/parts_install.sh)');
    }
  }
  assert.strictEqual(got[0].body, got[1].body);
});

// docs/channels.md, "A journey that asks a system of the shop".
test('webhook: a walk asks a system of the shop, and goes on by its answer', { timeout: LIMIT_MS }, async (t) => {
  const undo = undoing(t);
  const folder = scratch(undo);
  const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'channels.md'), 'utf8');
  const [playbook] = [...page.matchAll(/```json\n([^]*?)```/g)].map(([, text]) => text).filter((text) => text.includes('"call": "webhook"'));
  fs.writeFileSync(path.join(folder, 'playbook.json'), playbook);
  const engine = new Engine(path.join(folder, 'shop.db'), { shared: true });
  undo(() => engine.close());
  const stock = { tea: { in_stock: true, left: 2 }, mug: { in_stock: true, left: 90 } };
  const asked = [];
  const server = http.createServer(async (request, response) => {
    const { data } = JSON.parse((await readBody(request)).toString());
    asked.push(data);
    if (!stock[data.payload.product]) return response.writeHead(422).end();
    response.end();
    await engine.ingest({ type: 'call_answered', customer: data.customer, properties: { call: data.key, ...stock[data.payload.product] } });
  });
  const url = `http://127.0.0.1:${await listen(undo, server)}/stock`;
  for (const [customer, product_id] of [['kim', 'tea'], ['lee', 'mug'], ['park', 'lamp']])
    await engine.ingest({ type: 'product_added', customer, properties: { cart_id: customer, product_id, price: 9000 } });
  await engine.ingest({ type: 'endpoint_added', customer: 'kim', properties: { channel: 'sms', address: '+821012345678' } });
  fs.writeFileSync(path.join(folder, 'secret'), `whsec_${crypto.randomBytes(32).toString('base64')}`, { mode: 0o600 });
  startWorker(undo, folder, { webhook: { kind: 'webhook', url, secret: { file: path.join(folder, 'secret') }, private_address: true } }, path.join(folder, 'playbook.json'));

  const [note] = await until(async () => {
    const made = (await engine.query('messages')).messages.filter(({ step }) => step === 'nearly_gone');
    return made.length && made;
  }, 'a message by the answer');
  assert.deepStrictEqual([note.customer, note.channel, note.class], ['kim', 'sms', 'ad']);
  assert.match(JSON.parse(note.payload).text, /2개 남았어요/);
  const call = asked.find(({ customer }) => customer === 'kim');
  assert.deepStrictEqual([call.class, call.address, call.journey, call.step, call.payload], ['call', '', 'cart', 'stock', { product: 'tea' }]);
  const wayOf = (customer) => until(async () => {
    const { decisions } = await engine.query('why', { customer });
    return decisions.find(({ decision }) => decision === 'way')?.detail;
  }, `a way of ${customer}`);
  assert.deepStrictEqual([await wayOf('kim'), await wayOf('lee'), await wayOf('park')], ['1', 'else', 'timeout']);
});
