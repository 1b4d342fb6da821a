// Proves that the stream stands what comes from outside: who may open it and read what, messages
// that are none, readers that do not read, connections that are dead, and too much of everything.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Answers } from '../src/api/answers.ts';
import type { ApiContext } from '../src/api/context.ts';
import { Gate } from '../src/api/gate.ts';
import { Metrics } from '../src/api/metrics.ts';
import type { Server } from '../src/api/server.ts';
import { attachStream } from '../src/api/stream/attach.ts';
import type { StreamLimits } from '../src/api/stream/limits.ts';
import { Submitter } from '../src/api/submit.ts';
import { noLog } from '../src/app/log.ts';
import { keyOf, openLab, type Lab } from '../src/app/lab.suite.ts';
import {
  BINARY,
  closeCode,
  frame,
  framesOf,
  PING,
  rawStream,
  TEXT,
  upgrade,
} from './stream/raw.ts';
import { Wire } from './stream/wire.ts';

const BOOK = { channel: 'book', market: 'BTC-PERP' };
const ORDER = { market: 'BTC-PERP', side: 'buy', price: '59000', size: '0.01' };
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.stop());

interface Bare {
  readonly origin: string;
  readonly stop: () => Promise<void>;
  /** What Prometheus would read. */
  readonly figures: () => Promise<string>;
}

