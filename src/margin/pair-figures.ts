// The whole set of figures of a pair at the current marks, under the names it is published with:
// money, ratios and percents as numbers with 2 decimals, margin ratios with 4, all half-even from
// exact values. Nothing here is ever computed with.

import { mulDivCeil, mulDivFloor, mulDivHalfEven } from '../units/rounding.ts';
import {
  decimalNumber,
  priceRatio,
  priceRatioNumber,
  ratioNumber,
  scaleRatio,
  type Ratio,
} from '../units/ratio.ts';
import { bandOf, HUNDRED_PERCENT, type Band } from './health.ts';
import {
  estimatedRatio,
  fallbackInitial,
  fallbackMaintenance,
  fallbackRatio,
  FALLBACK_MAINTENANCE_PPM,
  isPairAmount,
  legNotionals,
  pairHealth,
  pairNotional,
  pairPercent,
} from './pair.ts';
import {
  FACTOR_ONE,
  liquidationMoves,
  NO_MOVE,
  PAIR_MOVES,
  type PairExposure,
  type PairLeg,
  type PairMove,
} from './pair-liquidation.ts';

/** What a pair was opened with. */
export interface PairTerms {
  /** Quote units; ≤ 0 has health 0. */
  readonly capital: number;
  /** 0.00001×, ≥ 1×. */
  readonly leverage: number;
  /** Share of the long leg in the notional, ppm, above 0 and below 10^6. */
  readonly longWeightPpm: number;
  /** Long price ÷ short price at entry. */
  readonly entry: Ratio;
  /** Decimals of the quote asset: what its smallest unit is. */
  readonly decimals: number;
}

/** The three exact ratios; null: no ratio above zero liquidates by such a move. */
export type LiquidationRatios = Readonly<Record<PairMove, number | null>>;

/** The figures under their published names. */
export interface PairFigures {
  /** null: a mark is not known. */
  readonly currentRatio: number | null;
  readonly unrealizedPnL: number | null;
  /** Percent of capital × leverage. */
  readonly unrealizedPnLPercent: number | null;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
  /** The documented estimate; null: it is not above zero. */
  readonly liquidationRatio: number | null;
  readonly health: number;
  readonly longMMR: number;
  readonly shortMMR: number;
  /** null: the market is not known. */
  readonly longIMR: number | null;
  readonly shortIMR: number | null;
  /** null: the markets are not known, or the long leg requires its whole value. */
  readonly liquidationRatios: LiquidationRatios | null;
  /** Of the three, the one that the current ratio reaches first. */
  readonly nearestLiquidationRatio: number | null;
  readonly healthBand: Band;
  /** The markets are not known: margins, estimate and health assume a general one. */
  readonly estimated: boolean;
}

/** Digits of money, ratios and percents, and of margin ratios. */
const SHOWN = 2;
const RATE_ONE = 10_000;
const RATE_DECIMALS = 4;
const PERCENT_DECIMALS = 2;
const FALLBACK_RATE = decimalNumber(FALLBACK_MAINTENANCE_PPM, 6, 6);

/**
 * The figures at the marks of both legs; undefined when an amount is beyond PAIR_AMOUNT_MAX, or a
 * leg is worth nothing. `unrealised` in quote units. Requirements are those of the notionals at
 * entry (spec margin §11); the exact ratios come from the sizes and marks.
 */
