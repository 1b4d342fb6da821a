// The whole numbers that make money exact: how many quote units one price unit times one size unit
// is, and how many base units one size unit is. They are found once, when a market is created, and
// must never be fractions: with a whole multiplier price · size · k is exact and no trade ever
// rounds.

import { DECIMALS_MAX } from './decimal.ts';
import type { DecimalUnit } from './decimal.ts';

/**
 * A multiplier ≥ 1, or why there is none. `decimalsNeeded` is the smallest number of decimals of
 * the asset with which it would be whole (absent when more than 12 would be needed): the finer unit
 * to name in the message.
 */
export type MultiplierResult =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly code: 'UNIT_TOO_FINE'; readonly decimalsNeeded?: number }
  | { readonly ok: false; readonly code: 'OUT_OF_RANGE' };

/** k = priceUnit · sizeUnit ÷ quoteUnit, exactly (spec margin §1). */
export function quoteMultiplier(
  priceUnit: DecimalUnit,
  sizeUnit: DecimalUnit,
  quoteDecimals: number,
): MultiplierResult {
  const numerator = BigInt(priceUnit.numerator) * BigInt(sizeUnit.numerator);
  return multiplier(numerator, priceUnit.decimals + sizeUnit.decimals, quoteDecimals);
}

/** b = sizeUnit ÷ baseUnit, exactly (spec margin §1): needed where base changes hands. */
export function baseMultiplier(sizeUnit: DecimalUnit, baseDecimals: number): MultiplierResult {
  return multiplier(BigInt(sizeUnit.numerator), sizeUnit.decimals, baseDecimals);
}

/** numerator · 10^−decimals as a count of 10^−assetDecimals. */
function multiplier(numerator: bigint, decimals: number, assetDecimals: number): MultiplierResult {
  const scaled = numerator * 10n ** BigInt(assetDecimals);
  const divisor = 10n ** BigInt(decimals);
  if (scaled % divisor === 0n) {
    const value = scaled / divisor;
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) return { ok: false, code: 'OUT_OF_RANGE' };
    return { ok: true, value: Number(value) };
  }
  for (let needed = assetDecimals + 1; needed <= DECIMALS_MAX; needed += 1) {
    if ((numerator * 10n ** BigInt(needed)) % divisor === 0n) {
      return { ok: false, code: 'UNIT_TOO_FINE', decimalsNeeded: needed };
    }
  }
  return { ok: false, code: 'UNIT_TOO_FINE' };
}
