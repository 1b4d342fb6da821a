// Rows of typed columns: how the engine and the book keep their records. A row is an integer slot;
// its fields lie in typed arrays that double when they are full, and freed slots are used again,
// last freed first. Nothing here may allocate per row. The order in which slots are handed out is
// part of the state: the same history gives the same slots, so a snapshot is a plain copy of the
// used part of every column.

import { assert, AssertionError } from './assert.ts';

/** The column types a table may have. */
export type ColumnArray = Float64Array | Int32Array | Uint32Array | Uint8Array;

/** One column as a snapshot sees it: the used part only. */
export interface ColumnView {
  readonly name: string;
  readonly used: ColumnArray;
}

/** No row: the end of a list, an empty reference. */
export const NONE = -1;
const NOBODY = NONE; // V8 folds a constant that is not exported

const CAPACITY_FIRST = 64;
const IN_USE = -2; // stands in `nextFree` of a live row, so that a row given back twice is seen

/**
 * Base of every store. A subclass declares its columns as typed-array properties and registers them
 * with the number of values per row; `reserve` replaces the arrays, so nobody may keep a reference
 * to one across `allocate`.
 */
export abstract class Table {
  /** Rows ever handed out; every live slot is below it. */
  rows = 0;
  /** Rows in use. */
  live = 0;
  /**
   * The most rows this table may hold: `allocate` beyond it is our mistake, callers refuse before.
   */
  readonly limit: number;
  private capacity = 0;
  private freeHead: number = NOBODY;
  private nextFree = new Int32Array(0);
  private readonly strides = new Map<string, number>();

  protected constructor(limit: number) {
    this.limit = limit;
  }

  /**
   * Registers the columns: property name → values per row. Called once, by the subclass's
   * constructor.
   */
  protected register(strides: Readonly<Record<string, number>>): void {
    for (const [name, stride] of Object.entries(strides)) this.strides.set(name, stride);
    this.reserve(CAPACITY_FIRST);
  }

  /**
   * Hands out a slot. Its columns hold what the last user left: the caller writes every one of
   * them.
   * @throws AssertionError beyond the limit.
   */
  allocate(): number {
    const reused = this.freeHead;
    if (reused !== NOBODY) {
      this.freeHead = this.nextFree[reused];
      this.nextFree[reused] = IN_USE;
      this.live += 1;
      return reused;
    }
    const row = this.rows;
    assert(row < this.limit, 'a table outgrew its limit');
    if (row === this.capacity) this.reserve(row + 1);
    this.nextFree[row] = IN_USE;
    this.rows += 1;
    this.live += 1;
    return row;
  }

  /** Gives a slot back. @throws AssertionError when nobody has it. */
  release(row: number): void {
    assert(this.isLive(row), 'a row is given back that nobody has');
    this.nextFree[row] = this.freeHead;
    this.freeHead = row;
    this.live -= 1;
  }

  /** Whether the slot is handed out. */
  isLive(row: number): boolean {
    return row >= 0 && row < this.rows && this.nextFree[row] === IN_USE;
  }

  /** Makes room for at least `rows` rows. @throws AssertionError beyond the limit. */
  reserve(rows: number): void {
    assert(rows <= this.limit || rows === CAPACITY_FIRST, 'a table outgrew its limit');
    let capacity = Math.max(this.capacity, CAPACITY_FIRST);
    while (capacity < rows) capacity *= 2;
    if (capacity === this.capacity) return;
    this.capacity = capacity;
    this.nextFree = enlarge(this.nextFree, capacity) as Int32Array<ArrayBuffer>;
    for (const [name, stride] of this.strides)
      this.setColumn(name, enlarge(this.column(name), capacity * stride));
  }

  /** The used part of every column, in registration order, the free list first. */
  columns(): ColumnView[] {
    const views: ColumnView[] = [{ name: 'nextFree', used: this.nextFree.subarray(0, this.rows) }];
    for (const [name, stride] of this.strides) {
      views.push({ name, used: this.column(name).subarray(0, this.rows * stride) });
    }
    return views;
  }

  /** The three numbers beside the columns that a snapshot must carry. */
  header(): { rows: number; live: number; freeHead: number } {
    return { rows: this.rows, live: this.live, freeHead: this.freeHead };
  }

  /**
   * Takes back what `header` and `columns` gave.
   * @throws AssertionError when a column has another form.
   */
  restore(
    header: { rows: number; live: number; freeHead: number },
    columns: readonly ColumnArray[],
  ): void {
    this.reserve(Math.max(header.rows, CAPACITY_FIRST));
    this.rows = header.rows;
    this.live = header.live;
    this.freeHead = header.freeHead;
    const targets = this.columns();
    assert(targets.length === columns.length, 'a snapshot has another number of columns');
    targets.forEach((target, i) => {
      const from = columns[i];
      if (from.length !== target.used.length || from.constructor !== target.used.constructor) {
        throw new AssertionError(`Invariant: column ${target.name} has another form`);
      }
      target.used.set(from);
    });
  }

  private column(name: string): ColumnArray {
    return (this as unknown as Record<string, ColumnArray>)[name];
  }

  private setColumn(name: string, array: ColumnArray): void {
    (this as unknown as Record<string, ColumnArray>)[name] = array;
  }
}

function enlarge(array: ColumnArray, length: number): ColumnArray {
  const larger = new (array.constructor as new (length: number) => ColumnArray)(length);
  larger.set(array);
  return larger;
}
