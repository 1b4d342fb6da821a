// Where the fields of a position row lie. Apart from its class, so that the class too can take them
// as constants of its own.

/** Numbers of a row: `numbers[row × NUMBERS + SIZE]`. */
export const NUMBERS = 14; // one is free: a row stays a whole number of 16 bytes
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
/**
 * The highest buy and the lowest sell among the same orders since there was none: bounds, because
 * what is left when the best one goes would have to be looked for. 0 = there is none.
 */
export const HIGHEST_BUY = 7;
export const LOWEST_SELL = 8;
/** Profit realised since the position was opened from flat, quote units; a figure for display. */
export const REALISED = 9;
/** Σ of what own resting orders of an isolated position hold, quote units. */
export const HOLDS = 10;
/** The market's funding index when this position last settled: whole part, and 10^−12. */
export const FUNDING_WHOLE = 11;
export const FUNDING_REST = 12;

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
/** How far the liquidation of this position has come: STAGE_… of liquidation-stages.ts. */
export const STAGE = 12;
/** 1 while an isolated position is warned. */
export const CALLED = 13;
