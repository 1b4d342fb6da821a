// Proves what a plan says, what a fill rule may do to it, that planning changes nothing, and that
// committing does exactly what was planned.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AssertionError } from '../units/assert.ts';
import { BUY, SELL } from '../units/brand.ts';
import { Ladder } from './ladder.ts';
import * as match from './match.ts';
import { commitEntry, MatchPlan, planMatch, Taker, type FillRule } from './match.ts';
import { EXPIRE_BOTH, EXPIRE_MAKER, EXPIRE_TAKER, type StpMode } from './order.ts';
import { BookRows } from './rows.ts';
import { queue } from './walk.ts';

/** Price, size and group of a maker; slots are handed out in this order, from 0. */
type Maker = readonly [price: number, size: number, group?: number];

/** Slot, size and action of an entry. */
type Entry = readonly [slot: number, size: number, action: match.Action];

const { FILL, FILL_AND_DROP, DROP, EXPIRE } = match;

class Asks {
  readonly rows = new BookRows(1000);
  readonly ladder = new Ladder(this.rows, 'lowest', 100);
  readonly taker = new Taker();
  readonly plan: MatchPlan;

  constructor(makers: readonly Maker[], fillsMax = 100) {
    this.plan = new MatchPlan(fillsMax);
    for (const [price, size, group = -1] of makers) {
      const slot = this.rows.allocate();
      this.rows.describe(slot, slot + 1, 0, group, 0);
      this.rows.setPrice(slot, price);
      this.rows.setOpen(slot, size);
      this.ladder.push(slot);
    }
  }

  buy(size: number, options: Partial<Taker> = {}, rule?: FillRule): match.MatchOutcome {
    Object.assign(this.taker, new Taker(), { side: BUY, size }, options);
    return planMatch(this.rows, this.ladder, this.taker, rule, this.plan);
  }

  entries(): Entry[] {
    const { slot, size, action, count } = this.plan;
    const entries: Entry[] = [];
    for (let i = 0; i < count; i++) entries.push([slot[i], size[i], action[i] as match.Action]);
    return entries;
  }

  /** Commits everything; the slots that left the ladder. */
  commit(): number[] {
    const { rows, ladder, plan } = this;
    return this.entries()
      .filter((_, i) => commitEntry(rows, ladder, plan, i))
      .map(([slot]) => slot);
  }

  orders(): unknown[] {
    return queue(this.rows, this.ladder).map((slot) => [slot, this.rows.openOf(slot)]);
  }
}

/** Admits what the list says for each slot, everything for the others, and keeps the questions. */
class ListedRule implements FillRule {
  readonly asked: [slot: number, price: number, size: number][] = [];
  private readonly admits: Readonly<Record<number, number>>;

  constructor(admits: Readonly<Record<number, number>>) {
    this.admits = admits;
  }

  admit(slot: number, price: number, size: number): number {
    this.asked.push([slot, price, size]);
    return Math.min(size, this.admits[slot] ?? size);
  }
}

