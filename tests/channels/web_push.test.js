'use strict';
// The example shop, a worker with its channels, and a push service on loopback: what a browser gets, sees and clicks. The service worker's own code runs here over
// a stand-in of the browser's objects.
const assert = require('node:assert');
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const vm = require('node:vm');
const { Engine } = require(process.env.CARTWHEEL_PACKAGE);
const { createShop, addressOf } = require('../../examples/web_push/server.js');
const { Browser, readVapid, startPushService } = require('./push_service.js');
const { LIMIT_MS, cartwheel, playbookFor, scratch, startWorker, undoing, until } = require('./support.js');

const EXAMPLE = path.join(__dirname, '..', '..', 'examples', 'web_push');

// The page's requests, with the cookie that a browser keeps.
function visitor(origin) {
  let cookie = '';
  return async (route, body) => {
    const answer = await fetch(origin + route, {
      redirect: 'manual', method: body === undefined ? 'GET' : 'POST', headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return answer;
  };
}

// worker.js, with what it shows, opens and fetches.
function serviceWorker(fetched = async () => ({ json: async () => ({ key: 'K' }) })) {
  const handlers = {}, shown = [], opened = [];
  const self = {
    addEventListener: (type, handler) => { handlers[type] = handler; },
    registration: { showNotification: async (title, options) => { shown.push({ title, ...options }); }, pushManager: { subscribe: async (options) => ({ renewed: options.applicationServerKey }) } },
    clients: { openWindow: async (url) => { opened.push(url); } },
  };
  vm.runInNewContext(fs.readFileSync(path.join(EXAMPLE, 'public', 'worker.js'), 'utf8'), { self, fetch: fetched, JSON });
  const fire = async (type, event) => {
    const work = [];
    handlers[type]({ ...event, waitUntil: (promise) => work.push(promise) });
    await Promise.all(work);
  };
  return { fire, shown, opened };
}
const pushed = (text) => ({ data: { json: () => JSON.parse(text) } });

test('a reminder is decrypted, shown and clicked', { timeout: LIMIT_MS }, async (t) => {
  const undo = undoing(t);
  const folder = scratch(undo);
  const vapid = cartwheel('vapid', 'new', path.join(folder, 'vapid.key')).trim();
  const engine = new Engine(path.join(folder, 'shop.db'), { shared: true });
  undo(() => engine.close());
  const shop = createShop(engine, vapid);
  await new Promise((resolve) => shop.listen(0, '127.0.0.1', resolve));
  undo(() => shop.closeAllConnections());
  undo(() => shop.close());
  const origin = `http://127.0.0.1:${shop.address().port}`;
  const service = await startPushService();
  undo(() => service.close());

  const page = visitor(origin);
  assert.match(await (await page('/')).text(), /온도상점/);
  assert.strictEqual((await page('/prompt')).status, 200);
  assert.strictEqual((await (await page('/prompt')).json()).ask, false);  // nothing shows a use for it yet
  assert.strictEqual((await (await page('/prompt?moment=product_added')).json()).ask, true);
  assert.deepStrictEqual(await (await page('/key')).json(), { key: vapid });
  await page('/cart', { id: 'mug', name: '머그컵', price: 9000 });
  await page('/asked', { permission: 'granted' });
  const browser = new Browser();
  await page('/subscribe', { subscription: browser.subscription(service.endpoint('kim')), consents: ['ad', 'ad_night'] });

  startWorker(undo, folder, {
    web_push: { kind: 'web_push', subject: 'mailto:push@shop.example', private_key: { file: path.join(folder, 'vapid.key') }, private_address: true },
  }, playbookFor(folder, origin));
  const push = await service.waitFor(({ headers }) => headers.topic === 'cart');  // by day the result of her consent comes too

  assert.strictEqual(push.method, 'POST');
  assert.strictEqual(push.id, 'kim');
  assert.strictEqual(push.headers['content-encoding'], 'aes128gcm');
  assert.strictEqual(push.headers['content-length'], String(push.body.length));
  assert.ok(push.headers.ttl > 0 && push.headers.ttl <= 3600, push.headers.ttl);
  const { key, sub } = readVapid(push.headers.authorization, service.origin);
  assert.deepStrictEqual([key, sub], [vapid, 'mailto:push@shop.example']);
  const text = browser.decrypt(push.body);
  const { notification, web_push: declarative } = JSON.parse(text);
  assert.strictEqual(declarative, 8030);
  assert.match(notification.title, /^\(광고\)/);
  assert.match(notification.body, /‘머그컵’이 장바구니에서/);
  assert.deepStrictEqual(notification.actions.map(({ title }) => title), ['장바구니 보기', '더 둘러보기']);

  // Another implementation reads the same.
  try {
    const ece = require('http_ece');
    assert.strictEqual(ece.decrypt(push.body, { version: 'aes128gcm', privateKey: browser.ecdh, authSecret: browser.auth }).toString(), text);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    t.diagnostic('skipped: http_ece (sh bindings/parts_install.sh)');
  }

  const worker = serviceWorker();
  await worker.fire('push', pushed(text));
  assert.strictEqual(worker.shown[0].title, notification.title);
  assert.strictEqual(worker.shown[0].icon, `${origin}/icon.svg`);
  assert.deepStrictEqual([...worker.shown[0].actions].map(({ action }) => action), ['0', '1']);
  await worker.fire('notificationclick', { action: '1', notification: { ...worker.shown[0], close() {} } });

  const clicked = await page(new URL(worker.opened[0]).pathname + new URL(worker.opened[0]).search);
  assert.strictEqual(clicked.status, 302);
  assert.strictEqual(clicked.headers.get('location'), origin);
  await until(async () => (await engine.report()).journeys.cart?.clicked, 'a click in the report');
  const forged = await page('/r?m=1&u=https%3A%2F%2Fevil.example&s=00');
  assert.strictEqual(forged.status, 400);

  const message = (await engine.query('messages')).messages.find(({ journey }) => journey === 'cart');
  assert.strictEqual(message.state, 'accepted');
  assert.strictEqual(message.address, addressOf(browser.subscription(service.endpoint('kim')), vapid));
});

// The block of docs/channels.md that starts the example, a command a line.
function commandsOfThePage() {
  const page = fs.readFileSync(path.join(EXAMPLE, '..', '..', 'docs', 'channels.md'), 'utf8');
  const [, block] = /```sh\n(cd examples\/web_push\n[^`]*)```/.exec(page);
  return block.trim().split('\n');
}

test('the commands of docs/channels.md start the shop and send', { timeout: LIMIT_MS }, async (t) => {
  const undo = undoing(t);
  const folder = scratch(undo);
  fs.cpSync(EXAMPLE, path.join(folder, 'examples', 'web_push'), { recursive: true });
  const service = await startPushService();
  undo(() => service.close());
  const [enter, ...commands] = commandsOfThePage();
  const options = { cwd: folder, env: { ...process.env, PATH: `${path.dirname(process.env.CARTWHEEL)}:${process.env.PATH}` } };
  const background = (command) => {
    const started = spawn('sh', ['-c', `${enter}; exec ${command}`], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise((resolve) => started.once('exit', resolve));
    undo(async () => { started.kill('SIGTERM'); await ended; });
    return started;
  };
  assert.deepStrictEqual(commands.map((command) => command.split(' ').slice(0, 2).join(' ')), ['cartwheel vapid', 'node server.js', 'cartwheel worker']);
  const vapid = execFileSync('sh', ['-c', `${enter}; ${commands[0]}`], { ...options, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  const server = background(commands[1].replace(/ +#.*/, ' 0'));  // a port that is free
  const origin = (await new Promise((resolve) => server.stdout.once('data', (line) => resolve(line.toString())))).trim();
  assert.match(origin, /^http:\/\/localhost:\d+$/);

  const page = visitor(origin);
  assert.deepStrictEqual(await (await page('/key')).json(), { key: vapid });
  const browser = new Browser();
  await page('/subscribe', { subscription: browser.subscription(service.endpoint('kim')), consents: ['ad', 'ad_night'] });
  await page('/cart', { id: 'mug', name: '머그컵', price: 9000 });
  // The service of the test is on this machine, which a channel must allow.
  const channels = path.join(folder, 'examples', 'web_push', 'channels.json');
  const settings = JSON.parse(fs.readFileSync(channels, 'utf8'));
  settings.channels.web_push.private_address = true;
  fs.writeFileSync(channels, JSON.stringify(settings));
  const playbook = path.join(folder, 'examples', 'web_push', 'playbook.json');
  fs.writeFileSync(playbook, fs.readFileSync(playbook, 'utf8').replace('"30s"', '"1s"'));
  background(commands[2]);
  const push = await service.waitFor(({ headers }) => headers.topic === 'cart');
  assert.match(JSON.parse(browser.decrypt(push.body)).notification.body, /머그컵/);
});

test('a subscription that ended is removed', { timeout: LIMIT_MS }, async (t) => {
  const undo = undoing(t);
  const folder = scratch(undo);
  const vapid = cartwheel('vapid', 'new', path.join(folder, 'vapid.key')).trim();
  const engine = new Engine(path.join(folder, 'shop.db'), { shared: true });
  undo(() => engine.close());
  const service = await startPushService(() => 410);
  undo(() => service.close());
  const address = addressOf(new Browser().subscription(service.endpoint('lee')), vapid);
  await engine.ingest([
    { type: 'endpoint_added', anonymous_id: 'lee', properties: { channel: 'web_push', address } },
    ...['ad', 'ad_night'].map((scope) => ({ type: 'consent_granted', anonymous_id: 'lee', properties: { medium: 'web_push', scope } })),
    { type: 'product_added', anonymous_id: 'lee', properties: { product_id: 'mug', name: '머그컵', price: 9000 } },
  ]);
  startWorker(undo, folder, {
    web_push: { kind: 'web_push', subject: 'mailto:push@shop.example', private_key: { file: path.join(folder, 'vapid.key') }, private_address: true },
  }, playbookFor(folder, 'http://127.0.0.1:9'));
  await service.waitFor(() => true);
  const { messages: [message] } = await until(async () => {
    const found = await engine.query('messages', { state: 'failed' });
    return found.messages.length && found;
  }, 'the end of the message');
  assert.match(message.reason, /^gone: the subscription ended \(410\)/);
  await until(async () => !JSON.stringify(await engine.customer({ anonymous_id: 'lee' })).includes('push/lee'), 'the removal of the address');
});

test('the service worker shows what it cannot read, and tells of a changed subscription', async () => {
  const told = [];
  const worker = serviceWorker(async (route, options) => {
    if (options) told.push([route, JSON.parse(options.body)]);
    return { json: async () => ({ key: 'K' }) };
  });
  await worker.fire('push', { data: null });
  await worker.fire('push', pushed('{}'));
  await worker.fire('push', { data: { json: () => JSON.parse('{') } });
  assert.deepStrictEqual(worker.shown.map(({ title }) => title), Array(3).fill('새 알림이 있습니다'));
  await worker.fire('notificationclick', { action: '', notification: { ...worker.shown[0], close() {} } });
  assert.deepStrictEqual(worker.opened, ['/']);

  await worker.fire('pushsubscriptionchange', { oldSubscription: { endpoint: 'old' }, newSubscription: { endpoint: 'new' } });
  await worker.fire('pushsubscriptionchange', {});
  assert.deepStrictEqual(told, [
    ['/resubscribe', { old: { endpoint: 'old' }, subscription: { endpoint: 'new' } }],
    ['/resubscribe', { subscription: { renewed: 'K' } }],
  ]);
});
