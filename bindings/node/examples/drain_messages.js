// What a worker does: fold, fire, send, say what became of it. Run one; a second one waits for its place.
//
//   node drain_messages.js shop.db playbook.json [seconds]
const fs = require('node:fs');
const { Engine } = require('../lib/index.js');

async function sendSms({ address, payload }) {
  console.log(address, payload.text); // your provider's call
  return 'accepted';
}

(async () => {
  const [, , file, playbook, seconds] = process.argv;
  const engine = new Engine(file);
  await engine.load(fs.readFileSync(playbook, 'utf8'));
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  if (seconds) setTimeout(() => stop.abort(), seconds * 1000);
  for await (const message of engine.messages('sms', { signal: stop.signal })) {
    await engine.settle([{ id: message.id, token: message.token, outcome: await sendSms(message) }]);
  }
  await engine.close();
  console.log('stopped');
})();