/** A second stream with other limits on the lab's exchange. */
async function bare(limits: Partial<StreamLimits>, perSecond = 100_000): Promise<Bare> {
  const { core, credentials, pairs } = lab.app;
  const { exchange, history } = core;
  const server = createServer();
  const hosts = new Set<string>();
  const rate = { per_second: perSecond, burst: perSecond };
  const rates = { read: rate, trade: rate, cancel: rate };
  const cookieName = (): string => 'bare';
  const context: ApiContext = {
    exchange,
    history,
    pairs,
    credentials,
    gate: new Gate({ credentials, rates, hosts: () => hosts, cookieName, nowMs: Date.now }),
    submitter: new Submitter(exchange, new Answers()),
    settings: { version: 'bare', rates, bodyBytes: 65_536, checkAnswers: true },
    metrics: new Metrics(exchange, history),
    log: noLog(),
    faucet: () => undefined,
    onPresence: () => undefined,
    onBroken: () => undefined,
    nowMs: Date.now,
    cookieName,
  };
  const stops: (() => Promise<void>)[] = [];
  const addHook = (_name: string, hook: () => Promise<void>): number => stops.push(hook);
  await attachStream({ server, addHook } as unknown as Server, context, limits);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  hosts.add(`127.0.0.1:${port}`);
  return {
    origin: `http://127.0.0.1:${port}`,
    figures: () => context.metrics.text(),
    stop: async () => {
      for (const stop of stops) await stop();
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('who may open a stream', () => {
  const bearer = (): Record<string, string> => ({ authorization: `Bearer ${lab.token}` });

  test('Host and Origin are checked, and a cookie needs an Origin', async () => {
    const { host } = new URL(lab.app.origin);
    const link = await lab.ask(lab.app.signInLink().slice(lab.app.origin.length), { token: '' });
    const cookie = (link.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const rows: [Record<string, string>, number, string][] = [
      [{}, 101, ''],
      [bearer(), 101, ''],
      [{ host: 'evil.example' }, 403, 'HOST_NOT_ALLOWED'],
      [{ origin: 'https://evil.example' }, 403, 'ORIGIN_NOT_ALLOWED'],
      [{ ...bearer(), origin: 'https://evil.example' }, 403, 'ORIGIN_NOT_ALLOWED'],
      [{ origin: `http://${host}` }, 101, ''],
      [{ cookie, origin: `http://${host}` }, 101, ''],
      [{ cookie }, 403, 'ORIGIN_NOT_ALLOWED'],
      [{ authorization: 'Bearer wrong-wrong-wrong-wrong' }, 401, 'UNAUTHENTICATED'],
    ];
    for (const [headers, status, code] of rows) {
      const answer = await upgrade(lab.app.origin, headers);
      expect([headers, answer.status]).toEqual([headers, status]);
      if (code !== '') expect(JSON.parse(answer.body)).toMatchObject({ code });
      answer.socket?.destroy();
    }
  });

  test('an upgrade elsewhere is an ordinary request', async () => {
    expect((await upgrade(lab.app.origin, {}, '/health')).status).toBe(200);
    expect((await upgrade(lab.app.origin, {}, '/nothing')).status).toBe(404);
    expect((await lab.ask('/ws')).status).toBe(404);
    expect((await upgrade(lab.app.origin, { upgrade: 'h2c' }, '/health')).status).toBe(200);
  });

  test('account channels are for the account, and for the operator who names one', async () => {
    const nobody = await Wire.open(lab.app.origin);
    await expect(nobody.subscribe({ channel: 'orders' })).rejects.toThrow('Sign in');
    const bob = await Wire.open(lab.app.origin, await keyOf(lab, 'bob', ['read']));
    expect(await bob.subscribe({ channel: 'orders' })).toMatchObject({ account: 'bob' });
    const foreign = bob.subscribe({ channel: 'orders', account: 'alice' });
    await expect(foreign).rejects.toThrow('another account');
    expect(await bob.ask({ op: 'place_order', body: ORDER })).toMatchObject({ code: 'FORBIDDEN' });
    expect(await nobody.ask({ op: 'place_order', body: ORDER })).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    const operator = await Wire.open(lab.app.origin, lab.token);
    const named = await operator.subscribe({ channel: 'fills', account: 'bob' });
    expect(named).toMatchObject({ account: 'bob' });
    await expect(operator.subscribe({ channel: 'fills', account: 'no-one' })).rejects.toThrow(
      'Account not found',
    );
    for (const wire of [nobody, bob, operator]) await wire.close();
  });

  test('a revoked key is out with its next message', async () => {
    const made = await lab.post('/api/v1/admin/credentials', {
      account: 'bob',
      kind: 'key',
      scopes: ['read', 'trade'],
    });
    const { id, secret } = made.json;
    const wire = await Wire.open(lab.app.origin, String(secret));
    expect(await wire.ask({ op: 'place_order', body: ORDER })).toMatchObject({ repeated: false });
    await lab.ask(`/api/v1/admin/credentials/${String(id)}`, { method: 'DELETE' });
    await later(150);
    wire.send({ op: 'place_order', body: ORDER });
    expect(await wire.closed).toMatchObject({ code: 4001 });
  });
});

describe('messages that are none', () => {
  const rows: [string, string][] = [
    ['', 'Not JSON'],
    ['{', 'Not JSON'],
    ['[]', 'object'],
    ['null', 'object'],
    ['{"op":"subscribe","op":"subscribe"}', 'given twice'],
    ['{"op":"nothing"}', 'op'],
    ['{"__proto__":1}', '__proto__'],
    ['{"op":"subscribe","channel":"book"}', 'market is missing'],
    ['{"op":"subscribe","channel":"nothing"}', 'channel'],
    ['{"op":"subscribe","channel":"book","market":"BTC-PERP","x":1}', 'no field "x"'],
    ['{"op":"subscribe","channel":"book","market":"BTC-PERP","interval":"1m"}', 'does not go'],
    ['{"op":"subscribe","channel":"book","market":"NO-SUCH"}', 'market'],
    ['{"op":"subscribe","channel":"book","market":"BTC-PERP","from":-1}', 'from'],
    ['{"op":"subscribe","channel":"book","market":"BTC-PERP","from":1e400}', 'digits'],
    ['{"op":"subscribe","channel":"orders","market":"BTC-PERP"}', 'does not go'],
    ['{"op":"unsubscribe","channel":"trades","market":"BTC-PERP"}', 'no such subscription'],
    ['{"op":"place_order","body":{}}', 'body.market'],
    ['{"op":"place_order","id":"has space","body":{}}', 'id'],
    ['{"op":"ping","id":"\\ud800"}', 'surrogate'],
    [`{"op":"ping","id":"${'x'.repeat(60_000)}"}`, 'id'],
    [`${'['.repeat(50_000)}`, 'deeper'],
    ['{"op":"cancel_order","order_id":"0"}', 'order_id'],
  ];

  test('get a sentence, and the connection goes on', async () => {
    const wire = await Wire.open(lab.app.origin, lab.token);
    for (const [text, words] of rows) {
      const before = wire.messages.length;
      wire.send(text);
      const error = await wire.next('error', (one) => wire.messages.indexOf(one) >= before);
      expect([text.slice(0, 80), error.problem.detail]).toEqual([
        text.slice(0, 80),
        expect.stringContaining(words),
      ]);
      expect(error.problem.status).toBeLessThan(500);
    }
    wire.send({ op: 'ping', id: 'still-here' });
    await wire.next('pong', ({ id }) => id === 'still-here');
    expect(wire.fault).toBeUndefined();
    await wire.close();
  });

  test('a place_order truncated at every byte is refused and does nothing', async () => {
    const wire = await Wire.open(lab.app.origin, lab.token);
    const text = JSON.stringify({ op: 'place_order', id: 'cut', body: ORDER });
    const ledger = await lab.ledgerHash();
    for (let i = 0; i < text.length; i += 1) wire.send(text.slice(0, i));
    wire.send({ op: 'ping' });
    await wire.next('pong');
    expect(wire.messages.filter(({ type }) => type === 'error')).toHaveLength(text.length);
    expect(await lab.ledgerHash()).toBe(ledger);
    await wire.close();
  });

  test('binary, too large and invalid UTF-8 end it with the code for it', async () => {
    const rows2: [Buffer, number][] = [
      [frame(BINARY, '{"op":"ping"}'), 1003],
      [frame(TEXT, 'x'.repeat(70_000)), 1009],
      [frame(TEXT, Buffer.from([0x22, 0xff, 0x22])), 1007],
      [Buffer.concat([frame(TEXT, 'x'.repeat(40_000), false), frame(0, 'x'.repeat(40_000))]), 1009],
    ];
    for (const [bytes, code] of rows2) {
      const socket = await rawStream(lab.app.origin);
      socket.write(bytes);
      expect(closeCode(await framesOf(socket))).toBe(code);
    }
    const half = await rawStream(lab.app.origin);
    half.write(frame(TEXT, '{"op":"ping"}').subarray(0, 9));
    half.destroy();
    expect((await lab.ask('/health')).status).toBe(200);
  });
});

describe('readers that do not keep up', () => {
  test('a reader that does not read is closed with 4008 while others go on', async () => {
    for (let i = 0; i < 180; i += 20) {
      const level = (account: string, price: number): object => ({
        ...ORDER,
        account,
        price: `${price}`,
      });
      const steps = Array.from({ length: 20 }, (_, k) => i + k);
      for (const [account, least] of [
        ['alice', 58_000],
        ['bob', 58_500],
      ] as const) {
        const orders = steps.map((step) => level(account, least + step));
        await lab.post('/api/v1/orders/batch', { orders });
      }
    }
    const { origin, stop, figures } = await bare({ bufferedBytes: 256 * 1024, closeMs: 5_000 });
    const good = await Wire.open(origin);
    const snapshot = await good.subscribe(BOOK);
    const slow = await rawStream(origin);
    const again = frame(TEXT, JSON.stringify({ op: 'subscribe', ...BOOK }));
    for (let i = 0; i < 1_500 && slow.writable; i += 1) {
      slow.write(again); // each is answered with some 16 KB that nobody takes
      await later(1);
    }
    const placed = await lab.post('/api/v1/orders', ORDER);
    const { sequence } = placed.json;
    await good.next('delta', (delta) => delta.sequence === sequence);
    expect(snapshot.sequence).toBeLessThan(Number(sequence));
    const frames = await framesOf(slow);
    expect(closeCode(frames)).toBe(4008);
    expect(frames.length).toBeGreaterThan(10);
    expect(await figures()).toContain('plimsoll_stream_closed_total{why="slow_reader"} 1');
    await good.close();
    await stop();
    for (const account of ['alice', 'bob']) {
      await lab.ask(`/api/v1/orders?account=${account}`, { method: 'DELETE' });
    }
  });

  test('who answers no ping is cut off, who answers stays', async () => {
    const { origin, stop, figures } = await bare({ heartbeatMs: 40 });
    const alive = await Wire.open(origin);
    const dead = await rawStream(origin);
    const ended = framesOf(dead); // reads, and answers nothing
    const frames = await ended;
    expect(frames.filter(({ opcode }) => opcode === PING)).toHaveLength(2);
    await alive.next('heartbeat');
    await later(300);
    expect(alive.messages.filter(({ type }) => type === 'heartbeat').length).toBeGreaterThan(4);
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
    expect(await figures()).toContain('plimsoll_stream_closed_total{why="silent"} 1');
    await alive.close();
    await stop();
  });

  test('deltas beyond what is kept are a resync', async () => {
    const { origin, stop } = await bare({ retained: 8 });
    const first = await Wire.open(origin);
    const { sequence: from } = await first.subscribe(BOOK);
    for (let i = 0; i < 40; i += 1) await lab.post('/api/v1/orders', ORDER);
    const back = await Wire.open(origin);
    back.send({ op: 'subscribe', ...BOOK, from });
    await back.next('resync');
    await back.next('snapshot');
    const fresh = first.deltas('book').at(-3)?.sequence ?? 0;
    const third = await Wire.open(origin);
    third.send({ op: 'subscribe', ...BOOK, from: fresh });
    await third.next('delta');
    await later(20);
    expect(third.deltas('book')).toEqual(first.deltas('book').slice(-2));
    for (const wire of [first, back, third]) await wire.close();
    await stop();
  });

  test('a topic that nobody reads is forgotten, and begins anew', async () => {
    const { origin, stop } = await bare({ heartbeatMs: 30, idleMs: 20 });
    const first = await Wire.open(origin, lab.token);
    const { sequence: from } = await first.subscribe({ channel: 'orders' });
    await first.close();
    await lab.post('/api/v1/orders', ORDER);
    await later(120);
    const back = await Wire.open(origin, lab.token);
    back.send({ op: 'subscribe', channel: 'orders', from });
    expect((await back.next('resync')).sequence).toBeGreaterThan(from);
    await back.close();
    await stop();
  });
});

describe('too much of everything', () => {
  test('200 subscriptions on one connection, and no more than the limit', async () => {
    const wire = await Wire.open(lab.app.origin, lab.token);
    const names = Array.from({ length: 200 }, (_, i) => `crowd-${i}`);
    for (const account of names) await lab.post('/api/v1/admin/accounts', { account });
    for (const account of names) wire.send({ op: 'subscribe', channel: 'orders', account });
    const last = names.at(-1);
    await wire.next('snapshot', ({ account }) => account === last);
    const snapshots = wire.messages.filter(({ type }) => type === 'snapshot');
    expect(snapshots).toHaveLength(200);
    for (const account of names) wire.send({ op: 'subscribe', channel: 'fills', account });
    await wire.next('error', ({ problem }) => problem.code === 'BUSY');
    await later(100);
    expect(wire.messages.filter(({ type }) => type === 'snapshot')).toHaveLength(256);
    wire.send({ op: 'unsubscribe', channel: 'orders', account: 'crowd-0' });
    await wire.next('unsubscribed');
    await wire.subscribe(BOOK);
    expect(wire.fault).toBeUndefined();
    await wire.close();
  });

  test('a flood is refused by the rates of HTTP, then closed with 4029', async () => {
    const { origin, stop } = await bare({}, 5);
    const wire = await Wire.open(origin, lab.token);
    for (let i = 0; i < 300; i += 1) wire.send({ op: 'ping', id: `p${i}` });
    expect(await wire.closed).toMatchObject({ code: 4029 });
    const pongs = wire.messages.filter(({ type }) => type === 'pong');
    expect(pongs.length).toBeLessThanOrEqual(5);
    const limited = await wire.next('error');
    expect(limited).toMatchObject({ retry_after: 1, problem: { code: 'RATE_LIMITED' } });
    await stop();
  });

  test('connections of one caller have a bound', async () => {
    const { origin, stop } = await bare({ connectionsPerCaller: 3 });
    const wires = await Promise.all([1, 2, 3].map(() => Wire.open(origin)));
    expect((await upgrade(origin)).status).toBe(429);
    const signedIn = await Wire.open(origin, lab.token);
    for (const wire of [...wires, signedIn]) await wire.close();
    await later(20);
    await (await Wire.open(origin)).close();
    await stop();
  });
});
