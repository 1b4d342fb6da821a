// The figures of a pair for programs that hold plain numbers, under the names and with the
// arguments that were published for them. An edge: numbers are read to the nearest unit, and what
// is no sensible number is thrown back with it. The formulas are in pair.ts and pair-figures.ts.

import { PPM_ONE } from '../units/brand.ts';
import {
  decimalNumber,
  decimalRatio,
  nearestCount,
  nearestInUnit,
  priceAtRatio,
  priceRatio,
  type Ratio,
} from '../units/ratio.ts';
import { mulDivCeil, mulDivFloor } from '../units/rounding.ts';
import { bandOf, LEVERAGE_ONE, type Band } from './health.ts';
import {
  estimatedRatio,
  fallbackInitial,
  fallbackMaintenance,
  fallbackRatio,
  HALF_PPM,
  isPairAmount,
  isPairCapital,
  legNotionals,
  pairHealth,
  pairNotional,
} from './pair.ts';
import { fallbackFigures, pairFigures, type PairFigures, type PairTerms } from './pair-figures.ts';
import type { PairLeg } from './pair-liquidation.ts';
import { VENUE_DECIMALS, type LegMarket, type LegMarketSource } from './pair-market.ts';

/** What both markets require, as ratios: 0.1 is 10 %. */
export interface LegRatios {
  readonly longIMR: number;
  readonly shortIMR: number;
  readonly longMMR: number;
  readonly shortMMR: number;
  /** Share of the long leg, one half when not given. */
  readonly longWeight?: number;
}

/** A pair as its owner knows it. Amounts in USDC. */
export interface PairPosition {
  /** Long price ÷ short price when it was opened. */
  readonly entryRatio: number;
  readonly capitalUSDC: number;
  readonly leverage: number;
  readonly unrealizedPnL?: number;
}

/** A pair of two markets of a venue. */
export interface VenuePairPosition extends PairPosition {
  readonly longMarketIndex: number;
  readonly shortMarketIndex: number;
  readonly unrealizedPnL: number;
  readonly longWeight?: number;
  /**
   * The sizes of the legs in whole base. Without them they are taken to be those of a pair whose
   * short price has not moved since it was opened.
   */
  readonly longSize?: number;
  readonly shortSize?: number;
}

/** Digits that are read of a ratio of prices. */
const ENTRY_DECIMALS = 12;
const PRICE_DECIMALS = 6;
const RATE_DECIMALS = 6;
const LEVERAGE_DECIMALS = 5;
const LEVERAGE_MAX = 1_000 * LEVERAGE_ONE;
const SHOWN = 2;
const PERCENT_DECIMALS = 2;

/**
 * What a pair of this capital requires. With the ratios of both markets: Σ capital · leverage ·
 * weight · ratio over its legs; without, the estimate capital ÷ leverage and 6.25 % of the
 * notional.
 * @throws RangeError when a number makes no sense.
 */
export function calculateMargin(
  capitalUSDC: number,
  leverage: number,
  ratios?: LegRatios,
): { initialMargin: number; maintenanceMargin: number; estimated: boolean } {
  const { initial, maintenance } = requirementOf(sumsOf({ capitalUSDC, leverage }), ratios);
  return {
    initialMargin: decimalNumber(initial, VENUE_DECIMALS, SHOWN),
    maintenanceMargin: decimalNumber(maintenance, VENUE_DECIMALS, SHOWN),
    estimated: ratios === undefined,
  };
}

/**
 * The documented estimate of the ratio at which the pair is liquidated; null when no fall reaches
 * it. entryRatio · (1 + (maintenance − capital) ÷ (capital · leverage)) with the ratios of both
 * markets, entryRatio · (1 − 0.0625 · leverage) without.
 * @throws RangeError when a number makes no sense.
 */
export function calculateLiquidationPrice(
  position: PairPosition,
  ratios?: LegRatios,
): { liquidationRatio: number | null; estimated: boolean } {
  const sums = sumsOf(position);
  const entry = entryOf(position.entryRatio);
  const { maintenance } = requirementOf(sums, ratios);
  const ratio =
    ratios === undefined
      ? fallbackRatio(entry, sums.leverage)
      : estimatedRatio(entry, maintenance, sums.capital, sums.notional);
  return { liquidationRatio: ratio ?? null, estimated: ratios === undefined };
}

/**
 * 100 · (1 − maintenance ÷ (capital + P/L)) within 0 … 100, and 0 without equity. The band is that
 * of the health alone: how far the marks are from liquidation is known only with the legs.
 * @throws RangeError when a number makes no sense.
 */
export function calculatePositionHealth(
  position: PairPosition,
  ratios?: LegRatios,
): { health: number; healthBand: Band; estimated: boolean } {
  const sums = sumsOf(position);
  const equity = sums.capital + amountOf(position.unrealizedPnL ?? 0, 'unrealizedPnL');
  const { maintenance } = requirementOf(sums, ratios);
  return {
    health: decimalNumber(pairHealth(equity, maintenance), PERCENT_DECIMALS, SHOWN),
    healthBand: bandOf(pairHealth(equity, maintenance, mulDivFloor), undefined),
    estimated: ratios === undefined,
  };
}

/**
 * Every figure of a pair at the marks and margin ratios that `source` has now; the documented
 * fallback, marked `estimated`, while it has not both markets. No I/O.
 * @throws RangeError when a number makes no sense.
 */
