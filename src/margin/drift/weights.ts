// How Drift's ratios and weights move with size: the size premium, the size discount, and the
// initial ratio of the high leverage mode. Ratios and weights are whole numbers in 10^-4; a size is
// in 10^9. They are never anything but the venue's own integers, division cuts toward zero.
//
// Formulas: programs/drift/src/math/margin.rs, perp_market.rs and spot_market.rs of the program.

import { sqrtFloorBig } from '../../units/big.ts';
import { divFloor, mulDivFloor } from '../../units/rounding.ts';
import type { DriftMarginCategory, DriftPerpMarket } from './types.ts';

/** 100 % as a weight or a ratio. */
export const WEIGHT_ONE = 10_000;

const IMF_ONE = 1_000_000;
/** Size roots are in 10^5: √(10 · 10^9 · size) for a size in 10^9. */
const ROOT_ONE = 100_000;
/** A root times an imf factor, brought to 10^-4. */
const PREMIUM_DIVISOR = 10_000_000;
const PERCENT_ONE = 1_000_000;
/** 110 %: an asset is discounted only when its size takes away more than this tenth. */
const DISCOUNT_TOP = 1_100_000;

/** √(10 · |size| + 1), cut. The size is in 10^9 and not negative. */
const sizeRoot = (size: bigint): number => sqrtFloorBig(size * 10n + 1n);

/**
 * A liability's weight, or a position's ratio, before it is compared with the plain one: four
 * fifths of it and the root of the size times the factor. Without a factor it is the plain one.
 */
function sizePremium(size: bigint, imfFactor: number, weight: number): number {
  if (imfFactor === 0) return weight;
  return weight - divFloor(weight, 5) + mulDivFloor(sizeRoot(size), imfFactor, PREMIUM_DIVISOR);
}

/** The weight of a liability of this size: never below the plain one. */
export function liabilityWeightOfSize(size: bigint, imfFactor: number, weight: number): number {
  return Math.max(weight, sizePremium(size, imfFactor, weight));
}

/** The weight of an asset of this size: never above the plain one. */
export function assetWeightOfSize(size: bigint, imfFactor: number, weight: number): number {
  if (imfFactor === 0) return weight;
  const divisor = IMF_ONE + mulDivFloor(sizeRoot(size), imfFactor, ROOT_ONE);
  return Math.min(weight, mulDivFloor(DISCOUNT_TOP, WEIGHT_ONE, divisor));
}

/** What decides a perp position's ratio beside its market and size. */
export interface RatioTerms {
  readonly category: DriftMarginCategory;
  /** The user's own ratio, 0 when not set; counts for Initial only. */
  readonly customRatio: number;
  readonly isHighLeverage: boolean;
}

/** The ratio of a perp position of this size (10^9, not negative), in 10^-4. 0 in settlement. */
export function perpMarginRatio(market: DriftPerpMarket, size: bigint, terms: RatioTerms): number {
  if (market.isInSettlement) return 0;
  const { category, customRatio } = terms;
  const isHigh =
    terms.isHighLeverage &&
    market.highLeverageMarginRatioInitial > 0 &&
    market.highLeverageMarginRatioMaintenance > 0;
  if (category === 'Maintenance') {
    const { highLeverageMarginRatioMaintenance, marginRatioMaintenance, imfFactor } = market;
    const ratio = isHigh ? highLeverageMarginRatioMaintenance : marginRatioMaintenance;
    return liabilityWeightOfSize(size, imfFactor, ratio);
  }
  const ratio = isHigh
    ? highLeverageInitialRatio(market, size)
    : liabilityWeightOfSize(size, market.imfFactor, market.marginRatioInitial);
  return Math.max(ratio, customRatio);
}

/**
 * The initial ratio in high leverage mode: it climbs from the mode's own ratio to the ordinary one
 * while the premium on the ordinary ratio climbs from four fifths of that to all of it; beyond, it
 * is the premium.
 */
function highLeverageInitialRatio(market: DriftPerpMarket, size: bigint): number {
  const ordinary = market.marginRatioInitial;
  const high = market.highLeverageMarginRatioInitial;
  const premium = sizePremium(size, market.imfFactor, ordinary);
  if (premium > ordinary) return premium;
  if (premium === ordinary) return high;
  const missing = mulDivFloor(ordinary - premium, PERCENT_ONE, divFloor(ordinary, 5));
  const climb = Math.max(ordinary - high, 1);
  return high + mulDivFloor(climb, PERCENT_ONE - missing, PERCENT_ONE);
}
