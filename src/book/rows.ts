// The orders of every ladder of an engine, one row each: what matching has to know of an order. Who
// owns the rows allocates and releases the slots and keeps what else it knows in further columns
// under the same slot. Never holds anything that only one kind of ladder needs.

import { assert } from '../units/assert.ts';
import { Table } from '../units/table.ts';
import { ROWS_MAX } from './limits.ts';

/** The columns of `BookRows`, for a subclass that registers its own beside them. */
export const BOOK_COLUMNS = { numbers: 4, links: 8 } as const;

/**
 * Order rows. What is needed together lies together, because a book is bound by memory: one order
 * is two half cache lines, whatever is done to it. A subclass calls `this.register({
 * ...BOOK_COLUMNS, own: 1 })` at the end of its constructor, as its columns do not exist before;
 * the plain class does so itself.
 */
export class BookRows extends Table {
  /** Per row: price, open, id, owner. */
  numbers = new Float64Array(0);
  /** Per row: prev, next, level, group, flags, and three unused that make it half a cache line. */
  links = new Int32Array(0);

  /** @param limit The most orders there may be. */
  constructor(limit: number) {
    super(limit);
    assert(limit <= ROWS_MAX, 'a table of orders was given too high a limit');
    if (new.target === BookRows) this.register(BOOK_COLUMNS);
  }

  /** Writes what is known of a new order; the rest is written by ladder and index. */
  describe(slot: number, id: number, owner: number, group: number, flags: number): void {
    this.numbers[(slot << 2) | 2] = id;
    this.numbers[(slot << 2) | 3] = owner;
    this.links[(slot << 3) | 3] = group;
    this.links[(slot << 3) | 4] = flags;
  }

  /** The price that ranks the order, in price units, > 0: its limit, or the trigger of a stop. */
  priceOf(slot: number): number {
    return this.numbers[slot << 2];
  }

  /** What is still to be filled, in size units; > 0 while the order is in a ladder. */
  openOf(slot: number): number {
    return this.numbers[(slot << 2) | 1];
  }

  /** The order's id, 1 … 2^53 − 1: for `IdIndex` and for events. */
  idOf(slot: number): number {
    return this.numbers[(slot << 2) | 2];
  }

  /** Whose order it is: any number that the owner of the rows gave. */
  ownerOf(slot: number): number {
    return this.numbers[(slot << 2) | 3];
  }

  /** The order before it in its level, or NONE. */
  prevOf(slot: number): number {
    return this.links[slot << 3];
  }

  /** The order behind it in its level, or NONE. */
  nextOf(slot: number): number {
    return this.links[(slot << 3) | 1];
  }

  /** The row of its level in its ladder. */
  levelOf(slot: number): number {
    return this.links[(slot << 3) | 2];
  }

  /** Owner group for self-trade prevention; below 0: none. */
  groupOf(slot: number): number {
    return this.links[(slot << 3) | 3];
  }

  /** 32 bits for the owner of the rows. */
  flagsOf(slot: number): number {
    return this.links[(slot << 3) | 4];
  }

  /** Gives an order that is in no ladder its price. */
  setPrice(slot: number, price: number): void {
    this.numbers[slot << 2] = price;
  }

  /**
   * Gives an order that is in no ladder its open size; in a ladder it shrinks by `Ladder.reduce`.
   */
  setOpen(slot: number, open: number): void {
    this.numbers[(slot << 2) | 1] = open;
  }

  /** For ladders only. */
  setPrev(slot: number, prev: number): void {
    this.links[slot << 3] = prev;
  }

  /** For ladders only. */
  setNext(slot: number, next: number): void {
    this.links[(slot << 3) | 1] = next;
  }

  /** For ladders only. */
  setLevel(slot: number, level: number): void {
    this.links[(slot << 3) | 2] = level;
  }
}
