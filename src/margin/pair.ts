// A pair: long one market, short another, with one capital behind both. These are the documented
// figures: requirements by leg, health, and an estimate of the ratio at which it is liquidated,
// which treats the whole notional as moving with the ratio. The exact ratios are in
// pair-liquidation.ts, and which number is which is said in docs/concepts/pairs.md.

import { PPM_ONE } from '../units/brand.ts';
import { mulDivCeil, mulDivHalfEven } from '../units/rounding.ts';
import { ratioNumber, scaleRatio, type Ratio } from '../units/ratio.ts';
import { health, HUNDRED_PERCENT, LEVERAGE_ONE, RATIO_MAX } from './health.ts';

/** A leg has this share of the notional when nobody says otherwise: one half, in ppm. */
export const HALF_PPM = 500_000;

/** Maintenance that is assumed of a pair whose markets are not known: 6.25 % of the notional. */
export const FALLBACK_MAINTENANCE_PPM = 62_500;

/**
 * The largest capital, notional, leg and P/L of a pair, in quote units: 500 million dollars of
 * 10^−6. No sum of such amounts, and of what a leg may be worth on its way to a liquidation, passes
 * 2^53.
 */
export const PAIR_AMOUNT_MAX = 500_000_000_000_000;

/** Whether an amount of a pair is one that is counted. */
export function isPairAmount(value: number): boolean {
  return value <= PAIR_AMOUNT_MAX && value >= -PAIR_AMOUNT_MAX;
}

/** Whether a capital and what it makes at a leverage in 0.00001× are counted. */
export function isPairCapital(capital: number, leverage: number): boolean {
  // In floats: far from the end a hair does not matter, and at the end both products are exact.
  return isPairAmount(capital) && capital * leverage <= PAIR_AMOUNT_MAX * LEVERAGE_ONE;
}

/**
 * The notional that a capital makes at a leverage in 0.00001×, in quote units, half-even.
 * @throws AssertionError when it is no safe integer: `isPairCapital` says so before.
 */
export function pairNotional(capital: number, leverage: number): number {
  return mulDivHalfEven(capital, leverage, LEVERAGE_ONE);
}

/** The notional of both legs at entry; together they are the whole. */
export function legNotionals(
  notional: number,
  longWeightPpm: number,
): { readonly long: number; readonly short: number } {
  const long = mulDivHalfEven(notional, longWeightPpm, PPM_ONE);
  return { long, short: notional - long };
}

/** Initial margin of a pair whose markets are not known: capital ÷ leverage, half-even. */
export function fallbackInitial(capital: number, leverage: number): number {
  return mulDivHalfEven(capital, LEVERAGE_ONE, leverage);
}

/** Maintenance margin of a pair whose markets are not known, rounded up. */
export function fallbackMaintenance(notional: number): number {
  return mulDivCeil(notional, FALLBACK_MAINTENANCE_PPM, PPM_ONE);
}

/**
 * 100 · part ÷ notional in 0.01 %, half-even; 0 of nothing, and at most ±RATIO_MAX: a P/L behind
 * next to no notional is a figure without meaning, but no reason to stop.
 */
export function pairPercent(part: number, notional: number): number {
  if (notional <= 0) return 0;
  if (part * HUNDRED_PERCENT > RATIO_MAX * notional) return RATIO_MAX;
  if (part * HUNDRED_PERCENT < -RATIO_MAX * notional) return -RATIO_MAX;
  return mulDivHalfEven(part, HUNDRED_PERCENT, notional);
}

/**
 * Health in 0.01 % by one of the roundings of units: 0 without equity, whatever is required; else
 * as health.ts. What is published is half-even; bands are decided by the one rounded down.
 */
export function pairHealth(equity: number, maintenance: number, mulDiv = mulDivHalfEven): number {
  return equity <= 0 ? 0 : health(equity, maintenance, mulDiv);
}

/**
 * The documented estimate of the ratio at which the pair is liquidated: entry · (1 + (maintenance −
 * capital) ÷ notional). Undefined when it is not above zero, or there is no notional: no fall
 * reaches it.
 */
export function estimatedRatio(
  entry: Ratio,
  maintenance: number,
  capital: number,
  notional: number,
): number | undefined {
  const left = notional + maintenance - capital;
  return notional > 0 && left > 0 ? ratioNumber(scaleRatio(entry, left, notional)) : undefined;
}

/**
 * The documented estimate for a pair whose markets are not known: entry · (1 − 0.0625 · leverage),
 * leverage in 0.00001×. Undefined when that is not above zero.
 */
export function fallbackRatio(entry: Ratio, leverage: number): number | undefined {
  const whole = PPM_ONE * LEVERAGE_ONE;
  const left = whole - FALLBACK_MAINTENANCE_PPM * leverage;
  return left > 0 ? ratioNumber(scaleRatio(entry, left, whole)) : undefined;
}
