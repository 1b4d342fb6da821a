// What balances and profits count for. Values are always rounded against the account: what it owns
// down, what it owes up. Nothing here allocates, and nothing here reads a price: it is given.

import * as brand from '../units/brand.ts';
import { powerOfTen } from '../units/decimal.ts';
import {
  mulAddDivCeil,
  mulAddDivFloor,
  mulDivCeil,
  mulDivFloor,
  mulRest,
} from '../units/rounding.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { PPM_ONE } = brand;

/** 2^52: beyond every amount that is counted, and small enough that adding one cannot go wrong. */
const VALUE_CAP = 4_503_599_627_370_496;

/**
 * What a balance counts for, in settlement units: floor(balance · price · weight ÷ (10^decimals ·
 * 10^6)) for an asset, and for a debt (balance < 0) its negative with ceil and the liability weight
 * (spec margin §4). `price` is in settlement units per whole asset. Rounded once, exactly; values
 * beyond 2^52 are given as ± 2^52, which every bound refuses, so that a price can move anywhere
 * without stopping the process.
 */
export function collateralValue(
  balance: number,
  price: number,
  weightPpm: number,
  liabilityWeightPpm: number,
  decimals: number,
): number {
  const scale = powerOfTen(decimals);
  if (balance >= 0) return assetValue(balance, price, weightPpm, scale);
  return 0 - liabilityValue(0 - balance, price, liabilityWeightPpm, scale);
}

/**
 * Profit that counts for new risk, in quote units: a profit only up to the market's weight (rounded
 * down) and cap (0 = no cap); a loss in full. For maintenance a profit counts in full: do not ask
 * here.
 */
export function countedProfit(profit: number, weightPpm: number, cap: number): number {
  if (profit <= 0) return profit;
  const weighted = weightPpm === PPM_ONE ? profit : mulDivFloor(profit, weightPpm, PPM_ONE);
  return cap !== 0 && weighted > cap ? cap : weighted;
}

// Three factors over two divisors without a wider type. With balance · price = whole · scale +
// rest, exactly, value = (whole · weight + rest · weight ÷ scale) ÷ 10^6, and because whole ·
// weight is a whole number, rounding the inner quotient in the same direction as the outer one
// changes nothing: the result is rounded once.

function assetValue(balance: number, price: number, weight: number, scale: number): number {
  if (isBeyondCap(balance, price, weight, scale)) return VALUE_CAP;
  const whole = mulDivFloor(balance, price, scale);
  const rest = mulDivFloor(mulRest(balance, price, scale), weight, scale);
  return mulAddDivFloor(whole, weight, rest, PPM_ONE);
}

function liabilityValue(balance: number, price: number, weight: number, scale: number): number {
  if (isBeyondCap(balance, price, weight, scale)) return VALUE_CAP;
  const whole = mulDivFloor(balance, price, scale);
  const rest = mulDivCeil(mulRest(balance, price, scale), weight, scale);
  return mulAddDivCeil(whole, weight, rest, PPM_ONE);
}

/**
 * Whether the plain or the weighted value is beyond the cap; a hair of float error is far from any
 * bound.
 */
function isBeyondCap(balance: number, price: number, weight: number, scale: number): boolean {
  const scaled = balance * price;
  return scaled > VALUE_CAP * scale || scaled * weight > VALUE_CAP * PPM_ONE * scale;
}
