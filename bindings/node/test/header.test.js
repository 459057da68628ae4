'use strict';
// The declarations agree with cartwheel.h, as its own text says it.
const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { CartwheelError, Engine, codes } = require('..');

const header = readFileSync(path.join(__dirname, '..', '..', '..', 'include', 'cartwheel.h'), 'utf8');
const types = readFileSync(path.join(__dirname, '..', 'lib', 'index.d.ts'), 'utf8').replace(/\/\*.*?\*\//gs, '');
const code = header.replace(/\/\*.*?\*\//gs, '');
const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
const fields = (struct) => [...code.match(new RegExp(`typedef struct ${struct} \\{(.*?)\\}`, 's'))[1].matchAll(/(\w+);/g)].map(([, name]) => camel(name));
const members = (name) => [...types.match(new RegExp(`export interface ${name} \\{(.*?)\\n?\\}`, 's'))[1].matchAll(/(\w+)\??:/g)].map(([, each]) => each);

test('codes', () => {
  const stated = [...code.matchAll(/CARTWHEEL_(\w+) = (-\d+)/g)];
  assert.deepEqual(Object.keys(codes), stated.map(([, name]) => name));
  for (const [, name, number] of stated) {
    assert.equal(new CartwheelError(Number(number), '').code, name);
    assert.equal(new CartwheelError(name, '').number, Number(number));
    assert.match(types, new RegExp(`'${name}'`));
  }
});

const VALUES = { durability: 'normal', manualClockMs: 1_780_272_000_000, fileMode: 0o600, eventZone: 'Asia/Seoul', tokenKey: '5a'.repeat(32), deployment: 'shop', sealKey: 'a5'.repeat(32) };

test('options', () => {
  const stated = fields('cartwheel_options').filter((name) => !['size', 'log', 'logData', 'eventZoneSize', 'tokenKeySize', 'deploymentSize', 'sealKeySize'].includes(name));
  assert.deepEqual(members('Options'), stated);
  for (const name of stated) {
    const options = { [name]: VALUES[name] ?? 1 };
    new Engine(':memory:', options).closeSync();
  }
  assert.deepEqual(members('ClaimOptions').sort(), fields('cartwheel_claim_options').map((name) => (name === 'nowMs' ? 'now' : name))
    .filter((name) => !['size', 'reserved', 'outcomesSize'].includes(name)).sort());
});

test('actions of a hold', () => {
  const stated = header.match(/"action" is one of\s+\*(.*?)\n \*\n \* It counts/s)[1];
  const declared = [...types.match(/HoldAction = (.*?);/s)[1].matchAll(/'(\w+)'/g)].map(([, name]) => name);
  assert.deepEqual(declared, [...stated.matchAll(/^ \*   (\w+)  /gm)].map(([, name]) => name));
});

test('what a message and an outcome hold', () => {
  const message = header.match(/a message is\s+\*\s+\*\s+\{(.*?)\}\s+\*\s+\* with times/s)[1].replace(/\{.*?\}/gs, '');
  assert.deepEqual(members('Message'), [...message.matchAll(/"(\w+)"/g)].map(([, name]) => name));
  const outcomes = header.match(/with outcome one of (.*?); the last two/s)[1].replace(/\([^)]*\)/gs, '').match(/[a-z_]+/g);
  const declared = [...types.match(/outcome: ('.*?);/s)[1].matchAll(/'(\w+)'/g)].map(([, name]) => name);
  assert.deepEqual(declared, outcomes);
});
