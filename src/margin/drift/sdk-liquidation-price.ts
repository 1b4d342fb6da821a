// The liquidation price that Drift's SDK shows: the oracle price less the free collateral over what
// a price step takes from it. It is an estimate, and it is reproduced unit for unit because users
// compare with it; liquidation-price.ts has the exact one. Prices are in 10^-6.
//
// Source: User.liquidationPrice of @drift-labs/sdk 2.156.0 (src/user.ts).

import { absBig, divTruncBig, maxBig } from '../../units/big.ts';
import {
  isolatedMargin,
  MAINTENANCE,
  maintenanceRatioOf,
  type OpenAccount,
  type PerpLeg,
} from './margin.ts';
import { liabilityValue, worstCase } from './perp.ts';
import { assetWeight, liabilityWeight, signedTokens } from './spot.ts';
import type { DriftPerpPosition, DriftSpotMarket } from './types.ts';

const ONE = 1_000_000n;
const BASE_ONE = 1_000_000_000n;
const WEIGHT_ONE = 10_000n;

/** What the SDK's estimate may be asked for beside the position as it is. */
export interface SdkLiquidationTerms {
  /** Count open orders as filled on the worse side; the SDK does not unless asked to. */
  readonly withOrders?: boolean;
  /** Quote amount that is deposited first. */
  readonly deposit?: bigint;
  /** A trade that is made first: signed base amount, and the price it is expected at. */
  readonly trade?: { readonly baseSizeChange: bigint; readonly entryPrice: bigint };
}

/**
 * The SDK's liquidation price of a position, or `undefined` where it says −1: no price liquidates,
 * as far as it can see. An account that is liquidatable already gets the oracle price.
 */
export function sdkLiquidationPrice(
  open: OpenAccount,
  leg: PerpLeg,
  { withOrders = false, deposit = 0n, trade }: SdkLiquidationTerms = {},
): bigint | undefined {
  const { isolated } = leg.position;
  const cross = withOrders ? open.cross : open.crossHeld;
  const sums = isolated ? isolatedMargin(open, leg, { ...MAINTENANCE, withOrders }) : cross;
  let free = maxBig(0n, sums.collateral - sums.requirement) + deposit;
  let change = 0n;
  if (trade !== undefined && !isolated) {
    change = trade.baseSizeChange - (trade.baseSizeChange % leg.market.orderStepSize);
    free += tradeEffect(open, leg, change, trade.entryPrice, withOrders);
  }
  const perpSlope = slopeOfPerp(open, leg, change, withOrders);
  if (perpSlope === undefined) return undefined;
  const slope = isolated ? perpSlope : perpSlope + slopeOfSpot(open, leg);
  if (slope === 0n) return undefined;
  const price = leg.market.oraclePrice - divTruncBig(free * ONE, slope);
  return price < 0n ? undefined : price;
}

/** The SDK does not look at settlement here. */
function maintenanceRatio({ account }: OpenAccount, { market }: PerpLeg, base: bigint): number {
  const trading = market.isInSettlement ? { ...market, isInSettlement: false } : market;
  return maintenanceRatioOf(account, trading, base);
}

/** What a trade takes from free collateral: slippage to the oracle price, fee, requirement. */
function tradeEffect(
  open: OpenAccount,
  leg: PerpLeg,
  change: bigint,
  entryPrice: bigint,
  withOrders: boolean,
): bigint {
  const { position, market } = leg;
  const { oraclePrice } = market;
  let effect = 0n;
  if (entryPrice !== 0n && change !== 0n) {
    const atOracle = divTruncBig(oraclePrice * absBig(change), BASE_ONE);
    const atEntry = divTruncBig(entryPrice * absBig(change), BASE_ONE);
    const { feeNumerator, feeDenominator } = open.account.feeTier0;
    const fee = divTruncBig(atEntry * BigInt(feeNumerator), BigInt(feeDenominator));
    effect = (change > 0n ? atOracle - atEntry : atEntry - atOracle) - fee;
  }
  const requirement = (of: DriftPerpPosition): bigint => {
    const base = of.baseAssetAmount;
    const counted = withOrders
      ? worstCase(of, market, oraclePrice)
      : { base, value: liabilityValue(base, oraclePrice, market) };
    const ratio = maintenanceRatio(open, leg, counted.base);
    return divTruncBig(counted.value * BigInt(ratio), WEIGHT_ONE);
  };
  const after = { ...position, baseAssetAmount: position.baseAssetAmount + change };
  return effect - (requirement(after) - requirement(position));
}

/** Free collateral gained per unit of price, 10^-6; `undefined` when nothing is held. */
function slopeOfPerp(
  open: OpenAccount,
  leg: PerpLeg,
  change: bigint,
  withOrders: boolean,
): bigint | undefined {
  const { position, market } = leg;
  const counted = withOrders ? leg.worst.base : position.baseAssetAmount;
  const orders = counted - position.baseAssetAmount;
  const base = counted + change;
  if (base === 0n) return undefined;
  const ratio = divTruncBig(BigInt(maintenanceRatio(open, leg, base)) * ONE, WEIGHT_ONE);
  if (market.contractType === 'prediction') {
    // The position's profit and requirement cancel out; only that of its orders moves.
    if (orders === 0n) return 0n;
    return orders > 0n ? -ratio : ratio;
  }
  const slope =
    base > 0n
      ? divTruncBig((ONE - ratio) * base, BASE_ONE)
      : divTruncBig((-ONE - ratio) * -base, BASE_ONE);
  return slope - divTruncBig(ratio * absBig(orders), BASE_ONE);
}

/** The same of a balance whose oracle is the position's. */
function slopeOfSpot(open: OpenAccount, { market }: PerpLeg): bigint {
  const { oracleKey, oracleMultiple } = market;
  const spotMarket = open.account.spotMarkets.find((spot) => spot.oracleKey === oracleKey);
  if (spotMarket === undefined) return 0n;
  const held = open.spots.find((leg) => leg.position.marketIndex === spotMarket.marketIndex);
  if (held === undefined) return 0n;
  const slope = slopeOfTokens(spotMarket, signedTokens(held.position, spotMarket));
  const multiple = BigInt(spotMarket.oracleMultiple);
  return divTruncBig(slope * multiple, BigInt(oracleMultiple));
}

function slopeOfTokens(market: DriftSpotMarket, tokens: bigint): bigint {
  const one = 10n ** BigInt(market.decimals);
  if (tokens > 0n) {
    const weight = BigInt(assetWeight(tokens, market, 'Maintenance'));
    return divTruncBig(divTruncBig(ONE * weight, WEIGHT_ONE) * tokens, one);
  }
  const weight = BigInt(liabilityWeight(tokens, market, 'Maintenance'));
  return divTruncBig(divTruncBig(-ONE * weight, WEIGHT_ONE) * -tokens, one);
}
