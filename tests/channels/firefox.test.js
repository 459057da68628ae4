'use strict';
// Firefox itself decrypts a reminder and shows it: examples/web_push/firefox.js, looked at.
const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const { test } = require('node:test');
const { remind } = require('../../examples/web_push/firefox.js');
const { readVapid } = require('./push_service.js');
const { playbookFor, scratch, startWorker, undoing } = require('./support.js');

const LIMIT_MS = 170_000;

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
  const { notification, push, pushOrigin, origin, vapid } = await remind({
    firefox, WebSocketServer, folder, undo, startWorker: (channels, shop) => startWorker(undo, folder, channels, playbookFor(folder, shop)),
  });
  assert.match(notification.title, /^\(광고\)/);
  assert.match(notification.body, /‘머그컵’이 장바구니에서 기다리고 있어요/);
  assert.strictEqual(notification.tag, 'cart');
  assert.ok(notification.data.navigate.startsWith(`${origin}/r?`));
  assert.strictEqual(readVapid(push.headers.authorization, pushOrigin).key, vapid);
});
