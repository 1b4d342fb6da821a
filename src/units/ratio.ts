// Ratios of two prices, and the numbers with few digits that some answers are published with. A
// ratio is kept as a fraction, so that however it was computed it is rounded once, when it is
// shown. For figures only: nothing here may run on the path of a command.

import { parseSignedDecimal, powerOfTen, type DecimalUnit } from './decimal.ts';
import { mulDivHalfEven } from './rounding.ts';

/** An exact fraction ≥ 0 with a denominator > 0; not reduced. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Decimals of a ratio from 1 on. */
const RATIO_DECIMALS = 2;
/** A ratio below 1 has five digits that count: two decimals would say 0. */
const RATIO_COUNT_MIN = 10_000;
/** A larger ratio is shown as this: a figure without meaning, but no reason to stop. */
const COUNT_MAX = Number.MAX_SAFE_INTEGER;
/** 10^22 is the largest power of ten that a double holds exactly, 10^15 the largest safe one. */
const RATIO_DECIMALS_MAX = 22;
const SAFE_DECIMALS_MAX = 15;
const POWERS = Array.from({ length: RATIO_DECIMALS_MAX + 1 }, (_, i) => Number(`1e${i}`));
const BIG_POWERS = POWERS.map(BigInt);

/** price ÷ other, each a count > 0 of its own unit. */
export function priceRatio(
  price: number,
  unit: DecimalUnit,
  other: number,
  otherUnit: DecimalUnit,
): Ratio {
  const numerator = BigInt(price) * BigInt(unit.numerator);
  const denominator = BigInt(other) * BigInt(otherUnit.numerator);
  const shift = otherUnit.decimals - unit.decimals;
  return shift >= 0
    ? { numerator: numerator * BigInt(powerOfTen(shift)), denominator }
    : { numerator, denominator: denominator * BigInt(powerOfTen(-shift)) };
}

/** ratio · a ÷ b for whole a ≥ 0 and b > 0, exactly. */
export function scaleRatio({ numerator, denominator }: Ratio, a: number, b: number): Ratio {
  return { numerator: numerator * BigInt(a), denominator: denominator * BigInt(b) };
}

/**
 * The ratio as it is shown, rounded once, half-even: 2 decimals from 1 on, five digits that count
 * below 1, at most 22 decimals; at most 2^53 − 1 hundredths.
 */
export function ratioNumber({ numerator, denominator }: Ratio): number {
  const decimals = decimalsOf(Number(numerator) / Number(denominator));
  const rounded = roundHalfEven(numerator * BIG_POWERS[decimals], denominator);
  // Both are exact, so this one division is correctly rounded: the number prints as that decimal.
  return Number(rounded > COUNT_MAX ? BigInt(COUNT_MAX) : rounded) / POWERS[decimals];
}

/** `ratioNumber` of `priceRatio`, without wide integers where the prices are not very long. */
export function priceRatioNumber(
  price: number,
  unit: DecimalUnit,
  other: number,
  otherUnit: DecimalUnit,
): number {
  const shift = otherUnit.decimals - unit.decimals;
  const numerator = price * unit.numerator * (shift > 0 ? powerOfTen(shift) : 1);
  const denominator = other * otherUnit.numerator * (shift < 0 ? powerOfTen(-shift) : 1);
  const decimals = decimalsOf(numerator / denominator);
  const isNarrow =
    numerator <= COUNT_MAX &&
    denominator <= COUNT_MAX &&
    decimals <= SAFE_DECIMALS_MAX &&
    numerator * POWERS[decimals] < COUNT_MAX * denominator;
  if (!isNarrow) return ratioNumber(priceRatio(price, unit, other, otherUnit));
  return mulDivHalfEven(numerator, POWERS[decimals], denominator) / POWERS[decimals];
}

/**
 * In how many decimals a ratio is shown. Where a float is on the wrong side of a power of ten, the
 * ratio rounds to that power either way.
 */
function decimalsOf(ratio: number): number {
  if (ratio >= 1) return RATIO_DECIMALS;
  let decimals = RATIO_DECIMALS;
  while (ratio * POWERS[decimals] < RATIO_COUNT_MIN && decimals < RATIO_DECIMALS_MAX) decimals += 1;
  return decimals;
}

/** The ratio that a decimal says: count · 10^−decimals, exactly. */
export function decimalRatio(count: number, decimals: number): Ratio {
  return { numerator: BigInt(count), denominator: BigInt(powerOfTen(decimals)) };
}

/** ratio · other as a price in `unit`, half-even: where a ratio puts the other price. */
export function priceAtRatio(
  { numerator, denominator }: Ratio,
  other: number,
  otherUnit: DecimalUnit,
  unit: DecimalUnit,
): number {
  const scale = priceRatio(other, otherUnit, 1, unit);
  const whole = denominator * scale.denominator;
  return Number(roundHalfEven(numerator * scale.numerator, whole));
}

/**
 * A count of 10^−decimals as a number with at most `shown` decimals, half-even. It prints as that
 * decimal.
 */
export function decimalNumber(count: number, decimals: number, shown: number): number {
  if (decimals <= shown) return count / powerOfTen(decimals);
  const rounded = mulDivHalfEven(count, 1, powerOfTen(decimals - shown));
  return rounded / powerOfTen(shown);
}

/**
 * The count of 10^−decimals that is nearest to a number which a program computed in floats; a tie
 * away from zero. Undefined when it is no number or out of range. Text from outside is never read
 * so: decimal.ts refuses where this rounds.
 */
export function nearestCount(value: number, decimals: number): number | undefined {
  const text = value.toFixed(decimals);
  const read = parseSignedDecimal(Number(text) === 0 ? text.replace('-', '') : text, decimals);
  return read.ok ? read.value : undefined;
}

/** As `nearestCount`, of a unit. */
export function nearestInUnit(value: number, unit: DecimalUnit): number | undefined {
  const count = nearestCount(value, unit.decimals);
  return count === undefined ? undefined : mulDivHalfEven(count, 1, unit.numerator);
}

/** numerator ÷ denominator for numerator ≥ 0 and denominator > 0. */
function roundHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = 2n * (numerator - quotient * denominator);
  const isUp = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return isUp ? quotient + 1n : quotient;
}
