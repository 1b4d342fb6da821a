// Proves what a counterparty gives against a search over every unit in bigint, and that the rank
// orders like the exact fraction to within what it promises.

import { expect, test } from 'vitest';
import { Draw } from '../units/draw.suite.ts';
import type { BracketTerms } from './brackets.ts';
import { counterpartyCapacity, deleverageRank, type CounterpartyTerms } from './deleverage.ts';
import { drawMarketRows, naiveStaysSafe } from './liquidation.suite.ts';
import { bracketsOf } from './naive.suite.ts';
import { maintenanceMargin } from './requirement.ts';

const SMALL = 20_000;
const LARGE = 20_000;
const RANKS = 200_000;

interface Drawn {
  readonly rows: readonly BracketTerms[];
  readonly terms: CounterpartyTerms;
}

function drawCounterparty(draw: Draw, whole: number, mark: number, k: number): Drawn {
  const rows = drawMarketRows(draw, draw.whole(1, 6), Math.max(8, whole * mark * k));
  const brackets = bracketsOf(rows);
  const own = maintenanceMargin(brackets, whole * mark * k);
  const maintenance = own + (draw.oneIn(2) ? draw.scaled(0, own) : 0);
  const away = Math.ceil(mark / 4);
  const [near, far] = [draw.scaled(0, away), draw.whole(0, 2 * away)];
  return {
    rows,
    terms: {
      size: draw.pick([1, -1]) * whole,
      mark,
      k,
      price: Math.max(1, mark + draw.pick([-1, 1]) * draw.pick([near, far])),
      equity: maintenance + (draw.oneIn(8) ? -1 : draw.whole(0, 2 * own)),
      maintenance,
      brackets,
      most: draw.oneIn(2) ? whole : draw.whole(0, 2 * whole),
    },
  };
}

test(`of ${SMALL} small counterparties it is what a search over every unit finds`, () => {
  const draw = new Draw(121);
  const found = { none: 0, part: 0, all: 0 };
  for (let i = 0; i < SMALL; i += 1) {
    const whole = draw.whole(1, 60);
    const { rows, terms } = drawCounterparty(draw, whole, draw.scaled(1, 1e6), draw.pick([1, 100]));
    const wanted = Math.min(whole, terms.most);
    let n = naiveStaysSafe(rows, terms, 0) ? wanted : 0;
    while (n > 0 && !naiveStaysSafe(rows, terms, n)) n -= 1;
    expect(counterpartyCapacity(terms)).toBe(n);
    found[n === 0 ? 'none' : n === wanted ? 'all' : 'part'] += 1;
  }
  for (const times of [found.none, found.part, found.all]) {
    expect(times).toBeGreaterThan(SMALL / 20);
  }
});

test(`of ${LARGE} counterparties of every magnitude it is safe, and a unit more is not`, () => {
  const draw = new Draw(122);
  let parts = 0;
  for (let i = 0; i < LARGE; i += 1) {
    const k = draw.pick([1, 10, 1_000]);
    const mark = draw.scaled(1, 1e9);
    const whole = draw.scaled(1, Math.floor(3e15 / (mark * k)));
    const { rows, terms } = drawCounterparty(draw, whole, mark, k);
    const n = counterpartyCapacity(terms);
    if (n > 0) expect(naiveStaysSafe(rows, terms, n)).toBe(true);
    if (n === Math.min(whole, terms.most)) continue;
    const isSafe = naiveStaysSafe(rows, terms, 0);
    expect(isSafe && naiveStaysSafe(rows, terms, n + 1)).toBe(false);
    if (n > 0) parts += 1;
  }
  expect(parts).toBeGreaterThan(LARGE / 20);
});

interface Ratio {
  readonly profit: number;
  readonly notional: number;
  readonly equity: number;
}

/** profit · notional · (other equity)²: compares two ratios exactly. */
function crossed({ profit, notional }: Ratio, { equity }: Ratio): bigint {
  return BigInt(profit) * BigInt(notional) * BigInt(equity) ** 2n;
}

test(`${RANKS} pairs are ranked like their exact ratios, to 2^-42 of them`, () => {
  const draw = new Draw(123);
  const max = Number.MAX_SAFE_INTEGER;
  const drawRatio = (): Ratio => ({
    profit: draw.scaled(1, max),
    notional: draw.scaled(1, max),
    equity: draw.scaled(1, max),
  });
  const near = (value: number): number => Math.min(max, Math.max(1, value + draw.whole(-2, 2)));
  let close = 0;
  for (let i = 0; i < RANKS; i += 1) {
    const a = drawRatio();
    const b = draw.oneIn(2)
      ? drawRatio()
      : { profit: near(a.profit), notional: near(a.notional), equity: near(a.equity) };
    const [inA, inB] = [crossed(a, b), crossed(b, a)];
    const [less, more] = inA < inB ? [a, b] : [b, a];
    const [low, high] = inA < inB ? [inA, inB] : [inB, inA];
    const [lowRank, highRank] = [less, more].map((r) =>
      deleverageRank(r.profit, r.notional, r.equity),
    );
    if ((high - low) << 42n > high) expect(lowRank).toBeLessThan(highRank);
    // Below that they are neighbours at most.
    else {
      close += 1;
      expect(Math.abs(highRank - lowRank)).toBeLessThanOrEqual(8);
    }
  }
  expect(close).toBeGreaterThan(RANKS / 50);
});
