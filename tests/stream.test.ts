// Proves that what a reader of the stream knows is what a query answers: snapshot and deltas of
// every channel, a resume without a gap, a resync beyond what is kept and after a restart, and
// orders over the stream with the answers of HTTP.

import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLab, type Lab } from '../src/app/lab.suite.ts';
import { bookOf, Wire, type Levels } from './stream/wire.ts';

const BOOK = '/api/v1/markets/BTC-PERP/book?levels=500';

let lab: Lab;
let bob: string;

beforeAll(async () => {
  lab = await openLab();
  const made = await lab.post('/api/v1/admin/credentials', {
    account: 'bob',
    kind: 'key',
    scopes: ['read', 'trade'],
  });
  bob = String(made.json['secret']);
});
afterAll(() => lab.stop());

/** The same noise every time: orders of two accounts that rest, cross, change and end. */
async function makeNoise(wire: Wire, rounds: number, seed: number): Promise<number> {
  let state = seed;
  const below = (most: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * most);
  };
  const known: string[] = [];
  let sequence = 0;
  for (let i = 0; i < rounds; i += 1) {
    const draw = below(10);
    const price = `${59_950 + below(200) * 0.5}`;
    const size = `0.0${1 + below(9)}`;
    const account = below(2) === 0 ? 'alice' : 'bob';
    const owner = { account };
    let answer: Record<string, unknown>;
    if (draw < 6 || known.length === 0) {
      const side = below(2) === 0 ? 'buy' : 'sell';
      const body = { ...owner, market: 'BTC-PERP', side, price, size };
      answer = await wire.ask({ op: 'place_order', body });
      const { order_id: made } = answer;
      if (typeof made === 'string') known.push(`${account} ${made}`);
    } else {
      const [of = '', order] = known[below(known.length)].split(' ');
      const target = { order_id: order, ...(draw < 8 ? {} : { account: of }) };
      if (draw < 8) {
        answer = await wire.ask({
          op: 'amend_order',
          ...target,
          body: { account: of, price, size },
        });
      } else answer = await wire.ask({ op: 'cancel_order', ...target });
    }
    if (typeof answer['sequence'] === 'number') sequence = Math.max(sequence, answer['sequence']);
  }
  return sequence;
}

async function queried(): Promise<Levels & { sequence: number }> {
  const { json } = await lab.ask(BOOK);
  return json as unknown as Levels & { sequence: number };
}

