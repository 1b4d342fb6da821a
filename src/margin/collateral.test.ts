// Proves that balances are valued against the account, rounded once, and that no price can stop the
// process.

import { describe, expect, test } from 'vitest';
import { Draw } from '../units/draw.suite.ts';
import { collateralValue, countedProfit } from './collateral.ts';
import { ceilDiv, floorDiv } from './naive.suite.ts';

const MILLION = 1_000_000;

describe('the value of a balance', () => {
  test.each([
    // balance, price, weight, liability weight, decimals, value
    [1_500_000, MILLION, MILLION, MILLION, 6, 1_500_000], // the settlement asset itself
    [100_000_000, 60_000_000_000, 900_000, 1_100_000, 8, 54_000_000_000], // one BTC at 60,000, 90 %
    [-100_000_000, 60_000_000_000, 900_000, 1_100_000, 8, -66_000_000_000],
    [1, 60_000_000_000, 900_000, 1_100_000, 8, 540],
    [1, 1, 999_999, 1_000_001, 0, 0], // 0.999999 down
    [-1, 1, 999_999, 1_000_001, 0, -2], // 1.000001 up
    [-1, 1, 999_999, 1_000_000, 0, -1],
    [3, 333_333, 500_000, 1_500_000, 6, 0], // 0.4999995
    [-3, 333_333, 500_000, 1_500_000, 6, -2], // 1.4999985
    [0, 60_000_000_000, 900_000, 1_100_000, 8, 0],
    [5, 0, 900_000, 1_100_000, 8, 0], // no price yet
    [-5, 0, 900_000, 1_100_000, 8, 0],
    [5, 7, 0, 1_100_000, 0, 0],
  ])(
    '%d at %d, weights %d and %d, %d decimals',
    (balance, price, weight, debt, decimals, value) => {
      expect(collateralValue(balance, price, weight, debt, decimals)).toBe(value);
    },
  );

  test('equals one division of the whole product, in bigint', () => {
    const draw = new Draw(51);
    for (let i = 0; i < 15_000; i += 1) {
      const decimals = draw.whole(0, 12);
      const balance = draw.scaled(0, 4e15);
      const scale = 10 ** decimals;
      const most = Math.floor((2e15 / Math.max(balance, 1)) * scale);
      const price = draw.scaled(0, Math.min(2 ** 53 - 1, Math.max(1, most)));
      const weight = draw.scaled(0, 2_000_000);
      const product = BigInt(balance) * BigInt(price) * BigInt(weight);
      const divisor = BigInt(scale) * 1_000_000n;
      if (product / divisor > 4_000_000_000_000_000n) continue;
      const value = collateralValue(balance, price, weight, weight, decimals);
      expect(BigInt(value)).toBe(floorDiv(product, divisor));
      if (balance === 0) continue;
      const debt = collateralValue(-balance, price, weight, weight, decimals);
      expect(BigInt(debt)).toBe(-ceilDiv(product, divisor));
      expect(Object.is(value, -0) || Object.is(debt, -0)).toBe(false);
    }
  });

  test('beyond what is counted is a number that every bound refuses, not a stop', () => {
    expect(collateralValue(4e15, 9e15, MILLION, MILLION, 0)).toBe(2 ** 52);
    expect(collateralValue(-4e15, 9e15, MILLION, MILLION, 12)).toBe(-(2 ** 52));
    expect(collateralValue(4e15, 1, MILLION, MILLION, 0)).toBe(4e15);
  });

  test('weights beyond what is counted are capped as well', () => {
    expect(collateralValue(-4e15, 1, MILLION, 2 * MILLION, 0)).toBe(-(2 ** 52));
  });
});

describe('profit that counts for new risk', () => {
  test.each([
    // profit, weight, cap, counted
    [1_000, MILLION, 0, 1_000],
    [1_000, 0, 0, 0],
    [1_001, 500_000, 0, 500],
    [1_000, MILLION, 100, 100],
    [1_000, 50_000, 100, 50],
    [-1_000, 0, 100, -1_000],
    [0, 500_000, 0, 0],
  ])('%d at weight %d and cap %d counts %d', (profit, weight, cap, counted) => {
    expect(countedProfit(profit, weight, cap)).toBe(counted);
  });
});
