// Where decimal text becomes a whole number of units and back. Text comes from people and programs
// outside, so everything that is not exactly a plain decimal is refused, and so is a value finer
// than the unit. It must never round, never guess a separator, and never pass through a float that
// is not exact.

import { assert, assertSafe } from './assert.ts';

/** Most digits behind the point, in text and in a unit. */
export const DECIMALS_MAX = 12;

/** The step of a quantity as a decimal string, read once: 0.25 is 25 units of 10^−2. */
export interface DecimalUnit {
  readonly text: string;
  readonly numerator: number;
  readonly decimals: number;
}

/** Why a text is not a count of units. `below` and `above` are the two nearest legal values. */
export type DecimalRefusal =
  | { readonly ok: false; readonly code: 'NOT_A_DECIMAL' }
  | { readonly ok: false; readonly code: 'OUT_OF_RANGE' }
  | {
      readonly ok: false;
      readonly code: 'STEP_MISMATCH';
      readonly below: string;
      readonly above: string;
    };

/** A count of units, or why there is none. */
export type DecimalResult = { readonly ok: true; readonly value: number } | DecimalRefusal;

const DECIMAL = /^(0|[1-9]\d{0,15})(?:\.(\d{1,12}))?$/;
const FAST_DIGITS_MAX = 15; // every 15-digit number is a safe integer
const ZERO = 0x30;
const NINE = 0x39;
const POINT = 0x2e;
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const NOT_A_DECIMAL: DecimalRefusal = { ok: false, code: 'NOT_A_DECIMAL' };
const OUT_OF_RANGE: DecimalRefusal = { ok: false, code: 'OUT_OF_RANGE' };

const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];

/** 10^decimals: how many smallest units make one whole. @throws AssertionError beyond 0 … 12. */
export function powerOfTen(decimals: number): number {
  const power = POWERS[decimals];
  assert(power !== undefined, 'decimals outside 0 … 12');
  return power;
}

/**
 * Reads a plain decimal ≥ 0 as a count of 10^−decimals. Grammar: ^(0|[1-9]\d{0,15})(\.\d{1,12})?$;
 * trailing zeros are fine. Exact: a value finer than the unit is STEP_MISMATCH, one beyond 2^53 − 1
 * is OUT_OF_RANGE.
 */
export function parseDecimal(text: string, decimals: number): DecimalResult {
  powerOfTen(decimals); // there is such a unit
  const value = shortCount(text, decimals);
  if (value >= 0) return { ok: true, value };
  const match = DECIMAL.exec(text);
  if (match === null) return NOT_A_DECIMAL;
  return countOf(match[1], match[2] ?? '', 1n, decimals);
}

/**
 * The count of a text that is certainly a decimal, on the step and of so few digits that every sum
 * on the way is exact, which is nearly every text; −1 for any other, good or bad.
 */
function shortCount(text: string, decimals: number): number {
  const { length } = text;
  if (length === 0 || length > FAST_DIGITS_MAX + 1) return -1;
  let value = 0;
  let point = length;
  for (let i = 0; i < length; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= ZERO && code <= NINE) value = value * 10 + (code - ZERO);
    else if (code === POINT && point === length) point = i;
    else return -1;
  }
  const fraction = point === length ? 0 : length - point - 1;
  const isWhole = point > 0 && (point === 1 || text.charCodeAt(0) !== ZERO);
  const isPlain = isWhole && point !== length - 1 && point + decimals <= FAST_DIGITS_MAX;
  if (!isPlain || fraction > decimals) return -1;
  return value * powerOfTen(decimals - fraction);
}

/** As `parseDecimal`, with an optional leading '-'. A negative zero is NOT_A_DECIMAL. */
export function parseSignedDecimal(text: string, decimals: number): DecimalResult {
  if (!text.startsWith('-')) return parseDecimal(text, decimals);
  return negated(parseDecimal(text.slice(1), decimals));
}

/**
 * The canonical text of a count of 10^−decimals: exact, no trailing zeros, no exponent, '-' when
 * negative.
 */
