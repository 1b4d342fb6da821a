// What a deposit, a borrow and the orders on them count for in a Drift account: token amounts,
// strict prices, weights. Token amounts are in 10^-decimals of the token, values in 10^-6 of the
// quote. It must never net an asset against a liability: one is collateral, the other requirement.
//
// Formulas: programs/drift/src/math/spot_balance.rs and state/user.rs of the program, and user.ts,
// math/spotBalance.ts and math/spotPosition.ts of the SDK.

import {
  absBig,
  divCeilBig,
  divFloorBig,
  divTruncBig,
  maxBig,
  minBig,
  safeNumberOf,
} from '../../units/big.ts';
import type {
  DriftMarginCategory,
  DriftMode,
  DriftSpotMarket,
  DriftSpotPosition,
} from './types.ts';
import { assetWeightOfSize, liabilityWeightOfSize, WEIGHT_ONE } from './weights.ts';

/** Index of the spot market that every perp market quotes in. */
export const QUOTE_INDEX = 0;

/** What every open order adds to the requirement: 0.01 of the quote. */
export const OPEN_ORDER_REQUIREMENT = 10_000n;

const SIZE_DECIMALS = 9;
const BALANCE_DECIMALS = 19; // scaled balance 10^9 times cumulative interest 10^10
const TWAP_SECONDS = 300n;
const WEIGHT_ONE_BIG = BigInt(WEIGHT_ONE);
const POWERS_OF_TEN = Array.from({ length: 40 }, (_, i) => 10n ** BigInt(i));

/** An oracle price, and the worse of it and its average for an asset and for a liability. */
export interface StrictPrice {
  readonly current: bigint;
  readonly min: bigint;
  readonly max: bigint;
}

/** What a spot position adds to both sides of the account, quote amounts. */
export interface SpotMargin {
  readonly collateral: bigint;
  readonly requirement: bigint;
}

/** How a spot position is to be counted. */
export interface SpotTerms {
  readonly mode: DriftMode;
  readonly category: DriftMarginCategory;
  /** The account's own ratio; counts for Initial only, and not for the quote. */
  readonly customRatio: number;
  readonly withOrders: boolean;
}

/** A fill of all bids or all asks: what would be held, what it would cost, what it is worth. */
interface Fill {
  readonly tokens: bigint;
  /** Token value after the fill, signed. */
  readonly value: bigint;
  /** What the orders bring in (asks) or cost (bids), signed. */
  readonly orders: bigint;
}

/** Just the current price: what Maintenance and non-strict figures use. */
export function currentPrice(price: bigint): StrictPrice {
  return { current: price, min: price, max: price };
}

/** The price and an average, whichever is worse. */
export function strictPrice(price: bigint, average: bigint): StrictPrice {
  return { current: price, min: minBig(price, average), max: maxBig(price, average) };
}

/**
 * The average that a strict price is compared with: on the chain the one that the market account
 * holds; in the SDK the same moved on to `now` with the current price, held within a third.
 */
export function strictAverage(market: DriftSpotMarket, now: number, mode: DriftMode): bigint {
  const average = market.lastOraclePriceTwap5Min;
  if (mode === 'chain') return average;
  const since = maxBig(1n, BigInt(now) - market.lastOraclePriceTwapTs);
  const rest = maxBig(0n, TWAP_SECONDS - since);
  const range = divTruncBig(average, 3n);
  const held = minBig(average + range, maxBig(market.oraclePrice, average - range));
  return divTruncBig(average * rest + held * since, rest + since);
}

/** Tokens of a scaled deposit, cut. */
export function depositTokens(scaledBalance: bigint, market: DriftSpotMarket): bigint {
  const decimals = POWERS_OF_TEN[BALANCE_DECIMALS - market.decimals];
  return divTruncBig(scaledBalance * market.cumulativeDepositInterest, decimals);
}

/** Tokens of a position, borrows negative and rounded up. */
export function signedTokens(position: DriftSpotPosition, market: DriftSpotMarket): bigint {
  if (position.balanceType === 'deposit') return depositTokens(position.scaledBalance, market);
  const decimals = POWERS_OF_TEN[BALANCE_DECIMALS - market.decimals];
  return -divCeilBig(position.scaledBalance * market.cumulativeBorrowInterest, decimals);
}

/** Value of tokens at the worse price: the chain rounds a debt up, the SDK cuts it. */
export function tokenValue(
  tokens: bigint,
  market: DriftSpotMarket,
  price: StrictPrice,
  mode: DriftMode,
): bigint {
  return valueAt(tokens, market, tokens > 0n ? price.min : price.max, mode);
}

