// The only place where the product divides. Every caller names the direction of the rounding, and
// every result is exact. It must never round twice, never return -0 (state hashes compare bits),
// and never answer when the answer is no safe integer: an overflow is our mistake and stops the
// process.
//
// How: while a·b fits 2^53 one rounded division gives the quotient. Beyond, the remainder
// is computed with an error-free product (Dekker 1971: a·b = hi + lo exactly, both doubles) instead
// of with wider integers. Domain of every function: whole operands with |x| ≤ 2^53 − 1 and a
// divisor 1 … 2^53 − 1.

import { AssertionError } from './assert.ts';

const MAX_SAFE = Number.MAX_SAFE_INTEGER;
const SPLITTER = 134_217_729; // 2^27 + 1: splits a 53-bit double into two 26-bit halves
const GUESS_ERROR_MAX = 8; // a first guess is off by at most 3

/**
 * floor(a · b ÷ d): the largest whole number not above the quotient, also for negative products.
 * @throws AssertionError when d ≤ 0, or when the quotient is no safe integer.
 */
export function mulDivFloor(a: number, b: number, d: number): number {
  const product = a * b;
  if (product <= MAX_SAFE && product >= -MAX_SAFE && d > 0) return divide(product, d);
  return divideWide(a, b, d);
}

/**
 * ceil(a · b ÷ d): the smallest whole number not below the quotient, also for negative products.
 * @throws AssertionError when d ≤ 0, or when the quotient is no safe integer.
 */
export function mulDivCeil(a: number, b: number, d: number): number {
  return 0 - mulDivFloor(0 - a, b, d);
}

/**
 * a · b ÷ d cut toward zero.
 * @throws AssertionError when d ≤ 0, or when the quotient is no safe integer.
 */
export function mulDivTrunc(a: number, b: number, d: number): number {
  return a < 0 === b < 0 ? mulDivFloor(a, b, d) : mulDivCeil(a, b, d);
}

/**
 * a · b ÷ d to the nearest whole number, a tie to the even one. For figures that are only shown.
 * @throws AssertionError when d ≤ 0, or when the quotient is no safe integer.
 */
export function mulDivHalfEven(a: number, b: number, d: number): number {
  const q = mulDivFloor(a, b, d);
  const rest = remainderOf(a, b, q, d);
  if (rest < d - rest || (rest === d - rest && q % 2 === 0)) return q;
  if (q === MAX_SAFE) throw tooLarge(a, b, d);
  return q + 1;
}

/**
 * What mulDivFloor leaves over: a · b − floor(a · b ÷ d) · d, in 0 … d − 1.
 * @throws AssertionError when d ≤ 0, or when the quotient is no safe integer.
 */
export function mulRest(a: number, b: number, d: number): number {
  return remainderOf(a, b, mulDivFloor(a, b, d), d) + 0;
}

/**
 * floor((a · b + c) ÷ d), rounded once.
 * @throws AssertionError when d ≤ 0, or when a · b ÷ d or the result is no safe integer.
 */
export function mulAddDivFloor(a: number, b: number, c: number, d: number): number {
  const product = a * b;
  const sum = product + c;
  const narrow = product <= MAX_SAFE && product >= -MAX_SAFE && sum <= MAX_SAFE && sum >= -MAX_SAFE;
  if (narrow && d > 0) return divide(sum, d);
  const q = mulDivFloor(a, b, d);
  const rest = remainderOf(a, b, q, d);
  // c is cut toward zero, so |cWhole · d| ≤ |c| and its rest is exact; both rests then stay below
  // d.
  const cWhole = c < 0 ? 0 - divide(0 - c, d) : divide(c, d);
  const cRest = c - cWhole * d;
  let whole = q + cWhole;
  if (cRest < 0 - rest) whole -= 1;
  else if (cRest >= d - rest) whole += 1;
  if (!isSafe(whole)) throw tooLarge(a, b, d);
  return whole + 0;
}

/**
 * ceil((a · b + c) ÷ d), rounded once.
 * @throws AssertionError when d ≤ 0, or when a · b ÷ d or the result is no safe integer.
 */
export function mulAddDivCeil(a: number, b: number, c: number, d: number): number {
  return 0 - mulAddDivFloor(0 - a, b, 0 - c, d);
}

/** floor(a ÷ d). @throws AssertionError when d ≤ 0. */
export const divFloor = (a: number, d: number): number => mulDivFloor(a, 1, d);

/** ceil(a ÷ d). @throws AssertionError when d ≤ 0. */
export const divCeil = (a: number, d: number): number => mulDivCeil(a, 1, d);

/** a ÷ d where nothing may be left over. @throws AssertionError when d does not divide a. */
export function divExact(a: number, d: number): number {
  const q = mulDivFloor(a, 1, d);
  if (q * d !== a) throw new AssertionError(`Invariant: ${a} is not a multiple of ${d}`);
  return q;
}