export function formatDecimal(value: number, decimals: number): string {
  assertSafe(value, 'a value to print');
  const power = powerOfTen(decimals);
  const size = Math.abs(value);
  const rest = size % power;
  const whole = (size - rest) / power; // exact: the rest is gone
  const sign = value < 0 ? '-' : '';
  if (rest === 0) return `${sign}${whole}`;
  const digits = String(rest).padStart(decimals, '0');
  let end = digits.length;
  while (digits.charCodeAt(end - 1) === ZERO) end -= 1;
  return `${sign}${whole}.${digits.slice(0, end)}`;
}

/** Reads a unit such as "0.1", "0.00001" or "0.25". Zero is NOT_A_DECIMAL. */
export function parseUnit(
  text: string,
): { readonly ok: true; readonly unit: DecimalUnit } | DecimalRefusal {
  const match = DECIMAL.exec(text);
  if (match === null) return NOT_A_DECIMAL;
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  const read = countOf(match[1], fraction, 1n, fraction.length);
  if (!read.ok) return read;
  if (read.value === 0) return NOT_A_DECIMAL;
  const decimals = fraction.length;
  const unit = { text: formatDecimal(read.value, decimals), numerator: read.value, decimals };
  return { ok: true, unit };
}

/**
 * Reads a plain decimal ≥ 0 as a count of `unit`; grammar, exactness and refusals as
 * `parseDecimal`.
 */
export function parseInUnit(text: string, unit: DecimalUnit): DecimalResult {
  if (unit.numerator === 1) return parseDecimal(text, unit.decimals);
  const match = DECIMAL.exec(text);
  if (match === null) return NOT_A_DECIMAL;
  return countOf(match[1], match[2] ?? '', BigInt(unit.numerator), unit.decimals);
}

/** As `parseInUnit`, with an optional leading '-'. A negative zero is NOT_A_DECIMAL. */
export function parseSignedInUnit(text: string, unit: DecimalUnit): DecimalResult {
  if (!text.startsWith('-')) return parseInUnit(text, unit);
  return negated(parseInUnit(text.slice(1), unit));
}

/** The canonical text of a count of `unit`: exact, no trailing zeros, no exponent. */
export function formatInUnit(count: number, unit: DecimalUnit): string {
  const scaled = count * unit.numerator;
  if (Number.isSafeInteger(scaled)) return formatDecimal(scaled, unit.decimals);
  assertSafe(count, 'a count to print');
  const exact = BigInt(count) * BigInt(unit.numerator);
  return `${count < 0 ? '-' : ''}${formatBig(exact < 0n ? -exact : exact, unit.decimals)}`;
}

/** The count of numerator · 10^−decimals in whole.fraction, both digits only. */
function countOf(
  whole: string,
  fraction: string,
  numerator: bigint,
  decimals: number,
): DecimalResult {
  const scale = DECIMALS_MAX - decimals;
  const value = BigInt(whole + fraction.padEnd(DECIMALS_MAX, '0'));
  const step = numerator * BigInt(powerOfTen(scale));
  const count = value / step;
  if (count > MAX_SAFE || (count === MAX_SAFE && value % step !== 0n)) return OUT_OF_RANGE;
  if (value % step === 0n) return { ok: true, value: Number(count) };
  const below = formatBig(count * numerator, decimals);
  return {
    ok: false,
    code: 'STEP_MISMATCH',
    below,
    above: formatBig((count + 1n) * numerator, decimals),
  };
}

function negated(result: DecimalResult): DecimalResult {
  if (result.ok) return result.value === 0 ? NOT_A_DECIMAL : { ok: true, value: -result.value };
  if (result.code !== 'STEP_MISMATCH') return result;
  const { below, above } = result;
  return {
    ok: false,
    code: 'STEP_MISMATCH',
    below: `-${above}`,
    above: below === '0' ? '0' : `-${below}`,
  };
}

function formatBig(value: bigint, decimals: number): string {
  const digits = value.toString().padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const fraction = digits.slice(point).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, point) : `${digits.slice(0, point)}.${fraction}`;
}
