// Proves that a ladder is what it says: a list of orders sorted by price and then by arrival,
// whatever is pushed, removed and reduced, and also after a snapshot has been restored.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AssertionError } from '../units/assert.ts';
import { NONE } from '../units/table.ts';
import { Ladder, type BestIs } from './ladder.ts';
import { BookRows } from './rows.ts';
import { depth, queue } from './walk.ts';

const ORDERS_MAX = 400;
const LEVELS_MAX = 100;
const MAX = Number.MAX_SAFE_INTEGER;

interface Resting {
  readonly slot: number;
  readonly price: number;
  open: number;
}

/** What a ladder is, said plainly. */
class Model {
  orders: Resting[] = [];
  private readonly direction: 1 | -1;

  constructor(bestIs: BestIs) {
    this.direction = bestIs === 'highest' ? 1 : -1;
  }

  push(slot: number, price: number, open: number): void {
    const worse = this.orders.findIndex((other) => (price - other.price) * this.direction > 0);
    const at = worse === -1 ? this.orders.length : worse;
    this.orders.splice(at, 0, { slot, price, open });
  }

  prices(): number[] {
    return [...new Set(this.orders.map((order) => order.price))];
  }

  levels(): unknown[] {
    return this.prices().map((price) => {
      const orders = this.orders.filter((order) => order.price === price);
      return { price, size: sizeOf(orders), orders: orders.length };
    });
  }
}

function sizeOf(orders: readonly Resting[]): number {
  return orders.reduce((sum, order) => sum + order.open, 0);
}

type Step =
  | { readonly do: 'push'; readonly price: number; readonly open: number }
  | { readonly do: 'remove' | 'reduce'; readonly which: number }
  | { readonly do: 'remove best' }
  | { readonly do: 'restore' };

/** Few prices, so that levels fill and empty; at times many, so that blocks of levels move. */
function steps(priceMax: number): fc.Arbitrary<Step[]> {
  const push = fc.record({
    do: fc.constant('push' as const),
    price: fc.integer({ min: 1, max: priceMax }),
    open: fc.integer({ min: 1, max: 9 }),
  });
  const change = fc.record({
    do: fc.constantFrom('remove' as const, 'reduce' as const),
    which: fc.nat(1000),
  });
  const other = fc.constantFrom<Step>({ do: 'remove best' }, { do: 'restore' });
  return fc.array(
    fc.oneof(
      { weight: 12, arbitrary: push },
      { weight: 8, arbitrary: change },
      { weight: 2, arbitrary: other },
    ),
    { maxLength: 300, size: 'max' },
  );
}

/** A ladder with its rows and its model, walked through steps. */
class Pair {
  rows = new BookRows(ORDERS_MAX);
  ladder: Ladder;
  readonly model: Model;
  private readonly bestIs: BestIs;

  constructor(bestIs: BestIs) {
    this.bestIs = bestIs;
    this.ladder = new Ladder(this.rows, bestIs, LEVELS_MAX);
    this.model = new Model(bestIs);
  }

  take(step: Step): void {
    const { model, ladder, rows } = this;
    if (step.do === 'push') {
      const slot = rows.allocate();
      rows.setPrice(slot, step.price);
      rows.setOpen(slot, step.open);
      ladder.push(slot);
      model.push(slot, step.price, step.open);
    } else if (step.do === 'restore') {
      this.restore();
    } else if (model.orders.length > 0) {
      const at = step.do === 'remove best' ? 0 : step.which % model.orders.length;
      this.change(step.do, at);
    }
  }

  private change(what: 'remove' | 'reduce' | 'remove best', at: number): void {
    const { model, ladder, rows } = this;
    const order = model.orders[at];
    if (what === 'reduce') {
      if (order.open === 1) return;
      ladder.reduce(order.slot, 1);
      order.open -= 1;
      return;
    }
    if (what === 'remove best') ladder.removeBest();
    else ladder.remove(order.slot);
    rows.release(order.slot);
    model.orders.splice(at, 1);
  }

  /** Another ladder takes over, as after a restart. */
  private restore(): void {
    const rows = new BookRows(ORDERS_MAX);
    rows.restore(
      this.rows.header(),
      this.rows.columns().map(({ used }) => used.slice()),
    );
    const ladder = new Ladder(rows, this.bestIs, LEVELS_MAX);
    ladder.restore(
      this.ladder.header(),
      this.ladder.columns().map(({ used }) => used.slice()),
    );
    this.rows = rows;
    this.ladder = ladder;
  }
}