describe('snapshot and deltas', () => {
  test('the book of a reader is the book of a query, whenever it joined', async () => {
    const trader = await Wire.open(lab.app.origin, lab.token);
    const early = await Wire.open(lab.app.origin);
    const first = await early.subscribe({ channel: 'book', market: 'BTC-PERP' });
    await makeNoise(trader, 150, 1);
    const late = await Wire.open(lab.app.origin);
    const second = await late.subscribe({ channel: 'book', market: 'BTC-PERP' });
    const noise = makeNoise(trader, 150, 2);
    const during = await Wire.open(lab.app.origin);
    const third = await during.subscribe({ channel: 'book', market: 'BTC-PERP' });
    await noise;
    const { bids, asks } = await queried();
    expect(bids.length + asks.length).toBeGreaterThan(10);
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const [wire, snapshot] of [
      [early, first],
      [late, second],
      [during, third],
    ] as const) {
      expect(bookOf(snapshot, wire.deltas('book'))).toEqual({ bids, asks });
      let last = snapshot.sequence;
      for (const { sequence, previous } of wire.deltas('book')) {
        expect(previous).toBeLessThanOrEqual(last);
        expect(sequence).toBeGreaterThan(last);
        last = sequence;
      }
      expect(wire.fault).toBeUndefined();
      await wire.close();
    }
    await trader.close();
  });

  test('stops, their amendments and their end keep the book right', async () => {
    const wire = await Wire.open(lab.app.origin, lab.token);
    const snapshot = await wire.subscribe({ channel: 'book', market: 'BTC-PERP' });
    const stop = {
      market: 'BTC-PERP',
      side: 'sell',
      type: 'stop_limit',
      trigger_price: '58000',
      price: '57990',
      size: '0.01',
    };
    const placed = await wire.ask({ op: 'place_order', body: stop });
    const order_id = String(placed['order_id']);
    await wire.ask({ op: 'amend_order', order_id, body: { size: '0.02' } });
    const second = await wire.ask({ op: 'place_order', body: { ...stop, size: '0.03' } });
    expect(await wire.ask({ op: 'cancel_order', order_id })).toMatchObject({
      cancelled: [order_id],
    });
    await lab.post('/api/v1/admin/markets/BTC-PERP/index', { price: '57995' });
    await lab.post('/api/v1/admin/markets/BTC-PERP/index', { price: '60000' });
    await wire.ask({ op: 'cancel_order', order_id: String(second['order_id']) });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { bids, asks } = await queried();
    expect(bookOf(snapshot, wire.deltas('book'))).toEqual({ bids, asks });
    await wire.close();
  });

  test('orders, fills, positions, account and trades end as the queries say', async () => {
    const trader = await Wire.open(lab.app.origin, lab.token);
    const wire = await Wire.open(lab.app.origin, bob);
    const open = await wire.subscribe({ channel: 'orders' });
    const fills = await wire.subscribe({ channel: 'fills' });
    const positions = await wire.subscribe({ channel: 'positions' });
    const account = await wire.subscribe({ channel: 'account' });
    const activity = await wire.subscribe({ channel: 'activity' });
    const trades = await wire.subscribe({ channel: 'trades', market: 'BTC-PERP' });
    const candles = await wire.subscribe({
      channel: 'candles',
      market: 'BTC-PERP',
      interval: '1d',
    });
    expect(open).toMatchObject({ channel: 'orders', account: 'bob' });
    await makeNoise(trader, 200, 3);
    await lab.post('/api/v1/admin/markets/BTC-PERP/index', { price: '60100' });
    await new Promise((resolve) => setTimeout(resolve, 400));

    type Rows = Record<string, Record<string, unknown>[]>;
    const asBob = { token: bob };
    const now = async (path: string): Promise<Rows> =>
      (await lab.ask(path, asBob)).json as unknown as Rows;
    const keep = (rows: Map<unknown, object>, all: Record<string, unknown>[], key: string): void =>
      all.forEach((row) => rows.set(row[key], row));

    const orders = new Map<unknown, object>();
    keep(orders, (open.data as Rows)['orders'], 'order_id');
    for (const { data } of wire.deltas('orders'))
      keep(orders, (data as Rows)['orders'], 'order_id');
    const resting = [...orders.values()].filter((row) => 'status' in row && row.status === 'open');
    const byId = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
    expect(resting.sort(byId)).toEqual((await now('/api/v1/orders'))['orders'].sort(byId));

    const seen = wire.deltas('fills').flatMap(({ data }) => (data as Rows)['fills']);
    const all = [...seen.toReversed(), ...(fills.data as Rows)['fills']];
    expect(all.slice(0, 100)).toEqual((await now('/api/v1/fills?limit=100'))['fills']);
    expect(seen.length).toBeGreaterThan(10);

    const held = new Map<unknown, object>();
    keep(held, (positions.data as Rows)['positions'], 'market');
    for (const { data } of wire.deltas('positions'))
      keep(held, (data as Rows)['positions'], 'market');
    expect([...held.values()]).toEqual((await now('/api/v1/positions'))['positions']);

    const money = wire.deltas('account').at(-1)?.data ?? account.data;
    const { sequence: _, ...known } = money as Record<string, unknown>;
    expect((await lab.ask('/api/v1/account', asBob)).json).toMatchObject(known);

    const made = wire.deltas('trades').flatMap(({ data }) => (data as Rows)['trades']);
    const told = [...made.toReversed(), ...(trades.data as Rows)['trades']].slice(0, 100);
    expect(told).toEqual((await now('/api/v1/markets/BTC-PERP/trades?limit=100'))['trades']);

    const newest = wire
      .deltas('candles')
      .map(({ data }) => (data as Rows)['candles'][0])
      .at(-1);
    const queriedCandles = await now('/api/v1/markets/BTC-PERP/candles?interval=1d');
    expect(newest).toEqual(queriedCandles['candles'].at(-1));
    expect(candles.data).toBeDefined();

    expect(activity.data).toEqual({ commands: [] });
    const words = JSON.stringify(wire.deltas('activity'));
    expect(words).toContain('order_filled');
    expect(words).not.toContain('alice');
    expect(wire.fault).toBeUndefined();
    await trader.close();
    await wire.close();
  });

  test('orders placed while a reader joins are told, whenever it joined', async () => {
    for (let i = 0; i < 8; i += 1) {
      const account = `joined-${i}`;
      await lab.post('/api/v1/admin/accounts', { account });
      await lab.post('/api/v1/admin/deposits', { account, asset: 'USDT', amount: '100000' });
      const trader = await Wire.open(lab.app.origin, lab.token);
      const wire = await Wire.open(lab.app.origin, lab.token);
      const answers: Promise<unknown>[] = [];
      const placeSome = async (): Promise<void> => {
        for (let n = 0; n < 60; n += 1) {
          const body = {
            account,
            market: 'BTC-PERP',
            side: 'buy',
            price: `${30_000 + n}`,
            size: '0.001',
          };
          answers.push(trader.ask({ op: 'place_order', body }));
          if (n % 3 === i % 3) await setImmediate();
        }
      };
      const placed = placeSome();
      const joined = wire.subscribe({ channel: 'orders', account });
      await placed;
      await Promise.all(answers);
      wire.send({ op: 'ping' });
      await wire.next('pong'); // what was told before has come
      const seen = new Set<unknown>();
      const { data } = await joined;
      for (const part of [data, ...wire.deltas('orders').map((delta) => delta.data)]) {
        for (const row of (part as { orders: { order_id: string }[] }).orders)
          seen.add(row.order_id);
      }
      const { json } = await lab.ask(`/api/v1/orders?account=${account}`);
      const open = (json['orders'] as unknown as { order_id: string }[]).map((row) => row.order_id);
      expect(open).toHaveLength(60);
      expect(open.filter((order) => !seen.has(order))).toEqual([]);
      expect(wire.fault).toBeUndefined();
      await trader.close();
      await wire.close();
    }
  });

  test('marks follow the index', async () => {
    const wire = await Wire.open(lab.app.origin);
    const { data } = await wire.subscribe({ channel: 'mark', market: 'BTC-PERP' });
    const noFunding = { funding_rate: null, next_funding_at: null };
    expect(data).toEqual({ mark: '60100', index: '60100', ...noFunding });
    await lab.post('/api/v1/admin/markets/BTC-PERP/index', { price: '60000' });
    const delta = await wire.next('delta');
    expect(delta.data).toEqual({ mark: '60000', index: '60000', ...noFunding });
    await wire.close();
  });
});

