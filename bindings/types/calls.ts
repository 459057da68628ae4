// Every documented call, as TypeScript sees it; a line with @ts-expect-error is a mistake that must be told. Checked by tsc --strict (tsc.sh), never run.
import { Adapters, Answer, CartwheelError, Engine, Event, Message, NotSent, Options, Outcome, Send, Worker, codes, version } from 'cartwheel';

const options: Options = { durability: 'normal', shared: true, fileMode: 0o660, eventZone: 'Asia/Seoul', tokenKey: '5a'.repeat(32), deployment: 'shop', sealKey: 'a5'.repeat(32), accessKeepMs: 1, requireActor: true, manualClockMs: new Date() };

export async function events(engine: Engine): Promise<void> {
  const event: Event = { type: 'product_added', customer: 'kim', at: Date.now(), properties: { product_id: 'mug', price: 12.9, tags: ['a'] } };
  const { accepted, rejected, warnings } = await engine.ingest(event, { now: new Date(), format: 'native' });
  for (const { record, code, message } of rejected) console.warn(accepted, record, code, message);
  for (const { field, expected } of warnings) console.warn(field, expected);
  await engine.ingest([event, { type: 'order_completed', customer: 42, at: '2026-06-01T09:00:00Z' }]);
  await engine.ingest(new Set([event]));
  await engine.ingest({ id: 7n, type: 'identify', customer: 'kim', anonymous_id: 'browser', at: new Date(), sent_at: Date.now() });
  await engine.ingest('{"type": "page_viewed", "customer": "kim"}');
  engine.ingestSync(Buffer.from('[]'));
  class Cart { constructor(readonly product_id: string, readonly price: number) {} }
  await engine.ingest({ type: 'product_added', customer: 'kim', properties: new Cart('mug', 9000) });
  // @ts-expect-error a misspelt member
  await engine.ingest({ type: 'product_added', customerId: 'kim' });
  // @ts-expect-error without a type
  await engine.ingest({ customer: 'kim' });
  // @ts-expect-error a place for options that are none
  await engine.ingest(event, new Date());
  // @ts-expect-error of another language
  await engine.ingest(event, { now_ms: 5 });
}

export async function work(engine: Engine): Promise<void> {
  const loaded = await engine.load({ playbook: 1 });
  console.log(loaded.revision, loaded.note, engine.loadSync('{}').note);
  const { more, nextDueMs } = await engine.advance({ now: Date.now(), waitMs: 1_000 });
  console.log(more, nextDueMs, engine.advanceSync().messages);
  // @ts-expect-error options are one object
  await engine.advance(new Date());
  // @ts-expect-error of another language
  await engine.advance({ wait_ms: 5 });
  const { messages, behind, heldBack } = await engine.claim('sms', { max: 10, leaseMs: 60_000, idempotencyMs: 0 });
  console.log(behind, heldBack, engine.claimSync('sms').messages.length);
  // @ts-expect-error of another language
  await engine.claim('sms', { lease_ms: 5 });
  // @ts-expect-error a channel is missing
  await engine.claim();
  const outcomes: Outcome[] = messages.map(({ id, token }) => ({ id, token, outcome: 'accepted' }));
  const { settled, late, unknown } = await engine.settle(outcomes, { now: new Date() });
  console.log(settled, late, unknown, engine.settleSync([{ id: 1, token: 2, outcome: 'retry', reason: 'busy', retry_after_ms: 5_000 }]));
  // @ts-expect-error no outcome
  await engine.settle([{ id: 1, token: 2, outcome: 'sent' }]);
  // @ts-expect-error without its token
  await engine.settle([{ id: 1, outcome: 'accepted' }]);
  await engine.hold('pause', { journey: 'cart', why: 'wrong price', now: new Date() });
  engine.holdSync('release');
  await engine.hold('adopt');
  // @ts-expect-error no action
  await engine.hold('halt');
  const stop = new AbortController();
  for await (const message of engine.messages('sms', { signal: stop.signal, waitMs: 500, max: 5 })) {
    const text: string = `${message.address} ${message.payload.text} ${message.key} ${message.class} ${message.attempt}`;
    console.log(text);
    break;
  }
}

