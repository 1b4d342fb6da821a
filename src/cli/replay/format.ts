// Whole numbers as people read them: exact decimals out of bigints, thousands apart. Never rounds
// an amount.

import { formatInUnit, type DecimalUnit } from '../../units/decimal.ts';

/** The decimal text of a count of 10^−decimals, exact, without trailing zeros. */
export function formatAmount(value: bigint, decimals: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const fraction = digits.slice(point).replace(/0+$/, '');
  const text = fraction === '' ? digits.slice(0, point) : `${digits.slice(0, point)}.${fraction}`;
  return value < 0n ? `-${text}` : text;
}

/** As `formatAmount`, for a count of a unit such as 0.25. */
export function formatCount(value: bigint, unit: DecimalUnit): string {
  return formatAmount(value * BigInt(unit.numerator), unit.decimals);
}

export function formatPrice(value: number, unit: DecimalUnit): string {
  return value === 0 ? '–' : formatInUnit(value, unit);
}

/** 1234567.5 → 1,234,567.5 */
export function thousands(text: string | number): string {
  const [whole, fraction] = String(text).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
