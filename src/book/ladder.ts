// One direction's orders in price-time order: a side of a book, or the stops that wait for one
// direction. Prices may be anything; each price in use is a level, and levels lie sorted in an
// array whose END is the best, so that what happens near the touch moves little. Never decides who
// trades and never allocates or frees order rows.

import { assert } from '../units/assert.ts';
import { NONE, Table, type ColumnArray } from '../units/table.ts';
import { LADDER_SIZE_MAX, LEVELS_MAX, ROWS_MAX } from './limits.ts';
import type { BookRows } from './rows.ts';

/**
 * Which price comes first: the highest (bids, stops below the market) or the lowest (asks, stops
 * above it).
 */
export type BestIs = 'highest' | 'lowest';

// V8 reads an imported constant through a cell each time, and folds one of this module: here that
// is measurable.
const END = NONE;
const SIZE_MAX = LADDER_SIZE_MAX;
/** Above this distance the engine's own block move beats a loop. */
const SHIFT_LOOP_MAX = 32;
const HINTS_LOG2 = 10;
const HINT_SHIFT = 32 - HINTS_LOG2;
const HINT_FACTOR = 0x9e3779b1; // 2^32 ÷ golden ratio: neighbouring prices share no hint

/**
 * A table whose rows are price levels, so a snapshot of a ladder is `header()` and `columns()`, as
 * of any table. A level's number is stable as long as it lives.
 */
export class Ladder extends Table {
  /** Per level: price, size of its orders together. */
  amounts = new Float64Array(0);
  /** Per level: head (its oldest order), tail, number of orders (0: no such level), unused. */
  queues = new Int32Array(0);
  /** The level of rank i; the worst has rank 0, the best levelCount − 1. */
  sorted = new Int32Array(0);
  /** `direction` × price of rank i: ascending. */
  keys = new Float64Array(0);

  /** 1 when the highest price is best, −1 when the lowest is: what makes one code serve both. */
  readonly direction: 1 | -1 = 1;
  /** Orders in the ladder. */
  orderCount = 0;
  /**
   * Open size of all orders together; exact as long as callers ask `hasRoomForSize` before they
   * push.
   */
  sizeTotal = 0;
  private readonly rowsOfOrders: BookRows;
  /**
   * Where a price's level was last time: only a guess, checked on each use, so no part of the
   * state.
   */
  private readonly hints = new Int32Array(1 << HINTS_LOG2);

  constructor(rows: BookRows, bestIs: BestIs, levelsMax: number = LEVELS_MAX) {
    super(levelsMax);
    assert(levelsMax <= ROWS_MAX, 'a ladder was given too high a limit');
    this.rowsOfOrders = rows;
    this.direction = bestIs === 'highest' ? 1 : -1;
    this.register({ amounts: 2, queues: 4, sorted: 1, keys: 1 });
  }

  /** How many price levels there are. */
  get levelCount(): number {
    return this.live;
  }

  /** The first order in price-time order, or NONE. */
  best(): number {
    const levels = this.live;
    return levels === 0 ? END : this.headOfLevel(this.sorted[levels - 1]);
  }

  /** The best price, or 0 when there is no order. */
  bestPrice(): number {
    const levels = this.live;
    return levels === 0 ? 0 : this.priceOfLevel(this.sorted[levels - 1]);
  }

  /**
   * The level that is `depth` levels behind the best (0 is the best itself), or NONE beyond the
   * last.
   */
  levelAt(depth: number): number {
    return depth < this.live ? this.sorted[this.live - 1 - depth] : END;
  }

  /** In price units. */
  priceOfLevel(level: number): number {
    return this.amounts[level << 1];
  }

  /** Open size of the level's orders together, in size units. */
  sizeOfLevel(level: number): number {
    return this.amounts[(level << 1) | 1];
  }

  /** The level's oldest order; the others follow by `rows.nextOf`. */
  headOfLevel(level: number): number {
    return this.queues[level << 2];
  }