function checkPair({ model, ladder, rows }: Pair): void {
  const slots = model.orders.map((order) => order.slot);
  expect(queue(rows, ladder)).toEqual(slots);
  expect(depth(ladder, LEVELS_MAX)).toEqual(model.levels());
  expect(ladder.best()).toBe(slots[0] ?? NONE);
  expect(ladder.bestPrice()).toBe(model.orders[0]?.price ?? 0);
  expect([ladder.orderCount, ladder.levelCount]).toEqual([slots.length, model.prices().length]);
  expect(ladder.sizeTotal).toBe(sizeOf(model.orders));
  expect(slots.map((slot) => ladder.next(slot))).toEqual([...slots, NONE].slice(1));
  expect(slots.map((slot) => rows.openOf(slot))).toEqual(model.orders.map(({ open }) => open));
  expect(ladder.levelAt(ladder.levelCount)).toBe(NONE);
}

test.each([
  ['highest', 6],
  ['lowest', 6],
  ['highest', LEVELS_MAX],
  ['lowest', LEVELS_MAX],
] as const)('is its model: %s best, prices to %i', (bestIs, priceMax) => {
  fc.assert(
    fc.property(steps(priceMax), (all) => {
      const pair = new Pair(bestIs);
      all.forEach((step, i) => {
        pair.take(step);
        if (i % 16 === 0) checkPair(pair);
      });
      checkPair(pair);
    }),
    { numRuns: 150 },
  );
});

test('a restored ladder goes on exactly as the one it was taken from', () => {
  fc.assert(
    fc.property(steps(30), steps(30), (before, after) => {
      const [one, other] = [new Pair('lowest'), new Pair('lowest')];
      for (const pair of [one, other]) for (const step of before) pair.take(step);
      other.take({ do: 'restore' });
      for (const pair of [one, other]) for (const step of after) pair.take(step);
      expect(other.ladder.header()).toEqual(one.ladder.header());
      expect(other.ladder.columns()).toEqual(one.ladder.columns());
      expect(other.rows.columns()).toEqual(one.rows.columns());
    }),
    { numRuns: 60 },
  );
});

/** Orders at these prices, each of size `open`. */
function ladderOf(prices: readonly number[], levelsMax: number, open = 1): [BookRows, Ladder] {
  const rows = new BookRows(ORDERS_MAX);
  const ladder = new Ladder(rows, 'lowest', levelsMax);
  for (const price of prices) {
    const slot = rows.allocate();
    rows.setPrice(slot, price);
    rows.setOpen(slot, open);
    ladder.push(slot);
  }
  return [rows, ladder];
}

test('says whether a price has room before anything is pushed', () => {
  const [, below] = ladderOf([5, 7], 3);
  expect([5, 6, 7].map((price) => below.hasRoomFor(price))).toEqual([true, true, true]);
  const [, full] = ladderOf([5, 7, 9, 9], 3);
  expect([4, 5, 6, 9, 10].map((p) => full.hasRoomFor(p))).toEqual([
    false,
    true,
    false,
    true,
    false,
  ]);
  const slots = [0, 1, 2, 3];
  expect(slots.map((slot) => full.hasRoomFor(6, slot))).toEqual([true, true, false, false]);
});

test('a level too many is our mistake', () => {
  const [rows, ladder] = ladderOf([5, 7, 9], 3);
  const slot = rows.allocate();
  rows.setPrice(slot, 6);
  expect(() => ladder.push(slot)).toThrow(AssertionError);
});

test('says whether a size keeps the totals exact', () => {
  const [, ladder] = ladderOf([5, 7, 7], 3, 3_000_000_000_000_000);
  const room = MAX - 9_000_000_000_000_000;
  expect([room, room + 1].map((size) => ladder.hasRoomForSize(size))).toEqual([true, false]);
  const more = room + 3_000_000_000_000_000;
  expect([more, more + 1].map((size) => ladder.hasRoomForSize(size, 1))).toEqual([true, false]);
});

test('says whether a limit reaches the best', () => {
  const [rows, asks] = ladderOf([5, 7], 3);
  expect([0, 4, 5, 6].map((limit) => asks.reaches(limit))).toEqual([true, false, true, true]);
  const bids = new Ladder(rows, 'highest', 3);
  expect([0, 1].map((limit) => bids.reaches(limit))).toEqual([false, false]);
  const slot = rows.allocate();
  rows.setPrice(slot, 5);
  rows.setOpen(slot, 1);
  bids.push(slot);
  expect([0, 4, 5, 6].map((limit) => bids.reaches(limit))).toEqual([true, true, true, false]);
});

test('levels out of order are not restored', () => {
  const [rows, ladder] = ladderOf([5, 7], 3);
  const columns = ladder.columns().map(({ used }) => used.slice());
  columns.at(-1)!.reverse();
  const other = new Ladder(rows, 'lowest', 3);
  expect(() => {
    other.restore(ladder.header(), columns);
  }).toThrow(AssertionError);
});