export async function ask(engine: Engine): Promise<void> {
  const why = await engine.why({ customer: 'kim' });
  for (const { at, decision, detail } of why.decisions) console.log(at, decision, detail ?? '');
  // @ts-expect-error no member of the answer
  console.log(why.nope);
  // @ts-expect-error whose?
  await engine.why();
  console.log((await engine.query('why', { customer: 42 })).decisions.length, engine.querySync('why', { anonymous_id: 'browser' }).customer);
  // @ts-expect-error no query
  await engine.query('wy');
  // @ts-expect-error no field of a request
  await engine.query('customer', { custmer: 'kim' });
  const metrics: string = (await engine.query('metrics')) + (await engine.metrics()) + engine.querySync('metrics');
  console.log(metrics);
  const health = await engine.health({ now: Date.now() });
  console.log(health.ok, health.problems.map(({ code, text }) => `${code} ${text}`), engine.querySync('health').ok);
  await engine.query('segment', { segment: 'big', after: 5, limit: 10 });
  await engine.query('preview', { template: 'gentle', customer: 'kim' });
  await engine.query('evaluate', { expression: 'customer.orders == 0' });
  await engine.query('link', { link: 'https://shop.example/l/x' });
  await engine.query('messages', { state: 'waiting', after: 0, limit: 5 });
  console.log(await engine.customer({ customer: 'kim' }), await engine.export({ anonymous_id: 'b' }), await engine.preview({ template: 'gentle' }), await engine.report(),
    await engine.segments(), await engine.segment({ segment: 'big' }), await engine.evaluate({ expression: 'true' }), await engine.deadLetters({ limit: 1 }),
    await engine.link({ link: 'x' }), await engine.refused(), await engine.warnings({ limit: 5 }), await engine.playbook(), await engine.stats());
}

export async function send(engine: Engine): Promise<void> {
  const accept = (message: Message): Answer[number] => ({ id: message.id, outcome: 'accepted' });
  const sms: Send = (messages) => messages.map(accept);
  const worker = new Worker(engine, { sms, push: { send: async (messages) => messages.map(accept), batchMax: 10, timeoutMs: 5_000, idempotencyMs: 0, messagesPerSecond: 5 } },
    { waitMs: 1_000, onError: (channel, error) => console.error(channel, error) });
  await worker.start({ signal: new AbortController().signal });
  await worker.run();
  const handedOver: number = await worker.turn({ now: new Date() });
  console.log(handedOver, worker.lastError);
  await worker.stop();
  // @ts-expect-error a send that answers nothing
  new Worker(engine, { sms: () => undefined });
  // @ts-expect-error no trait of a channel
  new Worker(engine, { sms: { send: sms, batch: 5 } });
}

export async function adapt(engine: Engine): Promise<void> {
  using adapters = new Adapters({ channels: {} }, { folder: '/etc/shop' });
  const { batch_max: max, idempotency_ms: idempotencyMs } = adapters.traits('sms');
  const { messages } = await engine.claim('sms', { max, idempotencyMs });
  const { requests, outcomes } = await adapters.build('sms', messages, { now: new Date() });
  await engine.settle(outcomes);
  for (const request of requests) {
    const { method, url, headers, body, timeout_ms: timeout } = request;
    const answer = await fetch(url, { method, headers, body: new Uint8Array(body), redirect: 'error', signal: AbortSignal.timeout(timeout) });
    await engine.settle(await adapters.interpret(request, { status: answer.status, headers: answer.headers, body: await answer.arrayBuffer() }));
  }
  const [request] = adapters.buildSync('sms', messages).requests;
  if (request) console.log(adapters.interpretSync(request, { error: 'timeout', bodyBegun: false }));
  // @ts-expect-error no such failure
  if (request) await adapters.interpret(request, { error: 'late' });
  Adapters.checkReceipt({ format: 'receipts/solapi', body: '[]', signature: 'x', secret: 'y' });
  console.log(Adapters.cryptoVersion);
  adapters.close();
}

export async function main(): Promise<void> {
  await using engine = new Engine(':memory:', options);
  // @ts-expect-error no option
  new Engine(':memory:', { workMaxx: 5 });
  // @ts-expect-error that may be undefined
  new Engine(process.env.NOPE);
  // @ts-expect-error a misspelt value
  new Engine(':memory:', { durability: 'none' });
  try {
    engine.setClock(new Date());
    engine.interrupt();
    await engine.turn({ channels: { sms: {} } });
  } catch (error) {
    if (error instanceof CartwheelError && error.code === codes.INVALID) console.log(error.message, error.number);
    if (error instanceof CartwheelError && error.code === 'BUSY') throw new NotSent('later', { cause: error });
  }
  console.log(version, engine.closed);
  engine.closeSync();
}
