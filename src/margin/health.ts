// The figures that are shown: health, leverage, distance, band, entry. All are whole numbers in the
// unit that their name gives, rounded toward the worse side. They are never inputs to a decision
// about money.

import { mulDivCeil, mulDivFloor, mulDivHalfEven } from '../units/rounding.ts';

/** 100 % in the unit of health and distance: 0.01 %. */
export const HUNDRED_PERCENT = 10_000;
/** 1× in the unit of leverage: 0.00001. */
export const LEVERAGE_ONE = 100_000;

/**
 * The largest ratio that is shown (10 million ×, or 100 million times the mark): a pool of one unit
 * behind a large position is a figure without meaning, but no reason to stop.
 */
export const RATIO_MAX = 1_000_000_000_000;

/** How a position is doing; one colour scale in the whole product. */
export type Band = 'healthy' | 'caution' | 'danger' | 'critical';

/** From where on a band begins, in 0.01 %; half-open: at the threshold it is the better band. */
export interface BandThresholds {
  readonly health: readonly [healthy: number, caution: number, danger: number];
  readonly distance: readonly [healthy: number, caution: number, danger: number];
}

/** For a market that gives none: health 50, 25, 10 %, distance 10, 5, 2 %. */
export const DEFAULT_BANDS: BandThresholds = {
  health: [5_000, 2_500, 1_000],
  distance: [1_000, 500, 200],
};

const BANDS: readonly Band[] = ['healthy', 'caution', 'danger', 'critical'];

/**
 * Health in 0.01 %, rounded down: 100 · (1 − maintenance ÷ equity) within 0 … 100; 0 when equity is
 * below zero, or is zero with a requirement; else 100 when nothing is required (Drift's formula,
 * spec margin §5). A contract that publishes another rounding gives its own `mulDiv`.
 */
export function health(equity: number, maintenance: number, mulDiv = mulDivFloor): number {
  if (equity < 0) return 0;
  if (maintenance <= 0) return HUNDRED_PERCENT;
  if (equity <= maintenance) return 0;
  return mulDiv(equity - maintenance, HUNDRED_PERCENT, equity);
}

/**
 * |cost| ÷ collateral of an isolated position in 0.00001×, rounded up. It does not move with the
 * price; the leverage limit and the leverage warning use it. Absent when there is no collateral.
 */
export function effectiveLeverage(cost: number, collateral: number): number | undefined {
  if (collateral <= 0) return undefined;
  return leverageOf(cost < 0 ? -cost : cost, collateral);
}

/** Notional at mark ÷ equity in 0.00001×, rounded up. Absent when there is no equity. */
export function markLeverage(notional: number, equity: number): number | undefined {
  if (equity <= 0) return undefined;
  return leverageOf(notional, equity);
}

/**
 * How far the mark is from the liquidation price, in 0.01 % of the mark, rounded down; 0 when it is
 * there or beyond.
 */
export function distanceToLiquidation(size: number, mark: number, liquidation: number): number {
  const room = size < 0 ? liquidation - mark : mark - liquidation;
  if (room <= 0) return 0;
  return isBeyond(room, HUNDRED_PERCENT, mark)
    ? RATIO_MAX
    : mulDivFloor(room, HUNDRED_PERCENT, mark);
}

/**
 * The worse of the bands of health and of distance: health alone misleads, at 1 % maintenance a
 * long is at 25 % health only 0.34 % away from liquidation. Without a liquidation price only health
 * counts.
 */
export function bandOf(
  healthShown: number,
  distance: number | undefined,
  thresholds: BandThresholds = DEFAULT_BANDS,
): Band {
  const byHealth = stepsBelow(healthShown, thresholds.health);
  const byDistance = distance === undefined ? 0 : stepsBelow(distance, thresholds.distance);
  return BANDS[byHealth > byDistance ? byHealth : byDistance];
}

/** Whether `a` is a worse band than `b`. */
export function isWorseBand(a: Band, b: Band): boolean {
  return BANDS.indexOf(a) > BANDS.indexOf(b);
}

/** cost ÷ (size · k) in price units, half-even: for display only. Absent when flat. */
export function entryPrice(size: number, cost: number, k: number): number | undefined {
  if (size === 0) return undefined;
  const sign = size < 0 ? -1 : 1;
  return mulDivHalfEven(sign * cost, 1, sign * size * k);
}

function leverageOf(value: number, backing: number): number {
  return isBeyond(value, LEVERAGE_ONE, backing)
    ? RATIO_MAX
    : mulDivCeil(value, LEVERAGE_ONE, backing);
}

/**
 * Whether value · unit ÷ of is beyond what is shown; a hair of float error does not matter there.
 */
function isBeyond(value: number, unit: number, of: number): boolean {
  return value * unit > RATIO_MAX * of;
}

function stepsBelow(value: number, thresholds: readonly number[]): number {
  let steps = 0;
  while (steps < thresholds.length && value < thresholds[steps]) steps += 1;
  return steps;
}