export function pairFigures(
  terms: PairTerms,
  long: PairLeg,
  short: PairLeg,
  unrealised: number,
): PairFigures | undefined {
  const { capital, longWeightPpm, entry, decimals } = terms;
  const notional = notionalOf(terms);
  const legs = legNotionals(notional, longWeightPpm);
  const equity = capital + unrealised;
  const longValue = long.market.notional(long.size, long.market.mark);
  const shortValue = short.market.notional(short.size, short.market.mark);
  if (!areLegs(longValue, shortValue)) return undefined;
  if (!(isPairAmount(capital) && isPairAmount(notional) && isPairAmount(unrealised))) {
    return undefined;
  }
  const ofLong = requirementOf(long, legs.long, longValue);
  const ofShort = requirementOf(short, legs.short, shortValue);
  const maintenance = ofLong.maintenance + ofShort.maintenance;
  // A long leg that requires its whole value is the safer the lower its price: no ratio is the end.
  const isWhole = long.market.maintenance(longValue, long.size) >= longValue;
  const exact = isWhole ? undefined : exactRatios({ equity, long, short });
  return {
    currentRatio: currentRatio(long, short),
    unrealizedPnL: decimalNumber(unrealised, decimals, SHOWN),
    unrealizedPnLPercent: percentOf(unrealised, notional),
    initialMargin: decimalNumber(ofLong.initial + ofShort.initial, decimals, SHOWN),
    maintenanceMargin: decimalNumber(maintenance, decimals, SHOWN),
    liquidationRatio: estimatedRatio(entry, maintenance, capital, notional) ?? null,
    health: decimalNumber(pairHealth(equity, maintenance), PERCENT_DECIMALS, SHOWN),
    longMMR: ofLong.maintenanceRate,
    shortMMR: ofShort.maintenanceRate,
    longIMR: ofLong.initialRate,
    shortIMR: ofShort.initialRate,
    liquidationRatios: exact?.ratios ?? null,
    nearestLiquidationRatio: exact?.nearest ?? null,
    healthBand: bandOf(pairHealth(equity, maintenance, mulDivFloor), exact?.distance),
    estimated: false,
  };
}

/**
 * The figures of a pair when a market of it is not known: capital ÷ leverage, 6.25 % of the
 * notional, and the estimate that follows. Without a mark there is no P/L, and the health is that
 * of the capital alone.
 */
export function fallbackFigures(
  terms: PairTerms,
  current: Ratio | undefined,
  unrealised: number | undefined,
): PairFigures {
  const { capital, leverage, entry, decimals } = terms;
  const notional = notionalOf(terms);
  const maintenance = fallbackMaintenance(notional);
  const initial = capital > 0 ? fallbackInitial(capital, leverage) : 0;
  const equity = capital + (unrealised ?? 0);
  const hasProfit = unrealised !== undefined;
  return {
    currentRatio: current === undefined ? null : ratioNumber(current),
    unrealizedPnL: hasProfit ? decimalNumber(unrealised, decimals, SHOWN) : null,
    unrealizedPnLPercent: hasProfit ? percentOf(unrealised, notional) : null,
    initialMargin: decimalNumber(initial, decimals, SHOWN),
    maintenanceMargin: decimalNumber(maintenance, decimals, SHOWN),
    liquidationRatio: fallbackRatio(entry, leverage) ?? null,
    health: decimalNumber(pairHealth(equity, maintenance), PERCENT_DECIMALS, SHOWN),
    longMMR: FALLBACK_RATE,
    shortMMR: FALLBACK_RATE,
    longIMR: null,
    shortIMR: null,
    liquidationRatios: null,
    nearestLiquidationRatio: null,
    healthBand: bandOf(pairHealth(equity, maintenance, mulDivFloor), undefined),
    estimated: true,
  };
}

/** Capital × leverage; nothing when there is no capital. */
function notionalOf({ capital, leverage }: PairTerms): number {
  return capital > 0 ? pairNotional(capital, leverage) : 0;
}

interface Requirement {
  readonly initial: number;
  readonly maintenance: number;
  readonly initialRate: number;
  readonly maintenanceRate: number;
}

/** What a leg requires at its entry notional, and as a ratio: of its value when there is none. */
function requirementOf({ market, size }: PairLeg, notional: number, value: number): Requirement {
  const base = notional > 0 ? notional : value;
  const initial = market.initial(base, size);
  const maintenance = market.maintenance(base, size);
  return {
    initial: notional > 0 ? initial : 0,
    maintenance: notional > 0 ? maintenance : 0,
    initialRate: rateOf(initial, base),
    maintenanceRate: rateOf(maintenance, base),
  };
}

