// Proves that a table behaves as a list of records with a stack of free slots, whatever the order
// of allocating, releasing, growing and restoring.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NONE, Table } from './table.ts';

const LIMIT = 300;

class Points extends Table {
  x = new Float64Array(0);
  pair = new Int32Array(0);

  constructor(limit = LIMIT) {
    super(limit);
    this.register({ x: 1, pair: 2 });
  }
}

/** What a table is, said plainly. */
class Model {
  readonly values = new Map<number, number>();
  free: number[] = [];
  rows = 0;

  allocate(value: number): number {
    const row = this.free.pop() ?? this.rows++;
    this.values.set(row, value);
    return row;
  }

  release(row: number): void {
    this.values.delete(row);
    this.free.push(row);
  }
}

function write(table: Points, row: number, value: number): void {
  table.x[row] = value;
  table.pair[row * 2] = value;
  table.pair[row * 2 + 1] = ~value;
}

function expectSame(table: Points, model: Model): void {
  expect(table.live).toBe(model.values.size);
  expect(table.rows).toBe(model.rows);
  for (let row = 0; row < model.rows; row += 1) {
    expect(table.isLive(row)).toBe(model.values.has(row));
  }
  for (const [row, value] of model.values) {
    expect([table.x[row], table.pair[row * 2], table.pair[row * 2 + 1]]).toEqual([
      value,
      value,
      ~value,
    ]);
  }
}

function expectRow(found: number, wanted: number): void {
  expect(found).toBe(wanted);
}

function copyOf(table: Points): Points {
  const copy = new Points();
  const columns = table.columns().map(({ used }) => used.slice());
  copy.restore(table.header(), columns);
  return copy;
}

describe('a table', () => {
  test('is a list with a stack of free slots', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant('allocate'), at: fc.nat() }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('release'), at: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('reserve'), at: fc.nat(LIMIT) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('restore'), at: fc.nat() }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400, size: 'max' }), (steps) => {
        let table = new Points();
        const model = new Model();
        for (const { do: what, at } of steps) {
          const live = [...model.values.keys()];
          if (what === 'allocate' && live.length < LIMIT) {
            const row = model.allocate(at);
            expectRow(table.allocate(), row);
            write(table, row, at);
          } else if (what === 'release' && live.length > 0) {
            table.release(live[at % live.length]);
            model.release(live[at % live.length]);
          } else if (what === 'reserve') table.reserve(at);
          else if (what === 'restore') table = copyOf(table);
        }
        expectSame(table, model);
      }),
    );
  });

  test('grows beyond its first capacity and keeps what it holds', () => {
    const table = new Points();
    for (let i = 0; i < LIMIT; i += 1) write(table, table.allocate(), i);
    expect([table.rows, table.x[0], table.x[LIMIT - 1]]).toEqual([LIMIT, 0, LIMIT - 1]);
  });

  test.each([1, 64, 100, LIMIT])('stops at a limit of %d rows', (limit) => {
    const table = new Points(limit);
    for (let i = 0; i < limit; i += 1) table.allocate();
    expect(() => table.allocate()).toThrow('outgrew');
    table.release(0);
    expect(table.allocate()).toBe(0);
  });

  test('stops when a row is given back that nobody has', () => {
    const table = new Points();
    const row = table.allocate();
    table.release(row);
    expect(() => table.release(row)).toThrow('nobody has');
    expect(() => table.release(NONE)).toThrow('nobody has');
    expect(() => table.release(1)).toThrow('nobody has');
  });

  test('equal histories give equal bytes', () => {
    const [one, two] = [new Points(), new Points()];
    for (const table of [one, two]) {
      for (let i = 0; i < 5; i += 1) write(table, table.allocate(), i);
      table.release(3);
      table.release(1);
    }
    expect(one.columns()).toEqual(two.columns());
    expect(one.header()).toEqual({ rows: 5, live: 3, freeHead: 1 });
  });

  test('a snapshot of another form is refused', () => {
    const table = new Points();
    table.allocate();
    const [free, x, pair] = table.columns().map(({ used }) => used.slice());
    const header = table.header();
    expect(() => new Points().restore(header, [free, x])).toThrow('number of columns');
    expect(() => new Points().restore(header, [free, x, x])).toThrow('column pair');
    const wrongType = Float64Array.from(pair);
    expect(() => new Points().restore(header, [free, x, wrongType])).toThrow('column pair');
  });
});
