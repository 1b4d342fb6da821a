// Proves the size of a cure against a search over every lot in bigint on small markets, and on
// markets of every magnitude that it cures while one lot less does not.

import { expect, test } from 'vitest';
import { Draw } from '../units/draw.suite.ts';
import type { BracketTerms } from './brackets.ts';
import { cureLimit, cureSize, defaultCureSlip, type CureTerms } from './cure.ts';
import { drawMarketRows, naiveSurplus } from './liquidation.suite.ts';
import { bracketsOf } from './naive.suite.ts';
import { maintenanceMargin } from './requirement.ts';
import { liquidationEnd } from './scope.ts';

const SMALL = 30_000;
const LARGE = 30_000;
/** What all roundings together can hide, quote units. */
const REACH = 4n;

interface Drawn {
  readonly rows: readonly BracketTerms[];
  readonly terms: CureTerms;
  readonly whole: number;
}

/** A liquidatable scope with a position of `whole` units. */
function drawCure(draw: Draw, whole: number, lot: number, mark: number, k: number): Drawn {
  const side = draw.pick([1, -1]);
  const notional = whole * mark * k;
  const rows = drawMarketRows(draw, draw.whole(1, 6), Math.max(8, notional));
  const brackets = bracketsOf(rows);
  const slip = draw.oneIn(3) ? draw.scaled(0, 200_000) : defaultCureSlip(brackets, notional);
  const own = maintenanceMargin(brackets, notional);
  const maintenance = own + (draw.oneIn(2) ? draw.scaled(0, own) : 0);
  const bufferPpm = draw.pick([0, 0, 10_000, 100_000]);
  const equity = draw.oneIn(8)
    ? -draw.scaled(0, maintenance)
    : draw.whole(0, liquidationEnd(maintenance, bufferPpm));
  const bankruptcy = draw.oneIn(3) ? draw.scaled(1, 2 * mark) : 0;
  const terms = {
    size: side * whole,
    mark,
    k,
    limit: cureLimit(side, mark, slip, bankruptcy, 1),
    brackets,
    equity,
    maintenance,
    bufferPpm,
    liquidationFeePpm: draw.pick([0, 5_000, draw.scaled(0, 20_000)]),
    lot,
    minimumSize: draw.oneIn(4) ? draw.scaled(0, whole) : 0,
    minimumNotional: draw.oneIn(4) ? draw.scaled(0, notional) : 0,
  };
  return { rows, terms, whole };
}

function isTooSmall({ terms, whole }: Drawn, n: number): boolean {
  const rest = whole - n;
  return rest < terms.minimumSize || rest * terms.mark * terms.k < terms.minimumNotional;
}

/** Every lot below the whole, the first that cures; the whole otherwise. */
function searchEveryLot(drawn: Drawn): number {
  const { rows, terms, whole } = drawn;
  for (let n = terms.lot; n < whole; n += terms.lot) {
    if (naiveSurplus(rows, terms, n) >= 0n) return isTooSmall(drawn, n) ? whole : n;
  }
  return whole;
}

test(`of ${SMALL} small positions it is what a search over every lot finds`, () => {
  const draw = new Draw(101);
  const found = { part: 0, whole: 0 };
  for (let i = 0; i < SMALL; i += 1) {
    const lot = draw.pick([1, 10, 100]);
    // Where a lot is worth little, rounding lets some lots cure among others that do not.
    const mark = draw.scaled(10, 1e6);
    const dust = draw.oneIn(4) ? draw.whole(0, lot - 1) : 0;
    const drawn = drawCure(draw, lot * draw.whole(1, 60) + dust, lot, mark, draw.pick([1, 100]));
    const n = cureSize(drawn.terms);
    expect(n).toBe(searchEveryLot(drawn));
    found[n === drawn.whole ? 'whole' : 'part'] += 1;
  }
  expect(found.part).toBeGreaterThan(SMALL / 5);
  expect(found.whole).toBeGreaterThan(SMALL / 5);
});

test(`of ${LARGE} positions of every magnitude it cures, and one lot less does not`, () => {
  const draw = new Draw(102);
  let parts = 0;
  for (let i = 0; i < LARGE; i += 1) {
    const k = draw.pick([1, 10, 1_000]);
    const mark = draw.scaled(1, 1e9);
    const whole = draw.scaled(1, Math.floor(4e15 / (mark * k)));
    const lot = draw.scaled(1, Math.max(1, Math.floor(whole / 4)));
    const drawn = drawCure(draw, whole, lot, mark, k);
    const { rows, terms } = drawn;
    const n = cureSize(terms);
    if (n < whole) {
      parts += 1;
      expect(n > 0 && n % lot === 0).toBe(true);
      expect(isTooSmall(drawn, n)).toBe(false);
      expect(naiveSurplus(rows, terms, n)).toBeGreaterThanOrEqual(0n);
      if (n > lot) expect(naiveSurplus(rows, terms, n - lot)).toBeLessThan(0n);
    } else {
      expect(n).toBe(whole);
      expectNoSmallerCure(draw, drawn);
    }
  }
  expect(parts).toBeGreaterThan(LARGE / 5);
});

/** Lots anywhere and beside every bracket's floor: none cures, unless the rest is too small. */
function expectNoSmallerCure(draw: Draw, drawn: Drawn): void {
  const { rows, terms, whole } = drawn;
  const lots = Math.floor((whole - 1) / terms.lot);
  if (lots < 1) return;
  const asked = [1, lots, draw.whole(1, lots), draw.scaled(1, lots)];
  for (const { floorNotional } of rows) {
    const at = Math.floor((whole - floorNotional / (terms.mark * terms.k)) / terms.lot);
    asked.push(at, at + 1);
  }
  for (const lot of asked) {
    const n = lot * terms.lot;
    if (lot < 1 || lot > lots || isTooSmall(drawn, n)) continue;
    // A lot that cures may come after the first, which leaves a rest that is large enough.
    expect(naiveSurplus(rows, terms, n)).toBeLessThan(REACH);
  }
}
