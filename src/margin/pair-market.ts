// What a market says about one leg of a pair: its mark, what a size is worth, what that requires.
// The exchange's own markets and those of a venue are brought into this one shape here, so that the
// figures of a pair never know where a leg comes from.

import { PPM_ONE } from '../units/brand.ts';
import type { DecimalUnit } from '../units/decimal.ts';
import { divFloor, mulDivCeil, mulDivFloor } from '../units/rounding.ts';
import type { Brackets } from './brackets.ts';
import { AMOUNT_MAX } from './limits.ts';
import { initialMargin, maintenanceMargin } from './requirement.ts';

/** The market of a leg. Its requirements never fall as the notional rises. */
export interface LegMarket {
  /** Current mark in price units, > 0. */
  readonly mark: number;
  /** What a price unit is, in quote per whole base. */
  readonly priceUnit: DecimalUnit;
  /** What a size unit is, in whole base. */
  readonly sizeUnit: DecimalUnit;
  /** Decimals of the quote asset: a quote unit is 10^−decimals. Both legs have the same. */
  readonly quoteDecimals: number;
  /**
   * What a size > 0 is worth at a price, in quote units; never falls as the price rises. Exact up
   * to AMOUNT_MAX, and beyond it anything not below it.
   */
  readonly notional: (size: number, price: number) => number;
  /** A size whose value at a price comes nearest to a notional without being above it; may be 0. */
  readonly sizeOf: (notional: number, price: number) => number;
  /** Initial margin of a notional ≥ 0 that this size makes, in quote units, rounded up. */
  readonly initial: (notional: number, size: number) => number;
  /** Maintenance margin, likewise. */
  readonly maintenance: (notional: number, size: number) => number;
}

/** Where the markets of a venue are looked up by its own number: a cache, never the network. */
export interface LegMarketSource {
  /** Undefined while the market, or its price, is not known. */
  legMarket(marketIndex: number): LegMarket | undefined;
}

/**
 * A market of the exchange: requirements by bracket, the initial one with its open-interest lift.
 */
export function exchangeLegMarket(terms: {
  readonly brackets: Brackets;
  readonly k: number;
  readonly mark: number;
  readonly priceUnit: DecimalUnit;
  readonly sizeUnit: DecimalUnit;
  readonly quoteDecimals: number;
  readonly liftPpm: number;
}): LegMarket {
  const { brackets, k, mark, priceUnit, sizeUnit, quoteDecimals, liftPpm } = terms;
  return {
    mark,
    priceUnit,
    sizeUnit,
    quoteDecimals,
    notional: (size, price) => size * price * k,
    sizeOf: (notional, price) => divFloor(notional, price * k),
    // A leverage so high that only the market's own rates count: a pair has no leverage there.
    initial: (notional) => initialMargin(brackets, notional, PPM_ONE, liftPpm),
    maintenance: (notional) => maintenanceMargin(brackets, notional),
  };
}

/** Decimals of an amount, and of a price, at Drift and wherever a market is given by ratios. */
export const VENUE_DECIMALS = 6;

const VENUE_PRICE_UNIT: DecimalUnit = { text: '0.000001', numerator: 1, decimals: VENUE_DECIMALS };
const VENUE_SIZE_UNIT: DecimalUnit = { text: '0.000000001', numerator: 1, decimals: 9 };
const VENUE_SIZE_ONE = 1_000_000_000;
/** 100 % in the unit of Drift's margin ratios: 0.01 %. */
const VENUE_RATIO_ONE = 10_000;

/** A margin ratio in 0.01 %, of a size in 10^−9. */
export type RatioOfSize = (size: number) => number;

/**
 * A market of a venue that requires a ratio of the value, as Drift does (prices and amounts 10^−6,
 * sizes 10^−9, ratios 10^−4; value cut toward zero, `margin.rs`). The ratio may grow with the size.
 */
export function ratioLegMarket(terms: {
  readonly mark: number;
  readonly initialRatio: RatioOfSize;
  readonly maintenanceRatio: RatioOfSize;
}): LegMarket {
  const { mark, initialRatio, maintenanceRatio } = terms;
  return {
    mark,
    priceUnit: VENUE_PRICE_UNIT,
    sizeUnit: VENUE_SIZE_UNIT,
    quoteDecimals: VENUE_DECIMALS,
    notional: (size, price) =>
      size * price > AMOUNT_MAX * VENUE_SIZE_ONE
        ? AMOUNT_MAX
        : mulDivFloor(size, price, VENUE_SIZE_ONE),
    // Rounded up: that size is cut to the notional itself where a smaller one is cut below it.
    sizeOf: (notional, price) => mulDivCeil(notional, VENUE_SIZE_ONE, price),
    initial: (notional, size) => mulDivCeil(notional, initialRatio(size), VENUE_RATIO_ONE),
    maintenance: (notional, size) => mulDivCeil(notional, maintenanceRatio(size), VENUE_RATIO_ONE),
  };
}
