// Proves the client against a real server: typed calls, errors as a class with their code, keys
// that make a repeat harmless, a stream that comes back after a restart on the same port, and a
// local book that is always the book of a query.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLab, type Lab } from '../src/app/lab.suite.ts';
import { CALLS } from '../src/client/calls.ts';
import { PlimsollClient, type ClientOptions } from '../src/client/client.ts';
import { NoAnswerError, PlimsollError } from '../src/client/errors.ts';
import { compareDecimals } from '../src/client/local-book.ts';
import { OPERATIONS } from '../src/contract/operations.ts';

const ORDER = { market: 'BTC-PERP', side: 'buy', price: '59000', size: '0.01' } as const;
const MARKET = 'BTC-PERP';
const QUICK = { firstMs: 10, mostMs: 100 };
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.stop());

const clientOf = (one: Lab, more: Partial<ClientOptions> = {}): PlimsollClient =>
  new PlimsollClient({
    url: one.app.origin,
    token: one.token,
    backOff: QUICK,
    stream: { backOff: QUICK },
    ...more,
  });

test('there is a method for every operation', () => {
  const ids = Object.values(CALLS).map(({ id }) => id);
  expect(ids.toSorted()).toEqual(OPERATIONS.map(({ id }) => id).toSorted());
  for (const [name, { id }] of Object.entries(CALLS)) {
    expect(name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)).toBe(id);
  }
});

test('decimals are compared by value', () => {
  const rows = [
    '0',
    '0.000000000001',
    '0.5',
    '1',
    '9.99',
    '10',
    '10.25',
    '10.3',
    '9007199254740993',
  ];
  for (const [i, a] of rows.entries()) {
    for (const [k, b] of rows.entries()) {
      expect([a, b, compareDecimals(a, b)]).toEqual([a, b, Math.sign(i - k)]);
    }
  }
  expect(compareDecimals('9007199254740992', '9007199254740993')).toBe(-1);
});

