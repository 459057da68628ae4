'use strict';
// newcomer.sh's commands in Node, over the installed package.
const assert = require('node:assert');
const fs = require('node:fs');
const { Engine, Worker } = require('cartwheel');

const [, , command, file, other] = process.argv;

async function record(engine) {
  await engine.load(fs.readFileSync(other, 'utf8'));
  for (let number = 0; number < 60; ++number) {
    const customer = `c${number}`;
    const { accepted, warnings } = await engine.ingest([
      { type: 'consent_granted', customer, properties: { medium: 'sms', scope: ['ad', 'ad_night'] } },
      { type: 'endpoint_added', customer, properties: { channel: 'sms', address: `010-${number}` } },
      { type: 'product_added', customer, properties: { product_id: 'mug', name: '머그컵' } },
    ]);
    assert.deepStrictEqual([accepted, warnings], [3, []]);
  }
}

async function send(messages) {
  for (const { address } of messages) {
    fs.appendFileSync(other, `${address}\n`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return messages.map(({ id }) => ({ id, outcome: 'accepted' }));
}

(async () => {
  const engine = new Engine(file);
  if (command === 'record') await record(engine);
  else await new Worker(engine, { sms: send }).run();
  await engine.close();
})();
