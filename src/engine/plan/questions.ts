// What may be asked of an assessment. Apart from it, so that it too can take them as constants of
// its own.

/** Which sums an assessment is for: the others stay 0. */
export type Question = 0 | 1 | 2 | 3 | 4;
/** Must it be liquidated? Equity and maintenance. */
export const ASK_MAINTENANCE: Question = 0;
/** May it take risk? Equity, initial equity, initial requirement and gross. */
export const ASK_INITIAL: Question = 1;
/** Everything, the worst case included: what it takes to compare two states. */
export const ASK_ALL: Question = 2;
/**
 * As ASK_INITIAL, with an initial requirement that may be too high where the exact one needs a walk
 * over the account's orders: who is accepted by it is accepted, who is not must be asked again.
 */
export const ASK_AT_MOST: Question = 3;
/** What is it worth? Equity alone. */
export const ASK_EQUITY: Question = 4;
