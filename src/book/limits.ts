// How large the things in this room may become, each with its reason. A limit is asked for before
// anything changes, so reaching one is a refusal. Never a place for rates or for settings of one
// market.

/**
 * Price levels of one ladder. A new level moves at most this many entries of two small arrays
 * (0.8 MB, some 50 µs), so one command stays bounded; real books show a few thousand levels.
 */
export const LEVELS_MAX = 65_536;

/**
 * Makers that one plan may touch: filled, dropped or expired. It bounds the time and the events of
 * one command (about 1 ms); what a larger taker has left is cancelled, and it may be sent again.
 */
export const FILLS_MAX = 10_000;

/** Orders at rest in one standalone book: four times the million that is measured; 0.3 GB. */
export const ORDERS_MAX = 4_194_304;

/**
 * The most order rows of any engine, and ids of any index: row × 8 still is a 32-bit integer, which
 * is what keeps the arithmetic of the columns in registers; and 4 GB is enough for one market.
 */
export const ROWS_MAX = 67_108_864;

/** The most size all orders of a ladder may have together, so that every total is exact. */
export const LADDER_SIZE_MAX = Number.MAX_SAFE_INTEGER;
