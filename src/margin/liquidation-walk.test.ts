// Proves the liquidation prices with own orders against a plain replay of the walk, and by
// hand-worked cases.

import { describe, expect, test } from 'vitest';
import { DEFAULT_BRACKETS } from './brackets.ts';
import type { Exposure } from './liquidation-price.ts';
import { liquidationWithOrders, type OwnOrder } from './liquidation-walk.ts';
import { bracketsOf } from './naive.suite.ts';

const brackets = bracketsOf(DEFAULT_BRACKETS);

function exposure(size: number, cost: number, otherEquity: number): Exposure {
  return { brackets, size, cost, k: 1, otherEquity, otherMaintenance: 0 };
}

function order(side: 1 | -1, price: number, size: number, reduceOnly = false): OwnOrder {
  return { side, price, size, reduceOnly };
}

const at = (price: number): object => ({ kind: 'price', price });
const none = { kind: 'none' };

describe('with own orders', () => {
  test('nothing changes without any', () => {
    const long = exposure(100, 100_000, 20_000);
    const range = liquidationWithOrders(long, [], 0);
    expect(range).toEqual({ alone: at(842), falling: at(842), rising: none });
  });

  test('a buy on the way down fills first and moves the price up', () => {
    const long = exposure(100, 100_000, 20_000);
    // At 900 another 100: cost 190,000, equity 200p − 170,000, maintenance 10p: p < 894.7.
    const range = liquidationWithOrders(long, [order(1, 900, 100)], 0);
    expect(range).toMatchObject({ alone: at(842), falling: at(894) });
  });

  test('a buy below the liquidation price never fills', () => {
    const long = exposure(100, 100_000, 20_000);
    expect(liquidationWithOrders(long, [order(1, 842, 100)], 0).falling).toEqual(at(842));
    expect(liquidationWithOrders(long, [order(1, 843, 1)], 0).falling).toEqual(at(842));
  });

  test('a buy that the maker check would cancel is left out', () => {
    // At 850 equity is 5,000, maintenance 4,250; 100 more would require 8,500.
    const long = exposure(100, 100_000, 20_000);
    expect(liquidationWithOrders(long, [order(1, 850, 100)], 0).falling).toEqual(at(842));
  });

  test('the maker fee counts', () => {
    const long = exposure(100, 100_000, 20_000);
    // As above with a fee of 90: equity 200p − 170,090.
    const range = liquidationWithOrders(long, [order(1, 900, 100)], 1_000);
    expect(range.falling).toEqual(at(895));
  });

  test('sells reduce a long on the way up and may turn it into a short', () => {
    const long = exposure(100, 100_000, 20_000);
    const sells = [order(-1, 1_100, 100), order(-1, 1_050, 100)];
    // 100 sold at 1,050 (+5,000), 100 more at 1,100: short for 110,000 with 25,000: p > 128.57…
    expect(liquidationWithOrders(long, sells, 0).rising).toEqual(at(1_286));
    expect(liquidationWithOrders(long, sells.slice(1), 0).rising).toEqual(none);
  });

  test('reduce-only orders close and never open', () => {
    const long = exposure(100, 100_000, 20_000);
    const orders = [order(-1, 1_050, 300, true), order(1, 900, 100, true)];
    expect(liquidationWithOrders(long, orders, 0)).toMatchObject({
      falling: at(842),
      rising: none,
    });
  });

  test('orders of a flat account make the position', () => {
    const flat = exposure(0, 0, 20_000);
    const range = liquidationWithOrders(flat, [order(1, 1_000, 100), order(-1, 1_200, 100)], 0);
    expect(range).toEqual({ alone: none, falling: at(842), rising: at(1_334) });
  });

  test('a short mirrors', () => {
    const short = exposure(-100, -100_000, 20_000);
    const range = liquidationWithOrders(short, [order(-1, 1_100, 100), order(1, 500, 100)], 0);
    // Alone: 120,000 − 100p < 5p: 1,143. With 100 more at 1,100: 230,000 − 200p < 10p: 1,096, so
    // the order would leave it below maintenance at once and is cancelled.
    expect(range).toEqual({ alone: at(1_143), falling: none, rising: at(1_143) });
    const small = liquidationWithOrders(short, [order(-1, 1_100, 10)], 0);
    expect(small.rising).toEqual(at(1_135)); // 131,000 < 115.5p
  });
});