/**
 * More than six roundings of positive doubles can be off together, relatively: each at most 2^−53.
 */
const ROUGH = 2 ** -50;

/**
 * A double near a ÷ d, for a bound or a comparison that may be off: never for an amount. Neither
 * operand need be whole.
 */
export const roughQuotient = (a: number, d: number): number => a / d;

/**
 * A whole number at or above floor(a ÷ d), and above it by at most one and 2^−49 of it, where `a`
 * ≥ 0 may itself come from four roundings.
 */
export const floorOrMore = (a: number, d: number): number => Math.floor((a / d) * (1 + ROUGH));

/** A whole number at or below ceil(a ÷ d), as `floorOrMore`. */
export const ceilOrLess = (a: number, d: number): number => Math.ceil((a / d) * (1 - ROUGH));

/** Whether `value` is a whole number of steps. The step is > 0. */
export const isMultipleOf = (value: number, step: number): boolean => value % step === 0;

/**
 * The largest multiple of `step` that is not above `value`.
 * @throws AssertionError when step ≤ 0.
 */
export const floorToStep = (value: number, step: number): number => divFloor(value, step) * step;

/**
 * The smallest multiple of `step` that is not below `value`.
 * @throws AssertionError when step ≤ 0.
 */
export const ceilToStep = (value: number, step: number): number => divCeil(value, step) * step;

/** Sign of a·b − c·d, exactly, for safe integers: compares two ratios without dividing. */
export function compareProducts(a: number, b: number, c: number, d: number): -1 | 0 | 1 {
  const ab = a * b;
  const cd = c * d;
  // Rounding is monotone: unequal rounded products keep the order of the true ones.
  if (ab !== cd) return ab < cd ? -1 : 1;
  const abError = productError(a, b, ab);
  const cdError = productError(c, d, cd);
  return abError < cdError ? -1 : abError > cdError ? 1 : 0;
}

/** floor(product ÷ d) for |product| ≤ 2^53 − 1. */
function divide(product: number, d: number): number {
  // The correctly rounded quotient never reaches a whole number n that the true one does not: a
  // true quotient below n is below it by t ÷ d with a whole t ≥ 1, while half the spacing of
  // doubles under n is less than n · 2^−53 = (product + t) ÷ d · 2^−53, which is no more than t ÷
  // d. So no correction is needed.
  return Math.floor(product / d) + 0; // + 0 turns -0 into 0
}

/** floor(a · b ÷ d) where the product does not fit a double. */
function divideWide(a: number, b: number, d: number): number {
  if (!(d > 0 && d <= MAX_SAFE)) throw new AssertionError(`Invariant: division by ${d}`);
  if (!(isSafe(a) && isSafe(b))) throw tooLarge(a, b, d);
  const guess = Math.floor((a * b) / d);
  if (!(guess <= MAX_SAFE + GUESS_ERROR_MAX && guess >= -MAX_SAFE - GUESS_ERROR_MAX)) {
    throw tooLarge(a, b, d);
  }
  // The true quotient may be safe although the guess is just beyond: start from the edge and walk.
  let q = guess > MAX_SAFE ? MAX_SAFE : guess < -MAX_SAFE ? -MAX_SAFE : guess;
  // The remainder is computed anew after every correction: far from the quotient (a divisor above
  // 2^52) it may lie beyond 2^53 and be rounded itself; then it still says in which direction to
  // go, but no more.
  for (;;) {
    const rest = remainderOf(a, b, q, d);
    if (rest < 0) q -= 1;
    else if (rest >= d) q += 1;
    else return q + 0;
    if (!isSafe(q)) throw tooLarge(a, b, d);
  }
}

/**
 * a·b − q·d for a q within a few of the quotient: exact while it lies within 2^53, and beyond that
 * at least the sign is right and the size is not below 2^53.
 */
function remainderOf(a: number, b: number, q: number, d: number): number {
  const ab = a * b;
  const qd = q * d;
  // ab and qd agree to within a few d, so their difference is exact, as is the difference of the
  // error terms (each at most 2^52). Only the last sum can round, and only when it exceeds 2^53.
  return ab - qd + (productError(a, b, ab) - productError(q, d, qd));
}

/** The rounding error of `a * b`, exactly: a·b = product + productError(a, b, product). */
function productError(a: number, b: number, product: number): number {
  const ca = SPLITTER * a;
  const aHigh = ca - (ca - a);
  const aLow = a - aHigh;
  const cb = SPLITTER * b;
  const bHigh = cb - (cb - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function isSafe(value: number): boolean {
  return value <= MAX_SAFE && value >= -MAX_SAFE;
}

function tooLarge(a: number, b: number, d: number): AssertionError {
  return new AssertionError(`Invariant: ${a} × ${b} ÷ ${d} is no safe integer`);
}
