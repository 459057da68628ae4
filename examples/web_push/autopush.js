// A push service that Firefox itself talks to: the WebSocket of its push client, and the endpoint beside it. As much of the protocol as a subscription and a
// message need.
'use strict';
const { randomUUID } = require('node:crypto');
const http = require('node:http');

// `WebSocketServer` is that of the package ws.
async function startAutopush(WebSocketServer) {
  let socket, sayHello;
  const hello = new Promise((resolve) => { sayHello = resolve; });
  const pushes = [];
  const server = http.createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const [, , channelID] = request.url.split('/');
    const body = Buffer.concat(parts);
    pushes.push({ headers: request.headers, path: request.url, bytes: body.length });
    socket.send(JSON.stringify({
      messageType: 'notification', channelID, version: randomUUID(), data: body.toString('base64url'), headers: { encoding: request.headers['content-encoding'] },
    }));
    response.writeHead(201, { Location: `${request.url}/${pushes.length}` }).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const answers = {
    hello: ({ uaid }) => { sayHello(); return { status: 200, uaid: uaid || randomUUID().replaceAll('-', ''), use_webpush: true, broadcasts: {} }; },
    register: ({ channelID }) => ({ status: 200, channelID, pushEndpoint: `http://127.0.0.1:${port}/push/${channelID}` }),
    unregister: ({ channelID }) => ({ status: 200, channelID }),
  };
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (connected) => {
    socket = connected;
    connected.on('message', (data) => {
      const message = JSON.parse(data.toString());
      if (message.messageType === undefined) connected.send('{}');  // a ping
      else if (answers[message.messageType]) connected.send(JSON.stringify({ messageType: message.messageType, ...answers[message.messageType](message) }));
    });
  });
  return {
    hello, pushes, origin: `http://127.0.0.1:${port}`, socket: `ws://127.0.0.1:${port}/`,
    close: () => { for (const each of sockets.clients) each.terminate(); server.close(); server.closeAllConnections?.(); },
  };
}

module.exports = { startAutopush };
