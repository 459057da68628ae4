// A push service for tests, and the browser beside it: subscriptions, decryption of RFC 8291 and 8188 by node:crypto, VAPID of RFC 8292. It shares no code with
// the library.
'use strict';
const crypto = require('node:crypto');
const http = require('node:http');

const HEADER_BYTES = 21;  // salt, record size, length of the key

class Browser {
  constructor() {
    this.ecdh = crypto.createECDH('prime256v1');
    this.ecdh.generateKeys();
    this.auth = crypto.randomBytes(16);
  }

  subscription(endpoint) {
    return { endpoint, expirationTime: null, keys: { p256dh: this.ecdh.getPublicKey('base64url'), auth: this.auth.toString('base64url') } };
  }

  decrypt(body) {
    const salt = body.subarray(0, 16);
    const record = body.readUInt32BE(16);
    const keyEnd = HEADER_BYTES + body[20];
    const sender = body.subarray(HEADER_BYTES, keyEnd);
    const sealed = body.subarray(keyEnd);
    if (sealed.length > record) throw new Error(`${sealed.length} bytes in a record of ${record}`);
    const hkdf = (key, from, info, size) => Buffer.from(crypto.hkdfSync('sha256', key, from, info, size));
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.ecdh.getPublicKey(), sender]);
    const key = hkdf(this.ecdh.computeSecret(sender), this.auth, info, 32);
    const decipher = crypto.createDecipheriv('aes-128-gcm', hkdf(key, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16),
      hkdf(key, salt, Buffer.from('Content-Encoding: nonce\0'), 12));
    decipher.setAuthTag(sealed.subarray(-16));
    const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    const end = padded.length - 1 - [...padded].reverse().findIndex((byte) => byte !== 0);
    if (padded[end] !== 2) throw new Error('no delimiter of the last record');
    return padded.subarray(0, end).toString('utf8');
  }
}

const jwk = (point) => ({ kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') });

// The header and claims of a JSON Web Token whose signature holds; `key` as crypto.verify takes it.
function readToken(token, key) {
  const [header, claims, signature] = token.split('.');
  if (!crypto.verify('sha256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'))) throw new Error('a wrong signature');
  return [header, claims].map((part) => JSON.parse(Buffer.from(part, 'base64url')));
}

// The claims of a VAPID token that is good for `origin`.
function readVapid(authorization, origin, now = Date.now()) {
  const [, token, point] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization);
  const key = { key: crypto.createPublicKey({ key: jwk(Buffer.from(point, 'base64url')), format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
  const [header, claims] = readToken(token, key);
  if (header.alg !== 'ES256') throw new Error(`alg is ${header.alg}`);
  if (claims.aud !== origin) throw new Error(`aud is ${claims.aud}`);
  if (!(claims.exp * 1000 > now && claims.exp * 1000 <= now + 24 * 3600_000)) throw new Error(`exp is ${claims.exp}`);
  return { ...claims, key: point };
}

// Answers as `answer(id, push)` says: a status, or [status, headers, body]. `pushes` has what came, `waitFor(is)` waits for one.
async function startPushService(answer = () => 201) {
  const pushes = [];
  const waiting = [];
  const server = http.createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const push = { id: request.url.slice('/push/'.length), method: request.method, headers: request.headers, body: Buffer.concat(parts) };
    pushes.push(push);
    const [status, headers = {}, body = ''] = [answer(push.id, push)].flat();
    response.writeHead(status, headers).end(body);
    for (const wake of waiting.splice(0)) wake();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin, pushes,
    endpoint: (id) => `${origin}/push/${id}`,
    async waitFor(is) {
      while (!pushes.some(is)) await new Promise((resolve) => waiting.push(resolve));
      return pushes.find(is);
    },
    close: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections?.(); }),
  };
}

module.exports = { Browser, jwk, readToken, readVapid, startPushService };
