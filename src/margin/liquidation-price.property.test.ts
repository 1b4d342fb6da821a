// Proves liquidatable(p) and not liquidatable(p ± 1) for the price that is given, against a
// predicate in bigint, for 100,000 random positions: long and short, isolated and cross, 1 to 8
// brackets.

import { expect, test } from 'vitest';
import { Draw } from '../units/draw.suite.ts';
import { AMOUNT_MAX } from './limits.ts';
import { isLiquidatableAt, liquidationTrigger, NO_PRICE } from './liquidation-price.ts';
import { bracketsOf, drawTerms, naiveLiquidatable } from './naive.suite.ts';

const TABLES = 2_000;
const POSITIONS = 50;

interface Drawn {
  readonly size: number;
  readonly cost: number;
  readonly k: number;
  readonly otherEquity: number;
  readonly otherMaintenance: number;
}

function drawPosition(draw: Draw): Drawn {
  const k = draw.pick([1, 1, 10, 1_000]);
  const held = draw.scaled(1, 1e7);
  const entry = draw.scaled(1, Math.floor(1e15 / (held * k)));
  const size = draw.oneIn(2) ? held : -held;
  const value = held * entry * k;
  // Thin, ordinary, or more than the position costs.
  const pool = draw.pick([draw.scaled(0, value), draw.whole(0, value), draw.whole(0, 3 * value)]);
  const isCross = draw.oneIn(2);
  const others = isCross ? draw.whole(-value, value) : 0;
  return {
    size,
    cost: (size < 0 ? -1 : 1) * Math.max(0, value + (draw.oneIn(3) ? draw.whole(-5, 5) : 0)),
    k,
    otherEquity: draw.oneIn(10) ? -draw.whole(1, AMOUNT_MAX) : pool + others,
    otherMaintenance: isCross ? draw.scaled(0, value) : 0,
  };
}

test(`the price of ${TABLES * POSITIONS} positions is where the predicate turns`, () => {
  const draw = new Draw(71);
  const found = { long: 0, short: 0, none: 0, last: 0 };
  for (let i = 0; i < TABLES; i += 1) {
    const terms = drawTerms(draw, draw.whole(1, 8), draw.pick([1e6, 1e12, AMOUNT_MAX]));
    const brackets = bracketsOf(terms);
    for (let j = 0; j < POSITIONS; j += 1) {
      const position = drawPosition(draw);
      const { size, cost, k, otherEquity, otherMaintenance } = position;
      const price = liquidationTrigger(brackets, size, cost, k, otherEquity, otherMaintenance);
      const last = Math.floor(AMOUNT_MAX / (Math.abs(size) * k));
      const at = (p: number): boolean => naiveLiquidatable(terms, position, p);
      const isAsked = (p: number): boolean => p >= 1 && p <= last;
      const safer = size > 0 ? price + 1 : price - 1;
      if (price === NO_PRICE) {
        found.none += 1;
        expectAll([!at(1), !at(last)], position, price);
        continue;
      }
      found[size > 0 ? 'long' : 'short'] += 1;
      if (price === last) found.last += 1;
      const same = isLiquidatableAt({ brackets, ...position }, price);
      expectAll([isAsked(price), at(price), same, !isAsked(safer) || !at(safer)], position, price);
    }
  }
  expect(Math.min(...Object.values(found))).toBeGreaterThan(100);
});

test('the predicate equals the one in bigint at any price', () => {
  const draw = new Draw(72);
  for (let i = 0; i < 500; i += 1) {
    const terms = drawTerms(draw, draw.whole(1, 8), 1e12);
    const brackets = bracketsOf(terms);
    for (let j = 0; j < 20; j += 1) {
      const position = drawPosition(draw);
      const last = Math.floor(AMOUNT_MAX / (Math.abs(position.size) * position.k));
      const price = draw.scaled(1, last);
      const found = isLiquidatableAt({ brackets, ...position }, price);
      expect(found).toBe(naiveLiquidatable(terms, position, price));
    }
  }
});

function expectAll(facts: readonly boolean[], position: Drawn, price: number): void {
  if (facts.every(Boolean)) return;
  expect.fail(`${JSON.stringify(position)} at ${price}: ${facts.join(', ')}`);
}
