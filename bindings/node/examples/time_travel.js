// How a shop tests its playbook: three days in a millisecond.
//
//   node time_travel.js
const assert = require('node:assert');
const { Engine } = require('../lib/index.js');

const HOUR = 3_600_000;
const monday = Date.UTC(2026, 5, 1, 9);

const engine = new Engine(':memory:');
engine.loadSync({
  playbook: 1, revision: 1, policy: { consent: 'assumed_by_shop', rules: [] },
  shop: { name: 'Shop', contact: '02-123-4567', timezone: 'Asia/Seoul', currency: 'KRW', locale: 'ko-KR' },
  templates: { gentle: { purpose: 'cart', class: 'ad', sms: { text: '{{ cart.items[0].name }} is waiting' } } },
  channels: { sms: { address_by_id: true } }, // no addresses are known: the customer's id stands for one
  journeys: {
    cart: {
      enter: { on: 'product_added', key: 'cart.id' }, exit: [{ on: 'order_completed' }],
      steps: [{ wait: '24h' }, { send: 'gentle', via: ['sms'] }],
    },
  },
});
for (const customer of ['kim', 'lee']) {
  engine.ingestSync({ type: 'product_added', customer, properties: { product_id: 'mug', name: 'Mug' } }, { now: monday });
}
engine.ingestSync({ type: 'order_completed', customer: 'lee', properties: { order_id: '1' } }, { now: monday + 3 * HOUR });

const sent = [];
for (let now = monday + 3 * HOUR; now !== 0 && now <= monday + 72 * HOUR;) {
  const { nextDueMs } = engine.advanceSync({ now });
  sent.push(...engine.claimSync('sms', { now }).messages);
  now = nextDueMs;
}
assert.deepEqual(sent.map(({ customer, payload }) => [customer, payload.text]), [['kim', 'Mug is waiting']]);
console.log('kim was reminded, lee had bought');
