// Where the numbers of a touched account lie in the overlay. Apart from its class, so that the
// class too can take them as constants of its own.

/** Numbers of a touched account: `numbers[touched × OVERLAY + O_SIZE]`. */
export const OVERLAY = 20;
export const O_SIZE = 0;
export const O_COST = 1;
export const O_COLLATERAL = 2;
export const O_QUOTE_FREE = 3;
export const O_QUOTE_HELD = 4;
export const O_BASE_FREE = 5;
export const O_BASE_HELD = 6;
export const O_REALISED = 7;
export const O_BUYS = 8;
export const O_SELLS = 9;
export const O_BUY_NOTIONAL = 10;
export const O_SELL_NOTIONAL = 11;
export const O_HOLDS = 12;
/** As they are in the state, in the order of the first seven. */
export const O_BEFORE = 13;
