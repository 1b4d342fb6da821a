// Proves that the index is a map from ids to slots, whatever the ids look like and however often
// they come and go.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AssertionError } from '../units/assert.ts';
import { Draw } from '../units/draw.suite.ts';
import { NONE } from '../units/table.ts';
import { IdIndex } from './id-index.ts';
import { BookRows } from './rows.ts';

const ORDERS_MAX = 100_000;
const MAX = Number.MAX_SAFE_INTEGER;

/** An index and the map that it should be. */
class Pair {
  readonly rows = new BookRows(ORDERS_MAX);
  readonly index = new IdIndex(this.rows);
  readonly map = new Map<number, number>();

  /** Adds the id, or takes it out when it is there. */
  toggle(id: number): void {
    const { rows, index, map } = this;
    const slot = map.get(id);
    if (slot === undefined) {
      const fresh = rows.allocate();
      rows.describe(fresh, id, 0, NONE, 0);
      index.add(fresh);
      map.set(id, fresh);
    } else {
      index.remove(slot);
      rows.release(slot);
      map.delete(id);
    }
  }
}

function checkPair({ index, map }: Pair, ids: Iterable<number>): void {
  expect(index.size).toBe(map.size);
  for (const each of ids) {
    const [found, right] = [index.find(each), map.get(each) ?? NONE];
    if (found !== right) expect([each, found]).toEqual([each, right]);
  }
}

const id = fc.oneof(
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 1, max: 20 }).map((n) => n * 2 ** 32),
  fc.integer({ min: 1, max: 20 }).map((n) => n * 2 ** 20 + 1),
  fc.integer({ min: MAX - 20, max: MAX }),
);

test('is a map for ids that share their low bits, their high bits or both', () => {
  fc.assert(
    fc.property(fc.array(id, { maxLength: 400, size: 'max' }), (ids) => {
      const pair = new Pair();
      for (const each of ids) {
        pair.toggle(each);
        checkPair(pair, [each]);
      }
      checkPair(pair, ids);
    }),
    { numRuns: 200 },
  );
});

test.each([
  ['one after the other', 1],
  ['multiples of 2^32', 2 ** 32],
  ['multiples of 1,024', 1024],
])('is a map while it grows and shrinks: %s', (_, step) => {
  const pair = new Pair();
  const draw = new Draw(5);
  const seen: number[] = [];
  for (let i = 1; i <= 20_000; i++) {
    seen.push(i * step);
    pair.toggle(i * step);
    if (draw.oneIn(2)) pair.toggle(draw.pick(seen));
    if (i % 4000 === 0) checkPair(pair, seen);
  }
  for (const each of pair.map.keys()) pair.toggle(each);
  expect(pair.index.size).toBe(0);
  checkPair(pair, seen);
});

test('finds nothing for what can be no id', () => {
  const pair = new Pair();
  pair.toggle(7);
  for (const none of [0, -7, 7.5, NaN, Infinity, -Infinity, 2 ** 32 + 7]) {
    expect(pair.index.find(none)).toBe(NONE);
  }
});

test('is rebuilt from the rows in any order', () => {
  const pair = new Pair();
  for (let i = 1; i <= 3000; i++) pair.toggle(i * 17);
  for (let i = 1; i <= 3000; i += 3) pair.toggle(i * 17);
  pair.index.clear();
  expect(pair.index.find(34)).toBe(NONE);
  for (const slot of [...pair.map.values()].toReversed()) pair.index.add(slot);
  checkPair(
    pair,
    Array.from({ length: 3100 }, (_, i) => i * 17),
  );
});

test('taking out a row that is not in it is our mistake', () => {
  const pair = new Pair();
  pair.toggle(7);
  const stranger = pair.rows.allocate();
  for (const each of [7, 8, 7 + 2 ** 32]) {
    pair.rows.describe(stranger, each, 0, NONE, 0);
    expect(() => {
      pair.index.remove(stranger);
    }).toThrow(AssertionError);
  }
});

test('more ids than its limit are our mistake', () => {
  const rows = new BookRows(10);
  const index = new IdIndex(rows, 2);
  for (const each of [1, 2, 3]) rows.describe(rows.allocate(), each, 0, NONE, 0);
  index.add(0);
  index.add(1);
  expect(() => {
    index.add(2);
  }).toThrow(AssertionError);
});
