// Proves that a ratio of two prices is exact until it is shown, and that what is shown prints as
// the decimal it is meant to be.

import { describe, expect, test } from 'vitest';
import { Draw } from './draw.suite.ts';
import { formatDecimal, type DecimalUnit } from './decimal.ts';
import {
  decimalNumber,
  decimalRatio,
  nearestCount,
  nearestInUnit,
  priceAtRatio,
  priceRatio,
  ratioNumber,
  scaleRatio,
} from './ratio.ts';

const CENT: DecimalUnit = { text: '0.01', numerator: 1, decimals: 2 };
const QUARTER: DecimalUnit = { text: '0.25', numerator: 25, decimals: 2 };
const MICRO: DecimalUnit = { text: '0.000001', numerator: 1, decimals: 6 };

describe('a ratio is shown', () => {
  test.each([
    [5_500_000, CENT, 10_000, CENT, 550],
    [6_000_000, CENT, 109_090_909, MICRO, 550], // 60,000 ÷ 109.090909 = 550.00000046
    [220, QUARTER, 5_000, CENT, 1.1], // 55 ÷ 50
    [1, CENT, 3, CENT, 0.33333],
    [2, CENT, 3, CENT, 0.66667],
    [99_999_9, CENT, 1_000_000, CENT, 1], // 0.999999 to five digits
    [1, MICRO, 9_000_000_000_000_000, CENT, 1.11e-20], // at most 22 decimals
    [9_000_000_000_000_000, CENT, 1, MICRO, 90_071_992_547_409.9], // the largest
  ])('%d of %o over %d of %o is %d', (price, unit, other, otherUnit, shown) => {
    expect(ratioNumber(priceRatio(price, unit, other, otherUnit))).toBe(shown);
  });

  test.each([
    // half-even, from the exact value: 446.875, 402.41666…, and ties on either side
    [550, 812_500, 446.88],
    [550, 731_666, 402.42],
    [1, 1_005_000, 1], // 1.005
    [1, 1_015_000, 1.02], // 1.015
    [1, 1_015_001, 1.02],
    [1, 1_014_999, 1.01],
  ])('%d · %d ppm is %d', (ratio, ppm, shown) => {
    expect(ratioNumber(scaleRatio(decimalRatio(ratio, 0), ppm, 1_000_000))).toBe(shown);
  });
});

test('a ratio and one price give the other', () => {
  const ratio = priceRatio(5_512_345, CENT, 10_033, CENT);
  expect(priceAtRatio(ratio, 10_033, CENT, CENT)).toBe(5_512_345);
  expect(priceAtRatio(ratio, 10_033, CENT, QUARTER)).toBe(220_494); // 55,123.45 ÷ 0.25 = 220,493.8
  expect(priceAtRatio(ratio, 100_330_000, MICRO, CENT)).toBe(5_512_345);
});

describe('a count as a number', () => {
  test.each([
    [402_416_666, 6, 2, 402.42],
    [-3_333_333, 6, 2, -3.33],
    [5_000, 6, 2, 0], // 0.005, a tie to the even digit
    [15_000, 6, 2, 0.02],
    [-5_000, 6, 2, 0],
    [12_345, 0, 2, 12_345],
    [12_345, 1, 2, 1_234.5],
  ])('%d of 10^-%d with %d decimals is %d', (count, decimals, shown, number) => {
    expect(decimalNumber(count, decimals, shown)).toBe(number);
  });

  test('prints as its decimal', () => {
    const draw = new Draw(611);
    for (let i = 0; i < 20_000; i += 1) {
      const decimals = draw.whole(0, 6);
      const count = draw.scaled(0, 10 ** 15) * (draw.oneIn(2) ? 1 : -1) + 0;
      expect(String(decimalNumber(count, decimals, decimals))).toBe(formatDecimal(count, decimals));
    }
  });
});

describe('a number of a program', () => {
  test.each([
    [0.1 + 0.2, 6, 300_000],
    [-49.999_999_999, 6, -50_000_000],
    [-1e-9, 6, 0],
    [1e-7, 6, 0],
    [550, 12, 550_000_000_000_000],
  ])('%d is %d decimals: %d', (value, decimals, count) => {
    expect(nearestCount(value, decimals)).toBe(count);
  });

  test.each([Number.NaN, Infinity, -Infinity, 1e21, 1e300, 1e16])('%d is none', (value) => {
    expect(nearestCount(value, 6)).toBeUndefined();
  });

  test('is read to the nearest unit', () => {
    expect(nearestInUnit(55_123.4, QUARTER)).toBe(220_494);
    expect(nearestInUnit(Number.NaN, QUARTER)).toBeUndefined();
  });
});
