// Proves the pieces of order margin by tables, and by brute force that an account which has its
// order margin still has its initial margin after any subset of its orders has filled.

import { describe, expect, test } from 'vitest';
import { Draw } from '../units/draw.suite.ts';
import { isReducing, lossAgainstMark, openingFee, sideOpens, worstExposure } from './exposure.ts';
import { feeOn } from './fees.ts';
import { bracketsOf, drawTerms } from './naive.suite.ts';
import { notionalOf } from './position.ts';
import { initialMargin } from './requirement.ts';

test.each([
  // position, buys, sells, exposure
  [0, 0, 0, 0],
  [5, 0, 0, 5],
  [-5, 0, 0, 5],
  [5, 3, 4, 8],
  [5, 0, 20, 15],
  [-5, 20, 0, 15],
  [-5, 3, 4, 9],
  [0, 7, 7, 7],
])('a position of %d with %d bought and %d sold resting may become %d', (q, b, a, x) => {
  expect(worstExposure(q, b, a)).toBe(x);
});

test.each([
  // side, price, mark, size, k, loss
  [1, 100, 100, 5, 10, 0],
  [1, 101, 100, 5, 10, 50],
  [1, 99, 100, 5, 10, 0],
  [-1, 99, 100, 5, 10, 50],
  [-1, 101, 100, 5, 10, 0],
])(
  'an order of side %d at %d, mark %d, loses %d × %d × …: %d',
  (side, price, mark, size, k, loss) => {
    expect(lossAgainstMark(side, price, mark, size, k)).toBe(loss);
  },
);

describe('a side', () => {
  test.each([
    // position, side, resting, opens
    [0, 1, 0, false],
    [0, 1, 1, true],
    [5, 1, 1, true],
    [5, -1, 5, false],
    [5, -1, 6, true],
    [-5, 1, 5, false],
    [-5, 1, 6, true],
    [-5, -1, 1, true],
  ])('of a position of %d on side %d with %d resting opens: %s', (q, side, resting, opens) => {
    expect(sideOpens(q, side, resting)).toBe(opens);
    expect(openingFee(q, side, resting, 1_001, 1_000)).toBe(opens ? 2 : 0);
  });
});

test.each([
  // position, side, resting on that side, size, reduces
  [0, 1, 0, 1, false],
  [5, 1, 0, 1, false],
  [5, -1, 0, 5, true],
  [5, -1, 0, 6, false],
  [5, -1, 1, 4, true],
  [5, -1, 1, 5, false],
  [-5, 1, 2, 3, true],
  [-5, 1, 2, 4, false],
  [-5, -1, 0, 1, false],
])('with a position of %d, side %d, %d resting, an order of %d reduces: %s', (q, s, r, n, is) => {
  expect(isReducing(q, s, r, n)).toBe(is);
});

interface Order {
  readonly side: 1 | -1;
  readonly price: number;
  readonly size: number;
}

/**
 * Equity after these orders filled at their prices, less what it was: loss or gain at mark, and
 * fees.
 */
function effectOf(orders: readonly Order[], mark: number, k: number, takerFeePpm: number): number {
  let effect = 0;
  for (const { side, price, size } of orders) {
    effect -= side * (price - mark) * size * k + feeOn(size * price * k, takerFeePpm);
  }
  return effect;
}

test('order margin holds for every subset of fills', () => {
  const draw = new Draw(31);
  for (let i = 0; i < 1_500; i += 1) {
    const k = draw.pick([1, 10]);
    const mark = draw.whole(50, 200);
    const q = draw.whole(-20, 20);
    // Maintenance above the fee: an order that closes then frees more than its fee costs.
    const terms = drawTerms(draw, draw.whole(1, 3), 5_000);
    const takerFeePpm = draw.whole(0, terms[0].maintenancePpm - 1);
    const brackets = bracketsOf(terms);
    const leverage = draw.whole(1, Math.min(20, brackets.leverageMax));
    const orders = Array.from({ length: draw.whole(1, 6) }, (): Order => {
      const side = draw.pick([1, -1] as const);
      return { side, price: mark + draw.whole(-20, 20), size: draw.whole(1, 15) };
    });
    const sum = (side: 1 | -1, of: (o: Order) => number): number =>
      orders.filter((o) => o.side === side).reduce((total, o) => total + of(o), 0);
    const buys = sum(1, ({ size }) => size);
    const sells = sum(-1, ({ size }) => size);
    const exposure = worstExposure(q, buys, sells);
    const value = ({ price, size }: Order): number => price * size * k;
    const loss = ({ side, price, size }: Order): number =>
      lossAgainstMark(side, price, mark, size, k);
    const margin =
      initialMargin(brackets, exposure * mark * k, leverage) +
      sum(1, loss) +
      sum(-1, loss) +
      openingFee(q, 1, buys, sum(1, value), takerFeePpm) +
      openingFee(q, -1, sells, sum(-1, value), takerFeePpm);
    for (let subset = 0; subset < 1 << orders.length; subset += 1) {
      const filled = orders.filter((_, bit) => (subset >> bit) & 1);
      const after = filled.reduce((size, o) => size + o.side * o.size, q);
      const required = initialMargin(brackets, notionalOf(after, mark, k), leverage);
      const equity = margin + effectOf(filled, mark, k, takerFeePpm);
      // Each order's fee is rounded up on its own, the side's only once: a unit per order, no more.
      expect(equity + filled.length).toBeGreaterThanOrEqual(required);
    }
  }
});
