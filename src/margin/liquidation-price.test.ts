// Proves hand-worked liquidation prices, long and short, isolated and cross, and the edges where
// there is none or every price liquidates.

import { describe, expect, test } from 'vitest';
import { DEFAULT_BRACKETS, type BracketTerms } from './brackets.ts';
import { isLiquidatableAt, liquidationPrice, liquidationTrigger } from './liquidation-price.ts';
import { bracketsOf, termsOf } from './naive.suite.ts';

const stairs = termsOf([0, 100_000, 50_000], [1_000, 200_000, 100_000], [5_000, 500_000, 400_000]);

describe('a liquidation price', () => {
  test.each<[string, readonly BracketTerms[], number, number, number, number, number, number]>([
    // size, cost, k, other equity, other maintenance, price
    // The worked example of spec margin §6, in a quote asset of 7 decimals (k = 1).
    ['of the published long', DEFAULT_BRACKETS, 10_000, 60e9, 1, 10e9, 0, 5_263_157],
    ['after collateral 500 at 3×', DEFAULT_BRACKETS, 12_343, 74_995_200_000, 1, 15e9, 0, 5_116_490],
    ['after a size of 0.05', DEFAULT_BRACKETS, 15_000, 92e9, 1, 15_333_333_334, 0, 5_380_116],
    ['of its mirror, a short', DEFAULT_BRACKETS, -10_000, -60e9, 1, 10e9, 0, 6_666_667],
    // A price unit is 10 of notional: 10p − 2,000 + 400 < 50 + (10p − 1,000) · 0.1, hence p <
    // 172.2.
    ['in the second bracket', stairs, 10, 2_000, 1, 400, 0, 172],
    // The pool is so thin that the third bracket counts: 10p − 5,990 < 450 + (10p − 5,000) · 0.4, p
    // < 740.
    ['in the third bracket', stairs, 10, 6_000, 1, 10, 0, 739],
    ['with other positions', stairs, 10, 2_000, 1, 500, 100, 172],
    ['of a cross account in debt elsewhere', stairs, 10, 2_000, 1, -100, 0, 227], // p < 227.8
  ])('%s', (_, terms, size, cost, k, otherEquity, otherMaintenance, price) => {
    const brackets = bracketsOf(terms);
    const exposure = { brackets, size, cost, k, otherEquity, otherMaintenance };
    const safer = size > 0 ? price + 1 : price - 1;
    expect(isLiquidatableAt(exposure, price)).toBe(true);
    expect(isLiquidatableAt(exposure, safer)).toBe(false);
    expect(liquidationPrice(exposure)).toEqual({ kind: 'price', price });
  });

  const brackets = bracketsOf(DEFAULT_BRACKETS);

  test.each([
    // size, cost, other equity, trigger
    [10, 1_000, 1_000, 0], // all paid: equity is the value itself
    [10, 1_000, 999, 0], // 1 short of it: would be liquidated below 0.105
    [10, 1_000, 990, 1], // 10p − 10 against 0.5p: p < 1.05
    [10, 1_000, 5_000, 0],
    [0, 0, -5, 0],
    [-10, -1_000, -1_001, 1], // nothing but debt: every price liquidates, the lowest is 1
    [-10, -1_000, 4.2e15, 0], // no price that is counted reaches it
    [1, 1, -4e15 + 1, 4e15], // every price liquidates: the last one that is counted
  ])('of size %d for %d with %d elsewhere is %d', (size, cost, otherEquity, trigger) => {
    expect(liquidationTrigger(brackets, size, cost, 1, otherEquity, 0)).toBe(trigger);
  });

  test('is none as a value', () => {
    const exposure = { brackets, size: 10, cost: 10, k: 1, otherEquity: 10, otherMaintenance: 0 };
    expect(liquidationPrice(exposure)).toEqual({ kind: 'none' });
  });

  test('of a scope that is liquidatable already lies beyond the mark', () => {
    // Long 10 at 100, pool 40, mark 100: equity 40 is below maintenance 50.
    expect(liquidationTrigger(brackets, 10, 1_000, 1, 40, 0)).toBe(101);
    expect(liquidationTrigger(brackets, -10, -1_000, 1, 40, 0)).toBe(100);
    expect(liquidationTrigger(brackets, -10, -1_000, 1, 30, 0)).toBe(99);
  });

  test('stops on figures that are not whole', () => {
    expect(() => liquidationTrigger(brackets, 10, 0.5, 1, 40, 0)).toThrow('Invariant');
  });
});
