'use strict';
// libcartwheel_channels from Node: a claim becomes requests, an answer becomes outcomes that settle takes; its OpenSSL and Node's do not meet.
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { Adapters, Engine, codes } = require('..');

let without = '';
try {
  void Adapters.cryptoVersion;
} catch (error) {
  without = error.message;
}
const skip = without || false;

const BEGIN = 1_780_272_000_000;
const DUE = BEGIN + 24 * 3_600_000;
const CHANNELS = { channels: { sms: { kind: 'nhn_sms', app_key: 'APP', secret_key: { env: 'TEST_ADAPTERS_SECRET' }, from: '02-123-4567' } } };
const TAKEN = '{"header":{"resultCode":0},"body":{"data":{"sendResultList":[{"resultCode":0}]}}}';
const PLAYBOOK = {
  playbook: 1, revision: 1, policy: { consent: 'assumed_by_shop', rules: [] },
  shop: { name: 'Shop', contact: '1', timezone: 'Asia/Seoul', currency: 'KRW', locale: 'ko-KR' },
  templates: { gentle: { purpose: 'cart', class: 'ad', sms: { text: '{{ cart.items[0].name }}' } } },
  channels: { sms: { address_by_id: true } },
  journeys: { cart: { enter: { on: 'product_added', key: 'cart.id' }, exit: [{ on: 'order_completed' }], steps: [{ wait: '24h' }, { send: 'gentle', via: ['sms'] }] } },
};
process.env.TEST_ADAPTERS_SECRET = 'S3CRET';

// An engine with one message for a telephone number, and that message, claimed.
function claimed() {
  const engine = new Engine(':memory:', { manualClockMs: BEGIN });
  engine.loadSync(PLAYBOOK);
  engine.ingestSync([{ type: 'product_added', customer: '010-1234-5678', properties: { product_id: '7', name: '머그컵' } }]);
  engine.advanceSync();
  engine.setClock(DUE);
  engine.advanceSync();
  return [engine, engine.claimSync('sms').messages];
}

test('a claim is built, interpreted and settled', { skip }, async () => {
  const adapters = new Adapters(CHANNELS);
  const [engine, messages] = claimed();
  assert.equal(messages.length, 1);
  assert.equal(adapters.traits('sms').batch_max, 100);
  const plan = await adapters.build('sms', messages);
  assert.deepEqual(plan.outcomes, []);
  const [request] = plan.requests;
  assert.equal(request.url, 'https://sms.api.nhncloudservice.com/sms/v3.0/appKeys/APP/sender/ad-sms');
  assert.equal(request.headers['X-Secret-Key'], 'S3CRET');
  assert.equal(JSON.parse(request.body).recipientList[0].recipientNo, '01012345678');
  assert.deepEqual(request.ids, [messages[0].id]);
  const outcomes = await adapters.interpret(request, { status: 200, headers: new Headers({ 'content-type': 'application/json' }), body: Buffer.from(TAKEN) });
  assert.deepEqual(outcomes.map(({ id, outcome }) => [id, outcome]), [[messages[0].id, 'accepted']]);
  assert.equal(engine.settleSync(outcomes).settled, 1);
  engine.closeSync();
  adapters.close();
});

test('what did not leave is not_sent, what may have left unknown; a request is interpreted once', { skip }, async () => {
  const adapters = new Adapters(JSON.stringify(CHANNELS));
  const [engine, messages] = claimed();
  const [request] = adapters.buildSync('sms', messages).requests;
  assert.equal(adapters.interpretSync(request, { error: 'timeout', bodyBegun: false })[0].outcome, 'not_sent');
  await assert.rejects(adapters.interpret(request, { error: 'timeout' }), { code: codes.MISUSE, message: /is not open/ });
  const [again] = (await adapters.build('sms', messages, { now: new Date(DUE) })).requests;
  assert.equal((await adapters.interpret(again, { error: 'reset' }))[0].outcome, 'unknown');
  engine.closeSync();
  adapters.close();
});

test('errors are told', { skip }, async () => {
  const adapters = new Adapters(CHANNELS);
  assert.throws(() => adapters.traits('smms'), { code: codes.INVALID, message: /did you mean "sms"/ });
  assert.throws(() => new Adapters('{'), { message: /expected a key in double quotes/ });
  assert.throws(() => new Adapters(CHANNELS, { foldr: '.' }), { message: /did you mean "folder"/ });
  assert.throws(() => adapters.interpretSync({ request: 1 }, { stats: 200 }), { message: /did you mean "status"/ });
  assert.throws(() => adapters.buildSync('sms', [], { now: 1_780_272_000 }), { message: /now_ms/ });
  await assert.rejects(adapters.build(7, []), { message: /channel is 7/ });
  adapters.close();
  adapters.close();
  assert.throws(() => adapters.traits('sms'), { code: codes.MISUSE, message: /closed/ });
});

