'use strict';
// Runs conformance cases (README.md) in Node: run.js CASE.json > transcript
const { readFileSync } = require('node:fs');
const { Engine } = require('../node');

async function answer(engine, { verb, input, now, channel, max, idempotency_ms: idempotencyMs }) {
  switch (verb) {
    case 'load': return engine.load(input);
    case 'ingest': return engine.ingest(input, { now });
    case 'advance': {
      const { nextDueMs, more, ...counts } = await engine.advance({ now });
      return { ...counts, next_due_ms: nextDueMs, more };
    }
    case 'claim': {
      const { messages, settled, behind, heldBack } = await engine.claim(channel, { max, now, idempotencyMs, outcomes: input });
      return { messages, settled, behind, held_back: heldBack };
    }
    case 'settle': return engine.settle(input, { now });
    case 'set_clock': engine.setClock(now); return null;
    case 'hold': {
      const { action, ...rest } = input;
      return (await engine.hold(action, rest)) ?? null;
    }
    case 'worker_turn': return engine.turn(input);
    default: {
      const { query, ...request } = input;
      return engine.query(query, request);
    }
  }
}

async function main() {
  const { options, steps } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
  const engine = new Engine(':memory:', options);
  for (const step of steps) {
    let told;
    try {
      told = { [step.verb]: await answer(engine, step) };
    } catch (error) {
      if (error.code === undefined) throw error;
      told = { error: { code: error.number, message: error.message } };
    }
    process.stdout.write(`${JSON.stringify(told).replaceAll('{}', '[]')}\n`);
  }
  await engine.close();
}

main();
