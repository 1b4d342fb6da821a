// Proves the interest index and a debt row by row: both rounded up, once, and compounding.

import { expect, test } from 'vitest';
import { RATE_ONE } from './funding.ts';
import { advanceInterest, interestOwed } from './interest.ts';

test.each([
  [RATE_ONE, 0, RATE_ONE],
  [RATE_ONE, 1, RATE_ONE + 1],
  [RATE_ONE, 1_000_000_000, 1_001_000_000_000], // 0.1 %
  [1_001_000_000_000, 1_000_000_000, 1_002_001_000_000], // compounds
  [1_001_000_000_001, 1_000_000_000, 1_002_001_000_002], // …001.001 up
  [4e15, 1_000_000, 4_000_004_000_000_000],
])('the index %d after a rate of %d is %d', (index, rate, after) => {
  expect(advanceInterest(index, rate)).toBe(after);
});

test.each([
  // principal, now, then, interest
  [1_000_000, 1_001_000_000_000, RATE_ONE, 1_000],
  [1_000_001, 1_001_000_000_000, RATE_ONE, 1_001], // 1,000.001 up
  [1_000_000, RATE_ONE + 1, RATE_ONE, 1],
  [1_000_000, 1_002_001_000_000, 1_001_000_000_000, 1_000],
  [1, 9e15, RATE_ONE, 8_999],
  [0, 1_001_000_000_000, RATE_ONE, 0],
  [1_000_000, RATE_ONE, RATE_ONE, 0],
  [4e15, 3 * RATE_ONE, RATE_ONE, 8e15],
])('a principal of %d at %d since %d owes %d', (principal, now, then, interest) => {
  expect(Object.is(interestOwed(principal, now, then), interest)).toBe(true);
});

test('beyond what a double holds neither answers', () => {
  expect(() => advanceInterest(9e15, 1e10)).toThrow('no safe integer');
  expect(() => interestOwed(4e15, 4 * RATE_ONE, RATE_ONE)).toThrow('no safe integer');
});
