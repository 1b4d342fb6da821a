// What a borrower owes: an index that compounds hour by hour, and the debt as its ratio. The index
// is the definition: it is rounded up once an interval, a debt once when it is asked for, and never
// is a rounded debt the start of the next interval.

import { mulDivCeil } from '../units/rounding.ts';
import { RATE_ONE } from './funding.ts';

/**
 * The index (10^−12, begins at 10^12) after one interval at a rate ≥ 0 in 10^−12, rounded up:
 * ceil(index · (1 + rate)) (spec margin §7).
 * @throws AssertionError when the index passes 2^53 − 1, that is 9,007 times its beginning: at 0.01
 *   % an hour after ten years.
 */
export function advanceInterest(indexE12: number, rateE12: number): number {
  return mulDivCeil(indexE12, RATE_ONE + rateE12, RATE_ONE);
}

/**
 * The interest on a principal ≥ 0 since its index was `indexThen`, in units of what was lent:
 * ceil(principal · now ÷ then) − principal (spec margin §7).
 * @throws AssertionError when it passes 2^53 − 1: a principal of 4e15 that has more than tripled.
 */
export function interestOwed(principal: number, indexNow: number, indexThen: number): number {
  return mulDivCeil(principal, indexNow - indexThen, indexThen);
}
