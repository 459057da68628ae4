// Firefox gets a reminder without the internet: its own code subscribes at a push service on loopback (autopush.js), decrypts what `cartwheel worker` sends, and runs
// the example's service worker, which shows it. The demo's second part calls it:
//
//   CARTWHEEL=cartwheel node firefox.js FOLDER      # an empty folder; needs the npm package ws
'use strict';
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { Engine } = require(process.env.CARTWHEEL_PACKAGE ?? 'cartwheel');
const { startAutopush } = require('./autopush.js');
const { createShop } = require('./server.js');

const CARTWHEEL = process.env.CARTWHEEL ?? 'cartwheel';
const LIMIT_MS = 90_000;

// What the notification of the cart says once it is shown, told to the shop. By day the result of her consent comes too.
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

// The shop, which says its key only when Firefox has reached the push service: a subscription before that is lost. `on` hears of a subscription and of what is shown.
function shopFor(engine, vapid, autopush, on) {
  const shop = createShop(engine, vapid);
  return http.createServer(async (request, response) => {
    if (request.url === '/key') await autopush.hello;
    if (request.url === '/worker.js') {
      return response.setHeader('Content-Type', 'text/javascript').end(fs.readFileSync(path.join(__dirname, 'public', 'worker.js'), 'utf8') + REPORT);
    }
    if (request.url === '/seen') {
      let text = '';
      for await (const part of request) text += part;
      for (const notification of JSON.parse(text)) on.seen(notification);
      return response.end();
    }
    if (request.url === '/subscribe') response.once('finish', () => on.subscribed(/device=([\w-]{36})/.exec(request.headers.cookie)[1]));
    shop.emit('request', request, response);
  });
}

// Has a device that left a cart reminded, and resolves to {notification, push, vapid}. `startWorker(channels, origin)` starts `cartwheel worker` over FOLDER/shop.db;
// `undo(what)` is told what is to be ended and taken away afterwards, in reverse. `WebSocketServer` is that of the package ws.
async function remind({ firefox, WebSocketServer, folder, startWorker, undo }) {
  const autopush = await startAutopush(WebSocketServer);
  undo(() => autopush.close());
  const vapid = execFileSync(CARTWHEEL, ['vapid', 'new', path.join(folder, 'vapid.key')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  const engine = new Engine(path.join(folder, 'shop.db'), { shared: true });
  undo(() => engine.close());
  const on = {};
  const seen = new Promise((resolve) => { on.seen = resolve; });
  const subscribed = new Promise((resolve) => { on.subscribed = resolve; });
  const server = shopFor(engine, vapid, autopush, on);
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
  startWorker({
    web_push: { kind: 'web_push', subject: 'mailto:push@shop.example', private_key: { file: path.join(folder, 'vapid.key') }, private_address: true },
  }, origin);
  return { notification: await seen, push: autopush.pushes.find(({ headers }) => headers.topic === 'cart'), pushOrigin: autopush.origin, origin, vapid };
}

module.exports = { remind };

async function main(folder) {
  const { WebSocketServer } = require('ws');
  const steps = [];
  const startWorker = (channels, origin) => {
    const at = (name) => path.join(folder, name);
    const playbook = fs.readFileSync(path.join(__dirname, 'playbook.json'), 'utf8').replaceAll('http://localhost:8080', origin).replace('"30s"', '"1s"');
    fs.writeFileSync(at('playbook.json'), playbook);
    fs.writeFileSync(at('channels.json'), JSON.stringify({ channels }), { mode: 0o600 });
    const worker = spawn(CARTWHEEL, ['worker', '--db', at('shop.db'), '--playbook', at('playbook.json'), '--channels', at('channels.json')], { stdio: ['ignore', 'ignore', 'pipe'] });
    let told = '';
    worker.stderr.on('data', (part) => { told += part; });
    worker.once('exit', (code) => fail(new Error(`the worker ended with ${code}: ${told}`)));
    steps.push(() => worker.kill('SIGTERM'));
  };
  let fail;
  const failed = new Promise((_, reject) => { fail = reject; });
  const late = setTimeout(() => fail(new Error(`no notification within ${LIMIT_MS / 1000} s`)), LIMIT_MS);
  steps.push(() => clearTimeout(late));
  try {
    const { notification, push } = await Promise.race([failed, remind({ firefox: 'firefox-esr', WebSocketServer, folder, startWorker, undo: (step) => steps.push(step) })]);
    console.log(`POST ${push.path}, ${push.bytes} bytes of ${push.headers['content-encoding']}, ttl ${push.headers.ttl}, topic ${push.headers.topic}\n`);
    console.log(`Firefox shows:\n  ${notification.title}\n  ${notification.body.replaceAll('\n', '\n  ')}\n  a click leads to ${notification.data.navigate}`);
  } finally {
    for (const step of steps.reverse()) await step();
  }
}

if (require.main === module) {
  if (!process.argv[2]) {
    console.error('usage: node firefox.js FOLDER');
    process.exit(2);
  }
  main(process.argv[2]).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
