// Division, roots and extremes of big integers, for venues whose numbers do not fit a double. As in
// rounding.ts the direction is in the name. None of this belongs on the engine's hot path, which
// counts in doubles.

import { AssertionError } from './assert.ts';

/** A root above 2^53 would not fit a double; 2^104 leaves room for the guess to be off by one. */
const SQUARE_MAX = 1n << 104n;

/** a ÷ d cut toward zero. @throws AssertionError when d is 0. */
export function divTruncBig(a: bigint, d: bigint): bigint {
  if (d === 0n) throw new AssertionError(`Invariant: division of ${a} by zero`);
  return a / d;
}

/** The largest whole number not above a ÷ d, for d > 0. @throws AssertionError when d ≤ 0. */
export function divFloorBig(a: bigint, d: bigint): bigint {
  if (d <= 0n) throw new AssertionError(`Invariant: division of ${a} by ${d}`);
  const cut = a / d;
  return a < 0n && cut * d !== a ? cut - 1n : cut;
}

/** The smallest whole number not below a ÷ d, for d > 0. @throws AssertionError when d ≤ 0. */
export function divCeilBig(a: bigint, d: bigint): bigint {
  return -divFloorBig(-a, d);
}

/**
 * The largest whole number whose square is not above n, as a double.
 * @throws AssertionError when n is negative or 2^104 and more.
 */
export function sqrtFloorBig(n: bigint): number {
  if (n < 0n || n >= SQUARE_MAX) throw new AssertionError(`Invariant: no root of ${n} in a double`);
  // Below 2^104 the nearest double of n is off by less than 2^51, and the rounded root by less
  // than 1, so that one step settles it.
  let root = Math.floor(Math.sqrt(Number(n)));
  const whole = BigInt(root);
  if (whole * whole > n) root -= 1;
  else if ((whole + 1n) * (whole + 1n) <= n) root += 1;
  return root;
}

/**
 * 100 · (1 − part ÷ whole) in doubles, half up, within 0 … 100. For figures that are only shown:
 * both are rounded to doubles first. @throws AssertionError when whole is 0.
 */
export function percentLeftHalfUp(part: bigint, whole: bigint): number {
  if (whole === 0n) throw new AssertionError(`Invariant: a share of zero`);
  const percent = (1 - Number(part) / Number(whole)) * 100;
  return Math.round(Math.min(100, Math.max(0, percent)));
}

/** The same number as a double. @throws AssertionError when it is no safe integer. */
export function safeNumberOf(a: bigint): number {
  const value = Number(a);
  if (!Number.isSafeInteger(value)) throw new AssertionError(`Invariant: ${a} is no safe integer`);
  return value;
}

export const absBig = (a: bigint): bigint => (a < 0n ? -a : a);
export const minBig = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const maxBig = (a: bigint, b: bigint): bigint => (a > b ? a : b);
