// Proves that fees are charged rounded up, rebates paid rounded down, and that a liquidation fee is
// never more than what is left.

import { expect, test } from 'vitest';
import { feeOn, liquidationFeeOn } from './fees.ts';

test.each([
  [1_000_000, 600, 600],
  [1_000_001, 600, 601],
  [1, 1, 1],
  [0, 600, 0],
  [1_000_000, 0, 0],
  [1_000_000, -100, -100],
  [1_009_999, -100, -100], // 100.9999 down
  [9_999, -100, 0],
  [4_000_000_000_000_000, 600, 2_400_000_000_000],
])('of %d at %d ppm is %d', (notional, ppm, fee) => {
  expect(feeOn(notional, ppm)).toBe(fee);
});

test('a rebate of nothing is no negative zero', () => {
  expect(Object.is(feeOn(9_999, -100), 0)).toBe(true);
});

test.each([
  [1_000_001, 5_000, 10_000, 5_001],
  [1_000_001, 5_000, 5_001, 5_001],
  [1_000_001, 5_000, 5_000, 5_000],
  [1_000_001, 5_000, 0, 0],
  [1_000_001, 5_000, -7, 0],
])('a liquidation of %d at %d ppm with %d left pays %d', (notional, ppm, left, fee) => {
  expect(liquidationFeeOn(notional, ppm, left)).toBe(fee);
});