describe('from', () => {
  test('a reader that comes back gets what it missed and nothing else', async () => {
    const wire = await Wire.open(lab.app.origin, lab.token);
    const snapshot = await wire.subscribe({ channel: 'book', market: 'BTC-PERP' });
    const seen = await makeNoise(wire, 30, 4);
    await wire.next('delta', ({ sequence }) => sequence >= seen - 5);
    const had = wire.deltas('book');
    await wire.close();
    const from = had.at(-1)?.sequence ?? snapshot.sequence;

    const trader = await Wire.open(lab.app.origin, lab.token);
    await makeNoise(trader, 60, 5);
    const back = await Wire.open(lab.app.origin);
    back.send({ op: 'subscribe', id: 'back', channel: 'book', market: 'BTC-PERP', from });
    expect(await back.next('subscribed')).toMatchObject({ id: 'back', sequence: from });
    await makeNoise(trader, 20, 6);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { bids, asks } = await queried();
    expect(bookOf(snapshot, [...had, ...back.deltas('book')])).toEqual({ bids, asks });
    expect(back.messages.some(({ type }) => type === 'snapshot' || type === 'resync')).toBe(false);
    await back.close();
    await trader.close();
  });

  test('a candle that was missed is told as it was then', async () => {
    const place = { channel: 'candles', market: 'BTC/USDT', interval: '1d' };
    const order = { market: 'BTC/USDT', price: '60000', size: '0.001' };
    const trade = async (): Promise<{ readonly sequence: number }> => {
      await lab.post('/api/v1/orders', { ...order, account: 'bob', side: 'buy' });
      const sell = { ...order, account: 'alice', side: 'sell' };
      const { json } = await lab.post('/api/v1/orders', sell);
      return { sequence: Number(json['sequence']) };
    };
    await trade();
    const wire = await Wire.open(lab.app.origin);
    const { sequence: from } = await wire.subscribe(place);
    await wire.close();
    for (let i = 0; i < 3; i += 1) await trade();
    const { sequence: last } = await trade();
    const back = await Wire.open(lab.app.origin);
    back.send({ op: 'subscribe', ...place, from });
    await back.next('delta', ({ sequence }) => sequence >= last);
    const counts = back
      .deltas('candles')
      .map(({ data }) => (data as { candles: { trades: number }[] }).candles[0]?.trades ?? 0);
    const [first = 0] = counts;
    expect(first).toBeGreaterThan(1);
    expect(counts).toEqual([first, first + 1, first + 2, first + 3]);
    await back.close();
  });

  test('what lies before the beginning or in the future is a resync', async () => {
    for (const from of [0, 9_000_000]) {
      const wire = await Wire.open(lab.app.origin);
      wire.send({ op: 'subscribe', channel: 'book', market: 'BTC-PERP', from });
      const snapshot = await wire.next('snapshot');
      expect(wire.messages.map(({ type }) => type)).toEqual([
        'welcome',
        'subscribed',
        'resync',
        'snapshot',
      ]);
      const { bids, asks } = await queried();
      expect(snapshot.data).toEqual({ bids, asks, complete: true });
      await wire.close();
    }
  });

  test('sequences go on after a restart, and the book is the same', async () => {
    const own = await openLab();
    const wire = await Wire.open(own.app.origin, own.token);
    await wire.subscribe({ channel: 'book', market: 'BTC-PERP' });
    await makeNoise(wire, 40, 7);
    const before = await own.ask(BOOK);
    const last = wire.deltas('book').at(-1)?.sequence ?? 0;
    const closed = wire.closed;
    await own.app.stop();
    expect(await closed).toMatchObject({ code: 1001 });

    const again = await openLab({ data: own.data });
    const back = await Wire.open(again.app.origin, again.token);
    back.send({ op: 'subscribe', channel: 'book', market: 'BTC-PERP', from: last - 1 });
    await back.next('resync');
    const snapshot = await back.next('snapshot');
    expect(snapshot.sequence).toBeGreaterThanOrEqual(last);
    const { bids, asks } = before.json as unknown as Levels;
    expect(snapshot.data).toEqual({ bids, asks, complete: true });
    await makeNoise(back, 40, 8);
    const now = (await again.ask(BOOK)).json as unknown as Levels;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(bookOf(snapshot, back.deltas('book'))).toEqual({ bids: now.bids, asks: now.asks });
    await back.close();
    await again.stop();
  });
});