function valueAt(tokens: bigint, market: DriftSpotMarket, price: bigint, mode: DriftMode): bigint {
  const one = POWERS_OF_TEN[market.decimals];
  return mode === 'chain' ? divFloorBig(tokens * price, one) : divTruncBig(tokens * price, one);
}

/** A token amount as a size in 10^9, cut. */
function sizeOf(tokens: bigint, decimals: number): bigint {
  const amount = absBig(tokens);
  return decimals > SIZE_DECIMALS
    ? divTruncBig(amount, POWERS_OF_TEN[decimals - SIZE_DECIMALS])
    : amount * POWERS_OF_TEN[SIZE_DECIMALS - decimals];
}

/** Weight of an asset; `undefined` as category is the weight that leverage chooses sides with. */
export function assetWeight(
  tokens: bigint,
  market: DriftSpotMarket,
  category: DriftMarginCategory | undefined,
): number {
  if (category === undefined) return scaledInitialWeight(market);
  const plain =
    category === 'Initial' ? scaledInitialWeight(market) : market.maintenanceAssetWeight;
  return assetWeightOfSize(sizeOf(tokens, market.decimals), market.imfFactor, plain);
}

/** Weight of a liability; without a category the plain initial one. */
export function liabilityWeight(
  tokens: bigint,
  market: DriftSpotMarket,
  category: DriftMarginCategory | undefined,
): number {
  if (category === undefined) return market.initialLiabilityWeight;
  const plain =
    category === 'Initial' ? market.initialLiabilityWeight : market.maintenanceLiabilityWeight;
  return liabilityWeightOfSize(sizeOf(tokens, market.decimals), market.imfFactor, plain);
}

/** The initial asset weight, which shrinks as all deposits grow beyond a value. */
function scaledInitialWeight(market: DriftSpotMarket): number {
  const start = market.scaleInitialAssetWeightStart;
  if (start === 0n) return market.initialAssetWeight;
  const deposits = depositTokens(market.depositBalance, market);
  const value = divTruncBig(deposits * market.oraclePrice, POWERS_OF_TEN[market.decimals]);
  if (value < start) return market.initialAssetWeight;
  return safeNumberOf(divTruncBig(BigInt(market.initialAssetWeight) * start, value));
}

/** Value times weight, cut toward zero. */
const weigh = (value: bigint, weight: number): bigint =>
  divTruncBig(value * BigInt(weight), WEIGHT_ONE_BIG);

/** What a position counts for: a deposit as collateral, a borrow as requirement. */
export function spotMargin(
  position: DriftSpotPosition,
  market: DriftSpotMarket,
  price: StrictPrice,
  terms: SpotTerms,
): SpotMargin {
  const tokens = signedTokens(position, market);
  if (market.marketIndex === QUOTE_INDEX) return quoteMargin(tokens, market, price, terms);
  const fill = worstFill(tokens, position, market, price, terms);
  const { mode, withOrders } = terms;
  // The SDK values what would be held anew; the chain takes the value it has compared by.
  const value = mode === 'chain' ? fill.value : tokenValue(fill.tokens, market, price, mode);
  const weighted = weightedValue(value, fill.tokens, market, terms);
  const fee = withOrders ? BigInt(position.openOrders) * OPEN_ORDER_REQUIREMENT : 0n;
  return {
    collateral: maxBig(0n, weighted) + maxBig(0n, fill.orders),
    requirement: maxBig(0n, -weighted) + maxBig(0n, -fill.orders) + fee,
  };
}

/**
 * Collateral less requirement for maintenance of what is held, as a function of the price: its
 * weight does not depend on it. Orders are not counted; not for the quote.
 */
export function heldMaintenance(
  position: DriftSpotPosition,
  market: DriftSpotMarket,
  mode: DriftMode,
): (price: bigint) => bigint {
  const tokens = signedTokens(position, market);
  const weight =
    tokens >= 0n
      ? Math.min(WEIGHT_ONE, assetWeight(tokens, market, 'Maintenance'))
      : Math.max(WEIGHT_ONE, liabilityWeight(tokens, market, 'Maintenance'));
  return (price) => weigh(valueAt(tokens, market, price, mode), weight);
}

