// What a fill costs. A fee is charged rounded up and a rebate is paid rounded down, so that dust
// always stays with the exchange; these functions must never be used on anything that is not a
// notional.

import * as brand from '../units/brand.ts';
import { mulDivCeil } from '../units/rounding.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { PPM_ONE } = brand;

/**
 * The fee of a notional ≥ 0 in quote units: ceil(n · ppm ÷ 10^6). A negative rate is a rebate and
 * gives a negative fee, −floor(n · |ppm| ÷ 10^6): rounding up is against the account in both cases.
 */
export function feeOn(notional: number, feePpm: number): number {
  return mulDivCeil(notional, feePpm, PPM_ONE);
}

/**
 * The liquidation fee in quote units: the configured share, rounded up, but never more than what is
 * left above zero. A liquidation never fails because its fee cannot be paid (spec margin §8).
 */
export function liquidationFeeOn(notional: number, feePpm: number, left: number): number {
  const wanted = feeOn(notional, feePpm);
  if (wanted <= left) return wanted;
  return left > 0 ? left : 0;
}