describe('a fill rule', () => {
  test('is asked in price-time order for what could fill, and for own makers not at all', () => {
    const asks = new Asks([
      [101, 5],
      [100, 2],
      [100, 3, 7],
      [100, 4],
    ]);
    const rule = new ListedRule({});
    expect(asks.buy(8, { group: 7 }, rule)).toBe(match.MATCHED);
    expect(rule.asked).toEqual([
      [1, 100, 2],
      [3, 100, 4],
      [0, 101, 2],
    ]);
    expect(asks.entries()).toEqual([
      [1, 2, FILL],
      [2, 0, EXPIRE],
      [3, 4, FILL],
      [0, 2, FILL],
    ]);
  });

  test('drops a maker by admitting nothing, and its rest by admitting less', () => {
    const asks = new Asks([
      [100, 5],
      [100, 6],
      [101, 7],
      [102, 9],
    ]);
    const rule = new ListedRule({ 0: 0, 1: 2 });
    asks.buy(9, {}, rule);
    expect(rule.asked).toEqual([
      [0, 100, 5],
      [1, 100, 6],
      [2, 101, 7],
    ]);
    expect(asks.entries()).toEqual([
      [0, 0, DROP],
      [1, 2, FILL_AND_DROP],
      [2, 7, FILL],
    ]);
    expect([asks.plan.filled, asks.plan.rest]).toEqual([9, 0]);
    expect(asks.commit()).toEqual([0, 1, 2]);
    expect([0, 1, 2].map((slot) => asks.rows.openOf(slot))).toEqual([5, 4, 0]);
    expect(asks.orders()).toEqual([[3, 9]]);
  });

  test('that admits all that is asked of a larger maker leaves it its rest', () => {
    const asks = new Asks([[100, 5]]);
    asks.buy(2, {}, new ListedRule({ 0: 2 }));
    expect(asks.entries()).toEqual([[0, 2, FILL]]);
    expect(asks.commit()).toEqual([]);
    expect(asks.orders()).toEqual([[0, 3]]);
  });

  test('that admits less of a larger maker than the taker wants ends its life', () => {
    const asks = new Asks([
      [100, 5],
      [100, 5],
    ]);
    asks.buy(3, {}, new ListedRule({ 0: 2 }));
    expect(asks.entries()).toEqual([
      [0, 2, FILL_AND_DROP],
      [1, 1, FILL],
    ]);
    expect(asks.commit()).toEqual([0]);
    expect(asks.orders()).toEqual([[1, 4]]);
  });

  test('counts for fill-or-kill: what it takes away must be found behind', () => {
    const asks = new Asks([
      [100, 5],
      [100, 5],
    ]);
    const rule = new ListedRule({ 0: 2 });
    expect(asks.buy(8, { fillOrKill: true }, rule)).toBe(match.MATCH_NOT_FILLABLE);
    expect([asks.plan.count, asks.plan.filled, asks.plan.rest]).toEqual([0, 7, 1]);
    expect(asks.buy(7, { fillOrKill: true }, rule)).toBe(match.MATCHED);
    expect(asks.entries()).toEqual([
      [0, 2, FILL_AND_DROP],
      [1, 5, FILL],
    ]);
  });

  test('may drop makers until the plan is full', () => {
    const asks = new Asks(
      [
        [100, 1],
        [100, 1],
        [100, 1],
      ],
      2,
    );
    asks.buy(1, {}, new ListedRule({ 0: 0, 1: 0 }));
    expect(asks.entries()).toEqual([
      [0, 0, DROP],
      [1, 0, DROP],
    ]);
    expect([asks.plan.stopped, asks.plan.rest]).toEqual([match.STOPPED_FILL_LIMIT, 1]);
  });

  test.each([-1, 0.5, 3, NaN])('must not admit %d of 2', (answer) => {
    const asks = new Asks([[100, 2]]);
    expect(() => asks.buy(2, {}, { admit: () => answer })).toThrow(AssertionError);
  });
});

describe('why matching ends', () => {
  const makers: Maker[] = [
    [100, 2],
    [101, 2, 7],
  ];
  test.each<[string, number, Partial<Taker>, match.Stopped, number]>([
    ['filled', 2, {}, match.STOPPED_FILLED, 0],
    ['the book is empty', 9, {}, match.STOPPED_NO_LIQUIDITY, 5],
    ['the limit', 9, { limit: 100 }, match.STOPPED_NO_LIQUIDITY, 7],
    ['nobody within the limit', 9, { limit: 99 }, match.STOPPED_NO_LIQUIDITY, 9],
    ['expire_maker', 9, { group: 7, stp: EXPIRE_MAKER }, match.STOPPED_NO_LIQUIDITY, 7],
    ['expire_taker', 9, { group: 7, stp: EXPIRE_TAKER }, match.STOPPED_SELF_TRADE, 7],
    ['expire_both', 9, { group: 7, stp: EXPIRE_BOTH }, match.STOPPED_SELF_TRADE, 7],
  ])('%s', (_, size, options, stopped, rest) => {
    const asks = new Asks(makers);
    expect(asks.buy(size, options)).toBe(match.MATCHED);
    expect([asks.plan.stopped, asks.plan.rest]).toEqual([stopped, rest]);
    expect(asks.plan.filled).toBe(size - rest);
  });

  test('a full plan at the last maker is no fill limit', () => {
    const asks = new Asks(makers, 2);
    asks.buy(9);
    expect(asks.plan.stopped).toBe(match.STOPPED_NO_LIQUIDITY);
  });
});