describe('orders over the stream', () => {
  const ORDER = { market: 'BTC/USDT', side: 'buy', price: '50000', size: '0.1' };

  test('answer as over HTTP', async () => {
    const wire = await Wire.open(lab.app.origin, lab.token);
    const { json: http } = await lab.post('/api/v1/orders', ORDER);
    const answer = await wire.ask({ op: 'place_order', body: ORDER });
    const fixed = (one: Record<string, unknown>): object => {
      const { order, ...rest } = one;
      return {
        ...rest,
        ...(order as object),
        request_id: 0,
        sequence: 0,
        order_id: 0,
        created_at: 0,
      };
    };
    expect(fixed(answer)).toEqual(fixed(http));
    const order_id = String(answer['order_id']);
    const amended = await wire.ask({ op: 'amend_order', order_id, body: { price: '50001' } });
    expect(amended).toMatchObject({ order_id, order: { price: '50001' } });
    const cancelled = await wire.ask({ op: 'cancel_order', order_id });
    expect(cancelled).toMatchObject({ cancelled: [order_id] });
    const both = { orders: [ORDER, { ...ORDER, size: '0.0001' }] };
    expect(await wire.ask({ op: 'place_batch', body: both })).toMatchObject({
      results: [{ order: { order: { status: 'open' } } }, { problem: { code: 'STEP_MISMATCH' } }],
    });
    const rest = await wire.ask({ op: 'cancel_orders', body: { market: 'BTC/USDT' } });
    expect(rest['cancelled']).toHaveLength(2);
    await wire.close();
  });

  test('are refused in the same words', async () => {
    const wire = await Wire.open(lab.app.origin, lab.token);
    for (const wrong of [
      { ...ORDER, size: '0' },
      { ...ORDER, price: '1.05' },
      { ...ORDER, market: 'NO-SUCH' },
      { ...ORDER, size: '90000' },
    ]) {
      const { json: http } = await lab.post('/api/v1/orders', wrong);
      const { request_id: _a, ...own } = await wire.ask({ op: 'place_order', body: wrong });
      const { request_id: _b, ...rest } = http;
      expect(own).toEqual(rest);
    }
    const key = { idempotency_key: 'stream-1' };
    const first = await wire.ask({ op: 'place_order', body: ORDER, ...key });
    const again = await wire.ask({ op: 'place_order', body: ORDER, ...key });
    expect(again).toEqual({ ...first, repeated: true });
    const over = { headers: { 'idempotency-key': 'stream-1' } };
    expect((await lab.post('/api/v1/orders', ORDER, over)).json).toEqual(again);
    await wire.close();
  });
});
