// The limits of this room, each with its reason. Nothing is computed here, and nothing here is a
// default that a market could want to change.

/**
 * The largest amount that is counted, in units of the asset (spec margin §1): per account
 * Σ |cost| + Σ notional + Σ |balance value| stays within it, so that a sum of two such figures is
 * still exact in a double. Beyond it a command is refused; nothing ever wraps.
 */
export const AMOUNT_MAX = 4_000_000_000_000_000;

/** Most brackets of a market: finding one is a walk. The longest real table has 12. */
export const BRACKETS_MAX = 32;

/** Most sources of an index: they are sorted in place at every update.. */
export const INDEX_SOURCES_MAX = 32;