  /** How many orders the level has. */
  ordersOfLevel(level: number): number {
    return this.queues[(level << 2) | 2];
  }

  /** The order behind this one in price-time order, or NONE. */
  next(slot: number): number {
    const behind = this.rowsOfOrders.nextOf(slot);
    if (behind !== END) return behind;
    const rank = this.locate(this.direction * this.rowsOfOrders.priceOf(slot));
    return rank === 0 ? END : this.headOfLevel(this.sorted[rank - 1]);
  }

  /** Whether the best order is at or within this limit price; 0: any price is. */
  reaches(limit: number): boolean {
    const last = this.live - 1;
    if (last < 0) return false;
    return limit === 0 || this.keys[last] >= this.direction * limit;
  }

  /**
   * Whether an order at this price has a level or can get one, as if the order `leaving` were gone.
   */
  hasRoomFor(price: number, leaving: number = END): boolean {
    if (this.live < this.limit) return true;
    if (this.knownLevel(price) !== END) return true;
    return leaving !== END && this.ordersOfLevel(this.rowsOfOrders.levelOf(leaving)) === 1;
  }

  /**
   * Whether totals stay exact when an order of this size is added, as if the order `leaving` were
   * gone. A ladder whose totals nobody reads, such as one of stops, need not ask: order and counts
   * never depend on them.
   */
  hasRoomForSize(size: number, leaving: number = END): boolean {
    const room = SIZE_MAX - this.sizeTotal;
    return size <= (leaving === END ? room : room + this.rowsOfOrders.openOf(leaving));
  }

  /**
   * Puts an order at the back of its price's level. @throws AssertionError when `hasRoomFor` says
   * no.
   */
  push(slot: number): void {
    const rows = this.rowsOfOrders;
    const open = rows.openOf(slot);
    const level = this.levelFor(rows.priceOf(slot));
    const { queues, amounts } = this;
    const last = queues[(level << 2) | 1];
    rows.setPrev(slot, last);
    rows.setNext(slot, END);
    rows.setLevel(slot, level);
    if (last === END) queues[level << 2] = slot;
    else rows.setNext(last, slot);
    queues[(level << 2) | 1] = slot;
    queues[(level << 2) | 2] += 1;
    amounts[(level << 1) | 1] += open;
    this.orderCount += 1;
    this.sizeTotal += open;
  }

  /** Takes an order out. Its row keeps its price and what was open, and stays allocated. */
  remove(slot: number): void {
    const rows = this.rowsOfOrders;
    const queues = this.queues;
    const level = rows.levelOf(slot);
    const open = rows.openOf(slot);
    this.orderCount -= 1;
    this.sizeTotal -= open;
    const left = queues[(level << 2) | 2] - 1;
    queues[(level << 2) | 2] = left;
    if (left === 0) {
      this.removeLevel(level);
      return;
    }
    this.amounts[(level << 1) | 1] -= open;
    const before = rows.prevOf(slot);
    const behind = rows.nextOf(slot);
    if (before === END) queues[level << 2] = behind;
    else rows.setNext(before, behind);
    if (behind === END) queues[(level << 2) | 1] = before;
    else rows.setPrev(behind, before);
  }

  /**
   * Takes the first order out, as `remove` would, in fewer steps: nothing lies before it, and no
   * other level moves when its level goes. There must be one.
   */
  removeBest(): void {
    const rows = this.rowsOfOrders;
    const queues = this.queues;
    const level = this.sorted[this.live - 1];
    const slot = queues[level << 2];
    const open = rows.openOf(slot);
    this.orderCount -= 1;
    this.sizeTotal -= open;
    const left = queues[(level << 2) | 2] - 1;
    queues[(level << 2) | 2] = left;
    if (left === 0) {
      this.release(level);
      return;
    }
    this.amounts[(level << 1) | 1] -= open;
    const behind = rows.nextOf(slot);
    queues[level << 2] = behind;
    rows.setPrev(behind, END);
  }

