// How a shop tests its playbook: three days in a millisecond.
//
//   node time_travel.js
const assert = require('node:assert');
const { Engine } = require('../lib/index.js');

const HOUR = 3_600_000;
const monday = Date.UTC(2026, 5, 1, 9);

const engine = new Engine(':memory:');
engine.loadSync({
  playbook: 1, revision: 1,
  policy: {
    rules: ['KR'], domestic: true, opt_out: { sms: '080-123-4567' },
    notices: { result: { i_have_checked: 'our CRM sends it' }, reconfirm: { i_have_checked: 'our CRM sends it' } },
  },
  shop: { name: 'Shop', contact: '02-123-4567', country: 'KR', timezone: 'Asia/Seoul', currency: 'KRW', locale: 'ko-KR' },
  templates: { gentle: { purpose: 'cart', class: 'ad', sms: { text: '{{ cart.items[0].name }} is waiting' } } },
  channels: { sms: { address_by_id: true, certified: true } }, // no addresses are known: the customer's id stands for one
  journeys: {
    cart: {
      enter: { on: 'product_added', key: 'cart.id' }, exit: [{ on: 'order_completed' }],
      steps: [{ wait: '24h' }, { send: 'gentle', via: ['sms'] }],
    },
  },
});
for (const customer of ['kim', 'lee', 'park']) {
  if (customer !== 'park') { // she did not consent
    engine.ingestSync({ type: 'consent_granted', customer, properties: { medium: 'sms', scope: 'ad', where: 'sign-up' } }, { now: monday });
  }
  engine.ingestSync({ type: 'product_added', customer, properties: { product_id: 'mug', name: 'Mug' } }, { now: monday });
}
engine.ingestSync({ type: 'order_completed', customer: 'lee', properties: { order_id: '1' } }, { now: monday + 3 * HOUR });

const sent = [];
for (let now = monday + 3 * HOUR; now !== 0 && now <= monday + 72 * HOUR;) {
  const { nextDueMs } = engine.advanceSync({ now });
  sent.push(...engine.claimSync('sms', { now }).messages);
  now = nextDueMs;
}
assert.deepEqual(sent.map(({ customer, payload }) => [customer, payload.text]), [['kim', '(광고)Shop Mug is waiting\n02-123-4567\n무료수신거부 080-123-4567']]);
console.log('kim was reminded, lee had bought, park had not consented');
