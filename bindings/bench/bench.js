'use strict';
// The Node row: bench.js INPUT FOLDER (see README.md)
const { randomBytes } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { promisify } = require('node:util');

const clock = () => performance.now();
const residentMb = () => process.memoryUsage.rss() / 1048576;

const start = clock();
const { Engine } = require('../node');
const load = clock() - start;

const NOW = 1_780_272_000_000, CALLS = 20_000, MESSAGES = 20_000, BATCH = 1_000;
const [, , input, folder] = process.argv;
const lines = readFileSync(input, 'utf8').trimEnd().split('\n');
const chunks = [];
for (let i = 0; i < lines.length; i += BATCH) chunks.push(lines.slice(i, i + BATCH));
const batches = chunks.map((chunk) => Buffer.from(`${chunk.join('\n')}\n`));
const parsed = chunks.map((chunk) => chunk.map((line) => JSON.parse(line)));

const PLAYBOOK = {
  playbook: 1, revision: 1, policy: { consent: 'assumed_by_shop', rules: [] },
  shop: { name: 'Shop', contact: '02-123-4567', timezone: 'Asia/Seoul', currency: 'KRW', locale: 'ko-KR' },
  templates: { note: { purpose: 'order', class: 'transactional', sms: { text: '{{ customer.id }}: thank you' } } },
  channels: { sms: { address_by_id: true } },
  journeys: { note: { enter: { on: 'order_completed' }, reenter: 'always', steps: [{ send: 'note', via: ['sms'], latest: '24h' }] } },
};

async function ingestAll(engine, inputs) {
  const began = clock();
  for (const each of inputs) await engine.ingest(each);
  return (clock() - began) * 1e3 / lines.length;
}

const randomByte = promisify(randomBytes);

async function main() {
  const before = residentMb();
  const engine = new Engine(`${folder}/node.db`);
  const ingest = await ingestAll(engine, batches);
  const memory = residentMb() - before;
  const each = async (call) => {
    const began = clock();
    for (let i = 0; i < CALLS; ++i) await call();
    return (clock() - began) * 1e3 / CALLS;
  };
  for (let i = 0; i < CALLS; ++i) engine.ingestSync('');  // compiled by now, as in a server
  let began = clock();
  for (let i = 0; i < CALLS; ++i) engine.ingestSync('');
  const call = (clock() - began) * 1e3 / CALLS;
  const later = await each(() => engine.ingest(''));
  const pool = await each(() => randomByte(1));
  await engine.close();
  const other = new Engine(`${folder}/node-objects.db`);
  const objects = await ingestAll(other, parsed);
  await other.close();

  const outbox = new Engine(`${folder}/node-claim.db`);
  await outbox.load(PLAYBOOK);
  await outbox.ingest(Array.from({ length: MESSAGES }, (_, i) => ({
    type: 'order_completed', customer: `c${i}`, at: NOW, properties: { order_id: `o${i}`, total: 9000 },
  })), { now: NOW });
  while ((await outbox.advance({ now: NOW })).more);
  let settled = 0;
  began = clock();
  for (let i = 0; i < MESSAGES / BATCH; ++i) {
    const { messages } = await outbox.claim('sms', { max: BATCH, now: NOW });
    settled += (await outbox.settle(messages.map(({ id, token }) => ({ id, token, outcome: 'accepted' })), { now: NOW })).settled;
    await outbox.advance({ now: NOW });
  }
  const claim = (clock() - began) * 1e3 / MESSAGES;
  await outbox.close();
  if (settled !== MESSAGES) throw new Error(`${settled} messages were settled`);
  console.log(JSON.stringify({ load, ingest, objects, call, later, pool, claim, memory }));
}

main();
