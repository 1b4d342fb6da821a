// Proves the direction of every division of big integers, the root to the unit, and what is
// refused.

import { describe, expect, test } from 'vitest';
import {
  divCeilBig,
  divFloorBig,
  divTruncBig,
  percentLeftHalfUp,
  safeNumberOf,
  sqrtFloorBig,
} from './big.ts';
import { Draw } from './draw.suite.ts';

const DRAWN = 20_000;

test.each([
  // a, d, trunc, floor, ceil
  [7n, 2n, 3n, 3n, 4n],
  [-7n, 2n, -3n, -4n, -3n],
  [6n, 2n, 3n, 3n, 3n],
  [-6n, 2n, -3n, -3n, -3n],
  [0n, 5n, 0n, 0n, 0n],
  [1n, 10n ** 30n, 0n, 0n, 1n],
  [-1n, 10n ** 30n, 0n, -1n, 0n],
])('%d ÷ %d is cut to %d, floored to %d, raised to %d', (a, d, trunc, floor, ceil) => {
  expect([divTruncBig(a, d), divFloorBig(a, d), divCeilBig(a, d)]).toEqual([trunc, floor, ceil]);
});

test('a negative divisor turns what is cut, and nothing else takes one', () => {
  expect(divTruncBig(7n, -2n)).toBe(-3n);
  expect(() => divFloorBig(1n, -1n)).toThrow('division of 1 by -1');
  expect(() => divTruncBig(1n, 0n)).toThrow('by zero');
  expect(() => divCeilBig(1n, 0n)).toThrow('division');
});

describe('a root', () => {
  test(`is the last whole number whose square fits: ${DRAWN} numbers and every edge`, () => {
    const draw = new Draw(7);
    const check = (n: bigint): void => {
      const root = BigInt(sqrtFloorBig(n));
      expect(root * root <= n && (root + 1n) * (root + 1n) > n, `${n}`).toBe(true);
    };
    for (let i = 0; i < DRAWN; i += 1) {
      const root = BigInt(draw.scaled(1, Number.MAX_SAFE_INTEGER)) >> 1n;
      for (const n of [root * root - 1n, root * root, root * root + 1n]) if (n >= 0n) check(n);
      check(BigInt(draw.scaled(1, Number.MAX_SAFE_INTEGER)) * BigInt(draw.scaled(1, 2 ** 50)));
    }
    check((1n << 104n) - 1n);
  });

  test('is refused where it would not fit', () => {
    expect(() => sqrtFloorBig(-1n)).toThrow('no root of -1');
    expect(() => sqrtFloorBig(1n << 104n)).toThrow('no root');
  });
});

test.each([
  // part, whole, percent
  [0n, 1n, 100],
  [1n, 1n, 0],
  [2n, 1n, 0],
  [-1n, 1n, 100],
  [5n, 1_000n, 100], // 99.5
  [6n, 1_000n, 99],
  [2_500n, 9_500n, 74],
])('of %d in %d %d percent are left', (part, whole, percent) => {
  expect(percentLeftHalfUp(part, whole)).toBe(percent);
});

test('a share of nothing and a number that is no double are refused', () => {
  expect(() => percentLeftHalfUp(0n, 0n)).toThrow('zero');
  expect(safeNumberOf(-5n)).toBe(-5);
  expect(() => safeNumberOf(1n << 53n)).toThrow('no safe integer');
});
