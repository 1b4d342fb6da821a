// Proves for random positions, markets, books and edits that a projection keeps what it promises:
// the lot that is added is the largest, equity moves only by fees and prices, an accepted risk
// passes the initial check, and every limit that is shown can be submitted and is the last one.

import { describe, expect, test } from 'vitest';
import { Draw } from '../units/draw.suite.ts';
import { isRefusedForMargin, limitsOf } from './edit-limits.ts';
import type { Edit, EditTerms, IsolatedPosition } from './edit.ts';
import { figuresOf, scopeOf } from './figures.ts';
import { DEFAULT_BANDS } from './health.ts';
import { bracketsOf, drawTerms } from './naive.suite.ts';
import { project } from './project.ts';
import { isAccepted, isLiquidatable } from './scope.ts';
import { needOf, type ExpectedFill } from './sizing.ts';
import { defaultLeverageWarnings } from './warnings.ts';

interface Case {
  readonly before: IsolatedPosition | undefined;
  readonly terms: EditTerms;
  readonly openingFills: readonly ExpectedFill[];
  readonly closingFills: readonly ExpectedFill[];
}

function drawCase(draw: Draw): Case {
  const takerFeePpm = draw.pick([0, 1, 600]);
  const rows = drawTerms(draw, draw.whole(1, 4), 1e9);
  const brackets = bracketsOf(rows);
  const mark = draw.scaled(100, 1e6);
  const lot = draw.pick([1, 10]);
  const isFlat = draw.oneIn(5);
  const side = draw.pick([1, -1] as const);
  const leverage = draw.whole(1, Math.min(50, brackets.leverageMax));
  const held = draw.scaled(1, 1e5) * lot;
  const entry = Math.max(1, mark + draw.whole(-Math.floor(mark / 20), Math.floor(mark / 20)));
  const cost = held * entry;
  const before: IsolatedPosition = {
    size: side * held,
    cost: side * cost,
    collateral: Math.ceil(cost / leverage) + draw.scaled(0, cost),
    leverage,
  };
  const terms: EditTerms = {
    k: 1,
    brackets,
    mark,
    tick: 1,
    lot,
    minimumSize: lot * draw.pick([1, 5]),
    minimumNotional: 0,
    takerFeePpm,
    interestE12: draw.pick([0, 0, 10_000_000]),
    liftPpm: draw.pick([0, 0, 0, 50_000]),
    profitWeightPpm: draw.pick([1_000_000, 500_000, 0]),
    profitCap: draw.pick([0, 0, 1_000_000]),
    state: 'active',
    available: draw.scaled(0, 1e12),
    leverageWarnings: defaultLeverageWarnings(brackets.leverageMax),
    bands: DEFAULT_BANDS,
  };
  return {
    before: isFlat ? undefined : before,
    terms,
    openingFills: drawBook(draw, mark, side),
    closingFills: drawBook(draw, mark, side === 1 ? -1 : 1),
  };
}

/** Levels around the mark that get worse for this side. */
function drawBook(draw: Draw, mark: number, side: 1 | -1): ExpectedFill[] {
  let price = Math.max(1, mark + side * draw.whole(-3, 3));
  return Array.from({ length: draw.whole(1, 5) }, () => {
    price = Math.max(1, price + side * draw.scaled(0, Math.ceil(mark / 100)));
    return { price, size: draw.scaled(1, 1e6) };
  });
}

function drawEdit(draw: Draw, { before, terms }: Case): Edit {
  const leverage = draw.whole(1, Math.min(60, terms.brackets.leverageMax));
  const collateral = draw.scaled(1, 1e11);
  const size = draw.scaled(1, 1e5) * terms.lot;
  if (before === undefined) {
    const side = draw.pick([1, -1] as const);
    return draw.oneIn(2)
      ? { kind: 'open', side, leverage, collateral }
      : { kind: 'open', side, leverage, size };
  }
  return draw.pick<Edit>([
    { kind: 'increase', collateral, leverage },
    { kind: 'increase', size },
    { kind: 'add', collateral },
    { kind: 'remove', collateral },
    { kind: 'reduce', size: Math.min(size, Math.abs(before.size)) },
    { kind: 'close' },
  ]);
}

