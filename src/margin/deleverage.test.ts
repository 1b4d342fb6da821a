// Proves how much a counterparty can give, and that the list of counterparties has one order.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareDeleverage,
  counterpartyCapacity,
  deleverageRank,
  type CounterpartyTerms,
  type DeleverageEntry,
} from './deleverage.ts';
import { bracketsOf, termsOf } from './naive.suite.ts';

/** Long 100 at a mark of 1,000, maintenance 50 each. */
const BASE: CounterpartyTerms = {
  size: 100,
  mark: 1_000,
  k: 1,
  price: 1_000,
  equity: 20_000,
  maintenance: 5_000,
  brackets: bracketsOf(termsOf([0, 100_000, 50_000])),
  most: 1_000,
};

describe('a counterparty gives', () => {
  test.each<[string, Partial<CounterpartyTerms>, number]>([
    ['all it has', {}, 100],
    ['no more than is wanted', { most: 30 }, 30],
    ['nothing when nothing is wanted', { most: 0 }, 0],
    ['nothing below maintenance', { equity: 4_999 }, 0],
    ['all at the mark from maintenance on', { equity: 5_000 }, 100],
    // A unit at 940 costs 60 and frees 50: 100 above maintenance pay for 10.
    ['what it can at a loss', { price: 940, equity: 5_100 }, 10],
    ['a unit less when an amount is missing', { price: 940, equity: 5_099 }, 9],
    ['all at a loss that closing frees', { price: 950, equity: 5_000 }, 100],
    ['of a short what it can', { size: -100, price: 1_060, equity: 5_100 }, 10],
    ['all at a gain', { price: 1_060, equity: 5_000 }, 100],
    ['of one market of several', { price: 940, maintenance: 9_000, equity: 9_100 }, 10],
    ['at the largest notional', { size: 4e12, price: 940, most: 4e12, equity: 2.1e14 }, 1e12],
  ])('%s', (_, changed, size) => {
    const maintenance = changed.size === 4e12 ? 2e14 : BASE.maintenance;
    expect(counterpartyCapacity({ ...BASE, maintenance, ...changed })).toBe(size);
  });
});

describe('the rank', () => {
  test.each([
    ['no profit', 0, 1_000, 100],
    ['a loss', -5, 1_000, 100],
    ['no equity', 5, 1_000, 0],
    ['a deficit', 5, 1_000, -100],
  ])('of %s is 0', (_, profit, notional, equity) => {
    expect(deleverageRank(profit, notional, equity)).toBe(0);
  });

  test('of a ratio does not depend on its magnitude', () => {
    // 6 · 1,000 ÷ 100² = 0.6
    const rank = deleverageRank(6, 1_000, 100);
    expect(deleverageRank(600, 100_000, 10_000)).toBe(rank);
    expect(deleverageRank(3_000, 2, 100)).toBe(rank);
  });

  test('of the extremes is a whole number above 0 and at most 2^52', () => {
    const max = Number.MAX_SAFE_INTEGER;
    const least = deleverageRank(1, 1, max);
    const most = deleverageRank(max, max, 1);
    expect(Number.isSafeInteger(least) && least > 0).toBe(true);
    expect(Number.isSafeInteger(most) && most <= 2 ** 52).toBe(true);
  });
});

const entry = (account: number, changed: Partial<DeleverageEntry> = {}): DeleverageEntry => ({
  isSameGroup: false,
  equity: 100,
  rank: 0,
  account,
  ...changed,
});

/** The list in its order: each row comes before all that follow. */
const ORDERED = [
  entry(9, { rank: 900 }),
  entry(8, { rank: 700 }),
  entry(3, { rank: 500 }),
  entry(4, { rank: 500 }),
  entry(6, { equity: 0 }),
  entry(7, { equity: -50 }),
  entry(1),
  entry(2, { equity: 10_000 }),
  entry(11, { isSameGroup: true, rank: 2_000 }),
  entry(12, { isSameGroup: true, rank: 1_000 }),
  entry(0, { isSameGroup: true, equity: -1 }),
  entry(5, { isSameGroup: true }),
];

describe('the list', () => {
  test('has its order whatever order it comes in', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(ORDERED, { minLength: ORDERED.length }), (shuffled) => {
        expect([...shuffled].sort(compareDeleverage)).toEqual(ORDERED);
      }),
    );
  });

  test('is a total order of different accounts', () => {
    const any = fc.record({
      isSameGroup: fc.boolean(),
      equity: fc.integer({ min: -2, max: 2 }),
      rank: fc.integer({ min: 0, max: 2 }),
      account: fc.nat({ max: 5 }),
    });
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        const [ab, ba] = [compareDeleverage(a, b), compareDeleverage(b, a)];
        expect(Math.sign(ab) + Math.sign(ba)).toBe(0);
        if (a.account !== b.account) expect(ab).not.toBe(0);
        if (ab < 0 && compareDeleverage(b, c) < 0) expect(compareDeleverage(a, c)).toBeLessThan(0);
      }),
    );
  });
});
