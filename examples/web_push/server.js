// A small shop that asks for push permission, takes subscriptions and hears of clicks. It records; `cartwheel worker` sends, beside it:
//
//   cartwheel vapid new vapid.key                                                  # once
//   node server.js shop.db "$(cartwheel vapid show vapid.key)" 8080                # then open http://localhost:8080
//   cartwheel worker --db shop.db --playbook playbook.json --channels channels.json
//
// Without a bundler and without a package but Cartwheel's own.
'use strict';
const { randomUUID } = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { Engine } = require(process.env.CARTWHEEL_PACKAGE ?? 'cartwheel');

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml' };
const FILES = new Map(fs.readdirSync(path.join(__dirname, 'public')).map((name) => [name === 'index.html' ? '/' : `/${name}`, path.join(__dirname, 'public', name)]));
const BODY_BYTES_MAX = 16384;

// The address of a device: always the same text for a subscription, with the key it was made with.
function addressOf({ endpoint, keys: { p256dh, auth } }, vapid) {
  return JSON.stringify({ endpoint, keys: { p256dh, auth }, vapid });
}

// What the page and its service worker tell of one device, as events.
function events(vapid) {
  const endpoint = (type, device, subscription) => ({
    type, anonymous_id: device, properties: { channel: 'web_push', address: addressOf(subscription, vapid) },
  });
  return {
    '/cart': (device, { id, name, price }, origin) => [{
      id: randomUUID(), type: 'product_added', anonymous_id: device,
      properties: { product_id: id, name, price, quantity: 1, image_url: `${origin}/icon.svg`, cart_url: `${origin}/` },
    }],
    '/asked': (device, { permission }) => [{ type: 'permission_asked', anonymous_id: device, properties: { permission } }],
    // What she agreed to is what she ticked: advertisements, and those at night by themselves.
    '/subscribe': (device, { subscription, consents = [] }) => [
      endpoint('endpoint_added', device, subscription),
      ...consents.map((scope) => ({ type: 'consent_granted', anonymous_id: device, properties: { medium: 'web_push', scope, where: 'soft prompt' } })),
    ],
    // The browser changed a subscription by itself.
    '/resubscribe': (device, { old, subscription }) => [
      ...(old ? [endpoint('endpoint_removed', device, old)] : []),
      ...(subscription ? [endpoint('endpoint_added', device, subscription)] : []),
    ],
    '/unsubscribe': (device, { subscription }) => [endpoint('endpoint_removed', device, subscription)],
  };
}

async function readJson(request) {
  let text = '';
  for await (const part of request) {
    text += part;
    if (text.length > BODY_BYTES_MAX) throw new Error('too large');
  }
  return JSON.parse(text);
}

// The shop over an engine; `vapid` is the public key that pages subscribe with.
function createShop(engine, vapid) {
  const told = events(vapid);

  async function answer(request, response) {
    const url = new URL(request.url, `http://${request.headers.host}`);
    const known = /device=([\w-]{36})/.exec(request.headers.cookie ?? '')?.[1];
    const device = known ?? randomUUID();
    if (!known) response.setHeader('Set-Cookie', `device=${device}; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000`);
    const json = (value) => response.setHeader('Content-Type', 'application/json').end(JSON.stringify(value));

    if (request.method === 'POST' && Object.hasOwn(told, url.pathname)) {
      // Another site's page cannot send this type without asking first, and is not answered then.
      if (request.headers['content-type'] !== 'application/json') return response.writeHead(415).end();
      const { rejected } = await engine.ingest(told[url.pathname](device, await readJson(request), url.origin));
      return rejected.length ? response.writeHead(400).end(rejected[0].message) : json({ ok: true });
    }
    if (request.method !== 'GET') return response.writeHead(405).end();
    if (url.pathname === '/key') return json({ key: vapid });
    if (url.pathname === '/prompt') {
      const moment = url.searchParams.get('moment');
      return json(await engine.prompt({ anonymous_id: device, ...(moment ? { value_moment: moment } : {}) }));
    }
    if (url.pathname === '/r') return click(url, response);
    const file = FILES.get(url.pathname);
    if (!file) return response.writeHead(404).end();
    return response.setHeader('Content-Type', TYPES[path.extname(file)]).end(fs.readFileSync(file));
  }

  // A link of a message: where it leads is signed, so that it leads nowhere that the shop did not say.
  async function click(url, response) {
    const { url: target, message } = await engine.link({ link: url.href });
    if (message) {
      const who = message.customer ? { customer: message.customer } : { anonymous_id: message.anonymous_id };
      await engine.ingest({ type: 'message_clicked', ...who, properties: { message_id: message.id } });
    }
    response.writeHead(302, { Location: target }).end();
  }

  return http.createServer((request, response) => {
    answer(request, response).catch((error) => {
      if (!response.headersSent) response.writeHead(400).end(error.message);
    });
  });
}

module.exports = { createShop, addressOf };

if (require.main === module) {
  const [, , file, vapid, port = '8080'] = process.argv;
  if (!vapid) {
    console.error('usage: node server.js DATABASE PUBLIC_KEY [PORT]');
    process.exit(2);
  }
  const engine = new Engine(file, { shared: true });
  const server = createShop(engine, vapid).listen(Number(port), '127.0.0.1', () => console.log(`http://localhost:${server.address().port}`));
  process.on('SIGTERM', () => server.close(() => engine.closeSync()));
}
