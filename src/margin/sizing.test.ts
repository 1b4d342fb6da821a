// Proves need() by hand-worked tables and against bigint, that the size for an amount is the
// largest that fits, and that what may leave is never more than what is there.

import { describe, expect, test } from 'vitest';
import { Draw } from '../units/draw.suite.ts';
import { ceilDiv } from './naive.suite.ts';
import {
  fillableSize,
  fillMargin,
  firstInterest,
  maxRemovable,
  needOf,
  sizeForCollateral,
  withdrawable,
  type ExpectedFill,
  type NeedTerms,
} from './sizing.ts';

const AT_LEVERAGE_3 = { numerator: 1, denominator: 3 };

function terms(change: Partial<NeedTerms> = {}): NeedTerms {
  const plain = { side: 1, mark: 100, k: 1, marginShare: AT_LEVERAGE_3, takerFeePpm: 0 } as const;
  return { ...plain, interestE12: 0, ...change };
}

describe('need', () => {
  test.each<[string, number, ExpectedFill[], Partial<NeedTerms>, number]>([
    ['at mark', 5, [{ price: 100, size: 9 }], {}, 167], // 500 ÷ 3 up
    [
      'above mark for a long: the dearer price, and the loss',
      5,
      [{ price: 110, size: 9 }],
      {},
      234,
    ],
    ['below mark for a long: the mark', 5, [{ price: 90, size: 9 }], {}, 167],
    [
      'below mark for a short: the mark, and the loss',
      5,
      [{ price: 90, size: 9 }],
      { side: -1 },
      217,
    ],
    ['above mark for a short: the price', 5, [{ price: 110, size: 9 }], { side: -1 }, 184],
    ['with a multiplier', 5, [{ price: 100, size: 9 }], { k: 10 }, 1_667],
    ['with a fee, rounded up', 5, [{ price: 100, size: 9 }], { takerFeePpm: 2_001 }, 169],
    ['of nothing', 0, [{ price: 100, size: 9 }], {}, 0],
  ])('%s', (_, size, fills, change, need) => {
    expect(needOf(size, fills, terms(change))).toBe(need);
  });

  test('rounds every fill up on its own', () => {
    const fills = [1, 1, 1].map((size) => ({ price: 100, size }));
    expect(needOf(3, fills, terms())).toBe(102); // three times 33.33
    expect(needOf(3, [{ price: 100, size: 3 }], terms())).toBe(100);
  });

  test('has the first interest charge on what is lent', () => {
    const fills = [{ price: 100, size: 9 }];
    const interestE12 = 10_000_000_000; // 1 %
    // A long of 500 with 167 of its own borrows 333: 3.33 up. A short owes the size: 500 at mark.
    expect(needOf(5, fills, terms({ interestE12 }))).toBe(171);
    expect(firstInterest(5, fills, terms({ interestE12 }))).toBe(4);
    expect(firstInterest(5, fills, terms({ interestE12, side: -1 }))).toBe(5);
    const ownMoney = { numerator: 1, denominator: 1 };
    expect(firstInterest(5, fills, terms({ interestE12, marginShare: ownMoney }))).toBe(0);
  });

  test('beyond what is counted is more than any balance', () => {
    const far = [{ price: 1e15, size: 9 }];
    expect(needOf(5, far, terms())).toBe(Number.MAX_SAFE_INTEGER);
    expect(needOf(4, far, terms({ marginShare: { numerator: 1, denominator: 1 } }))).toBe(
      Number.MAX_SAFE_INTEGER,
    );
    const overBacked = { numerator: 4e15, denominator: 1 };
    expect(needOf(5, [{ price: 100, size: 9 }], terms({ marginShare: overBacked }))).toBe(
      Number.MAX_SAFE_INTEGER,
    );
  });

  test('equals the formula in bigint, never falls, and agrees with one fill', () => {
    const draw = new Draw(91);
    for (let i = 0; i < 2_000; i += 1) {
      const given = drawTerms(draw);
      const fills = drawFills(draw, given);
      const size = draw.whole(0, fillableSize(fills, 1));
      const need = needOf(size, fills, given);
      expect(BigInt(need)).toBe(naiveNeed(size, fills, given));
      if (size > 0) expect(needOf(size - 1, fills, given)).toBeLessThanOrEqual(need);
      const { side, mark, k, marginShare } = given;
      if (marginShare.numerator !== 1) continue;
      const { price } = fills[0];
      const plain = { ...given, takerFeePpm: 0, interestE12: 0 };
      expect(fillMargin(side, price, mark, 7, k, marginShare.denominator)).toBe(
        needOf(7, [{ price, size: 7 }], plain),
      );
    }
  });
});