interface ExactRatios {
  readonly ratios: LiquidationRatios;
  readonly nearest: number | null;
  /**
   * Of the nearest, in 0.01 % of the current ratio, rounded down; absent where nothing liquidates.
   */
  readonly distance: number | undefined;
}

function exactRatios(pair: PairExposure): ExactRatios {
  const { mark: longMark, priceUnit: longUnit } = pair.long.market;
  const { mark: shortMark, priceUnit: shortUnit } = pair.short.market;
  const moves = liquidationMoves(pair);
  const { longLegMoves: longAt, shortLegMoves: shortAt, bothMove: bothAt, isBad } = moves;
  const ratioAt = (long: number, short: number): number =>
    priceRatioNumber(long, longUnit, short, shortUnit);
  const ratios = {
    longLegMoves: longAt === NO_MOVE ? null : ratioAt(longAt, shortMark),
    shortLegMoves: shortAt === NO_MOVE ? null : ratioAt(longMark, shortAt),
    bothMove:
      bothAt === NO_MOVE
        ? null
        : ratioNumber(squared(priceRatio(longMark, longUnit, shortMark, shortUnit), bothAt)),
  };
  // Distances come from the moves themselves: those of the shown ratios would be rounded twice.
  let distance: number | undefined;
  if (longAt !== NO_MOVE) distance = fallTo(longAt, longMark);
  if (shortAt !== NO_MOVE) distance = leastOf(distance, fallTo(shortMark, shortAt));
  if (bothAt !== NO_MOVE) distance = leastOf(distance, fallTo(squareUp(bothAt), FACTOR_ONE));
  return { ratios, nearest: nearestOf(ratios, isBad), distance };
}

function currentRatio({ market: long }: PairLeg, { market: short }: PairLeg): number {
  return priceRatioNumber(long.mark, long.priceUnit, short.mark, short.priceUnit);
}

function squared(current: Ratio, factor: number): Ratio {
  return scaleRatio(scaleRatio(current, factor, FACTOR_ONE), factor, FACTOR_ONE);
}

/**
 * factor² in the unit of a factor, rounded up; at or above one it is one: nothing is left to fall.
 */
function squareUp(factor: number): number {
  return factor >= FACTOR_ONE ? FACTOR_ONE : mulDivCeil(factor, factor, FACTOR_ONE);
}

/**
 * How far `from` falls to `to`, in 0.01 % of itself, rounded down; 0 when it is there or beyond.
 */
function fallTo(to: number, from: number): number {
  return to >= from ? 0 : mulDivFloor(from - to, HUNDRED_PERCENT, from);
}

/**
 * A safe pair falls to the highest of its ratios first; one that is liquidatable is above none of
 * them, and the lowest is the first that it could rise beyond.
 */
function nearestOf(ratios: LiquidationRatios, isBad: boolean): number | null {
  let nearest: number | null = null;
  for (const move of PAIR_MOVES) {
    const ratio = ratios[move];
    if (ratio === null) continue;
    if (nearest === null || (isBad ? ratio < nearest : ratio > nearest)) nearest = ratio;
  }
  return nearest;
}

const leastOf = (a: number | undefined, b: number): number => (a === undefined || b < a ? b : a);

/** Both legs are worth something, and no more than is counted. */
function areLegs(long: number, short: number): boolean {
  return long > 0 && short > 0 && isPairAmount(long) && isPairAmount(short);
}

/** 100 · part ÷ whole with 2 decimals, half-even. */
function percentOf(part: number, whole: number): number {
  return decimalNumber(pairPercent(part, whole), PERCENT_DECIMALS, SHOWN);
}

/** required ÷ notional with 4 decimals, half-even. */
function rateOf(required: number, notional: number): number {
  return decimalNumber(mulDivHalfEven(required, RATE_ONE, notional), RATE_DECIMALS, RATE_DECIMALS);
}
