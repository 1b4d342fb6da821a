// A binary heap of small integers ordered by a number, then by the order in which ties must be
// served. Each entry knows its place, so it can be taken out from the middle: expiries, dead-man
// switches and stop triggers wait in one of these. It never looks at what the integers stand for.

import { assert } from '../../units/assert.ts';
import * as table from '../../units/table.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;

/** Where an entry keeps its place in the heap; the array may be replaced when its owner grows. */
export type Places = () => Int32Array;

const CAPACITY_FIRST = 64;

/**
 * Smallest key first; equal keys by `tie`, smallest first. An entry is in at most one heap of the
 * same `places`.
 */
export class IndexedHeap {
  count = 0;
  private keys = new Float64Array(CAPACITY_FIRST);
  private ties = new Float64Array(CAPACITY_FIRST);
  private entries = new Int32Array(CAPACITY_FIRST);
  private readonly places: Places;

  constructor(places: Places) {
    this.places = places;
  }

  /** The first entry, or NONE. */
  top(): number {
    return this.count === 0 ? NONE : this.entries[0];
  }

  /** The first entry's key; only while there is one. */
  topKey(): number {
    return this.keys[0];
  }

  push(entry: number, key: number, tie: number): void {
    if (this.count === this.entries.length) this.grow();
    const at = this.count;
    this.count += 1;
    this.siftUp(at, entry, key, tie);
  }

  /** Takes an entry out. @throws AssertionError when it is not in this heap. */
  remove(entry: number): void {
    const at = this.places()[entry];
    assert(
      at >= 0 && at < this.count && this.entries[at] === entry,
      'a heap was asked to remove a stranger',
    );
    this.count -= 1;
    const last = this.count;
    this.places()[entry] = NONE;
    if (at === last) return;
    const moved = this.entries[last];
    const key = this.keys[last];
    const tie = this.ties[last];
    const parent = (at - 1) >> 1;
    if (at > 0 && this.before(key, tie, parent)) this.siftUp(at, moved, key, tie);
    else this.siftDown(at, moved, key, tie);
  }

  /** The used part of the three arrays, for a snapshot. */
  parts(): [Float64Array, Float64Array, Int32Array] {
    const { keys, ties, entries, count } = this;
    return [keys.subarray(0, count), ties.subarray(0, count), entries.subarray(0, count)];
  }

  /** Takes back what `parts` gave; the places are restored with their owner's columns. */
  restore(keys: Float64Array, ties: Float64Array, entries: Int32Array): void {
    while (this.entries.length < entries.length) this.grow();
    this.keys.set(keys);
    this.ties.set(ties);
    this.entries.set(entries);
    this.count = entries.length;
  }

  private before(key: number, tie: number, at: number): boolean {
    return key < this.keys[at] || (key === this.keys[at] && tie < this.ties[at]);
  }

  private put(at: number, entry: number, key: number, tie: number): void {
    this.entries[at] = entry;
    this.keys[at] = key;
    this.ties[at] = tie;
    this.places()[entry] = at;
  }

  private siftUp(from: number, entry: number, key: number, tie: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.before(key, tie, parent)) break;
      this.put(at, this.entries[parent], this.keys[parent], this.ties[parent]);
      at = parent;
    }
    this.put(at, entry, key, tie);
  }

  private siftDown(from: number, entry: number, key: number, tie: number): void {
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.count) break;
      if (child + 1 < this.count && this.before(this.keys[child + 1], this.ties[child + 1], child))
        child += 1;
      if (!(this.keys[child] < key || (this.keys[child] === key && this.ties[child] < tie))) break;
      this.put(at, this.entries[child], this.keys[child], this.ties[child]);
      at = child;
    }
    this.put(at, entry, key, tie);
  }

  private grow(): void {
    const length = this.entries.length * 2;
    const keys = new Float64Array(length);
    const ties = new Float64Array(length);
    const entries = new Int32Array(length);
    keys.set(this.keys);
    ties.set(this.ties);
    entries.set(this.entries);
    this.keys = keys;
    this.ties = ties;
    this.entries = entries;
  }
}