  /** Lets an order shrink by `by` size units, 0 < by < open; it keeps its place. */
  reduce(slot: number, by: number): void {
    const rows = this.rowsOfOrders;
    rows.setOpen(slot, rows.openOf(slot) - by);
    this.amounts[(rows.levelOf(slot) << 1) | 1] -= by;
    this.sizeTotal -= by;
  }

  /** As `Table.restore`; the rows must be restored as well, before or after. */
  override restore(
    header: { rows: number; live: number; freeHead: number },
    columns: readonly ColumnArray[],
  ): void {
    super.restore(header, columns);
    this.orderCount = 0;
    this.sizeTotal = 0;
    for (let rank = 0; rank < this.live; rank++) {
      assert(
        rank === 0 || this.keys[rank - 1] < this.keys[rank],
        'the levels of a ladder are out of order',
      );
      this.orderCount += this.ordersOfLevel(this.sorted[rank]);
      this.sizeTotal += this.sizeOfLevel(this.sorted[rank]);
    }
  }

  /** The level of a price, made when there is none. */
  private levelFor(price: number): number {
    const hint = Math.imul(price | 0, HINT_FACTOR) >>> HINT_SHIFT;
    const guess = this.hints[hint];
    if (this.amounts[guess << 1] === price && this.queues[(guess << 2) | 2] > 0) return guess;
    const known = this.knownLevel(price);
    const level = known === END ? this.insertLevel(price) : known;
    this.hints[hint] = level;
    return level;
  }

  /** The level of a price, or NONE. */
  private knownLevel(price: number): number {
    const key = this.direction * price;
    const rank = this.locate(key);
    return rank < this.live && this.keys[rank] === key ? this.sorted[rank] : END;
  }

  /** The rank of the first key not below this one: where it is, or where it belongs. */
  private locate(key: number): number {
    const keys = this.keys;
    // Strides that double, from the best downwards: most orders come near the touch.
    let above = this.live;
    let below = above - 1;
    let stride = 1;
    while (below >= 0 && keys[below] >= key) {
      above = below;
      below -= stride;
      stride <<= 1;
    }
    if (below < -1) below = -1;
    // Now keys[below] < key ≤ keys[above], either of which may lie just outside.
    while (above - below > 1) {
      const middle = (above + below) >> 1;
      if (keys[middle] >= key) above = middle;
      else below = middle;
    }
    return above;
  }

  private insertLevel(price: number): number {
    const levels = this.live;
    const rank = this.locate(this.direction * price);
    assert(levels < this.limit, 'a ladder was given more levels than it may have');
    const level = this.allocate(); // may replace the columns: read them only from here on
    const { sorted, keys, amounts, queues } = this;
    if (levels - rank > SHIFT_LOOP_MAX) {
      sorted.copyWithin(rank + 1, rank, levels);
      keys.copyWithin(rank + 1, rank, levels);
    } else {
      for (let i = levels; i > rank; i--) {
        sorted[i] = sorted[i - 1];
        keys[i] = keys[i - 1];
      }
    }
    sorted[rank] = level;
    keys[rank] = this.direction * price;
    amounts[level << 1] = price;
    amounts[(level << 1) | 1] = 0;
    queues[level << 2] = END;
    queues[(level << 2) | 1] = END;
    queues[(level << 2) | 2] = 0;
    return level;
  }

  private removeLevel(level: number): void {
    const last = this.live - 1;
    const sorted = this.sorted;
    if (sorted[last] !== level) {
      const keys = this.keys;
      const rank = this.locate(this.direction * this.priceOfLevel(level));
      if (last - rank > SHIFT_LOOP_MAX) {
        sorted.copyWithin(rank, rank + 1, last + 1);
        keys.copyWithin(rank, rank + 1, last + 1);
      } else {
        for (let i = rank; i < last; i++) {
          sorted[i] = sorted[i + 1];
          keys[i] = keys[i + 1];
        }
      }
    }
    this.release(level);
  }
}