describe('calls', () => {
  test('answer what their operation answers', async () => {
    const { http } = clientOf(lab);
    const { markets } = await http.listMarkets();
    expect(markets.map(({ market }) => market)).toEqual(['BTC-PERP', 'BTC/USDT']);
    const placed = await http.placeOrder({ body: ORDER });
    expect(placed.order?.status).toBe('open');
    const params = { order_id: placed.order_id };
    const amended = await http.amendOrder({ params, body: { price: '58990' } });
    expect(amended.order?.price).toBe('58990');
    const book = await http.getBook({ params: { market: MARKET }, query: { levels: 5 } });
    expect(book.bids[0]).toEqual({ price: '58990', size: '0.01', orders: 1 });
    expect((await http.getMarket({ params: { market: 'BTC/USDT' } })).kind).toBe('spot');
    expect((await http.cancelOrder({ params })).cancelled).toEqual([placed.order_id]);
    expect(await http.getMetrics()).toContain('plimsoll_sequence');
  });

  test('refusals are errors with a code, a field and numbers', async () => {
    const { http } = clientOf(lab);
    const wrong = http.placeOrder({ body: { ...ORDER, size: '0.0001' } });
    await expect(wrong).rejects.toBeInstanceOf(PlimsollError);
    await expect(wrong).rejects.toMatchObject({
      code: 'STEP_MISMATCH',
      status: 422,
      isTransient: false,
      problem: { field: 'size', params: { lot: '0.001' } },
    });
    const nobody = new PlimsollClient({ url: lab.app.origin });
    await expect(nobody.http.getAccount()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('end with their signal, and with a timeout when nobody answers', async () => {
    const silent = await silentServer();
    const { http } = new PlimsollClient({ url: silent.url, retries: 0 });
    const signal = AbortSignal.timeout(30);
    await expect(http.getTime({ signal })).rejects.toMatchObject({ name: 'TimeoutError' });
    const late = http.placeOrder({ body: ORDER, timeoutMs: 30, key: 'mine' });
    await expect(late).rejects.toBeInstanceOf(NoAnswerError);
    await expect(late).rejects.toMatchObject({ idempotencyKey: 'mine' });
    silent.server.closeAllConnections();
    silent.server.close();
  });

  test('an answer that is lost on its way does not make a second order', async () => {
    let lost = 0;
    const keys: (string | null)[] = [];
    const lossy: typeof fetch = async (url, init) => {
      const response = await fetch(url, init);
      keys.push(new Headers(init?.headers).get('idempotency-key'));
      if (lost < 2) {
        lost += 1;
        await response.text();
        throw new TypeError('the connection was lost');
      }
      return response;
    };
    const { http } = clientOf(lab, { fetch: lossy });
    const before = (await clientOf(lab).http.listOrders()).orders.length;
    const placed = await http.placeOrder({ body: ORDER });
    expect(placed.repeated).toBe(true);
    expect(new Set(keys).size).toBe(1);
    expect((await clientOf(lab).http.listOrders()).orders).toHaveLength(before + 1);
  });
});

describe('the stream', () => {
  test('commands answer and are refused as over HTTP', async () => {
    const client = clientOf(lab);
    await client.connect();
    const placed = await client.placeOrder(ORDER);
    expect(placed.order?.status).toBe('open');
    const amended = await client.amendOrder(placed.order_id, { size: '0.02' });
    expect(amended.order?.size).toBe('0.02');
    expect(await client.cancelOrder(placed.order_id)).toMatchObject({ repeated: false });
    const wrong = client.placeOrder({ ...ORDER, market: 'NO-SUCH' });
    await expect(wrong).rejects.toMatchObject({ code: 'MARKET_NOT_FOUND', status: 404 });
    const again = await client.placeOrder(ORDER, { key: 'once' });
    const repeat = await client.placeOrder(ORDER, { key: 'once' });
    expect(repeat).toEqual({ ...again, repeated: true });
    client.close();
    await expect(client.placeOrder(ORDER)).rejects.toBeInstanceOf(NoAnswerError);
  });

  test('two readers of the same channel are told both, until each is closed', async () => {
    const client = clientOf(lab);
    await client.connect();
    const first = client.book(MARKET);
    const second = client.book(MARKET);
    await Promise.all([first.ready, second.ready]);
    first.close();
    const { sequence } = await client.placeOrder({ ...ORDER, price: '58900' });
    await until(() => second.book.sequence >= sequence);
    expect(first.book.sequence).toBeLessThan(sequence);
    client.close();
    const wrong = client.book('NO-SUCH');
    wrong.close();
  });

  test('a subscription that is refused says so', async () => {
    const client = clientOf(lab);
    await client.connect();
    await expect(client.book('NO-SUCH').ready).rejects.toMatchObject({ code: 'MARKET_NOT_FOUND' });
    client.close();
  });

  test('gives up connecting after some attempts', async () => {
    const client = new PlimsollClient({
      url: 'http://127.0.0.1:9',
      stream: { backOff: QUICK, attempts: 3 },
    });
    await expect(client.connect()).rejects.toBeInstanceOf(NoAnswerError);
    client.close();
  });

  test('comes back after a restart on the same port, with its book and its commands', async () => {
    const own = await openLab();
    const states: string[] = [];
    const onState = (state: string): number => states.push(state);
    const client = clientOf(own, { stream: { backOff: QUICK, onState } });
    await client.connect();
    const live = client.book(MARKET);
    const orders = new Map<string, string>();
    client.stream.subscribe(
      { channel: 'orders' },
      {
        onSnapshot: ({ orders: all }) => {
          orders.clear();
          for (const row of all) orders.set(row.order_id, row.status);
        },
        onDelta: ({ orders: all }) => all.forEach((row) => orders.set(row.order_id, row.status)),
      },
    );
    await live.ready;
    for (let i = 0; i < 20; i += 1) {
      await client.placeOrder({ ...ORDER, price: `${58_000 + i}` });
    }
    const { port } = own.app.listening;
    await own.app.stop();
    await until(() => states.at(-1) !== 'open');
    const during = client.placeOrder({ ...ORDER, price: '58500' }, { timeoutMs: 20_000 });
    const again = await openLab({ data: own.data, config: { port } });
    expect(again.app.listening.port).toBe(port);
    const placed = await during;
    expect(placed.order?.price).toBe('58500');
    const last = await client.placeOrder({ ...ORDER, price: '58501' });
    await until(() => live.book.bids.some(({ price }) => price === '58501'));
    await until(() => orders.has(last.order_id)); // subscriptions come back one by one
    const { bids, asks } = await client.http.getBook({
      params: { market: MARKET },
      query: { levels: 500 },
    });
    expect({ bids: live.book.bids, asks: live.book.asks }).toEqual({ bids, asks });
    expect(live.book.isComplete).toBe(true);
    const { orders: open } = await client.http.listOrders();
    const known = [...orders].filter(([, status]) => status === 'open').map(([id]) => id);
    expect(known.toSorted()).toEqual(open.map((row) => row.order_id).toSorted());
    expect(states.filter((state) => state === 'open')).toHaveLength(2);
    client.close();
    await again.stop();
  });

  test('many cut connections lose nothing and execute nothing twice', async () => {
    const own = await openLab();
    const client = clientOf(own);
    await client.connect();
    const live = client.book(MARKET);
    await live.ready;
    const sent: Promise<{ order_id: string }>[] = [];
    for (let i = 0; i < 60; i += 1) {
      sent.push(client.placeOrder({ ...ORDER, price: `${58_000 + i}` }));
      if (i % 10 === 5) cut(client);
      await later(5);
    }
    const ids = (await Promise.all(sent)).map(({ order_id: id }) => id);
    expect(new Set(ids).size).toBe(60);
    const { orders } = await client.http.listOrders();
    expect(orders).toHaveLength(60);
    await until(() => live.book.bids.length === 60);
    client.close();
    await own.stop();
  });
});

/** Cuts the client's connection as a network would. */
function cut(client: PlimsollClient): void {
  const { stream } = client as unknown as { stream: { socket: WebSocket | undefined } };
  stream.socket?.close();
}

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 1_000 && !isSo(); i += 1) await later(10);
  expect(isSo()).toBe(true);
}

/** Takes requests and never answers. */
async function silentServer(): Promise<{ server: Server; url: string }> {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}` };
}
