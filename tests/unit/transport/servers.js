// Servers with TLS on loopback for the tests of the transport: HTTP/2, HTTP/1.1 alone, and an HTTP/2 server that breaks
// off. Prints their ports on one line; ends when its standard input ends.
//   node servers.js KEY CERTIFICATE
const fs = require('fs'), http2 = require('http2'), https = require('https');
const options = {key: fs.readFileSync(process.argv[2]), cert: fs.readFileSync(process.argv[3])};
const listen = server => new Promise(done => server.listen(0, '127.0.0.1', () => done(server.address().port)));

let connections = 0;
const h2 = http2.createSecureServer(options);
h2.on('session', () => ++connections);
h2.on('stream', (stream, headers) => {
  let body = '';
  stream.on('error', () => {});
  stream.on('data', part => body += part);
  stream.on('end', () => {
    if (headers[':path'] === '/reset') return stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
    if (headers[':path'] === '/goaway') return stream.session.destroy(undefined, http2.constants.NGHTTP2_PROTOCOL_ERROR);
    stream.respond({':status': 200, 'x-connections': String(connections), 'x-echo': headers['x-echo'] || ''});
    stream.end(headers[':method'] + ' ' + body);
  });
});
h2.on('sessionError', () => {});
const h1 = https.createServer(options, (request, response) => {
  request.resume();
  request.on('end', () => response.end('one'));
});
Promise.all([h2, h1].map(listen)).then(ports => console.log(ports.join(' ')));
process.stdin.on('end', () => process.exit(0));
process.stdin.resume();
