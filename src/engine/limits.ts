// Every bound of the engine with its reason. All are configuration; these are the defaults. At a
// bound the engine refuses, or stops and goes on with the next tick; it never drops anything.

/** The bounds that an operator may set. */
export interface EngineLimits {
  /** Assets; balances are stored densely per account, so each costs 16 bytes an account. */
  readonly assets: number;
  /** Markets: a command touches one, a cross check all in which the account has a row. */
  readonly markets: number;
  readonly accounts: number;
  /** Rows per (account, market) that was ever used. */
  readonly positions: number;
  /** Open orders in all books and trigger lists. */
  readonly orders: number;
  /** Open orders per account and market: bounds every walk over one's own orders. */
  readonly ordersPerPosition: number;
  /** Price levels per side of one book: bounds the cost of inserting one. */
  readonly levelsPerSide: number;
  /** Fills of one order: bounds one step. */
  readonly fillsPerOrder: number;
  /** Steps of one command: bounds the time until the next command is taken. */
  readonly stepsPerCommand: number;
  /** Remembered command ids per account, the oldest forgotten first. */
  readonly idsPerAccount: number;
  /** Remembered command ids in all. */
  readonly ids: number;
}

export const DEFAULT_LIMITS: EngineLimits = {
  assets: 16,
  markets: 64,
  accounts: 2 ** 21,
  positions: 2 ** 23,
  orders: 2 ** 21,
  ordersPerPosition: 200,
  levelsPerSide: 65_536,
  fillsPerOrder: 10_000,
  stepsPerCommand: 10_000,
  idsPerAccount: 1_024,
  ids: 2 ** 22,
};

/**
 * Σ |cost| + Σ notional + Σ |balance value| of one account stays at or below this many quote units,
 * so that every sum over one account is an exact double (2^53 ≈ 9.007e15) with room for a mark that
 * doubles.
 */
export const ACCOUNT_VALUE_MAX = 4_000_000_000_000_000;

/** The largest single amount, price or size that a command may carry. */
export const VALUE_MAX = 4_000_000_000_000_000;
