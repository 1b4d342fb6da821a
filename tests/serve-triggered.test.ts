// Proves that a reader can tell a stop that waits from one that its price has let go and that rests
// with its limit: over HTTP in every answer about orders, on the stream from its beginning and by
// change, and after it has ended.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLab, type Lab } from '../src/app/lab.suite.ts';
import { Wire } from './stream/wire.ts';

const MARKET = 'BTC-PERP';
const STOP = {
  market: MARKET,
  side: 'sell',
  type: 'stop_limit',
  trigger_price: '58000',
  price: '59000',
  size: '0.01',
};
let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});

afterAll(() => lab.stop());

const asOrder = (json: unknown): unknown => {
  const { status, triggered } = json as Record<string, unknown>;
  return [status, triggered];
};

const move = (price: string): Promise<unknown> =>
  lab.post(`/api/v1/admin/markets/${MARKET}/index`, { price });

test('a stop waits, is triggered and rests, and was triggered when it has ended', async () => {
  const wire = await Wire.open(lab.app.origin, lab.token);
  await wire.subscribe({ channel: 'orders' });
  const placed = await lab.post('/api/v1/orders', STOP);
  expect(asOrder(placed.json['order'])).toEqual(['waiting', false]);
  const path = `/api/v1/orders/${String(placed.json['order_id'])}`;
  expect(asOrder((await lab.ask(path)).json)).toEqual(['waiting', false]);

  await move('57995');
  expect(asOrder((await lab.ask(path)).json)).toEqual(['open', true]);
  const amended = await lab.ask(path, { method: 'PATCH', body: { size: '0.02' } });
  expect(asOrder(amended.json['order'])).toEqual(['open', true]);
  const { json: open } = await lab.ask('/api/v1/orders');
  expect((open['orders'] as unknown[]).map(asOrder)).toEqual([['open', true]]);
  // What a stream begins with is what it would have come to.
  const late = await Wire.open(lab.app.origin, lab.token);
  const { data } = await late.subscribe({ channel: 'orders' });
  expect((data as { orders: unknown[] }).orders.map(asOrder)).toEqual([['open', true]]);
  await expect
    .poll(() => JSON.stringify(wire.deltas('orders').at(-1)))
    .toContain('"triggered":true');

  await lab.ask(path, { method: 'DELETE' });
  await expect.poll(async () => asOrder((await lab.ask(path)).json)).toEqual(['cancelled', true]);
  await move('60000');
  for (const one of [wire, late]) await one.close();
});

test('one that is cancelled while it waits never was; a limit order never waits', async () => {
  const { json } = await lab.post('/api/v1/orders', STOP);
  const path = `/api/v1/orders/${String(json['order_id'])}`;
  await lab.ask(path, { method: 'DELETE' });
  await expect.poll(async () => asOrder((await lab.ask(path)).json)).toEqual(['cancelled', false]);
  const limit = { market: MARKET, side: 'sell', type: 'limit', price: '61000', size: '0.01' };
  const placed = await lab.post('/api/v1/orders', limit);
  expect(asOrder(placed.json['order'])).toEqual(['open', null]);
});