test('post-only is refused before anybody is asked', () => {
  const asks = new Asks([[100, 2, 7]]);
  const rule = new ListedRule({ 0: 0 });
  const options = { postOnly: true, limit: 100, group: 7 };
  expect(asks.buy(1, options, rule)).toBe(match.MATCH_WOULD_CROSS);
  expect([rule.asked, asks.plan.count]).toEqual([[], 0]);
  expect(asks.buy(1, { ...options, limit: 99 }, rule)).toBe(match.MATCHED);
});

test('an order is not matched against its own side', () => {
  const asks = new Asks([[100, 2]]);
  expect(() => asks.buy(1, { side: SELL })).toThrow(AssertionError);
});

test('a plan is committed in its order, on its ladder', () => {
  const asks = new Asks([
    [100, 2],
    [101, 2],
  ]);
  asks.buy(4);
  expect(() => commitEntry(asks.rows, asks.ladder, asks.plan, 1)).toThrow(AssertionError);
});

test('planning changes nothing, and committing does what was planned', () => {
  const maker = fc.tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: -1, max: 1 }),
  );
  const taker = fc.record({
    size: fc.integer({ min: 1, max: 40 }),
    limit: fc.integer({ min: 0, max: 6 }),
    group: fc.integer({ min: -1, max: 1 }),
    stp: fc.integer({ min: 0, max: 3 }),
    fillOrKill: fc.boolean(),
  });
  const admits = fc.dictionary(fc.nat(11).map(String), fc.nat(5), { maxKeys: 4 });
  fc.assert(
    fc.property(fc.array(maker, { maxLength: 12 }), taker, admits, (makers, wanted, admitted) => {
      const asks = new Asks(makers);
      const state = (): unknown =>
        [asks.rows, asks.ladder].map((table) => table.columns().map(({ used }) => [...used]));
      const before = state();
      const options = { ...wanted, stp: wanted.stp as StpMode };
      const outcome = asks.buy(wanted.size, options, new ListedRule(admitted));
      expect(state()).toEqual(before);
      const expected = simply(makers, options, admitted);
      expect(outcome === match.MATCHED).toBe(expected !== undefined);
      if (expected === undefined) return;
      expect(asks.entries().map(([slot, size]) => [slot, size])).toEqual(expected.touched);
      expect(asks.plan.rest).toBe(expected.rest);
      const opens = asks.orders().length;
      expect(asks.commit().length).toBe(opens - expected.left.length);
      expect(asks.orders()).toEqual(expected.left);
    }),
    { numRuns: 2000 },
  );
});

interface Simply {
  readonly touched: (readonly [slot: number, size: number])[];
  readonly left: (readonly [slot: number, open: number])[];
  readonly rest: number;
}

/** The rules of matching once more, on a sorted list; undefined when it may not be carried out. */
function simply(
  makers: readonly Maker[],
  taker: Pick<Taker, 'size' | 'limit' | 'group' | 'stp' | 'fillOrKill'>,
  admits: Readonly<Record<number, number>>,
): Simply | undefined {
  const queued = makers.map(([price, size, group], slot) => ({ slot, price, size, group }));
  queued.sort((a, b) => a.price - b.price || a.slot - b.slot);
  const touched: [number, number][] = [];
  const left: [number, number][] = [];
  let rest = taker.size;
  let ended = false;
  for (const { slot, price, size, group } of queued) {
    ended ||= rest === 0 || (taker.limit > 0 && price > taker.limit);
    const own = !ended && taker.group >= 0 && group === taker.group && taker.stp !== 3;
    if (ended || (own && taker.stp === EXPIRE_TAKER)) {
      ended = true;
      left.push([slot, size]);
    } else if (own) {
      touched.push([slot, 0]);
      ended = taker.stp === EXPIRE_BOTH;
    } else {
      const asked = Math.min(rest, size);
      const fill = Math.min(asked, admits[slot] ?? asked);
      touched.push([slot, fill]);
      rest -= fill;
      if (fill === asked && fill < size) left.push([slot, size - fill]);
    }
  }
  return taker.fillOrKill && rest > 0 ? undefined : { touched, left, rest };
}
