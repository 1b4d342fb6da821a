// Price levels of every market from the events alone, for the stream: what a reader is shown is
// what is durable, while the engine's own book may be ahead. Knows every open order's price and
// size; after each command it tells which levels have changed and to what.

import { ORDER_STOP_MARKET } from '../engine/command.ts';
import type { Engine } from '../engine/engine.ts';
import {
  EVENT_WIDTHS,
  ORDER_ACCEPTED,
  ORDER_AMENDED,
  ORDER_CANCELLED,
  ORDER_FILLED,
  ORDER_TRIGGERED,
} from '../engine/event.ts';
import { assert } from '../units/assert.ts';

/** A level as it is now; `size` 0 and `orders` 0: it is gone. */
export interface DepthLevel {
  readonly price: number;
  readonly size: number;
  readonly orders: number;
}

export interface DepthChange extends DepthLevel {
  readonly side: 1 | -1;
}

export interface DepthSnapshot {
  readonly market: number;
  /** The last command that is in it; changes with a larger sequence go on from it. */
  readonly sequence: number;
  readonly bids: readonly DepthLevel[];
  readonly asks: readonly DepthLevel[];
}

/** Told once per command and market, with every level that changed. */
export type OnDepth = (market: number, sequence: number, changes: readonly DepthChange[]) => void;

interface OpenOrder {
  readonly market: number;
  readonly side: 1 | -1;
  price: number;
  /** What rests in the book; 0 while it waits for its trigger. */
  resting: number;
}

interface Level {
  size: number;
  orders: number;
}

interface Sides {
  readonly bids: Map<number, Level>;
  readonly asks: Map<number, Level>;
}

export class Depth {
  readonly name = 'depth';
  private sequence: number;
  private readonly onDepth: OnDepth;
  private readonly orders = new Map<number, OpenOrder>();
  private readonly markets = new Map<number, Sides>();
  private readonly isRead: (market: number) => boolean;
  /** Levels that the current command has touched, of markets that are read. */
  private readonly touched = new Map<number, Set<number>>();

  /**
   * Begins with the open orders of an engine that stands at `sequence`. `onDepth` is told of the
   * markets that `isRead`.
   */
  constructor(
    engine: Engine,
    sequence: number,
    onDepth: OnDepth = () => undefined,
    isRead: (market: number) => boolean = () => true,
  ) {
    this.sequence = sequence;
    this.onDepth = onDepth;
    this.isRead = isRead;
    const { orders, orderIndex, accounts } = engine.state;
    for (let account = 0; account < accounts.rows; account++) {
      for (const { order, market, side, price, open } of engine.orders(account)) {
        const resting = orders.isStop(orderIndex.find(order)) ? 0 : open;
        this.add(order, { market, side: side > 0 ? 1 : -1, price, resting });
      }
    }
    this.touched.clear();
  }

  apply(sequence: number, _timeMs: number, outcome: { readonly events: Float64Array }): void {
    const { events } = outcome;
    this.sequence = sequence;
    for (let at = 0; at < events.length; at += EVENT_WIDTHS[events[at]]) this.take(events, at);
    if (this.touched.size === 0) return;
    for (const [market, keys] of this.touched) {
      this.onDepth(
        market,
        sequence,
        [...keys].map((key) => this.change(market, key)),
      );
    }
    this.touched.clear();
  }

  /** The best levels of a market, best first. */
  snapshot(market: number, levels: number): DepthSnapshot {
    const { bids, asks } = this.sides(market);
    const { sequence } = this;
    return { market, sequence, bids: best(bids, -1, levels), asks: best(asks, 1, levels) };
  }

  private take(data: Float64Array, at: number): void {
    const order = data[at + 1];
    switch (data[at]) {
      case ORDER_ACCEPTED:
        return this.accept(order, data, at + 1);
      case ORDER_FILLED:
        return this.rest(order, this.known(order).price, data[at + 11]);
      case ORDER_AMENDED:
        return this.rest(order, data[at + 4], data[at + 6]);
      case ORDER_TRIGGERED:
        return this.rest(order, this.known(order).price, data[at + 6]);
      case ORDER_CANCELLED:
        if (this.orders.has(order)) this.rest(order, 0, 0);
        return;
      default:
    }
  }

  private accept(order: number, data: Float64Array, at: number): void {
    const resting = data[at + 4] >= ORDER_STOP_MARKET ? 0 : data[at + 15];
    if (resting === 0 && data[at + 4] < ORDER_STOP_MARKET) return;
    const side = data[at + 3] > 0 ? 1 : -1;
    this.add(order, { market: data[at + 2], side, price: data[at + 5], resting });
  }

  private add(order: number, row: OpenOrder): void {
    this.orders.set(order, row);
    if (row.resting > 0) this.count(row, row.resting, 1);
  }

  /** The order stands at this price with this size from now on; with none it is over. */
  private rest(order: number, price: number, resting: number): void {
    const row = this.known(order);
    if (row.resting > 0) this.count(row, -row.resting, -1);
    if (resting === 0) {
      this.orders.delete(order);
      return;
    }
    row.price = price;
    row.resting = resting;
    this.count(row, resting, 1);
  }

  private count({ market, side, price }: OpenOrder, size: number, orders: 1 | -1): void {
    const { bids, asks } = this.sides(market);
    const levels = side > 0 ? bids : asks;
    const level = levels.get(price);
    if (level === undefined) levels.set(price, { size, orders });
    else {
      level.size += size;
      level.orders += orders;
      if (level.orders === 0) levels.delete(price);
    }
    if (!this.isRead(market)) return;
    const keys = this.touched.get(market);
    if (keys === undefined) this.touched.set(market, new Set([side * price]));
    else keys.add(side * price);
  }

  private change(market: number, key: number): DepthChange {
    const side = key > 0 ? 1 : -1;
    const price = key * side;
    const { bids, asks } = this.sides(market);
    const level = (side > 0 ? bids : asks).get(price);
    return { side, price, size: level?.size ?? 0, orders: level?.orders ?? 0 };
  }

  private known(order: number): OpenOrder {
    const row = this.orders.get(order);
    assert(row !== undefined, 'an event speaks of an order that the depth does not know');
    return row;
  }

  private sides(market: number): Sides {
    const known = this.markets.get(market);
    if (known !== undefined) return known;
    const made: Sides = { bids: new Map(), asks: new Map() };
    this.markets.set(market, made);
    return made;
  }
}

function best(levels: ReadonlyMap<number, Level>, direction: 1 | -1, count: number): DepthLevel[] {
  const prices = [...levels.keys()].sort((a, b) => (a - b) * direction).slice(0, count);
  return prices.map((price) => ({ price, size: 0, orders: 0, ...levels.get(price) }));
}
