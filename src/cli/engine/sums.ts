// Decimal text of sums over accounts, which may pass what a double holds exactly.

/** The canonical text of a count of 10^−decimals: exact, no trailing zeros. */
export function formatSum(value: bigint, decimals: number): string {
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const fraction = digits.slice(point).replace(/0+$/, '');
  return `${sign}${digits.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}`;
}
