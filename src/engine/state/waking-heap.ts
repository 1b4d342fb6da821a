// Who is woken by a falling or by a rising price: a heap of position rows or accounts by the price
// that wakes them. It is asked for its top at every price and changed by every fill, mostly by a
// little, so it is made for that: four children to a node, which lie in one cache line, and each
// entry's place beside the direction of the heap where it waits. Derived: in no snapshot.

import * as table from '../../units/table.ts';
import type { ScopeList } from './scope-list.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;

const NODES_FIRST = 64;

/** Where entries wait: twice the node's number, plus one in a heap of rising prices; or NONE. */
export class Places {
  private array = new Int32Array(0);

  of(entry: number): number {
    return entry < this.array.length ? this.array[entry] : NONE;
  }

  set(entry: number, place: number): void {
    if (entry >= this.array.length) this.reach(entry);
    this.array[entry] = place;
  }

  private reach(entry: number): void {
    let length = this.array.length === 0 ? NODES_FIRST : this.array.length;
    while (length <= entry) length *= 2;
    const longer = new Int32Array(length).fill(NONE);
    longer.set(this.array);
    this.array = longer;
  }
}

export class WakingHeap {
  private count = 0;
  /**
   * Per node: the key, which is the price, negated for falls, so that the least comes first; the
   * entry.
   */
  private nodes = new Float64Array(NODES_FIRST * 2);
  private readonly places: Places;
  /** 0 for prices that fall, 1 for prices that rise. */
  private readonly way: 0 | 1;

  /** @param places May be shared by the two ways of one market: an entry waits in one of them. */
  constructor(places: Places, falls: boolean) {
    this.places = places;
    this.way = falls ? 0 : 1;
  }

  /** Lets an entry wait for a price > 0, whatever it waited for here before. */
  put(entry: number, price: number): void {
    const key = this.way === 0 ? 0 - price : price;
    const place = this.places.of(entry);
    if (place !== NONE && (place & 1) === this.way) {
      this.sift(place >> 1, entry, key);
      return;
    }
    if (this.count * 2 === this.nodes.length) this.grow();
    this.count += 1;
    this.siftUp(this.count - 1, entry, key);
  }

  /** Takes an entry out; nothing happens when it does not wait here. */
  drop(entry: number): void {
    const place = this.places.of(entry);
    if (place === NONE || (place & 1) !== this.way) return;
    const node = place >> 1;
    this.places.set(entry, NONE);
    this.count -= 1;
    const last = this.count;
    if (node === last) return;
    const { nodes } = this;
    this.sift(node, nodes[last * 2 + 1], nodes[last * 2]);
  }

  /** Takes out everything that this price wakes. */
  wake(price: number, into: ScopeList): void {
    const reach = this.way === 0 ? 0 - price : price;
    while (this.count > 0 && this.nodes[0] <= reach) {
      const entry = this.nodes[1];
      this.drop(entry);
      into.push(entry);
    }
  }

  private sift(node: number, entry: number, key: number): void {
    const { nodes } = this;
    const parent = ((node - 1) >> 2) * 2;
    if (node > 0 && isBefore(key, entry, nodes[parent], nodes[parent + 1]))
      this.siftUp(node, entry, key);
    else this.siftDown(node, entry, key);
  }

  private siftUp(from: number, entry: number, key: number): void {
    const { nodes } = this;
    let node = from;
    while (node > 0) {
      const parent = (node - 1) >> 2;
      const above = nodes[parent * 2 + 1];
      if (!isBefore(key, entry, nodes[parent * 2], above)) break;
      this.write(node, above, nodes[parent * 2]);
      node = parent;
    }
    this.write(node, entry, key);
  }

  private siftDown(from: number, entry: number, key: number): void {
    const { nodes, count } = this;
    let node = from;
    for (let first = node * 4 + 1; first < count; first = node * 4 + 1) {
      const end = first + 4 < count ? first + 4 : count;
      let least = first;
      for (let child = first + 1; child < end; child++) {
        if (
          isBefore(nodes[child * 2], nodes[child * 2 + 1], nodes[least * 2], nodes[least * 2 + 1])
        )
          least = child;
      }
      const below = nodes[least * 2 + 1];
      if (!isBefore(nodes[least * 2], below, key, entry)) break;
      this.write(node, below, nodes[least * 2]);
      node = least;
    }
    this.write(node, entry, key);
  }

  private write(node: number, entry: number, key: number): void {
    this.nodes[node * 2] = key;
    this.nodes[node * 2 + 1] = entry;
    this.places.set(entry, node * 2 + this.way);
  }

  private grow(): void {
    const larger = new Float64Array(this.nodes.length * 2);
    larger.set(this.nodes);
    this.nodes = larger;
  }
}

/** Smaller key first; equal keys by entry, so that the order is the same however they came in. */
function isBefore(key: number, entry: number, otherKey: number, otherEntry: number): boolean {
  return key < otherKey || (key === otherKey && entry < otherEntry);
}
