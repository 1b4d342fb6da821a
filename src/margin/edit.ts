// What an edit of an isolated position is: its inputs, the terms it happens under, and the two
// shapes of an answer. Only shapes; nothing is computed or decided here.

import type { Brackets } from './brackets.ts';
import type { Figures } from './figures.ts';
import type { BandThresholds } from './health.ts';
import type { ExpectedFill } from './sizing.ts';
import type { Warning } from './warnings.ts';

/** An isolated position, settled: funding and interest are accrued into `collateral` before. */
export interface IsolatedPosition {
  /** Signed, size units; 0 after a close. */
  readonly size: number;
  /** Signed, quote units. */
  readonly cost: number;
  /** Quote units. */
  readonly collateral: number;
  /** The chosen whole leverage. */
  readonly leverage: number;
}

export type EditKind = 'open' | 'increase' | 'add' | 'remove' | 'reduce' | 'close';

/**
 * One edit with the inputs that were given; which ones must be given is in spec margin §6. open:
 * side, leverage, and collateral or size · increase: collateral and leverage, or size · add,
 * remove: collateral · reduce: size · close: nothing. `side` may be repeated and must then be the
 * position's.
 */
export interface Edit {
  readonly kind: EditKind;
  readonly side?: 1 | -1;
  /** Quote units: what is put up (open, increase, add) or taken out (remove). */
  readonly collateral?: number;
  /** Whole number: the leverage of the opened part. */
  readonly leverage?: number;
  /** Size units, > 0. */
  readonly size?: number;
}

/** What the market accepts now. */
export type MarketState =
  | 'active'
  | 'post_only'
  | 'close_only'
  | 'cancel_only'
  | 'halted'
  | 'settled';

/** The terms of the market, its mark, and what the account may spend. */
export interface EditTerms {
  readonly k: number;
  readonly brackets: Brackets;
  readonly mark: number;
  readonly tick: number;
  readonly lot: number;
  /** Smallest order and smallest position, size units. */
  readonly minimumSize: number;
  /** Smallest value of an order, quote units; 0 = none. */
  readonly minimumNotional: number;
  readonly takerFeePpm: number;
  /** First interest charge at borrow, 10^−12 of what is lent; 0 where nothing is. */
  readonly interestE12: number;
  /** `openInterestLift` after the edit; 0 where the market does not scale. */
  readonly liftPpm: number;
  readonly profitWeightPpm: number;
  /** 0 = no cap. */
  readonly profitCap: number;
  readonly state: MarketState;
  /** Free balance, quote units. */
  readonly available: number;
  /** A venue's own rule for taking collateral out, quote units; absent = none. */
  readonly transferOutMax?: number;
  /** Effective leverage from which a warning is given, 0.00001×, ascending. */
  readonly leverageWarnings: readonly number[];
  readonly bands: BandThresholds;
}

/**
 * What the edit itself does. All in quote units, size units and price units; absent where it has no
 * sense.
 */
export interface Derived {
  /** What would be filled: the fills may end before what was asked. */
  readonly addedSize?: number;
  /** What leaves the balance. */
  readonly requiredCollateral?: number;
  readonly addedCollateral?: number;
  readonly removedCollateral?: number;
  readonly reducedSize?: number;
  readonly realised?: number;
  /** The share of the pool that was released, before profit and fee. */
  readonly releasedCollateral?: number;
  /** What goes to the balance: released + realised − fee, never below zero. */
  readonly payout?: number;
  readonly fee: number;
  readonly interest: number;
  /** Average price of the fills, price units, half-even. */
  readonly estimatedPrice?: number;
  /** Σ size of the fills in whole lots; less than what was asked means a partial fill. */
  readonly fillableSize?: number;
}

/** Why an edit is refused, in order of precedence. The codes are those of the engine's table. */
export type EditRefusalCode =
  | 'POSITION_NOT_FOUND'
  | 'SIDE_WOULD_FLIP'
  | 'BAD_COMBINATION'
  | 'STEP_MISMATCH'
  | 'BELOW_MINIMUM'
  | 'AMOUNT_OUT_OF_RANGE'
  | 'MARKET_SETTLED'
  | 'MARKET_HALTED'
  | 'CANCEL_ONLY'
  | 'CLOSE_ONLY'
  | 'POST_ONLY_MARKET'
  | 'NOT_ENOUGH_LIQUIDITY'
  | 'INSUFFICIENT_BALANCE'
  | 'ABOVE_MAX_LEVERAGE'
  | 'WOULD_BANKRUPT'
  | 'WOULD_BE_LIQUIDATED'
  | 'INSUFFICIENT_MARGIN'
  | 'BELOW_INITIAL_MARGIN'
  | 'REMAINDER_TOO_SMALL';

/** A refusal with the numbers that explain it; it has changed nothing. */
export interface EditRefusal {
  readonly ok: false;
  readonly code: EditRefusalCode;
  /** By name: required, available, leverage, max, equity, worst, rest, minimum, fillable, lot … */
  readonly numbers: Readonly<Record<string, number>>;
}

/** An accepted edit: the position after it and everything that is shown about it. */
export interface EditProjection {
  readonly ok: true;
  readonly after: IsolatedPosition;
  readonly derived: Derived;
  /** Absent when the edit closes the position. */
  readonly figures: Figures | undefined;
  readonly warnings: readonly Warning[];
}

/** What an accepted edit does, before it is shown. */
export interface Outcome {
  readonly ok: true;
  readonly after: IsolatedPosition;
  readonly derived: Derived;
}

export type Projection = EditProjection | EditRefusal;

/** Why an edit is refused: makes a refusal with its numbers. */
export function refuse(
  code: EditRefusalCode,
  numbers: Readonly<Record<string, number>> = {},
): EditRefusal {
  return { ok: false, code, numbers };
}

/** The whole question: a position (absent = flat), an edit, the terms, and the fills to expect. */
export interface EditQuestion {
  readonly before: IsolatedPosition | undefined;
  readonly edit: Edit;
  readonly terms: EditTerms;
  /** Best first, of the side that the edit takes from. Not looked at by add and remove. */
  readonly fills: readonly ExpectedFill[];
}