function drawTerms(draw: Draw): NeedTerms {
  const cost = draw.scaled(1, 1e12);
  return {
    side: draw.pick([1, -1] as const),
    mark: draw.scaled(1, 1e6),
    k: draw.pick([1, 10]),
    marginShare: draw.oneIn(2)
      ? { numerator: 1, denominator: draw.whole(1, 125) }
      : { numerator: draw.scaled(0, cost), denominator: cost },
    takerFeePpm: draw.pick([0, 1, 600, 5_000]),
    interestE12: draw.pick([0, 1, 12_500_000, 1_000_000_000]),
  };
}

/** Levels that get worse, around the mark. */
function drawFills(draw: Draw, { side, mark }: NeedTerms): ExpectedFill[] {
  let price = Math.max(1, mark + draw.whole(-5, 5));
  return Array.from({ length: draw.whole(1, 6) }, () => {
    price = Math.max(1, price + side * draw.scaled(0, 20));
    return { price, size: draw.scaled(1, 1e5) };
  });
}

function naiveNeed(size: number, fills: readonly ExpectedFill[], given: NeedTerms): bigint {
  const { side, mark, k, marginShare, takerFeePpm, interestE12 } = given;
  let [rest, need, borrowed] = [BigInt(size), 0n, 0n];
  for (const fill of fills) {
    const filled = rest < BigInt(fill.size) ? rest : BigInt(fill.size);
    rest -= filled;
    const units = filled * BigInt(k);
    const dearer = BigInt(Math.max(fill.price, mark));
    const share = [marginShare.numerator, marginShare.denominator].map(BigInt);
    const against = BigInt(side) * BigInt(fill.price - mark);
    const own =
      ceilDiv(dearer * units * share[0], share[1]) + (against > 0n ? against * units : 0n);
    const value = BigInt(fill.price) * units;
    need += own + ceilDiv(value * BigInt(takerFeePpm), 1_000_000n);
    if (side < 0) borrowed += BigInt(mark) * units;
    else if (value > own) borrowed += value - own;
  }
  return need + ceilDiv(borrowed * BigInt(interestE12), 1_000_000_000_000n);
}

describe('the size for an amount', () => {
  test('is 0.02343 for 500 at 3× at 64,000', () => {
    const fills = [{ price: 6_400_000, size: 1_000_000 }];
    const given = terms({ mark: 6_400_000 });
    expect(sizeForCollateral(5_000_000_000, fills, given, 1)).toBe(2_343);
    expect(sizeForCollateral(5_000_000_000, fills, given, 100)).toBe(2_300);
  });

  test('is nothing where not even a lot is paid for', () => {
    const fills = [{ price: 100, size: 1_000 }];
    expect(sizeForCollateral(33, fills, terms(), 1)).toBe(0);
    expect(sizeForCollateral(34, fills, terms(), 1)).toBe(1);
    expect(sizeForCollateral(333, fills, terms(), 10)).toBe(0);
    expect(sizeForCollateral(1_000, [], terms(), 10)).toBe(0);
  });

  test('is the largest: need(n) ≤ c < need(n + 1 lot), or all there is', () => {
    const draw = new Draw(92);
    let ended = 0;
    for (let i = 0; i < 5_000; i += 1) {
      const given = drawTerms(draw);
      const fills = drawFills(draw, given);
      const lot = draw.pick([1, 10, 1_000]);
      const all = fillableSize(fills, lot);
      const collateral = draw.scaled(0, Math.max(1, needOf(all, fills, given) * 1.2));
      const size = sizeForCollateral(collateral, fills, given, lot);
      expect(size % lot).toBe(0);
      expect(needOf(size, fills, given)).toBeLessThanOrEqual(collateral);
      if (size === all) ended += 1;
      else expect(needOf(size + lot, fills, given)).toBeGreaterThan(collateral);
    }
    expect(ended).toBeGreaterThan(100);
  });

  test('counts the fills in whole lots', () => {
    expect(
      fillableSize(
        [
          { price: 1, size: 7 },
          { price: 2, size: 8 },
        ],
        10,
      ),
    ).toBe(10);
    expect(fillableSize([], 10)).toBe(0);
  });
});

test.each([
  // balance or collateral, initial equity, initial, may leave
  [1_000, 1_400, 640, 760],
  [500, 1_400, 640, 500], // profit never leaves
  [1_000, 640, 640, 0],
  [1_000, 639, 640, 0],
  [-5, 1_000, 0, 0],
  [0, 1_000, 0, 0],
])('of %d with equity %d over initial %d may leave %d', (own, equity, initial, max) => {
  expect(maxRemovable(own, equity, initial)).toBe(max);
  expect(withdrawable(own, equity, initial)).toBe(max);
});
