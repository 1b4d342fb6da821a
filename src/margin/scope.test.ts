// Proves the strictness of the three questions and what an account under its initial margin may
// still do.

import { describe, expect, test } from 'vitest';
import { Draw } from '../units/draw.suite.ts';
import {
  askInitial,
  askLiquidationEnd,
  askMaintenance,
  isAccepted,
  isLiquidatable,
  isNotWorse,
  isWorse,
  liquidationEnd,
  makerKeepsOrder,
  type ScopeFigures,
} from './scope.ts';

const scope: ScopeFigures = {
  equity: 1_000,
  initialEquity: 900,
  initial: 950,
  maintenance: 500,
  worst: 600,
};

describe('the three questions', () => {
  test('initial looks at the profit that counts', () => {
    expect(askInitial(scope)).toEqual({ equity: 900, requirement: 950, shortfall: 50 });
    expect(askInitial({ ...scope, initialEquity: 950 }).shortfall).toBe(0);
  });

  test('maintenance looks at all equity', () => {
    expect(askMaintenance(scope)).toEqual({ equity: 1_000, requirement: 500, shortfall: 0 });
    expect(askMaintenance({ ...scope, equity: 499 }).shortfall).toBe(1);
  });

  test('the end of a liquidation adds the buffer once, rounded up', () => {
    expect(askLiquidationEnd(scope, 20_000)).toEqual({
      equity: 1_000,
      requirement: 510,
      shortfall: 0,
    });
    expect(liquidationEnd(501, 20_000)).toBe(512); // 511.02
    expect(liquidationEnd(501, 0)).toBe(501);
    expect(liquidationEnd(0, 20_000)).toBe(0);
  });

  test('equality is safe and equality is accepted', () => {
    expect([isLiquidatable(500, 500), isLiquidatable(499, 500)]).toEqual([false, true]);
    expect([isAccepted(500, 500), isAccepted(499, 500)]).toEqual([true, false]);
    expect([isLiquidatable(-1, 0), isLiquidatable(0, 0)]).toEqual([true, false]);
  });
});

describe('worse', () => {
  test.each([
    // equity and maintenance before, after
    [100, 50, 100, 50, false],
    [100, 50, 100, 51, true],
    [100, 50, 99, 50, true],
    [100, 50, 60, 30, false],
    [100, 50, 59, 30, true],
    [40, 50, 39, 40, false], // below maintenance, but nearer
    [-10, 50, -10, 40, true], // the ratio of a deficit falls with its requirement
    [-10, 50, 0, 0, false],
    [-10, 50, -1, 0, true],
    [10, 0, 10, 0, false],
    [10, 0, 9, 0, true],
    [10, 0, 10, 1, true],
    [4e15, 2e15, 4e15 - 2, 2e15 - 1, false],
    [4e15, 2e15, 4e15 - 3, 2e15 - 1, true],
  ])('from %d over %d to %d over %d: %s', (e1, m1, e2, m2, worse) => {
    expect(isWorse(e1, m1, e2, m2)).toBe(worse);
  });

  test('equals the comparison of the two ratios in bigint', () => {
    const draw = new Draw(61);
    for (let i = 0; i < 50_000; i += 1) {
      const [e1, e2] = [0, 0].map(() => draw.pick([-1, 1]) * draw.scaled(0, 4e15));
      const m1 = draw.scaled(1, 4e15);
      const m2 = draw.scaled(0, m1);
      expect(isWorse(e1, m1, e2, m2)).toBe(BigInt(e2) * BigInt(m1) < BigInt(e1) * BigInt(m2));
    }
  });
});

describe('an account under its initial margin', () => {
  const before = scope;
  test.each<[string, Partial<ScopeFigures>, boolean]>([
    ['nothing', {}, true],
    ['less maintenance at the same ratio', { equity: 800, maintenance: 400 }, true],
    ['more maintenance', { maintenance: 501, equity: 1_100 }, false],
    ['more worst-case maintenance', { worst: 601 }, false],
    ['a larger shortfall', { initial: 951 }, false],
    ['a larger shortfall by less equity that counts', { initialEquity: 899 }, false],
    ['a smaller shortfall', { initial: 940, initialEquity: 895 }, true],
    ['a lower ratio', { equity: 999 }, false],
  ])('may do what changes %s', (_, change, allowed) => {
    expect(isNotWorse(before, { ...before, ...change })).toBe(allowed);
  });
});

describe('a maker', () => {
  test.each([
    ['stays above maintenance', 100, 50, 60, 60, true],
    ['falls below and is worse', 100, 50, 59, 60, false],
    ['was below and is no worse', 40, 50, 40, 50, true],
    ['was below and comes nearer', 40, 50, 35, 40, true],
    ['was below and requires more', 40, 50, 45, 51, false],
  ])('that %s', (_, e1, m1, e2, m2, keeps) => {
    expect(makerKeepsOrder(e1, m1, e2, m2)).toBe(keeps);
  });
});
