// How much leverage a position may have: what it paid over what backs it, against the market's most
// and against what the brackets allow at its size. It moves with edits and never with the price.

import type { Brackets } from './brackets.ts';
import { LEVERAGE_ONE, effectiveLeverage } from './health.ts';
import { bracketInitial } from './requirement.ts';

/**
 * Whether a position that paid `paid` (|cost|, quote units) on `collateral` has more leverage than
 * the market allows: effective leverage above the maximum, or collateral below the brackets'
 * initial rate of what it paid.
 */
export function isAboveLeverage(brackets: Brackets, paid: number, collateral: number): boolean {
  const leverage = effectiveLeverage(paid, collateral);
  if (leverage === undefined || leverage > brackets.leverageMax * LEVERAGE_ONE) return true;
  return bracketInitial(brackets, paid) > collateral;
}

/** The most leverage at this size, 0.00001×, rounded up like every leverage that is shown. */
export function leverageMaxAt(brackets: Brackets, paid: number): number {
  const most = brackets.leverageMax * LEVERAGE_ONE;
  const atSize = effectiveLeverage(paid, bracketInitial(brackets, paid)) ?? most;
  return atSize < most ? atSize : most;
}
