// A Drift market as the leg of a pair: its oracle price, and its margin ratios at the size of the
// leg. What a pair does with them is not known here.

import { safeNumberOf } from '../../units/big.ts';
import {
  ratioLegMarket,
  type LegMarket,
  type LegMarketSource,
  type RatioOfSize,
} from '../pair-market.ts';
import type { DriftMarginCategory, DriftPerpMarket } from './types.ts';
import { perpMarginRatio } from './weights.ts';

/** A billion dollars of 10^−6: no leg at such a price is counted. */
const PRICE_MAX = 1_000_000_000_000_000n;

/**
 * The market at its oracle price, with the ratios of an ordinary account. Undefined where a pair
 * cannot be valued by price × ratio: in settlement, for prediction markets, without a price.
 */
export function driftLegMarket(market: DriftPerpMarket): LegMarket | undefined {
  const { oraclePrice, isInSettlement, contractType } = market;
  const isPriced = oraclePrice > 0n && oraclePrice <= PRICE_MAX;
  if (isInSettlement || contractType !== 'perpetual' || !isPriced) return undefined;
  return ratioLegMarket({
    mark: safeNumberOf(oraclePrice),
    initialRatio: ratioOf(market, 'Initial'),
    maintenanceRatio: ratioOf(market, 'Maintenance'),
  });
}

/** The ratio by size; the last one is kept, because a leg is asked for its own again and again. */
function ratioOf(market: DriftPerpMarket, category: DriftMarginCategory): RatioOfSize {
  const terms = { category, customRatio: 0, isHighLeverage: false };
  let known = -1;
  let ratio = 0;
  return (size) => {
    if (size !== known) {
      known = size;
      ratio = perpMarginRatio(market, BigInt(size), terms);
    }
    return ratio;
  };
}

/** Looks markets up by their index in what `marketOf` has now: a cache, never the network. */
export function driftLegMarkets(
  marketOf: (marketIndex: number) => DriftPerpMarket | undefined,
): LegMarketSource {
  return {
    legMarket: (marketIndex) => {
      const market = marketOf(marketIndex);
      return market && driftLegMarket(market);
    },
  };
}
