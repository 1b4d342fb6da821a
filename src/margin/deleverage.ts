// Automatic deleveraging: in which order winners give up a position, and how much each can without
// coming under its own maintenance. Nothing here may depend on the order in which accounts are
// visited: the order is total.

import { divFloor, mulDivFloor } from '../units/rounding.ts';
import type { Brackets } from './brackets.ts';
import { maintenanceMargin } from './requirement.ts';

/** A position that may be closed against a bankrupt one. */
export interface CounterpartyTerms {
  /** Signed, size units; not 0. */
  readonly size: number;
  readonly mark: number;
  readonly k: number;
  /** The price at which it would be closed, price units. */
  readonly price: number;
  /** Equity and maintenance of its scope, quote units. */
  readonly equity: number;
  readonly maintenance: number;
  readonly brackets: Brackets;
  /** How much is wanted, size units ≥ 0. */
  readonly most: number;
}

/** What the place of an account in the list depends on. */
export interface DeleverageEntry {
  /** Whether it belongs to the owner group of the account that is deleveraged. */
  readonly isSameGroup: boolean;
  /** Equity of its scope, quote units. */
  readonly equity: number;
  /** See `deleverageRank`. */
  readonly rank: number;
  readonly account: number;
}

/**
 * How much of a position can be closed at `price`, in size units without a rule of lots: the
 * largest n ≤ min(|size|, most) whose closing leaves its scope at or above maintenance; 0 when it
 * is below already (spec margin §8). |size| · max(mark, price) · k ≤ 2^53 − 1. Allocates nothing.
 */
export function counterpartyCapacity(terms: CounterpartyTerms): number {
  const { size, most } = terms;
  if (!staysSafe(terms, 0)) return 0;
  const whole = size < 0 ? -size : size;
  const wanted = most < whole ? most : whole;
  if (staysSafe(terms, wanted)) return wanted;
  // What is left above maintenance is concave in n and not negative at 0: once gone, it stays gone.
  let low = 0;
  let high = wanted;
  while (high - low > 1) {
    const middle = low + divFloor(high - low, 2);
    if (staysSafe(terms, middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** 2^52: the least of the mantissas of 53 bits. */
const TOP = 4_503_599_627_370_496;
const HALF_TOP = 2_251_799_813_685_248;
/** 2^44 ranks for each power of two. */
const RANKS = 17_592_186_044_416;
/** More than the largest negative exponent, −106, can take away. */
const EXPONENT_OFFSET = 112;

/**
 * profit · notional ÷ equity² (spec margin §8: profit and notional of the position, equity of its
 * scope, at mark) as a whole number for ordering, 1 … 2^52; 0 when profit or equity ≤ 0. It is the
 * logarithm's whole part and 44 bits of mantissa, over all sixty magnitudes of safe integers: two
 * values that differ by more than 2^−42 of themselves have different ranks in their order; nearer
 * ones may tie. `notional` > 0.
 */
export function deleverageRank(profit: number, notional: number, equity: number): number {
  if (profit <= 0 || equity <= 0) return 0;
  const profitBits = bitsBelowTop(profit);
  const notionalBits = bitsBelowTop(notional);
  const equityBits = bitsBelowTop(equity);
  const base = atTop(equity);
  // Both ratios of mantissas lie in 2^50 … 2^52, so their product over 2^52 in 2^48 … 2^52.
  const byProfit = mulDivFloor(atTop(profit), HALF_TOP, base);
  const byNotional = mulDivFloor(atTop(notional), HALF_TOP, base);
  const product = mulDivFloor(byProfit, byNotional, TOP);
  const productBits = bitsBelowTop(product);
  const exponent = EXPONENT_OFFSET + 2 * equityBits - profitBits - notionalBits - productBits;
  const mantissa = mulDivFloor(atTop(product), RANKS, TOP) - RANKS;
  return exponent * RANKS + mantissa;
}

/**
 * Who is closed first: < 0 when `a` is. Other owners before the same owner group; within, winners
 * with equity by falling rank, then those with equity ≤ 0, then losers; equal ones by account. A
 * total order of different accounts (spec margin §8).
 */
export function compareDeleverage(a: DeleverageEntry, b: DeleverageEntry): number {
  if (a.isSameGroup !== b.isSameGroup) return a.isSameGroup ? 1 : -1;
  const byClass = classOf(a) - classOf(b);
  if (byClass !== 0) return byClass;
  return a.rank === b.rank ? a.account - b.account : b.rank - a.rank;
}

function classOf(entry: DeleverageEntry): number {
  if (entry.rank > 0) return 0;
  return entry.equity <= 0 ? 1 : 2;
}

/** How often a whole number 1 … 2^53 − 1 must be doubled to reach 2^52. */
function bitsBelowTop(value: number): number {
  let bits = 0;
  for (let doubled = value; doubled < TOP; doubled *= 2) bits += 1;
  return bits;
}

/** A whole number 1 … 2^53 − 1, doubled until it reaches 2^52. */
function atTop(value: number): number {
  let doubled = value;
  while (doubled < TOP) doubled *= 2;
  return doubled;
}

/** Whether closing n at the price leaves the scope at or above its maintenance. */
function staysSafe(terms: CounterpartyTerms, n: number): boolean {
  const { size, mark, k, price, brackets } = terms;
  const whole = size < 0 ? -size : size;
  const move = size > 0 ? price - mark : mark - price;
  const held = maintenanceMargin(brackets, whole * mark * k);
  const kept = maintenanceMargin(brackets, (whole - n) * mark * k);
  return terms.equity + n * move * k >= terms.maintenance - held + kept;
}
