// The venue's whole numbers as decimals. Nothing is rounded: all digits are shown.

export const PRICE_DECIMALS = 6;
export const BASE_DECIMALS = 9;
/** Ratios and leverage are in 10^−4, which is a percentage with two decimals. */
export const RATIO_DECIMALS = 4;

/** 1234567 with 6 decimals is 1.234567; zeros at the end stay only as far as `least` digits. */
export function decimalText(value: bigint, decimals: number, least = 0): string {
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const tail = decimals === 0 ? '' : digits.slice(-decimals);
  const kept = tail.slice(0, least) + tail.slice(least).replace(/0+$/, '');
  return kept === '' ? sign + whole : `${sign}${whole}.${kept}`;
}

export function priceText(value: bigint): string {
  return decimalText(value, PRICE_DECIMALS, 2);
}

/** A ratio in 10^−4 as a percentage. */
export function percentText(ratio: number): string {
  return decimalText(BigInt(ratio), RATIO_DECIMALS - 2);
}
