// What a shop's request does: record what happened, durably, and go on. In Express: app.post('/cart', async (request, response) => { await productAdded(...) }).
//
//   node record_events.js shop.db
const { randomUUID } = require('node:crypto');
const { Engine } = require('../lib/index.js');

const engine = new Engine(process.argv[2], { shared: true });

async function productAdded(customer, product, name, price) {
  const { rejected } = await engine.ingest({
    id: randomUUID(), // of this click: a retry of the call sends the same one, a second click another
    type: 'product_added', customer, properties: { product_id: product, name, price },
  });
  for (const { message } of rejected) console.error('not recorded:', message); // a mistake of ours: the checkout must not die of it
}

(async () => {
  // Without her consent kim gets no advertisement, and from 20:50 to 08:00 none without her consent for the night.
  await engine.ingest({ type: 'consent_granted', customer: 'kim', properties: { medium: 'sms', scope: ['ad', 'ad_night'], where: 'sign-up' } });
  await productAdded('kim', 'mug', '머그컵', 9000);
  await engine.ingest({ type: 'endpoint_added', customer: 'kim', properties: { channel: 'sms', address: '010-0000-0000' } });
  console.log('recorded');
  await engine.close();
})();
