// How much of a scope's slack one exposure may eat, what funding may take in one interval, and how
// far the middle of a book is from the index: figures by hand, and that shares never exceed the
// slack.

import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { fundingReserve } from './funding.ts';
import { basisOf } from './mark-price.ts';
import { slackShare } from './scope.ts';

describe('the shares of a slack', () => {
  it('are in proportion, rounded down; the only exposure has all of it', () => {
    expect(slackShare(100, 1, 3)).toBe(33);
    expect(slackShare(100, 3, 3)).toBe(100);
  });

  it('without slack are the whole lack, and nothing where the whole is not counted', () => {
    expect(slackShare(-7, 1, 3)).toBe(-7);
    expect(slackShare(100, 1, Number.MAX_SAFE_INTEGER + 2)).toBe(0);
  });

  it('come to no more than the slack', () => {
    const parts = fc.array(fc.integer({ min: 1, max: 1e12 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e15 }), parts, (slack, list) => {
        const whole = list.reduce((sum, part) => sum + part, 0);
        const shared = list.reduce((sum, part) => sum + slackShare(slack, part, whole), 0);
        expect(shared).toBeLessThanOrEqual(slack);
      }),
    );
  });
});

test.each([
  // 4 % in eight hours: half a percent in one, rounded up
  [10_000, 40_000_000_000, 3_600_000, 50],
  [10_001, 40_000_000_000, 3_600_000, 51],
  [10_000, 40_000_000_000, 28_800_000, 400],
  [0, 40_000_000_000, 3_600_000, 0],
])(
  'one interval of funding takes from %d at most, cap %d, %d ms: %d',
  (notional, cap, ms, most) => {
    expect(fundingReserve(notional, cap, ms)).toBe(most);
  },
);

test.each([
  [100, 99, 102, 32_768], // half a unit above
  [100, 98, 101, -32_768],
  [100, 0, 101, 0],
  [100, 99, 0, 0],
])('the basis at index %d, bid %d, ask %d: %d', (index, bid, ask, basis) => {
  expect(basisOf(index, bid, ask)).toBe(basis);
});