function fillsFor(edit: Edit, drawn: Case): readonly ExpectedFill[] {
  const closes = edit.kind === 'reduce' || edit.kind === 'close';
  return closes ? drawn.closingFills : drawn.openingFills;
}

describe('an accepted edit', () => {
  test('moves equity only by what was paid, fee, interest and fill prices', () => {
    const draw = new Draw(101);
    const seen = new Map<string, number>();
    for (let i = 0; i < 20_000; i += 1) {
      const drawn = drawCase(draw);
      const { before, terms } = drawn;
      const edit = drawEdit(draw, drawn);
      const projection = project({ before, edit, terms, fills: fillsFor(edit, drawn) });
      if (!projection.ok) continue;
      seen.set(edit.kind, (seen.get(edit.kind) ?? 0) + 1);
      const { after, derived } = projection;
      const equityBefore = before === undefined ? 0 : scopeOf(before, terms).equity;
      const paidIn = derived.requiredCollateral ?? 0;
      const paidOut = (derived.payout ?? 0) + (derived.removedCollateral ?? 0);
      const change = after.size - (before?.size ?? 0);
      const spread = spreadOf(change, fillsFor(edit, drawn), terms.mark);
      const wanted = equityBefore + paidIn - paidOut - derived.fee - derived.interest - spread;
      expect(scopeOf(after, terms).equity).toBe(wanted);
      expect(after.size === 0 ? [after.cost, after.collateral] : [0, 0]).toEqual([0, 0]);
    }
    expect([...seen.keys()].sort()).toEqual([
      'add',
      'close',
      'increase',
      'open',
      'reduce',
      'remove',
    ]);
    expect(Math.min(...seen.values())).toBeGreaterThan(100);
  });

  test('that takes risk passes the initial check and is not liquidatable', () => {
    const draw = new Draw(102);
    let count = 0;
    for (let i = 0; i < 20_000; i += 1) {
      const drawn = drawCase(draw);
      const { before, terms } = drawn;
      const edit = drawEdit(draw, drawn);
      const projection = project({ before, edit, terms, fills: fillsFor(edit, drawn) });
      if (!projection.ok || !['open', 'increase', 'remove'].includes(edit.kind)) continue;
      count += 1;
      const scope = scopeOf(projection.after, terms);
      expect(isAccepted(scope.initialEquity, scope.initial)).toBe(true);
      expect(isLiquidatable(scope.equity, scope.maintenance)).toBe(false);
      expect(projection.derived.requiredCollateral ?? 0).toBeLessThanOrEqual(terms.available);
    }
    expect(count).toBeGreaterThan(1_000);
  });

  test('by collateral adds the largest size that it pays for', () => {
    const draw = new Draw(103);
    let count = 0;
    for (let i = 0; i < 20_000; i += 1) {
      const drawn = drawCase(draw);
      const edit = drawEdit(draw, drawn);
      const { before, terms, openingFills: fills } = drawn;
      const { collateral, leverage } = edit;
      const projection = project({ before, edit, terms, fills: fillsFor(edit, drawn) });
      if (!projection.ok || collateral === undefined || leverage === undefined) continue;
      count += 1;
      const { mark, k, takerFeePpm, interestE12, lot } = terms;
      const side = projection.after.size > 0 ? 1 : -1;
      const marginShare = { numerator: 1, denominator: leverage };
      const need = { side, mark, k, marginShare, takerFeePpm, interestE12 } as const;
      const { addedSize = 0, fillableSize = 0 } = projection.derived;
      expect(needOf(addedSize, fills, need)).toBeLessThanOrEqual(collateral);
      if (addedSize === fillableSize) continue;
      expect(needOf(addedSize + lot, fills, need)).toBeGreaterThan(collateral);
    }
    expect(count).toBeGreaterThan(500);
  });

  test('that reduces at the mark leaves effective leverage, but for rounding', () => {
    const draw = new Draw(104);
    let count = 0;
    for (let i = 0; i < 20_000; i += 1) {
      const { before, terms } = drawCase(draw);
      if (before === undefined || Math.abs(before.size) < 1_000) continue;
      const free = { ...terms, takerFeePpm: 0, lot: 1, minimumSize: 1 };
      const fills = [{ price: terms.mark, size: Math.abs(before.size) }];
      const edit: Edit = { kind: 'reduce', size: draw.whole(1, Math.abs(before.size) - 500) };
      const projection = project({ before, edit, terms: free, fills });
      const current = figuresOf(before, free);
      if (!projection.ok || projection.derived.releasedCollateral === 0) continue;
      const after = projection.figures?.effectiveLeverage ?? 0;
      const ratio = after / (current?.effectiveLeverage ?? 1);
      count += 1;
      const dust = 2 / projection.after.collateral + 2e-5;
      expect(ratio).toBeGreaterThan(1 - dust);
      expect(ratio).toBeLessThan(1 + dust);
    }
    expect(count).toBeGreaterThan(500);
  });
});

