// How far a liquidation has come. A scope in liquidation has a stage above 0, and each of its
// positions its own: all go through the book before any goes on to the fund, and what the fund
// cannot carry goes to counterparties. A stage never falls but to 0, which ends it.

/** Not in liquidation. */
export const STAGE_NONE = 0;
/** Its orders are cancelled; the smallest cure is to be tried in the book. */
export const STAGE_STARTED = 1;
/** The cure was tried; the whole is to be offered to the book. */
export const STAGE_CURED = 2;
/** The book has taken what it would; the fund is next. */
export const STAGE_CLOSED = 3;
/** The fund has taken what it can carry; counterparties are next. */
export const STAGE_FUND = 4;
