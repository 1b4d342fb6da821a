// From an order's id to its slot. Hash chains over the rows' own ids, so adding and removing an id
// hardly ever searches. It is no part of a snapshot: it is rebuilt by adding every live row, and no
// answer depends on the order in which that happens.

import { assert } from '../units/assert.ts';
import { NONE } from '../units/table.ts';
import { ROWS_MAX } from './limits.ts';
import type { BookRows } from './rows.ts';

const ABSENT = NONE; // a constant of this module is folded by V8, an imported one is not
const CHAINS_FIRST_LOG2 = 10;
const HIGH_WORD = 2 ** -32;
const HIGH_FACTOR = 0x85ebca77;
const LINE_LOG2 = 4; // 16 heads of 4 bytes: one cache line
const LINE_MASK = 15;
// 2^32 ÷ golden ratio: neighbouring lines land far apart (Knuth, vol. 3, 6.4)
const LINE_FACTOR = 0x9e3779b1;

/**
 * Ids → slots. An exchange hands ids out one after the other, so neighbours share a cache line, and
 * an id above all before it is known to be new without looking; nobody outside can choose ids that
 * collide.
 */
export class IdIndex {
  /** Ids in the index. */
  size = 0;
  private highest = 0;
  private shift = 0;
  /** Ids there may be before there must be more chains. */
  private room = 0;
  /** The first row of each chain, or NONE. */
  private heads = new Int32Array(0);
  /** By slot: the next row of its chain, or NONE. Not in the rows: it is no part of the state. */
  private chain = new Int32Array(0);
  private readonly limit: number = 0;
  private readonly rows: BookRows;

  /** @param limit The most ids there may be: more is our mistake, callers refuse before. */
  constructor(rows: BookRows, limit: number = ROWS_MAX) {
    assert(limit <= ROWS_MAX, 'an id index was given too high a limit');
    this.limit = limit;
    this.rows = rows;
    this.clear();
  }

  /** The slot of an id, or NONE. Any number may be asked for. */
  find(id: number): number {
    if (!(id <= this.highest)) return ABSENT;
    const { rows, chain } = this;
    let slot = this.heads[chainNumber(id, this.shift)];
    while (slot !== ABSENT && rows.idOf(slot) !== id) slot = chain[slot];
    return slot;
  }

  /** Adds a row, whose id must not be in the index. @throws AssertionError at the limit. */
  add(slot: number): void {
    const id = this.rows.idOf(slot);
    if (this.size === this.room) this.addChains();
    if (slot >= this.chain.length) this.reach(slot);
    this.size += 1;
    if (id > this.highest) this.highest = id;
    this.link(slot, id);
  }

  /** Takes out a row that still has its id. @throws AssertionError when it is not in the index. */
  remove(slot: number): void {
    const { heads, chain } = this;
    const number = chainNumber(this.rows.idOf(slot), this.shift);
    this.size -= 1;
    let before = heads[number];
    if (before === slot) {
      heads[number] = chain[slot];
      return;
    }
    while (before !== ABSENT && chain[before] !== slot) before = chain[before];
    assert(before !== ABSENT, 'a row was taken out of an index that it was not in');
    chain[before] = chain[slot];
  }

  /** Forgets every row. */
  clear(): void {
    this.size = 0;
    this.highest = 0;
    this.makeHeads(CHAINS_FIRST_LOG2);
  }

  private link(slot: number, id: number): void {
    const heads = this.heads;
    const number = chainNumber(id, this.shift);
    this.chain[slot] = heads[number];
    heads[number] = slot;
  }

  private makeHeads(log2: number): void {
    const count = 1 << log2;
    this.shift = 32 - log2;
    this.heads = new Int32Array(count).fill(ABSENT);
    this.room = count < this.limit ? count : this.limit;
  }

  private addChains(): void {
    assert(this.size < this.limit, 'an id index outgrew its limit');
    const { rows, chain, heads: old } = this;
    this.makeHeads(32 - this.shift + 1);
    for (const head of old) {
      for (let slot = head; slot !== ABSENT;) {
        const behind = chain[slot];
        this.link(slot, rows.idOf(slot));
        slot = behind;
      }
    }
  }

  private reach(slot: number): void {
    let length = this.chain.length === 0 ? 1 << CHAINS_FIRST_LOG2 : this.chain.length;
    while (length <= slot) length *= 2;
    const longer = new Int32Array(length);
    longer.set(this.chain);
    this.chain = longer;
  }
}

/** Depends on all 53 bits; scatters lines of 16 neighbours and keeps the place in the line. */
function chainNumber(id: number, shift: number): number {
  const digest = (id | 0) ^ Math.imul((id * HIGH_WORD) | 0, HIGH_FACTOR);
  const line = (Math.imul(digest >> LINE_LOG2, LINE_FACTOR) >>> shift) & ~LINE_MASK;
  return line | (digest & LINE_MASK);
}
