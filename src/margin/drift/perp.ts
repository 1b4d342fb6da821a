// What a perp position of a Drift account is worth and what it must be covered by: worst case over
// open orders, unrealised profit with funding, requirement. Values are in 10^-6 of the quote, base
// amounts in 10^-9. Division cuts toward zero, as the venue's does.
//
// Formulas: programs/drift/src/math/margin.rs, position.rs and state/perp_market.rs of the program;
// user.ts, math/market.ts and math/position.ts of the SDK.

import { absBig, divTruncBig, minBig, safeNumberOf } from '../../units/big.ts';
import { depositTokens, OPEN_ORDER_REQUIREMENT, type StrictPrice } from './spot.ts';
import type {
  DriftMarginCategory,
  DriftMode,
  DriftPerpMarket,
  DriftPerpPosition,
  DriftSpotMarket,
} from './types.ts';
import { assetWeightOfSize, WEIGHT_ONE } from './weights.ts';

const BASE_ONE = 1_000_000_000n;
const PRICE_ONE = 1_000_000n;
const FUNDING_BUFFER = 1_000n;
const RATIO_ONE = BigInt(WEIGHT_ONE);
/** A prediction market pays at most 1. */
const PREDICTION_PRICE_MAX = 1_000_000n;
/** On the chain no position's profit counts for more than this as initial collateral: $100. */
const INITIAL_PROFIT_MAX = 100_000_000n;
/** The chain brings a profit (10^6) to the scale of sizes (10^9) before the size discount. */
const PROFIT_TO_SIZE = 1_000n;

/** The size that counts, and its value at the oracle price. */
export interface WorstCase {
  readonly base: bigint;
  readonly value: bigint;
}

/** Value of a base amount as a liability. A short of a prediction market risks 1 − price. */
export function liabilityValue(base: bigint, price: bigint, market: DriftPerpMarket): bigint {
  if (market.contractType === 'prediction' && base <= 0n) {
    return divTruncBig(-base * (PREDICTION_PRICE_MAX - price), BASE_ONE);
  }
  return divTruncBig(absBig(base) * price, BASE_ONE);
}

/** The larger liability of all bids filled or all asks filled; a tie goes to the asks. */
export function worstCase(
  position: DriftPerpPosition,
  market: DriftPerpMarket,
  price: bigint,
): WorstCase {
  const { baseAssetAmount, openBids, openAsks } = position;
  const allAsks = baseAssetAmount + openAsks;
  const asks = liabilityValue(allAsks, price, market);
  if (openBids === openAsks) return { base: allAsks, value: asks };
  const allBids = baseAssetAmount + openBids;
  const bids = liabilityValue(allBids, price, market);
  return asks >= bids ? { base: allAsks, value: asks } : { base: allBids, value: bids };
}

/** Funding not yet settled, quote amount: positive is received. */
export function unsettledFunding(position: DriftPerpPosition, market: DriftPerpMarket): bigint {
  const { baseAssetAmount, lastCumulativeFundingRate } = position;
  if (baseAssetAmount === 0n) return 0n;
  const rate =
    baseAssetAmount > 0n ? market.cumulativeFundingRateLong : market.cumulativeFundingRateShort;
  if (rate === lastCumulativeFundingRate) return 0n;
  const paid = divTruncBig((rate - lastCumulativeFundingRate) * baseAssetAmount, BASE_ONE);
  return -divTruncBig(paid, FUNDING_BUFFER);
}

/**
 * Unrealised profit with funding, before the quote's price: what closing at the price would bring,
 * and what was paid so far. In settlement the price is the expiry price.
 */
export function profitAt(
  position: DriftPerpPosition,
  market: DriftPerpMarket,
  price: bigint,
  funding: bigint,
): bigint {
  const { baseAssetAmount, quoteAssetAmount } = position;
  if (baseAssetAmount === 0n) return quoteAssetAmount;
  const at = market.isInSettlement ? market.expiryPrice : price;
  const value = divTruncBig(absBig(baseAssetAmount) * at, BASE_ONE);
  return (baseAssetAmount > 0n ? value : -value) + quoteAssetAmount + funding;
}

/** A quote amount at the quote's price, cut. */
export function quoteValue(amount: bigint, price: bigint): bigint {
  return price === PRICE_ONE ? amount : divTruncBig(amount * price, PRICE_ONE);
}

