// Proves that closing at the bankruptcy price leaves nothing or a little more, never less, and how
// equity is shared between the positions of a cross scope.

import { describe, expect, test } from 'vitest';
import { Draw } from '../units/draw.suite.ts';
import { bankruptcyPrice, dealtEquity, equityShare } from './bankruptcy.ts';

const at = (price: number): object => ({ kind: 'price', price });

describe('a bankruptcy price', () => {
  test.each([
    // size, mark, k, equity, tick, price
    ['of the published long', 10_000, 6_400_000, 1, 14e9, 1, at(5_000_000)],
    ['of a long, up to the unit', 3, 100, 1, 10, 1, at(97)], // 96.67
    ['of a long, up to the tick', 3, 100, 1, 10, 5, at(100)],
    ['of a short, down to the unit', -3, 100, 1, 10, 1, at(103)], // 103.33
    ['of a short, down to the tick', -3, 100, 1, 10, 5, at(100)],
    ['of a long in deficit', 3, 100, 1, -10, 1, at(104)],
    ['of a short in deficit', -3, 100, 1, -10, 1, at(96)], // 96.67
    ['without equity', 3, 100, 10, 0, 1, at(100)],
    ['with a multiplier', 3, 100, 10, 100, 1, at(97)],
    ['of a long that owes nothing', 3, 100, 1, 300, 1, { kind: 'any' }],
    ['of a long worth more than nothing', 3, 100, 1, 301, 1, { kind: 'any' }],
    ['of a long that owes 1', 3, 100, 1, 299, 1, at(1)],
    ['of a short beyond its value', -3, 100, 1, -300, 1, { kind: 'never' }],
    ['of a short below the first tick', -3, 100, 1, -290, 5, { kind: 'never' }],
  ])('%s', (_, size, mark, k, equity, tick, price) => {
    expect(bankruptcyPrice(size, mark, k, equity, tick)).toEqual(price);
  });

  test('leaves nothing or less than a tick is worth', () => {
    const draw = new Draw(81);
    for (let i = 0; i < 20_000; i += 1) {
      const size = draw.pick([-1, 1]) * draw.scaled(1, 1e6);
      const k = draw.pick([1, 10]);
      const mark = draw.scaled(1, 1e7);
      const value = Math.abs(size) * mark * k;
      const equity = draw.whole(-value, value);
      const tick = draw.pick([1, 5, 100]);
      const found = bankruptcyPrice(size, mark, k, equity, tick);
      if (found.kind !== 'price') continue;
      const left = equity + size * (found.price - mark) * k;
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left).toBeLessThan(Math.abs(size) * k * tick);
      expect(found.price % tick).toBe(0);
    }
  });

  test('needs a position', () => {
    expect(() => bankruptcyPrice(0, 100, 1, 0, 1)).toThrow('Invariant');
  });
});

describe('the share of a position in the equity', () => {
  test.each([
    // equity, maintenance, of, moved, share
    [1_000, 30, 90, 'here', 333],
    [1_000, 60, 90, 'elsewhere', 666],
    [1_000, 90, 90, 'nowhere', 1_000],
    [0, 30, 90, 'here', 0],
    [-1_000, 30, 90, 'here', -1_000],
    [-1_000, 60, 90, 'elsewhere', 0],
    [-1_000, 30, 90, 'nowhere', -334],
  ] as const)(
    'equity %d, maintenance %d of %d, moved %s: %d',
    (equity, part, all, moved, share) => {
      expect(equityShare(equity, part, all, moved)).toBe(share);
    },
  );

  test('never adds up to more than the equity, and to it but for dust', () => {
    const draw = new Draw(82);
    for (let i = 0; i < 20_000; i += 1) {
      const parts = Array.from({ length: draw.whole(1, 6) }, () => draw.scaled(1, 1e12));
      const total = parts.reduce((sum, part) => sum + part, 0);
      const equity = draw.pick([-1, 1]) * draw.scaled(0, 1e14);
      const mover = draw.whole(-1, parts.length - 1);
      const sum = parts.reduce((shares, part, i2) => {
        const moved = mover === -1 ? 'nowhere' : mover === i2 ? 'here' : 'elsewhere';
        return shares + equityShare(equity, part, total, moved);
      }, 0);
      expect(sum).toBeLessThanOrEqual(equity);
      expect(sum).toBeGreaterThan(equity - parts.length);
    }
  });
});

describe('what can be dealt with while a part waits', () => {
  test.each([
    // equity, of it waiting, dealt with
    [1_000, 0, 1_000],
    [-1_000, 0, -1_000],
    [1_000, 400, 600], // a profit that waits is not counted
    [1_000, -400, 1_000], // what a loss that waits needs is kept
    [1_000, 3_000, 0], // all that is there is a profit that waits
    [-1_000, -3_000, 0], // all that lacks is a loss that waits
    [-1_000, 400, -1_000], // what lacks in spite of the profit
    [-1_000, -400, -600], // what lacks without the loss
    [0, 500, 0],
    [0, -500, 0],
  ])('equity %d, of it %d waiting: %d', (equity, waiting, dealt) => {
    expect(dealtEquity(equity, waiting)).toBe(dealt);
  });

  test('what it leaves is the affair of the waiting part: its worth, or its move since', () => {
    const draw = new Draw(83);
    for (let i = 0; i < 20_000; i += 1) {
      const equity = draw.pick([-1, 1]) * draw.scaled(0, 1e14);
      const waiting = draw.pick([-1, 1]) * draw.scaled(0, 1e14);
      const later = draw.pick([-1, 1]) * draw.scaled(0, 1e14);
      // Everything else closed at its bankruptcy price takes what is dealt with, or gives it.
      const left = equity - waiting - dealtEquity(equity, waiting) + later;
      const move = later - waiting;
      expect(left).toBeGreaterThanOrEqual(Math.min(0, later, move));
      expect(left).toBeLessThanOrEqual(Math.max(0, later, move));
    }
  });
});
