'use strict';
// A headless storefront over a stock Vendure: kim fills a cart and leaves, lee fills one and buys. Kim is reminded once, lee is thanked once, and
// Vendure has what the events say.
//
//   NODE_PATH=… node storefront_test.js FOLDER
const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { Engine, Worker } = require('cartwheel');
const { Visitor, mail } = require('./storefront.js');

const [, , folder] = process.argv;
const PATIENCE_MS = 180_000;

// Promises { port, stop() } once the server listens.
function startVendure() {
  const server = spawn(process.execPath, [path.join(__dirname, 'server.js'), folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Vendure did not listen in time')), PATIENCE_MS);
    let told = '';
    server.stdout.on('data', (chunk) => {
      told += chunk;
      const port = /listening on (\d+)/.exec(told)?.[1];
      if (!port) return;
      clearTimeout(timer);
      resolve({ port, stop: () => new Promise((ended) => { server.once('exit', ended); server.kill('SIGTERM'); }) });
    });
    server.once('exit', (code) => reject(new Error(`Vendure ended with ${code}: ${told}`)));
  });
}

async function main() {
  const engine = new Engine(path.join(folder, 'cartwheel.db'));
  await engine.load(readFileSync(path.join(__dirname, 'playbook.json'), 'utf8'));
  const vendure = await startVendure();
  try {
    const url = `http://127.0.0.1:${vendure.port}/shop-api`;
    const kim = new Visitor(url, engine, 'browser-kim'), lee = new Visitor(url, engine, 'browser-lee');
    for (const [visitor, name, quantity] of [[kim, 'Kim', 2], [lee, 'Lee', 1]]) {
      const mug = await visitor.view('mug');
      const order = await visitor.add(mug, quantity);
      assert.equal(order.totalWithTax, quantity * 9000);
      await visitor.introduce(name, `${name.toLowerCase()}@shop.example`, true);
    }
    const bought = await lee.buy();
    assert.deepEqual([bought.state, bought.totalWithTax], ['PaymentSettled', 9000]);

    const sent = [];
    const worker = new Worker(engine, { email: mail(async (address, payload) => { sent.push([address, payload.subject, payload.text]); }) });
    const working = worker.start();
    for (const until = Date.now() + 60_000; sent.length < 2 && Date.now() < until;) await new Promise((resolve) => setTimeout(resolve, 100));
    await new Promise((resolve) => setTimeout(resolve, 6_000)); // as long again as the wait of the journey: nothing more comes
    await worker.stop();
    await working;
    assert.equal(worker.lastError, undefined);
    assert.deepEqual(sent.map(([address, subject]) => [address, subject]).sort(), [['kim@shop.example', '(광고)Mug is waiting'], ['lee@shop.example', 'Thank you']]);
    assert.match(sent.find(([address]) => address === 'kim@shop.example')[2], /^Kim, 2 × Mug: .*180/);

    const { carts: [cart] } = await engine.customer({ customer: 'kim@shop.example' });
    const { activeOrder } = await kim.ask('{ activeOrder { code totalQuantity totalWithTax } }');
    assert.deepEqual([cart.id, cart.quantity, cart.value * 100], [activeOrder.code, activeOrder.totalQuantity, activeOrder.totalWithTax]);
    assert.equal((await engine.customer({ customer: 'lee@shop.example' })).orders, 1);
  } finally {
    await vendure.stop();
    await engine.close();
  }
  console.log('kim was reminded, lee was thanked');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
