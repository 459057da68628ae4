'use strict';
// npm's web-push hands the same pushes over: a window of WINDOW on their way at once, connections that are kept. Prints how many were taken and the milliseconds.
//   node push_rival.js CERTIFICATE MESSAGES WINDOW     a message a line: {"subscription": …, "text": …}
const fs = require('node:fs');
const https = require('node:https');

let webPush;
try {
  webPush = require('web-push');
} catch {
  console.log('0 0');  // it is not installed
  process.exit(0);
}

const [, , certificate, file, window] = process.argv;
const messages = fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const keys = webPush.generateVAPIDKeys();
const options = {
  vapidDetails: { subject: 'mailto:push@shop.example', publicKey: keys.publicKey, privateKey: keys.privateKey }, TTL: 3600, topic: 'cart',
  agent: new https.Agent({ keepAlive: true, maxSockets: Number(window), ca: fs.readFileSync(certificate) }),
};

async function main() {
  let next = 0, taken = 0;
  const began = process.hrtime.bigint();
  await Promise.all(Array.from({ length: Number(window) }, async () => {
    while (next < messages.length) {
      const { subscription, text } = messages[next++];
      if ((await webPush.sendNotification(subscription, text, options)).statusCode === 201) ++taken;
    }
  }));
  console.log(`${taken} ${Number(process.hrtime.bigint() - began) / 1e6}`);
  process.exit(0);
}
main();
