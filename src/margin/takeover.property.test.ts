// Proves the fund's capacity against a search over every lot that applies each fill in bigint, and
// on positions of every magnitude that n is carried and n + lot is not.

import { expect, test } from 'vitest';
import { Draw } from '../units/draw.suite.ts';
import type { BracketTerms } from './brackets.ts';
import { AMOUNT_MAX } from './limits.ts';
import { drawMarketRows, naiveFundMargin } from './liquidation.suite.ts';
import { bracketsOf } from './naive.suite.ts';
import { fundCapacity, fundMargin, type TakeoverTerms } from './takeover.ts';

const SMALL = 20_000;
const LARGE = 20_000;

interface Drawn {
  readonly rows: readonly BracketTerms[];
  readonly terms: TakeoverTerms;
}

function drawTakeover(draw: Draw, open: number, lot: number, mark: number, k: number): Drawn {
  const rows = drawMarketRows(draw, draw.whole(1, 6), Math.max(8, open * mark * k));
  const price = Math.max(1, mark + draw.pick([-1, 1, 0]) * draw.scaled(0, Math.ceil(mark / 4)));
  const fundSize = draw.pick([-1, 0, 1]) * draw.scaled(0, open);
  const entry = Math.max(1, mark + draw.pick([-1, 1]) * draw.scaled(0, Math.ceil(mark / 4)));
  const fundCost = fundSize * entry * k + (fundSize === 0 ? 0 : draw.whole(-3, 3));
  const value = open * mark * k;
  return {
    rows,
    terms: {
      open,
      direction: draw.pick([1, -1] as const),
      price,
      mark,
      k,
      brackets: bracketsOf(rows),
      fundSize,
      fundCost,
      pool: draw.scaled(0, Math.ceil(value / 2)),
      cash: draw.oneIn(4) ? 0 : draw.scaled(0, Math.ceil(value / 2)),
      cap: draw.oneIn(2) ? 0 : draw.scaled(1, 2 * open),
      lot,
    },
  };
}

/** Whether the fund may take n, in the words of the specification. */
function fits({ rows, terms }: Drawn, n: number): boolean {
  const { direction, fundSize, cap, cash, mark, price, k } = terms;
  const after = BigInt(direction) * BigInt(fundSize) + BigInt(n);
  if (cap !== 0 && after > BigInt(cap)) return false;
  if (after * BigInt(Math.max(mark, price)) * BigInt(k) > BigInt(AMOUNT_MAX)) return false;
  return naiveFundMargin(rows, terms, n) <= BigInt(cash);
}

function searchEveryLot(drawn: Drawn): number {
  const { open, lot } = drawn.terms;
  if (fits(drawn, open)) return open;
  for (let n = Math.floor(open / lot) * lot; n > 0; n -= lot) if (fits(drawn, n)) return n;
  return 0;
}

test(`of ${SMALL} small takeovers it is what a search over every lot finds`, () => {
  const draw = new Draw(111);
  const found = { none: 0, part: 0, all: 0 };
  for (let i = 0; i < SMALL; i += 1) {
    const lot = draw.pick([1, 1, 10]);
    const open = lot * draw.whole(1, 60) + draw.whole(0, lot - 1);
    const drawn = drawTakeover(draw, open, lot, draw.scaled(10, 1e6), draw.pick([1, 100]));
    const n = fundCapacity(drawn.terms);
    expect(n).toBe(searchEveryLot(drawn));
    found[n === 0 ? 'none' : n === open ? 'all' : 'part'] += 1;
  }
  for (const times of [found.none, found.part, found.all]) {
    expect(times).toBeGreaterThan(SMALL / 20);
  }
});

test(`of ${LARGE} takeovers of every magnitude n is carried and a lot more is not`, () => {
  const draw = new Draw(112);
  let parts = 0;
  for (let i = 0; i < LARGE; i += 1) {
    const k = draw.pick([1, 10, 1_000]);
    const mark = draw.scaled(1, 1e9);
    const open = draw.scaled(1, Math.floor(1e15 / (mark * k)));
    const drawn = drawTakeover(draw, open, draw.scaled(1, open), mark, k);
    const { rows, terms } = drawn;
    const n = fundCapacity(terms);
    expect(BigInt(fundMargin(terms, n))).toBe(naiveFundMargin(rows, terms, n));
    if (n > 0) expect(fits(drawn, n)).toBe(true);
    if (n === open) continue;
    expect(n % terms.lot).toBe(0);
    expect(fits(drawn, open)).toBe(false);
    if (n + terms.lot <= open) expect(fits(drawn, n + terms.lot)).toBe(false);
    if (n > 0) parts += 1;
  }
  expect(parts).toBeGreaterThan(LARGE / 20);
});
