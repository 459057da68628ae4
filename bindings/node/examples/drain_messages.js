// What a worker does: fold, fire, send, say what became of it. Run one; a second one waits for its place. SIGTERM and Ctrl-C stop it after the call
// that is at work.
//
//   node drain_messages.js shop.db playbook.json [seconds]
const fs = require('node:fs');
const { Engine, Worker } = require('../lib/index.js');

// Your provider's call: an outcome for each message. Throw what goes wrong; NotSent, when surely nothing left.
async function sendSms(messages) {
  for (const { address, payload } of messages) console.log(address, payload.text);
  return messages.map(({ id }) => ({ id, outcome: 'accepted' }));
}

(async () => {
  const [, , file, playbook, seconds] = process.argv;
  const engine = new Engine(file);
  await engine.load(fs.readFileSync(playbook, 'utf8'));
  const worker = new Worker(engine, { sms: sendSms }, { onError: (channel, error) => console.error(`${channel} fails: ${error.message}`) });
  if (seconds) setTimeout(() => worker.stop(), seconds * 1000);
  await worker.run();
  await engine.close();
  console.log('stopped');
})();
