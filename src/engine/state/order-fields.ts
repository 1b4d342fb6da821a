// Where the fields of an order row lie beside those of the book. Apart from its class, so that the
// class too can take them as constants of its own.

/** Numbers of a row: `figures[slot × ORDER_FIGURES + ORDER_SIZE]`. */
export const ORDER_FIGURES = 8;
/** Total size as placed or amended, filled part included. */
export const ORDER_SIZE = 0;
/**
 * What is held from the free balance for what is open: quote units, or base units for a spot sell.
 */
export const ORDER_HOLD = 1;
export const ORDER_TRIGGER = 2;
export const ORDER_EXPIRES = 3;
/** Prices of the pair to attach at the first fill; 0 = none. */
export const ORDER_TAKE_PROFIT = 4;
export const ORDER_STOP_LOSS = 5;
/** The limit price; the book's price is the same for resting orders. 0 = market. */
export const ORDER_LIMIT_PRICE = 6;
/** Isolated: the part of what is open that would open a position; the hold is for this part. */
export const ORDER_OPENING = 7;

/** Integers of a row: `facts[slot × ORDER_FACTS + …]`. */
export const ORDER_FACTS = 16;
export const ORDER_ACCOUNT = 0;
export const ORDER_MARKET = 1;
/** The position row of its account and market. */
export const ORDER_ROW = 2;
export const ORDER_SIDE = 3;
export const ORDER_TYPE = 4;
export const ORDER_FLAGS = 5;
export const ORDER_TIF = 6;
export const ORDER_STP = 7;
export const ORDER_TRIGGER_BY = 8;
/** Its neighbours among the account's orders in this market. */
export const ORDER_BEFORE = 9;
export const ORDER_BEHIND = 10;
/**
 * Which trigger heap a stop waits in: see `TRIGGER_…` of triggers.ts; NONE = resting in the book.
 */
export const ORDER_WAITS = 11;

/** Bytes of a client order id: its length, then its ASCII characters. */
export const CLIENT_ID_BYTES = 37;
