'use strict';
// A push service for the bench: takes every push, by HTTP/2 or by HTTP/1.1, and answers 201. Prints its port; ends when its standard input ends.
//   node push_service.js KEY CERTIFICATE
const fs = require('node:fs');
const http2 = require('node:http2');

const server = http2.createSecureServer({ key: fs.readFileSync(process.argv[2]), cert: fs.readFileSync(process.argv[3]), allowHTTP1: true }, (request, response) => {
  request.resume();
  request.on('end', () => response.writeHead(201, { location: '/m/1' }).end());
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
