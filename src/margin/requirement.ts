// How much money a notional requires. Every figure is rounded up, once. These functions are called
// for every fill and every mark, so they take and give plain numbers and must never allocate.

import * as brand from '../units/brand.ts';
import { divCeil, mulAddDivCeil, mulDivCeil } from '../units/rounding.ts';
import type { Brackets } from './brackets.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { PPM_ONE } = brand;

/**
 * Maintenance margin of a notional ≥ 0, in quote units, rounded up: ceil((n·m_i − D_i) ÷ 10^6)
 * (spec margin §3). Continuous and convex in the notional.
 */
export function maintenanceMargin(brackets: Brackets, notional: number): number {
  if (notional < brackets.firstEnd) {
    return mulDivCeil(notional, brackets.maintenancePpm[0], PPM_ONE);
  }
  const i = brackets.at(notional);
  const rest = 0 - brackets.maintenanceRest[i];
  const whole = mulAddDivCeil(notional, brackets.maintenancePpm[i], rest, PPM_ONE);
  return whole - brackets.maintenanceWhole[i];
}

/**
 * Initial margin of a notional ≥ 0 at a whole leverage ≥ 1, in quote units, rounded up:
 * max(ceil((n·r_i − Dr_i) ÷ 10^6), ceil(n ÷ leverage)) (spec margin §3). With a `liftPpm` from
 * `openInterestLift` the bracket rates rise by that share of what they lack to 100 %; never touches
 * maintenance.
 */
export function initialMargin(
  brackets: Brackets,
  notional: number,
  leverage: number,
  liftPpm = 0,
): number {
  // Where only the first rate holds, no leverage within its limit asks for less than that rate.
  if (liftPpm === 0 && leverage <= brackets.leverageMax && notional < brackets.firstEnd)
    return divCeil(notional, leverage);
  let required = bracketInitial(brackets, notional);
  if (liftPpm !== 0) required += mulDivCeil(notional - required, liftPpm, PPM_ONE);
  const chosen = divCeil(notional, leverage);
  return required > chosen ? required : chosen;
}

/**
 * What the brackets alone require initially, in quote units, rounded up: what limits leverage at a
 * size.
 */
export function bracketInitial(brackets: Brackets, notional: number): number {
  if (notional < brackets.firstEnd) return mulDivCeil(notional, brackets.initialPpm[0], PPM_ONE);
  const i = brackets.at(notional);
  const rest = 0 - brackets.initialRest[i];
  const whole = mulAddDivCeil(notional, brackets.initialPpm[i], rest, PPM_ONE);
  return whole - brackets.initialWhole[i];
}

/**
 * How far the initial rates are on their way to 100 %, in ppm, rounded up: 0 up to `from`, 10^6
 * from `to` on, a straight line between (dYdX liquidity tiers). Open interest is the size of all
 * longs after the order; both marks 0 means that the market does not scale.
 */
export function openInterestLift(openInterest: number, from: number, to: number): number {
  if (to === 0 || openInterest <= from) return 0;
  if (openInterest >= to) return PPM_ONE;
  return mulDivCeil(openInterest - from, PPM_ONE, to - from);
}