export function getAccuratePositionMetrics(
  source: LegMarketSource,
  position: VenuePairPosition,
): PairFigures {
  const longMarket = source.legMarket(position.longMarketIndex);
  const shortMarket = source.legMarket(position.shortMarketIndex);
  const decimals = longMarket?.quoteDecimals ?? shortMarket?.quoteDecimals ?? VENUE_DECIMALS;
  const { capital, leverage, notional } = sumsOf(position, decimals);
  const entry = entryOf(position.entryRatio);
  const longWeightPpm = weightOf(position.longWeight);
  const unrealised = amountOf(position.unrealizedPnL, 'unrealizedPnL', decimals);
  const terms: PairTerms = { capital, leverage, longWeightPpm, entry, decimals };
  if (longMarket === undefined || shortMarket === undefined) {
    return fallbackFigures(terms, undefined, unrealised);
  }
  if (shortMarket.quoteDecimals !== decimals) {
    throw new RangeError('The markets of a pair must be quoted in the same asset.');
  }
  const legs = legNotionals(notional, longWeightPpm);
  const { mark, priceUnit } = shortMarket;
  const longEntry = priceAtRatio(entry, mark, priceUnit, longMarket.priceUnit);
  const long = legOf(longMarket, position.longSize, 'longSize', legs.long, longEntry);
  const short = legOf(shortMarket, position.shortSize, 'shortSize', legs.short, mark);
  const current = priceRatio(longMarket.mark, longMarket.priceUnit, mark, priceUnit);
  return pairFigures(terms, long, short, unrealised) ?? fallbackFigures(terms, current, unrealised);
}

/** A leg of the size that is given, or of the one that a notional makes at a price. */
function legOf(
  market: LegMarket,
  size: number | undefined,
  name: string,
  notional: number,
  price: number,
): PairLeg {
  if (size === undefined) return { market, size: price > 0 ? market.sizeOf(notional, price) : 0 };
  const count = size > 0 ? nearestInUnit(size, market.sizeUnit) : undefined;
  if (count === undefined) throw refusal(name, size, 'above 0, in whole base');
  return { market, size: count };
}

/** What a pair is made of, in units. */
interface PairSums {
  readonly capital: number;
  readonly leverage: number;
  readonly notional: number;
}

function sumsOf(
  { capitalUSDC, leverage }: Pick<PairPosition, 'capitalUSDC' | 'leverage'>,
  decimals = VENUE_DECIMALS,
): PairSums {
  const capital = amountOf(capitalUSDC, 'capitalUSDC', decimals);
  const times = nearestCount(leverage, LEVERAGE_DECIMALS);
  if (times === undefined || times < LEVERAGE_ONE || times > LEVERAGE_MAX) {
    throw refusal('leverage', leverage, '1 to 1000');
  }
  if (!isPairCapital(capital, times)) {
    const wanted = 'such that capital × leverage is at most 500 million';
    throw refusal('capitalUSDC', capitalUSDC, wanted);
  }
  return { capital, leverage: times, notional: capital > 0 ? pairNotional(capital, times) : 0 };
}

function amountOf(value: number, name: string, decimals = VENUE_DECIMALS): number {
  const count = nearestCount(value, decimals);
  if (count === undefined || !isPairAmount(count)) {
    throw refusal(name, value, 'an amount within 500 million');
  }
  return count;
}

function entryOf(entryRatio: number): Ratio {
  const count = nearestCount(entryRatio, ENTRY_DECIMALS);
  // A large ratio has fewer decimals that a double can hold, and needs fewer.
  const decimals = count === undefined ? PRICE_DECIMALS : ENTRY_DECIMALS;
  const read = count ?? nearestCount(entryRatio, PRICE_DECIMALS);
  if (read === undefined || read <= 0) throw refusal('entryRatio', entryRatio, 'above 0');
  return decimalRatio(read, decimals);
}

function weightOf(longWeight: number | undefined): number {
  if (longWeight === undefined) return HALF_PPM;
  const weight = nearestCount(longWeight, RATE_DECIMALS);
  if (weight === undefined || weight <= 0 || weight >= PPM_ONE) {
    throw refusal('longWeight', longWeight, 'above 0 and below 1');
  }
  return weight;
}

/** Both requirements, by the ratios of the markets or by the documented fallback. */
function requirementOf(
  { capital, leverage, notional }: PairSums,
  ratios: LegRatios | undefined,
): { readonly initial: number; readonly maintenance: number } {
  if (ratios === undefined) {
    const initial = capital > 0 ? fallbackInitial(capital, leverage) : 0;
    return { initial, maintenance: fallbackMaintenance(notional) };
  }
  const legs = legNotionals(notional, weightOf(ratios.longWeight));
  return {
    initial:
      share(legs.long, ratios.longIMR, 'longIMR') + share(legs.short, ratios.shortIMR, 'shortIMR'),
    maintenance:
      share(legs.long, ratios.longMMR, 'longMMR') + share(legs.short, ratios.shortMMR, 'shortMMR'),
  };
}

function share(notional: number, rate: number, name: string): number {
  const ratePpm = nearestCount(rate, RATE_DECIMALS);
  if (ratePpm === undefined || ratePpm <= 0 || ratePpm > PPM_ONE) {
    throw refusal(name, rate, 'above 0 and at most 1, where 0.1 is 10 %');
  }
  return mulDivCeil(notional, ratePpm, PPM_ONE);
}

function refusal(name: string, value: number, wanted: string): RangeError {
  return new RangeError(`${name} is ${wanted}; ${value} was given.`);
}
