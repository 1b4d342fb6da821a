// Proves that what the server remembers of questions never shows: the same address gives what it
// gave and then what is new, a refused one is refused again, and a sign-in that ended stays ended.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyOf, openLab, type Lab } from '../src/app/lab.suite.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});

afterAll(() => lab.stop());

const book = (query: string): ReturnType<Lab['ask']> =>
  lab.ask(`/api/v1/markets/BTC-PERP/book${query}`);

const sell = async (price: string): Promise<number> => {
  const order = { account: 'bob', market: 'BTC-PERP', side: 'sell', price, size: '0.5' };
  const placed = await lab.post('/api/v1/orders', order);
  expect(placed.status, placed.text).toBe(200);
  return Number(placed.json['sequence']);
};

test('a book is the same until a command, then the new one', async () => {
  for (const price of ['60010', '60020', '60030']) {
    const sequence = await sell(price);
    const first = await book('?levels=2');
    expect(first.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(first.headers.get('cache-control')).toBe('no-store');
    expect(first.json['sequence']).toBe(sequence);
    expect((await book('?levels=2')).text).toBe(first.text);
    const one = await book('?levels=1');
    expect(one.json['asks']).toHaveLength(1);
    expect((await book('?levels=2')).text).toBe(first.text);
  }
  const { asks } = (await book('')).json as { asks: { price: string; size: string }[] };
  expect(asks.map((level) => level.price)).toEqual(['60010', '60020', '60030']);
  await lab.post('/api/v1/orders', {
    market: 'BTC-PERP',
    side: 'buy',
    type: 'market',
    time_in_force: 'ioc',
    size: '0.2',
  });
  const [touched] = (await book('')).json['asks'] as unknown[];
  expect(touched).toEqual({ price: '60010', size: '0.3', orders: 1 });
});

test('more addresses than are remembered, each for what it says', async () => {
  for (let round = 0; round < 2; round += 1) {
    for (let levels = 1; levels <= 130; levels += 1) {
      const { json } = await book(`?levels=${levels}`);
      expect(json['asks']).toHaveLength(Math.min(levels, 3));
    }
  }
});

test('what was refused is refused again', async () => {
  for (const query of ['?levels=0', '?levels=2&levels=2', '?depth=2']) {
    for (let time = 0; time < 3; time += 1) {
      expect((await book(query)).json['code'], query).toBe('MALFORMED');
    }
  }
  const nowhere = '/api/v1/markets/NO-PERP/book';
  expect((await lab.ask(nowhere)).json['code']).toBe('MARKET_NOT_FOUND');
  expect((await lab.ask(nowhere)).json['code']).toBe('MARKET_NOT_FOUND');
});

test('an address is for everybody, its answer for who asks', async () => {
  const token = await keyOf(lab, 'bob', ['read']);
  const mine = '/api/v1/account';
  const operator = await lab.ask(mine);
  expect((await lab.ask(mine, { token })).json['account']).toBe('bob');
  expect((await lab.ask(mine)).json['account']).toBe(operator.json['account']);
  const order = { market: 'BTC-PERP', side: 'buy', price: '59000', size: '0.1' };
  expect((await lab.post('/api/v1/orders', order, { token })).json['code']).toBe('FORBIDDEN');
});
