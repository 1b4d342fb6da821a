// What a perpetual's long pays its short: the cumulative index that defines it, what a position
// owes since it was last touched, and how an hourly rate is made of premium samples. The index is
// exact; only a settlement is rounded, against the account, and nothing here may lose what rounding
// leaves over: it is the caller's to book.

import { assertSafe } from '../units/assert.ts';
import { mulDivCeil, mulDivFloor, mulDivTrunc, mulRest } from '../units/rounding.ts';

/** One, in the unit of the rates and rests of funding and interest: 10^−12. */
export const RATE_ONE = 1_000_000_000_000;

/** How far an average premium is drawn toward the interest rate: 0.05 %, the usual width. */
export const DEFAULT_DAMP_E12 = 500_000_000;

/** Rates and caps of funding are quoted for this long, ms. */
export const FUNDING_QUOTED_MS = 28_800_000;

/** A rate of a funding interval is paid in hours: the eighth part each. */
const HOURS_PER_PAYMENT = 8;

/**
 * Σ mark · k · rate over the intervals so far: what one size unit long has paid, in quote units, as
 * a whole number (signed) and a rest in 10^−12, 0 ≤ rest < 10^12. Two numbers, because one double
 * loses units after some hundred intervals.
 */
export interface CumulativeIndex {
  whole: number;
  rest: number;
}

/**
 * Writes index + mark · k · rate to `out`, exactly (spec margin §7). The rate is of either sign, in
 * 10^−12, of one interval.
 * @throws AssertionError when the whole part is no safe integer: for mark · k ≤ 4e15 and rates up
 * to
 *   100 % not before two intervals, for a mark of 10^9 units at 1 % an hour not in 10^4 years.
 */
export function advanceFunding(
  out: CumulativeIndex,
  whole: number,
  rest: number,
  mark: number,
  k: number,
  rateE12: number,
): void {
  const unit = mark * k;
  const sum = rest + mulRest(unit, rateE12, RATE_ONE);
  const carry = sum >= RATE_ONE ? 1 : 0;
  const next = whole + mulDivFloor(unit, rateE12, RATE_ONE) + carry;
  assertSafe(next, 'funding index');
  out.whole = next;
  out.rest = sum - carry * RATE_ONE;
}

/**
 * What a position of signed size settles for the index's way from `then` to `now`, in quote units:
 * ceil(size · Δindex). Above zero it is paid (rounded up), below zero received (rounded down).
 * @throws AssertionError when it is no safe integer: a notional of 4e15 and rates that add up to
 *   more than 200 %.
 */
export function fundingCharge(
  size: number,
  wholeNow: number,
  restNow: number,
  wholeThen: number,
  restThen: number,
): number {
  const whole = size * (wholeNow - wholeThen);
  const charge = whole + mulDivCeil(size, restNow - restThen, RATE_ONE);
  assertSafe(charge, 'funding of a position');
  return charge;
}

/** size · Δindex without rounding, in 10^−12 quote units: for invariants, not for a hot path. */
export function unsettledExact(
  size: number,
  wholeNow: number,
  restNow: number,
  wholeThen: number,
  restThen: number,
): bigint {
  const whole = BigInt(wholeNow) - BigInt(wholeThen);
  return BigInt(size) * (whole * BigInt(RATE_ONE) + BigInt(restNow - restThen));
}

/**
 * One premium sample in 10^−12, truncated toward zero: (max(0, impactBid − index) − max(0, index −
 * impactAsk)) ÷ index (spec margin §7, after the funding rule of the large venues). An impact price
 * is the average price of filling the impact notional; 0 means that this side cannot fill it, and
 * its term is 0. A sample counts at most 100 % (no ask can be further below; a bid above twice the
 * index counts as that), so that 9,000 samples add up exactly.
 */
export function premiumE12(impactBid: number, impactAsk: number, index: number): number {
  const above = impactBid > index ? impactBid - index : 0;
  const below = impactAsk !== 0 && impactAsk < index ? index - impactAsk : 0;
  return mulDivTrunc(within(above - below, index), RATE_ONE, index);
}

/**
 * The rate of one hour in 10^−12: clamp(avg + clamp(interest − avg, ±damp), ±cap) ÷ 8, avg the
 * average premium, both divisions truncated toward zero (spec margin §7). No samples, no funding.
 */
export function fundingRateE12(
  premiumSumE12: number,
  samples: number,
  interestE12: number,
  dampE12: number,
  capE12: number,
  hoursPerPayment: number = HOURS_PER_PAYMENT,
): number {
  if (samples === 0) return 0;
  const average = mulDivTrunc(premiumSumE12, 1, samples);
  const drawn = average + within(interestE12 - average, dampE12);
  return mulDivTrunc(within(drawn, capE12), 1, hoursPerPayment);
}

/**
 * The most that one interval of funding can take from a notional ≥ 0, in quote units, rounded up:
 * its share of the cap that is quoted for `FUNDING_QUOTED_MS`.
 */
export function fundingReserve(notional: number, capE12: number, intervalMs: number): number {
  return mulDivCeil(mulDivCeil(notional, capE12, RATE_ONE), intervalMs, FUNDING_QUOTED_MS);
}

/** `value` kept within ± `limit`, limit ≥ 0. */
function within(value: number, limit: number): number {
  if (value > limit) return limit;
  return value < -limit ? 0 - limit : value;
}
