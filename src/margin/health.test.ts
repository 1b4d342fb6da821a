// Proves every figure that is shown by a table: its unit, its rounding toward the worse side, its
// edges.

import { describe, expect, test } from 'vitest';
import {
  bandOf,
  distanceToLiquidation,
  effectiveLeverage,
  entryPrice,
  health,
  isWorseBand,
  markLeverage,
  RATIO_MAX,
} from './health.ts';

describe('health', () => {
  test.each([
    // equity, maintenance, 0.01 %
    [1_400, 320, 7_714], // 77.142… down
    [1_900_000, 394_976, 7_921],
    [100, 0, 10_000],
    [0, 0, 10_000],
    [0, 1, 0],
    [-1, 0, 0],
    [-1, 5, 0],
    [100, 100, 0],
    [99, 100, 0],
    [100, 99, 100],
    [100, 50, 5_000],
    [3, 1, 6_666],
    [1_000_000, 1, 9_999],
  ])('of equity %d over maintenance %d is %d', (equity, maintenance, shown) => {
    expect(health(equity, maintenance)).toBe(shown);
  });

  test('with 1 % maintenance is 25 at a distance of a third of a percent', () => {
    // Equity e of a long of 10,000 is 133.33: health 25; it falls to 1 % of what is left 0.34 %
    // further down.
    expect(health(13_334, 10_000)).toBe(2_500);
  });
});

describe('leverage', () => {
  test.each([
    [6_000, 1_000, 600_000],
    [-6_000, 1_000, 600_000],
    [9_200, 1_500, 613_334], // 6.13333… up
    [7_499_520_000, 1_500_000_000, 499_968],
    [0, 5, 0],
  ])('of cost %d over collateral %d is %d', (cost, collateral, shown) => {
    expect(effectiveLeverage(cost, collateral)).toBe(shown);
  });

  test('is absent without collateral or equity', () => {
    expect([effectiveLeverage(5, 0), effectiveLeverage(5, -1)]).toEqual([undefined, undefined]);
    expect([markLeverage(5, 0), markLeverage(5, -1)]).toEqual([undefined, undefined]);
  });

  test('ends where it has no meaning', () => {
    expect(effectiveLeverage(4e15, 1)).toBe(RATIO_MAX);
    expect(markLeverage(4e15, 1)).toBe(RATIO_MAX);
    expect(effectiveLeverage(10_000_000, 1)).toBe(RATIO_MAX);
    expect(effectiveLeverage(9_999_999, 1)).toBe(RATIO_MAX - 100_000);
    expect(distanceToLiquidation(-1, 1, 4e15)).toBe(RATIO_MAX);
  });

  test('at mark is rounded up', () => {
    expect(markLeverage(6_400, 1_400)).toBe(457_143); // 4.571428…
  });
});

describe('distance and band', () => {
  test.each([
    // size, mark, liquidation, 0.01 %
    [1, 6_400_000, 5_263_157, 1_776],
    [-1, 6_400_000, 7_000_000, 937],
    [1, 100, 100, 0],
    [1, 100, 101, 0],
    [-1, 100, 99, 0],
    [1, 10_000, 9_999, 1],
  ])('of %d at %d from %d is %d', (size, mark, liquidation, shown) => {
    expect(distanceToLiquidation(size, mark, liquidation)).toBe(shown);
  });

  test.each([
    [10_000, undefined, 'healthy'],
    [5_000, 1_000, 'healthy'],
    [4_999, 1_000, 'caution'],
    [5_000, 999, 'caution'],
    [2_500, 500, 'caution'],
    [2_499, 500, 'danger'],
    [2_500, 499, 'danger'],
    [8_000, 410, 'danger'], // health alone would say healthy
    [1_000, 200, 'danger'],
    [999, 200, 'critical'],
    [1_000, 199, 'critical'],
    [0, undefined, 'critical'],
  ] as const)('health %d and distance %s is %s', (shown, distance, band) => {
    expect(bandOf(shown, distance)).toBe(band);
  });

  test('thresholds are the market’s', () => {
    const strict = { health: [9_000, 8_000, 7_000], distance: [0, 0, 0] } as const;
    expect(bandOf(8_500, 0, strict)).toBe('caution');
  });

  test('bands have an order', () => {
    expect(isWorseBand('danger', 'caution')).toBe(true);
    expect(isWorseBand('caution', 'caution')).toBe(false);
    expect(isWorseBand('healthy', 'critical')).toBe(false);
  });
});

describe('the entry price', () => {
  test.each([
    // size, cost, k, price units
    [10_000, 60_000_000_000, 1, 6_000_000],
    [12_343, 74_995_200_000, 1, 6_075_930],
    [15_000, 92_000_000_000, 1, 6_133_333],
    [2, 5, 1, 2], // 2.5: to the even one
    [2, 7, 1, 4], // 3.5: to the even one
    [-2, -7, 1, 4],
    [3, 200, 10, 7],
  ])('of %d for %d at multiplier %d is %d', (size, cost, k, price) => {
    expect(entryPrice(size, cost, k)).toBe(price);
  });

  test('is absent when flat', () => {
    expect(entryPrice(0, 0, 1)).toBeUndefined();
  });
});
