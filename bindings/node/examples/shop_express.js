'use strict';
// A shop in Express: what happens in its routes is recorded without holding up the event loop, and the same process reminds.
//
//   const express = require('express');
//   const app = express();
//   app.use(express.json(), session({ ... }));
//   const stop = new AbortController();
//   shop(app, engine);
//   const reminding = remind(engine, sendSms, stop.signal);
//   const server = app.listen(3000);
//   process.on('SIGTERM', async () => { server.close(); stop.abort(); await reminding; await engine.close(); });

const { Worker } = require('../lib/index.js'); // of the package: require('cartwheel')

// Whoever is logged in, or the browser.
function who(request) {
  const { customer, id } = request.session;
  return customer ? { customer } : { anonymous_id: id };
}

// Routes of the shop. `log` hears of what was not recorded: a mistake with a reminder must not stop a checkout.
function shop(app, engine, log = console) {
  async function record(...events) {
    try {
      const { rejected } = await engine.ingest(events);
      for (const { message } of rejected) log.warn(`cartwheel: ${message}`);
    } catch (error) {
      log.error(`cartwheel: ${error.message}`);
    }
  }

  app.post('/login', async (request, response) => {
    const { customer, phone, consents } = request.body; // consents: the boxes that she ticked, "ad", "ad_night"
    await record(
      { type: 'identify', customer, anonymous_id: request.session.id },
      { type: 'endpoint_added', customer, properties: { channel: 'sms', address: phone } },
      ...(consents ? [{ type: 'consent_granted', customer, properties: { medium: 'sms', scope: consents, where: 'login' } }] : []),
    );
    request.session.customer = customer;
    response.json({ ok: true });
  });

  app.post('/cart', async (request, response) => {
    const { id, name, price, quantity = 1 } = request.body;
    await record({ type: 'product_added', ...who(request), properties: { cart_id: request.session.id, product_id: id, name, price, quantity } });
    response.json({ ok: true });
  });

  app.post('/checkout', async (request, response) => {
    const { id, total } = request.body;
    await record({
      id: `order-${id}`, type: 'order_completed', ...who(request), properties: { cart_id: request.session.id, order_id: id, total },
    });
    response.json({ ok: true });
  });

  app.get('/health', async (request, response) => {
    const health = await engine.query('health');
    response.status(health.ok ? 200 : 503).json(health);
  });
}

// Sends until `signal` is aborted; `send(message)` promises an outcome. What it throws is logged: the channel is left alone for a while, and the process goes on.
function remind(engine, send, signal, log = console) {
  const sms = async (messages) => Promise.all(messages.map(async (message) => ({ id: message.id, outcome: await send(message) })));
  return new Worker(engine, { sms }, { onError: (channel, error) => log.error(`cartwheel: ${channel}: ${error.message}`) }).start({ signal });
}

module.exports = { shop, remind };
