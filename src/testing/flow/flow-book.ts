// The generator's own little book: one list of orders per tick on a fixed grid. It exists so that a
// cancel always names a live order and the number of resting orders can be steered. It shares
// nothing with src/book, so it is also a third opinion on what a flow trades. Never for anything
// but generating.

import { assert } from '../../units/assert.ts';
import type { FlowTotals } from './flow.ts';

/** Ticks of the grid; the price starts in the middle. */
export const GRID = 2 ** 16;
const NONE = -1;

/** Orders are known by their ids, which are indices of the arrays. */
export class FlowBook {
  readonly totals: FlowTotals = { trades: 0, quantity: 0, notional: 0 };
  /** Live orders in no particular order, so that one can be drawn. */
  readonly live: Int32Array;
  resting = 0;
  bestBid = GRID / 2 - 1;
  bestAsk = GRID / 2;
  readonly open: Int32Array;
  readonly price: Int32Array;
  readonly side: Int8Array;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private readonly place: Int32Array; // where an order lies in `live`
  private readonly head = new Int32Array(GRID).fill(NONE);
  private readonly tail = new Int32Array(GRID).fill(NONE);
  private bids = 0;
  private asks = 0;

  /** @param ids Ids are below this. */
  constructor(ids: number) {
    this.live = new Int32Array(ids);
    this.open = new Int32Array(ids);
    this.price = new Int32Array(ids);
    this.side = new Int8Array(ids);
    this.next = new Int32Array(ids);
    this.previous = new Int32Array(ids);
    this.place = new Int32Array(ids).fill(NONE);
  }

  /** How many ticks have orders. */
  levels(): number {
    return this.head.reduce((count, order) => count + (order === NONE ? 0 : 1), 0);
  }

  isLive(id: number): boolean {
    return this.place[id] !== NONE;
  }

  /** Puts an order behind the others of its tick. */
  rest(id: number, side: number, price: number, size: number): void {
    assert(price > 0 && price < GRID, 'a generated price left the grid');
    this.open[id] = size;
    this.price[id] = price;
    this.side[id] = side;
    const last = this.tail[price];
    this.previous[id] = last;
    this.next[id] = NONE;
    if (last === NONE) this.head[price] = id;
    else this.next[last] = id;
    this.tail[price] = id;
    this.place[id] = this.resting;
    this.live[this.resting] = id;
    this.resting += 1;
    if (side > 0) {
      if (this.bids === 0 || price > this.bestBid) this.bestBid = price;
      this.bids += 1;
    } else {
      if (this.asks === 0 || price < this.bestAsk) this.bestAsk = price;
      this.asks += 1;
    }
  }

  remove(id: number): void {
    const price = this.price[id];
    const before = this.previous[id];
    const behind = this.next[id];
    if (before === NONE) this.head[price] = behind;
    else this.next[before] = behind;
    if (behind === NONE) this.tail[price] = before;
    else this.previous[behind] = before;
    const moved = this.live[this.resting - 1];
    this.live[this.place[id]] = moved;
    this.place[moved] = this.place[id];
    this.place[id] = NONE;
    this.resting -= 1;
    if (this.side[id] > 0) {
      this.bids -= 1;
      if (price === this.bestBid && this.bids > 0) this.bestBid = this.occupied(price, -1);
    } else {
      this.asks -= 1;
      if (price === this.bestAsk && this.asks > 0) this.bestAsk = this.occupied(price, 1);
    }
  }

  /** Trades up to the limit and returns what is left. */
  take(side: number, limit: number, size: number): number {
    let rest = size;
    while (rest > 0 && this.reaches(side, limit)) {
      const maker = this.head[side > 0 ? this.bestAsk : this.bestBid];
      const filled = Math.min(rest, this.open[maker]);
      rest -= filled;
      this.totals.trades += 1;
      this.totals.quantity += filled;
      this.totals.notional += filled * this.price[maker];
      this.open[maker] -= filled;
      if (this.open[maker] === 0) this.remove(maker);
    }
    return rest;
  }

  private reaches(side: number, limit: number): boolean {
    return side > 0
      ? this.asks > 0 && this.bestAsk <= limit
      : this.bids > 0 && this.bestBid >= limit;
  }

  private occupied(from: number, step: number): number {
    let price = from;
    while (this.head[price] === NONE) price += step;
    return price;
  }
}
