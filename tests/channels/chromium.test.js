'use strict';
// A visitor in Chromium: the example's page asks, she agrees, the worker's push reaches the service worker, which shows it, and her click is told. Offline: pushes
// arrive by the devtools protocol, decrypted by push_service.js; firefox.test.js proves a browser's own decryption. Screenshots are kept in CARTWHEEL_ARTEFACTS.
const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { Engine } = require(process.env.CARTWHEEL_PACKAGE);
const { createShop } = require('../../examples/web_push/server.js');
const { Browser, startPushService } = require('./push_service.js');
const { cartwheel, playbookFor, scratch, startWorker, undoing, until } = require('./support.js');

const LIMIT_MS = 170_000;

function findParts(t) {
  try {
    return [require('playwright-core').chromium, execFileSync('sh', ['-c', 'command -v chromium || command -v chromium-browser || command -v google-chrome'], { encoding: 'utf8' }).trim()];
  } catch {
    t.skip('skipped: chromium (apt-get install chromium) or playwright-core (sh bindings/parts_install.sh) was not found');
    return [];
  }
}

// The page with a push service of the test's: Chromium reaches its own only over the internet.
const subscribeWith = (subscription) => {
  PushManager.prototype.subscribe = async (options) => {
    window.subscribedWith = options;
    return subscription;
  };
};
// Fulfils when the service worker has shown a notification. Who asks Chromium for the notifications while one is being shown may make it forget that one, so
// nobody asks before.
const watchNotification = () => {
  const { registration } = self;
  self.notificationShown = new Promise((resolve) => {
    registration.showNotification = (...given) => ServiceWorkerRegistration.prototype.showNotification.apply(registration, given).finally(resolve);
  });
};
const shownIn = (page) => page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(
  ({ title, body, tag, icon, image, actions, data }) => ({ title, body, tag, icon, image, actions, data })));

test('chromium asks, subscribes, shows a reminder and tells of the click', { timeout: LIMIT_MS }, async (t) => {
  const [chromium, executablePath] = findParts(t);
  if (!chromium) return;
  const undo = undoing(t);
  const folder = scratch(undo);
  const artefacts = process.env.CARTWHEEL_ARTEFACTS ?? folder;
  fs.mkdirSync(artefacts, { recursive: true });
  const vapid = cartwheel('vapid', 'new', path.join(folder, 'vapid.key')).trim();
  const engine = new Engine(path.join(folder, 'shop.db'), { shared: true });
  undo(() => engine.close());
  const shop = createShop(engine, vapid);
  await new Promise((resolve) => shop.listen(0, '127.0.0.1', resolve));
  undo(() => { shop.close(); shop.closeAllConnections(); });
  const origin = `http://127.0.0.1:${shop.address().port}`;
  const service = await startPushService();
  undo(() => service.close());

  const browser = await chromium.launch({ executablePath, headless: false, args: ['--no-sandbox', '--headless=new'], env: { ...process.env, HOME: folder } });
  undo(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 480, height: 640 }, locale: 'ko-KR' });
  const device = new Browser();
  await context.addInitScript(subscribeWith, device.subscription(service.endpoint('kim')));
  const page = await context.newPage();
  const registered = [];
  const devtools = await context.newCDPSession(page);
  devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => registered.push(...registrations));
  await devtools.send('ServiceWorker.enable');

  // The shop's own question comes when something is in the cart, and the browser's only after a yes.
  await page.goto(origin);
  assert.strictEqual(await page.isVisible('#prompt'), false);
  await page.click('#add');
  await page.waitForSelector('#prompt', { state: 'visible' });
  assert.strictEqual(await page.evaluate(() => Notification.permission), 'default');
  await page.check('#ad');
  await page.check('#ad_night');
  await page.screenshot({ path: path.join(artefacts, 'web_push_prompt.png') });
  await context.grantPermissions(['notifications'], { origin });
  await page.click('#yes');
  await page.waitForFunction(() => document.getElementById('state').textContent !== '');
  assert.deepStrictEqual(await page.evaluate(() => window.subscribedWith), { userVisibleOnly: true, applicationServerKey: vapid });
  await page.screenshot({ path: path.join(artefacts, 'web_push_subscribed.png') });

  startWorker(undo, folder, {
    web_push: { kind: 'web_push', subject: 'mailto:push@shop.example', private_key: { file: path.join(folder, 'vapid.key') }, private_address: true },
  }, playbookFor(folder, origin));
  const push = await service.waitFor(({ headers }) => headers.topic === 'cart');
  const { registrationId } = await until(() => registered.find(({ scopeURL }) => scopeURL === `${origin}/`), 'the registration of the service worker');
  const [worker] = context.serviceWorkers();
  await worker.evaluate(watchNotification);
  await devtools.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: device.decrypt(push.body) });
  await worker.evaluate(() => self.notificationShown);
  const [shown] = await shownIn(page);
  assert.match(shown.title, /^\(광고\)/);
  assert.match(shown.body, /‘머그컵’이 장바구니에서 기다리고 있어요/);
  assert.deepStrictEqual([shown.tag, shown.icon, shown.image], ['cart', `${origin}/icon.svg`, `${origin}/icon.svg`]);
  assert.deepStrictEqual(shown.actions.map(({ title }) => title), ['장바구니 보기', '더 둘러보기']);

  // Only a person's click may open a window, so what it would open is looked at, and opened here.
  const opened = await worker.evaluate(async () => {
    const [notification] = await self.registration.getNotifications();
    const target = new Promise((resolve) => { self.clients.openWindow = async (url) => resolve(url); });
    self.dispatchEvent(new NotificationEvent('notificationclick', { notification, action: notification.actions[1].action }));
    return target;
  });
  await page.goto(opened);
  assert.strictEqual(page.url(), `${origin}/`);
  assert.deepStrictEqual(await shownIn(page), []);  // a click closes it
  await until(async () => (await engine.report()).journeys.cart?.clicked, 'a click in the report');
  await page.screenshot({ path: path.join(artefacts, 'web_push_clicked.png') });
});
