// What a standalone book can do. The fast and the naive one implement this and are held to one test
// suite; it is the place where the rules of placing, amending and cancelling are written down.
// Never any code.

import type { Side } from '../units/brand.ts';
import type { EventLog } from './event-log.ts';
import type { NewOrder, OrderView, Refusal } from './order.ts';

/** One price level as anyone may see it. */
export interface DepthLevel {
  readonly price: number;
  readonly size: number;
  readonly orders: number;
}

/** Limits of one book; the defaults are in `limits.ts`. */
export interface BookLimits {
  /** Orders at rest. */
  readonly ordersMax?: number;
  /** Price levels of one side. */
  readonly levelsMax?: number;
  /** Makers that one command may touch. */
  readonly fillsMax?: number;
}

/**
 * A price-time order book. Each command is checked in the order of the `Refusal` numbers and
 * changes nothing when it is refused; its events go to `events` and stay there until the reader
 * clears them.
 */
export interface Book {
  readonly events: EventLog;

  /**
   * Trades what can be traded at the makers' prices. What is left of a GTC limit order rests at its
   * price behind all others; what is left of a market, IOC, self-trading or fill-limited order is
   * cancelled.
   */
  place(order: NewOrder): Refusal;

  /**
   * Gives a resting order a new price and a new TOTAL size. A total at or below what is filled
   * cancels it. The same price with a total that is not larger keeps its place. Anything else takes
   * it out and lets it trade like a new GTC order with the mode it was placed with, and what is
   * left goes to the back.
   */
  amend(id: number, owner: number, price: number, size: number): Refusal;

  /** Takes a resting order out. */
  cancel(id: number, owner: number): Refusal;

  /** A live order, or undefined. */
  query(id: number): OrderView | undefined;

  /** The best `levelsMax` levels of a side, best first. */
  depth(side: Side, levelsMax: number): DepthLevel[];

  /** The ids of a side's orders in price-time order. */
  ids(side: Side): number[];

  /** Live orders of both sides. */
  readonly orderCount: number;
}