/** What the fills cost against the mark: > 0 when they were worse. */
function spreadOf(change: number, fills: readonly ExpectedFill[], mark: number): number {
  let [rest, spread] = [Math.abs(change), 0];
  for (const { price, size } of fills) {
    const filled = Math.min(rest, size);
    rest -= filled;
    spread += filled * (price - mark) * Math.sign(change);
  }
  return spread;
}

describe('the limits', () => {
  test('can be submitted, and one step more is refused', () => {
    const draw = new Draw(105);
    const met = { add: 0, remove: 0, size: 0, reduce: 0, leverage: 0 };
    for (let i = 0; i < 2_000; i += 1) {
      const drawn = drawCase(draw);
      const { before, terms, openingFills, closingFills } = drawn;
      if (before === undefined) continue;
      const leverage = draw.whole(1, Math.min(60, terms.brackets.leverageMax));
      const collateral = draw.scaled(1, 1e11);
      const edit: Edit = { kind: 'increase', leverage, collateral };
      const limits = limitsOf({ before, edit, terms, openingFills, closingFills });
      const isFree = (draft: Edit, change: Partial<EditTerms> = {}): boolean => {
        const fills = fillsFor(draft, drawn);
        return !isRefusedForMargin(
          project({ before, edit: draft, terms: { ...terms, ...change }, fills }),
        );
      };
      const meets = (
        what: keyof typeof met,
        limit: number,
        step: number,
        draft: (n: number) => Edit,
      ): void => {
        if (limit > 0) expect(isFree(draft(limit)), `${what} ${limit} of case ${i}`).toBe(true);
        if (limit > 0) met[what] += 1;
        if (step > 0)
          expect(isFree(draft(limit + step)), `${what} beyond ${limit} of case ${i}`).toBe(false);
      };
      const { collateralAddMax: add, collateralRemoveMax: remove, sizeReduceMax: reduce } = limits;
      meets('add', add, add < terms.available ? 1 : 0, (n) => ({ ...edit, collateral: n }));
      meets('remove', remove, 1, (n) => ({ kind: 'remove', collateral: n }));
      const { sizeIncreaseMax: size } = limits;
      const ends = openingFills.reduce((sum, fill) => sum + fill.size, 0) < size + terms.lot;
      meets('size', size, ends ? 0 : terms.lot, (n) => ({ kind: 'increase', size: n }));
      const isAll = reduce === Math.abs(before.size);
      meets('reduce', reduce, isAll ? 0 : terms.lot, (n) => ({ kind: 'reduce', size: n }));
      if (limits.leverageMax > 1) {
        met.leverage += 1;
        expect(isFree({ ...edit, leverage: limits.leverageMax }, { available: 4e15 })).toBe(true);
      }
    }
    expect(Math.min(...Object.values(met))).toBeGreaterThan(100);
  });

  test('name the least collateral that makes a position healthy', () => {
    const draw = new Draw(106);
    let count = 0;
    for (let i = 0; i < 1_000; i += 1) {
      const { before, terms } = drawCase(draw);
      if (before === undefined) continue;
      const thin = { ...before, collateral: Math.floor(before.collateral / 3) };
      const edit: Edit = { kind: 'add' };
      const { toHealthy } = limitsOf({
        before: thin,
        edit,
        terms,
        openingFills: [],
        closingFills: [],
      });
      const bandWith = (added: number): string | undefined =>
        figuresOf({ ...thin, collateral: thin.collateral + added }, terms)?.band;
      expect(bandWith(toHealthy)).toBe('healthy');
      if (toHealthy === 0) continue;
      count += 1;
      expect(bandWith(toHealthy - 1)).not.toBe('healthy');
    }
    expect(count).toBeGreaterThan(100);
  });
});