/** What a liability must be covered by, with the fee for open orders. */
export function requirementOf(
  value: bigint,
  quotePriceMax: bigint,
  ratio: number,
  openOrders: number,
): bigint {
  const required = divTruncBig(quoteValue(value, quotePriceMax) * BigInt(ratio), RATIO_ONE);
  return openOrders === 0 ? required : required + BigInt(openOrders) * OPEN_ORDER_REQUIREMENT;
}

/** The price of the quote that a profit or a loss is converted by. */
export function profitQuotePrice(profit: bigint, quote: StrictPrice): bigint {
  if (profit > 0n) return quote.min;
  return profit < 0n ? quote.max : quote.current;
}

/**
 * A profit as collateral: a loss counts in full, a profit by its weight. The SDK converts to the
 * quote's price and then weighs; the chain weighs, converts, and caps an initial profit at $100.
 */
export function weightedProfit(
  profit: bigint,
  market: DriftPerpMarket,
  quoteMarket: DriftSpotMarket,
  quote: StrictPrice,
  category: DriftMarginCategory,
  mode: DriftMode,
): bigint {
  const price = profitQuotePrice(profit, quote);
  if (profit <= 0n) return quoteValue(profit, price);
  if (mode === 'sdk') {
    const value = quoteValue(profit, price);
    const weight =
      category === 'Initial'
        ? sdkInitialWeight(market, quoteMarket, value)
        : market.unrealizedPnlMaintenanceAssetWeight;
    return divTruncBig(value * BigInt(weight), RATIO_ONE);
  }
  if (category === 'Maintenance') {
    const weight = BigInt(market.unrealizedPnlMaintenanceAssetWeight);
    return quoteValue(divTruncBig(profit * weight, RATIO_ONE), price);
  }
  const weight = BigInt(chainInitialWeight(market, profit));
  const value = quoteValue(divTruncBig(profit * weight, RATIO_ONE), price);
  return minBig(value, INITIAL_PROFIT_MAX);
}

/** Weight of an initial profit in the SDK: the pools are taken off the imbalance, live price. */
function sdkInitialWeight(
  market: DriftPerpMarket,
  quoteMarket: DriftSpotMarket,
  profit: bigint,
): number {
  let weight = market.unrealizedPnlInitialAssetWeight;
  if (market.unrealizedPnlMaxImbalance > 0n) {
    const pools =
      depositTokens(market.pnlPoolScaledBalance, quoteMarket) +
      divTruncBig(depositTokens(market.feePoolScaledBalance, quoteMarket), 5n);
    weight = shrunkWeight(market, weight, netUserProfit(market, market.oraclePrice) - pools);
  }
  return assetWeightOfSize(profit, market.unrealizedPnlImfFactor, weight);
}

/** Weight of an initial profit on the chain: all users' profit at the last oracle price. */
function chainInitialWeight(market: DriftPerpMarket, profit: bigint): number {
  let weight = market.unrealizedPnlInitialAssetWeight;
  if (weight > 0 && market.unrealizedPnlMaxImbalance > 0n) {
    weight = shrunkWeight(market, weight, netUserProfit(market, market.lastOraclePrice));
  }
  if (weight === 0) return 0;
  return assetWeightOfSize(profit * PROFIT_TO_SIZE, market.unrealizedPnlImfFactor, weight);
}

function shrunkWeight(market: DriftPerpMarket, weight: number, imbalance: bigint): number {
  const max = market.unrealizedPnlMaxImbalance;
  if (imbalance <= max) return weight;
  return safeNumberOf(divTruncBig(BigInt(weight) * max, imbalance));
}

/** Profit of all users of the market together, quote amount. */
function netUserProfit(market: DriftPerpMarket, price: bigint): bigint {
  return divTruncBig(market.netUserBase * price, BASE_ONE) + market.netUserQuote;
}

/** Whether anything of a position is left: base, quote, orders or a deposit of its own. */
export function isOpen(position: DriftPerpPosition): boolean {
  return (
    position.baseAssetAmount !== 0n ||
    position.quoteAssetAmount !== 0n ||
    position.openOrders !== 0 ||
    position.isolatedPositionScaledBalance > 0n
  );
}

/** The larger of the account's and the position's own ratio. */
export function customRatioOf(position: DriftPerpPosition, userMaxMarginRatio: number): number {
  return Math.max(position.maxMarginRatio, userMaxMarginRatio);
}