test('a file of a secret is looked for in the folder', { skip }, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adapters-'));
  fs.writeFileSync(path.join(folder, 'secret'), 'OF-A-FILE\n', { mode: 0o600 });
  const channels = { channels: { sms: { ...CHANNELS.channels.sms, secret_key: { file: 'secret' } } } };
  const adapters = new Adapters(channels, { folder });
  const [engine, messages] = claimed();
  assert.equal(adapters.buildSync('sms', messages).requests[0].headers['X-Secret-Key'], 'OF-A-FILE');
  engine.closeSync();
  adapters.close();
  fs.rmSync(folder, { recursive: true });
});

test('receipts are checked', { skip }, () => {
  // SOLAPI's x-solapi-secret is the SHA-1 of the secret.
  const signature = crypto.createHash('sha1').update('mysecret').digest('hex');
  Adapters.checkReceipt({ format: 'receipts/solapi', body: '[]', signature, secret: 'mysecret' });
  assert.throws(() => Adapters.checkReceipt({ format: 'receipts/solapi', body: '[]', signature: 'e9fe', secret: 'mysecret' }), { message: /x-solapi-secret/ });
});

test('the addon knows every function of the header', { skip }, () => {
  const header = fs.readFileSync(path.join(__dirname, '..', '..', '..', 'include', 'cartwheel_adapters.h'), 'utf8').replace(/\/\*.*?\*\//gs, '');
  const source = fs.readFileSync(path.join(__dirname, '..', 'src', 'adapters.cc'), 'utf8');
  const stated = [...header.matchAll(/\b(cartwheel_adapters_\w+)\(/g)].map(([, name]) => name);
  assert.ok(stated.length > 8);
  for (const name of stated) assert.match(source, new RegExp(`\\b${name}\\(`), name);
});

// The dynamic linker says what it binds to what. RTLD_NOW has it bind everything when the addon is loaded.
test('its OpenSSL is its own, and Node keeps its own', { skip: skip || (process.platform !== 'linux' && 'needs the dynamic linker of Linux') }, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bindings-'));
  const program = `
    const before = require('node:crypto').createHash('sha256').update('a').digest('hex');
    const { Adapters } = require(${JSON.stringify(path.join(__dirname, '..'))});
    Adapters.checkReceipt({ format: 'receipts/solapi', body: '[]', signature: ${JSON.stringify('e9fe51f94eadabf54dbf2fbbd57188b9abee436e')}, secret: 'mysecret' });
    const after = require('node:crypto').createHash('sha256').update('a').digest('hex');
    console.log(JSON.stringify({ same: before === after, inside: Adapters.cryptoVersion, maps: require('node:fs').readFileSync('/proc/self/maps', 'utf8') }));`;
  const out = execFileSync(process.execPath, ['-e', program], {
    env: { ...process.env, LD_DEBUG: 'bindings', LD_DEBUG_OUTPUT: path.join(folder, 'bindings') }, encoding: 'utf8', maxBuffer: 1 << 26,
  });
  const { same, inside, maps } = JSON.parse(out);
  assert.equal(same, true);
  assert.match(inside, /^OpenSSL 3\./);
  const library = maps.match(/\S*libcartwheel_channels\.so\S*/)[0];
  const lines = fs.readdirSync(folder).flatMap((name) => fs.readFileSync(path.join(folder, name), 'utf8').split('\n'));
  const bindings = lines.map((line) => line.match(/binding file (\S+) \[0\] to (\S+) \[0\]: \w+ symbol `([^']+)'/)).filter(Boolean).map(([, from, to, symbol]) => ({ from, to, symbol }));
  const its = bindings.filter(({ from }) => from.includes('libcartwheel_channels'));
  assert.ok(its.length > 100, `the linker told of ${its.length} bindings of ${library}`);
  const crypto = /libcrypto|libssl|libnode|(^|\/)node$/;
  const wrong = [
    ...its.filter(({ to }) => crypto.test(to)),
    ...bindings.filter(({ from, to }) => crypto.test(from) && to.includes('cartwheel')),
    ...bindings.filter(({ from, to, symbol }) => from.includes('cartwheel') && crypto.test(to) && !symbol.startsWith('napi_')),
  ];
  assert.deepEqual(wrong, []);
  // What it needs, by name: no OpenSSL, no curl, no Node.
  const needed = execFileSync('objdump', ['-p', library], { encoding: 'utf8' }).match(/NEEDED\s+\S+/g).map((line) => line.split(/\s+/)[1]);
  assert.ok(needed.includes('libc.so.6'));
  assert.deepEqual(needed.filter((name) => /crypto|ssl|curl|node|cartwheel\.so/.test(name)), []);
  fs.rmSync(folder, { recursive: true });
});
