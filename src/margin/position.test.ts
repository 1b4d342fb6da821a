// Proves what a fill does to a position: increase, reduce with a truncated share of the cost,
// close, through zero, and that cost' − realised = cost + fill · price · k whatever the rounding.

import { describe, expect, test } from 'vitest';
import { Draw } from '../units/draw.suite.ts';
import { AMOUNT_MAX } from './limits.ts';
import {
  applyFill,
  FilledPosition,
  isAmount,
  isolatedPayout,
  notionalOf,
  releasedCollateral,
  releasedCost,
  sizeMaxAt,
  unrealised,
} from './position.ts';

function fill(size: number, cost: number, filled: number, price: number, k = 1): FilledPosition {
  const after = new FilledPosition();
  applyFill(after, size, cost, filled, price, k);
  return after;
}

describe('a fill', () => {
  test.each([
    // size, cost, fill, price, k → size, cost, realised, closed, opened
    ['opens a long', 0, 0, 3, 100, 10, 3, 3_000, 0, 0, 3],
    ['opens a short', 0, 0, -3, 100, 10, -3, -3_000, 0, 0, 3],
    ['increases a long', 3, 3_000, 2, 110, 10, 5, 5_200, 0, 0, 2],
    ['increases a short', -3, -3_000, -2, 90, 10, -5, -4_800, 0, 0, 2],
    ['reduces a long', 3, 1_000, -1, 400, 1, 2, 667, 67, 1, 0],
    ['reduces a short', -3, -1_000, 1, 300, 1, -2, -667, 33, 1, 0],
    ['reduces at a loss', 4, 400, -1, 40, 1, 3, 300, -60, 1, 0],
    ['closes a long', 3, 1_000, -3, 300, 1, 0, 0, -100, 3, 0],
    ['closes a short', -3, -1_000, 3, 300, 1, 0, 0, 100, 3, 0],
    ['takes a long through zero', 3, 1_000, -5, 300, 1, -2, -600, -100, 3, 2],
    ['takes a short through zero', -3, -1_000, 5, 300, 1, 2, 600, 100, 3, 2],
  ])('%s', (_, size, cost, filled, price, k, size2, cost2, realised, closed, opened) => {
    const after = fill(size, cost, filled, price, k);
    expect(after).toEqual({ size: size2, cost: cost2, realised, closed, opened });
  });

  test('truncates the released cost toward zero on both sides', () => {
    expect(releasedCost(1_000, 1, 3)).toBe(333);
    expect(releasedCost(-1_000, 1, 3)).toBe(-333);
    expect(releasedCost(-1_000, 3, 3)).toBe(-1_000);
    expect(releasedCost(AMOUNT_MAX, 999_999_999_999, 999_999_999_999)).toBe(AMOUNT_MAX);
  });

  test('keeps money and never moves equity but for the price', () => {
    const draw = new Draw(41);
    for (let i = 0; i < 3_000; i += 1) {
      const k = draw.pick([1, 10, 1_000]);
      let [size, cost, realised, paid] = [0, 0, 0, 0n];
      for (let j = 0; j < 6; j += 1) {
        const filled = draw.pick([-1, 1]) * draw.scaled(1, 1e5);
        const price = draw.scaled(1, 1e6);
        const after = fill(size, cost, filled, price, k);
        expect(after.size).toBe(size + filled);
        expect(after.cost - after.realised).toBe(cost + filled * price * k);
        if (after.size === 0) expect(after.cost).toBe(0);
        if (after.size !== 0) expect(after.cost * after.size).toBeGreaterThanOrEqual(0);
        expect(after.closed + after.opened).toBe(Math.abs(filled));
        expect(Object.is(after.realised, -0) || Object.is(after.cost, -0)).toBe(false);
        ({ size, cost } = after);
        realised += after.realised;
        paid += BigInt(filled) * BigInt(price) * BigInt(k);
      }
      // Σ cost + realised is what was paid: nothing appears or disappears, in whatever order it was
      // closed.
      expect(BigInt(cost) - BigInt(realised)).toBe(paid);
    }
  });
});

describe('figures of a position', () => {
  test('notional and unrealised profit are exact', () => {
    expect(notionalOf(-3, 100, 10)).toBe(3_000);
    expect(unrealised(3, 2_900, 100, 10)).toBe(100);
    expect(unrealised(-3, -2_900, 100, 10)).toBe(-100);
    expect(unrealised(0, 0, 100, 10)).toBe(0);
  });

  test('an amount is counted up to 4e15 either way', () => {
    expect([AMOUNT_MAX, -AMOUNT_MAX, AMOUNT_MAX + 1, -AMOUNT_MAX - 1].map(isAmount)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(isAmount(NaN)).toBe(false);
    expect(sizeMaxAt(6_000_000, 1)).toBe(666_666_666);
  });

  test.each([
    // collateral, reduced, held, realised, fee, payout
    [1_000, 1, 3, 0, 0, 333],
    [1_000, 3, 3, 0, 0, 1_000],
    [1_000, 1, 2, 100, 7, 593],
    [1_000, 1, 2, -600, 7, -107],
  ])(
    'a pool of %d pays out for %d of %d, realised %d, fee %d: %d',
    (pool, n, held, won, fee, out) => {
      expect(isolatedPayout(releasedCollateral(pool, n, held), won, fee)).toBe(out);
    },
  );
});
