'use strict';
// Firefox gets a reminder: its own code subscribes, decrypts what the worker sent, and runs the example's service worker, which shows it. Offline, against a push
// service on loopback (autopush.js).
const assert = require('node:assert');
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { test } = require('node:test');
const { Engine } = require(process.env.CARTWHEEL_PACKAGE);
const { createShop } = require('../../examples/web_push/server.js');
const { startAutopush } = require('./autopush.js');
const { readVapid } = require('./push_service.js');
const { cartwheel, playbookFor, scratch, startWorker, undoing } = require('./support.js');

const LIMIT_MS = 170_000;

// What the notification of the cart says once it is shown, told to the test. By day the result of her consent comes too.
const REPORT = `
self.addEventListener('push', (event) => event.waitUntil((async () => {
  let shown = [];
  for (let look = 0; look < 100 && shown.length === 0; ++look) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    shown = await self.registration.getNotifications({ tag: 'cart' });
  }
  await fetch('/seen', { method: 'POST', body: JSON.stringify(shown.map(({ title, body, tag, data }) => ({ title, body, tag, data }))) });
})()));`;

function preferences(socket) {
  return Object.entries({
    'dom.push.serverURL': socket, 'dom.push.testing.allowInsecureServerURL': true, 'dom.push.connection.enabled': true,
    'permissions.default.desktop-notification': 1,  // granted
    'alerts.useSystemBackend': false,  // there is none without a desktop
    'datareporting.policy.dataSubmissionEnabled': false, 'app.update.enabled': false, 'browser.shell.checkDefaultBrowser': false, 'network.captive-portal-service.enabled': false,
    'toolkit.telemetry.enabled': false, 'browser.safebrowsing.malware.enabled': false, 'browser.safebrowsing.phishing.enabled': false, 'extensions.update.enabled': false,
  }).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join('');
}

function findParts(t) {
  try {
    return [require('ws').WebSocketServer, execFileSync('sh', ['-c', 'command -v firefox-esr || command -v firefox'], { encoding: 'utf8' }).trim()];
  } catch {
    t.skip('skipped: firefox-esr (apt-get install firefox-esr) or ws (sh bindings/parts_install.sh) was not found');
    return [];
  }
}

test('firefox decrypts a reminder and shows it', { timeout: LIMIT_MS }, async (t) => {
  const [WebSocketServer, firefox] = findParts(t);
  if (!firefox) return;
  const undo = undoing(t);
  const folder = scratch(undo);
  const autopush = await startAutopush(WebSocketServer);
  undo(() => autopush.close());
  const vapid = cartwheel('vapid', 'new', path.join(folder, 'vapid.key')).trim();
  const engine = new Engine(path.join(folder, 'shop.db'), { shared: true });
  undo(() => engine.close());

  // The shop, which says its key only when Firefox has reached the push service: a subscription before that is lost.
  const shop = createShop(engine, vapid);
  let tellSeen, tellSubscribed;
  const seen = new Promise((resolve) => { tellSeen = resolve; });
  const subscribed = new Promise((resolve) => { tellSubscribed = resolve; });
  const server = http.createServer(async (request, response) => {
    if (request.url === '/key') await autopush.hello;
    if (request.url === '/worker.js') {
      const file = path.join(__dirname, '..', '..', 'examples', 'web_push', 'public', 'worker.js');
      return response.setHeader('Content-Type', 'text/javascript').end(fs.readFileSync(file, 'utf8') + REPORT);
    }
    if (request.url === '/seen') {
      let text = '';
      for await (const part of request) text += part;
      for (const notification of JSON.parse(text)) tellSeen(notification);
      return response.end();
    }
    if (request.url === '/subscribe') response.once('finish', () => tellSubscribed(/device=([\w-]{36})/.exec(request.headers.cookie)[1]));
    shop.emit('request', request, response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo(() => { server.close(); server.closeAllConnections?.(); });
  const origin = `http://127.0.0.1:${server.address().port}`;

  const profile = path.join(folder, 'profile');
  fs.mkdirSync(profile);
  fs.writeFileSync(path.join(profile, 'user.js'), preferences(autopush.socket));
  const browser = spawn(firefox, ['--headless', '--no-remote', '--profile', profile, origin], { stdio: 'ignore', env: { ...process.env, HOME: folder, MOZ_CRASHREPORTER_DISABLE: '1' } });
  const ended = new Promise((resolve) => browser.once('exit', resolve));
  undo(async () => { browser.kill('SIGKILL'); await ended; });  // its own processes end with it

  const device = await subscribed;
  await engine.ingest([
    ...['ad', 'ad_night'].map((scope) => ({ type: 'consent_granted', anonymous_id: device, properties: { medium: 'web_push', scope } })),
    { type: 'product_added', anonymous_id: device, properties: { product_id: 'mug', name: '머그컵', price: 9000, cart_url: `${origin}/`, image_url: `${origin}/icon.svg` } },
  ]);
  startWorker(undo, folder, {
    web_push: { kind: 'web_push', subject: 'mailto:push@shop.example', private_key: { file: path.join(folder, 'vapid.key') }, private_address: true },
  }, playbookFor(folder, origin));

  const notification = await seen;
  assert.match(notification.title, /^\(광고\)/);
  assert.match(notification.body, /‘머그컵’이 장바구니에서 기다리고 있어요/);
  assert.strictEqual(notification.tag, 'cart');
  assert.ok(notification.data.navigate.startsWith(`${origin}/r?`));
  assert.strictEqual(readVapid(autopush.pushes[0].headers.authorization, autopush.origin).key, vapid);
});
