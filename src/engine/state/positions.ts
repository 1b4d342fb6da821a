// One row per account and market that was ever used together: the position, the running sums of its
// resting orders, and the account's choices there. Fields of a row lie side by side, because a
// margin check reads most of them and at many accounts the cost is the cache line, not the
// arithmetic. Never computes a risk figure.

import { NONE, Table } from '../../units/table.ts';

/** Numbers of a row: `numbers[row × NUMBERS + SIZE]`. */
export const NUMBERS = 12;
/** Signed position, size units. */
export const SIZE = 0;
/** Signed quote amount paid for the size. */
export const COST = 1;
/** The isolated pool, quote units; 0 in cross mode. */
export const COLLATERAL = 2;
/** Σ open size of own resting orders that are not reduce-only, by side. */
export const BUYS = 3;
export const SELLS = 4;
/** Σ price × open × multiplier of the same orders, quote units. */
export const BUY_NOTIONAL = 5;
export const SELL_NOTIONAL = 6;
/** Highest resting buy and lowest resting sell of the same orders; 0 = none. */
export const HIGHEST_BUY = 7;
export const LOWEST_SELL = 8;
/** Profit realised since the position was opened from flat, quote units; a figure for display. */
export const REALISED = 9;
/** Σ of what own resting orders of an isolated position hold, quote units. */
export const HOLDS = 10;

/** Integers of a row: `links[row × LINKS + ACCOUNT]`. */
export const LINKS = 16;
export const ACCOUNT = 0;
export const MARKET = 1;
/** The account's next row, or NONE. */
export const NEXT_ROW = 2;
/** Own orders here, stops included, oldest first. */
export const ORDER_HEAD = 3;
export const ORDER_TAIL = 4;
export const ORDER_COUNT = 5;
/** How many of them are resting and reduce-only. */
export const REDUCE_ONLY_COUNT = 6;
/** Chosen leverage; 0 = the market's maximum. */
export const LEVERAGE = 7;
export const MODE = 8;
/** The attached pair: order slots or NONE. */
export const TAKE_PROFIT = 9;
export const STOP_LOSS = 10;
/** How many resting orders that are not reduce-only. */
export const RESTING_COUNT = 11;

export class Positions extends Table {
  numbers = new Float64Array(0);
  links = new Int32Array(0);

  constructor(limit: number) {
    super(limit);
    this.register({ numbers: NUMBERS, links: LINKS });
  }

  /** The row in the list that starts at `head`, or NONE. */
  find(head: number, market: number): number {
    const links = this.links;
    for (let row = head; row !== NONE; row = links[row * LINKS + NEXT_ROW]) {
      if (links[row * LINKS + MARKET] === market) return row;
    }
    return NONE;
  }

  /** A new flat row in front of the list that starts at `head`. */
  create(head: number, account: number, market: number): number {
    const row = this.allocate();
    this.numbers.fill(0, row * NUMBERS, (row + 1) * NUMBERS);
    const links = this.links;
    const at = row * LINKS;
    links.fill(0, at, at + LINKS);
    links[at + ACCOUNT] = account;
    links[at + MARKET] = market;
    links[at + NEXT_ROW] = head;
    links[at + ORDER_HEAD] = NONE;
    links[at + ORDER_TAIL] = NONE;
    links[at + TAKE_PROFIT] = NONE;
    links[at + STOP_LOSS] = NONE;
    return row;
  }
}