/** The quote has no weight on the chain; in the SDK it has, which is 100 % as configured. */
function quoteMargin(
  tokens: bigint,
  market: DriftSpotMarket,
  price: StrictPrice,
  { mode, category }: SpotTerms,
): SpotMargin {
  const value = tokenValue(tokens, market, price, mode);
  if (value >= 0n) {
    const weight = mode === 'chain' ? WEIGHT_ONE : assetWeight(tokens, market, category);
    return { collateral: weigh(value, weight), requirement: 0n };
  }
  const weight = mode === 'chain' ? WEIGHT_ONE : liabilityWeight(tokens, market, category);
  return { collateral: 0n, requirement: weigh(-value, weight) };
}

function weightedValue(
  value: bigint,
  tokens: bigint,
  market: DriftSpotMarket,
  { category, customRatio }: Pick<SpotTerms, 'category' | 'customRatio'>,
): bigint {
  const custom = category === 'Initial' ? customRatio : 0;
  if (value >= 0n) {
    const weight = assetWeight(tokens, market, category);
    return weigh(value, Math.min(weight, Math.max(0, WEIGHT_ONE - custom)));
  }
  const weight = liabilityWeight(tokens, market, category);
  return weigh(value, Math.max(weight, WEIGHT_ONE + custom));
}

/** The fill of all bids or of all asks that leaves less free collateral. */
function worstFill(
  tokens: bigint,
  position: DriftSpotPosition,
  market: DriftSpotMarket,
  price: StrictPrice,
  terms: SpotTerms,
): Fill {
  const { openBids, openAsks } = position;
  const value = tokenValue(tokens, market, price, terms.mode);
  const hasOrders = openBids !== 0n || openAsks !== 0n;
  if (!terms.withOrders || !hasOrders) return { tokens, value, orders: 0n };
  const bids = fillOf(tokens, value, openBids, market, price, terms.mode);
  const asks = fillOf(tokens, value, openAsks, market, price, terms.mode);
  // The chain compares before the user's own ratio is applied, the SDK after.
  const by = terms.mode === 'chain' ? { ...terms, customRatio: 0 } : terms;
  const left = (fill: Fill): bigint =>
    weightedValue(fill.value, fill.tokens, market, by) + fill.orders;
  const leftByAsks = left(asks);
  const leftByBids = left(bids);
  if (leftByAsks === leftByBids) return terms.mode === 'chain' ? asks : bids;
  return leftByAsks < leftByBids ? asks : bids;
}

function fillOf(
  tokens: bigint,
  value: bigint,
  orders: bigint,
  market: DriftSpotMarket,
  price: StrictPrice,
  mode: DriftMode,
): Fill {
  const ordersValue = valueAt(-orders, market, price.max, mode);
  return { tokens: tokens + orders, value: value - ordersValue, orders: ordersValue };
}

/** Assets and borrows at the current price without weights: what leverage is counted from. */
export interface SpotValues {
  readonly assets: bigint;
  readonly liabilities: bigint;
  /** What belongs to the quote and is netted over all positions, signed. */
  readonly quote: bigint;
}

/**
 * One position's part of the account's leverage, as the SDK counts it: unweighted, at the current
 * price, with the orders' worse side chosen by the plain initial weights.
 */
export function spotValues(
  position: DriftSpotPosition,
  market: DriftSpotMarket,
  withOrders: boolean,
): SpotValues {
  const price = currentPrice(market.oraclePrice);
  const tokens = signedTokens(position, market);
  if (market.marketIndex === QUOTE_INDEX) {
    return { assets: 0n, liabilities: 0n, quote: tokenValue(tokens, market, price, 'sdk') };
  }
  const { openBids, openAsks } = position;
  if (!withOrders || (openBids === 0n && openAsks === 0n)) {
    const value = tokenValue(tokens, market, price, 'sdk');
    const fee = withOrders ? BigInt(position.openOrders) * OPEN_ORDER_REQUIREMENT : 0n;
    return { assets: maxBig(0n, value), liabilities: maxBig(0n, -value) + fee, quote: 0n };
  }
  const value = tokenValue(tokens, market, price, 'sdk');
  const bids = fillOf(tokens, value, openBids, market, price, 'sdk');
  const asks = fillOf(tokens, value, openAsks, market, price, 'sdk');
  const left = (fill: Fill): bigint => {
    const weight =
      fill.value >= 0n
        ? assetWeight(fill.tokens, market, undefined)
        : liabilityWeight(fill.tokens, market, undefined);
    return weigh(fill.value, weight) + fill.orders;
  };
  const worst = left(asks) < left(bids) ? asks : bids;
  const held = tokenValue(worst.tokens, market, price, 'sdk');
  return {
    assets: maxBig(0n, held),
    liabilities: maxBig(0n, -held) + BigInt(position.openOrders) * OPEN_ORDER_REQUIREMENT,
    quote: worst.orders,
  };
}
