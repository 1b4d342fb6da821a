// Random Drift accounts: everything the venue allows, at sizes from dust to whales. Used by the
// properties, by the comparison with the SDK and by the bench. The same seed draws the same
// accounts.

import type { Draw } from '../../units/draw.suite.ts';
import type {
  DriftAccount,
  DriftPerpMarket,
  DriftPerpPosition,
  DriftSpotMarket,
  DriftSpotPosition,
} from './types.ts';

const NOW = 1_767_225_600;
const QUOTE_ORACLE = 10;

/** What an account may have. Everything is drawn unless it is left out here. */
export interface DrawTerms {
  readonly positionsMax?: number;
  /** No resting orders, no balances on a position's oracle, the quote at exactly 1. */
  readonly isPlain?: boolean;
  /** Prediction markets, markets in settlement, oracles that count in thousands. */
  readonly withOddities?: boolean;
}

/** An account with its markets. */
export function drawAccount(draw: Draw, terms: DrawTerms = {}): DriftAccount {
  const { positionsMax = 4, isPlain = false, withOddities = true } = terms;
  const quote = drawQuote(draw, isPlain);
  const count = draw.whole(1, positionsMax);
  const spots = isPlain ? [] : drawSpots(draw, count);
  const perpMarkets = Array.from({ length: count }, (_, i) =>
    drawPerpMarket(draw, i, spots[i], withOddities && !isPlain),
  );
  const perpPositions = perpMarkets.map((market) => drawPerpPosition(draw, market, isPlain));
  const spotMarkets = [quote, ...spots];
  const notional = perpPositions.reduce((sum, position, i) => {
    const base = position.baseAssetAmount;
    return sum + ((base < 0n ? -base : base) * perpMarkets[i].oraclePrice) / 1_000_000_000n;
  }, 0n);
  return {
    now: NOW,
    marginMode: draw.pick(['default', 'default', 'highLeverage', 'highLeverageMaintenance']),
    userMaxMarginRatio: draw.pick([0, 0, 0, 2_000, 5_000, 10_000]),
    isBeingLiquidated: false,
    feeTier0: { feeNumerator: 100, feeDenominator: 100_000 },
    perpMarkets,
    spotMarkets,
    spotPositions: spotMarkets.map((market) => drawSpotPosition(draw, market, notional, isPlain)),
    perpPositions,
  };
}

function drawQuote(draw: Draw, isPlain: boolean): DriftSpotMarket {
  const oraclePrice =
    isPlain || draw.oneIn(2) ? 1_000_000n : BigInt(draw.whole(950_000, 1_040_000));
  const twap = draw.oneIn(2) ? oraclePrice : BigInt(draw.whole(950_000, 1_040_000));
  return {
    marketIndex: 0,
    symbol: 'USDC',
    decimals: 6,
    oracleKey: QUOTE_ORACLE,
    oracleMultiple: 1,
    oraclePrice,
    lastOraclePriceTwap5Min: twap,
    lastOraclePriceTwapTs: BigInt(NOW - draw.whole(0, 400)),
    initialAssetWeight: 10_000,
    maintenanceAssetWeight: 10_000,
    initialLiabilityWeight: 10_000,
    maintenanceLiabilityWeight: 10_000,
    imfFactor: 0,
    cumulativeDepositInterest: BigInt(draw.whole(10_000_000_000, 13_000_000_000)),
    cumulativeBorrowInterest: BigInt(draw.whole(10_000_000_000, 14_000_000_000)),
    depositBalance: BigInt(draw.whole(1, 400_000_000)) * 1_000_000_000n,
    scaleInitialAssetWeightStart: 0n,
  };
}

/** A token for some of the perp markets, on the same oracle. */
function drawSpots(draw: Draw, count: number): DriftSpotMarket[] {
  return Array.from({ length: draw.whole(0, Math.min(2, count)) }, (_, i) => {
    const oraclePrice = BigInt(draw.scaled(1_000, 200_000_000_000));
    const decimals = draw.pick([6, 8, 9, 9, 12]);
    return {
      marketIndex: i + 1,
      symbol: `T${i + 1}`,
      decimals,
      oracleKey: 20 + i,
      oracleMultiple: 1,
      oraclePrice,
      lastOraclePriceTwap5Min: (oraclePrice * BigInt(draw.whole(80, 120))) / 100n,
      lastOraclePriceTwapTs: BigInt(NOW - draw.whole(0, 400)),
      initialAssetWeight: draw.pick([0, 7_000, 8_000, 9_000]),
      maintenanceAssetWeight: draw.pick([9_000, 9_500]),
      initialLiabilityWeight: draw.pick([11_500, 12_000, 13_000]),
      maintenanceLiabilityWeight: draw.pick([10_500, 11_000]),
      imfFactor: draw.pick([0, 450, 3_000, 10_000]),
      cumulativeDepositInterest: BigInt(draw.whole(10_000_000_000, 13_000_000_000)),
      cumulativeBorrowInterest: BigInt(draw.whole(10_000_000_000, 14_000_000_000)),
      depositBalance: BigInt(draw.scaled(1, 3_000_000)) * 1_000_000_000n,
      scaleInitialAssetWeightStart: draw.oneIn(3)
        ? BigInt(draw.scaled(1_000_000, 400_000_000_000_000))
        : 0n,
    };
  });
}

function drawPerpMarket(
  draw: Draw,
  marketIndex: number,
  spot: DriftSpotMarket | undefined,
  withOddities: boolean,
): DriftPerpMarket {
  const isPrediction = withOddities && spot === undefined && draw.oneIn(12);
  const oracleMultiple = withOddities && spot !== undefined && draw.oneIn(8) ? 1_000 : 1;
  const oraclePrice =
    spot !== undefined
      ? spot.oraclePrice * BigInt(oracleMultiple)
      : BigInt(isPrediction ? draw.whole(1, 999_999) : draw.scaled(1_000, 200_000_000_000));
  const marginRatioInitial = draw.pick([200, 300, 500, 1_000, 2_000, 3_333, 10_000]);
  const share = draw.pick([2 / 3, 0.5, 0.6]);
  const hasHigh = draw.oneIn(2);
  const high = Math.max(10, Math.floor(marginRatioInitial / 4));
  const isImbalanced = draw.oneIn(4);
  const cumulative = draw.oneIn(2) ? 0 : draw.whole(-4_000_000_000, 4_000_000_000);
  return {
    marketIndex,
    symbol: `P${marketIndex}-PERP`,
    oracleKey: spot?.oracleKey ?? 30 + marketIndex,
    oracleMultiple,
    oraclePrice,
    lastOraclePrice: (oraclePrice * BigInt(draw.whole(90, 110))) / 100n,
    contractTier: 'A',
    contractType: isPrediction ? 'prediction' : 'perpetual',
    isInSettlement: withOddities && draw.oneIn(20),
    expiryPrice: isPrediction ? 1_000_000n : oraclePrice + 1n,
    marginRatioInitial,
    marginRatioMaintenance: Math.max(1, Math.floor(marginRatioInitial * share)),
    highLeverageMarginRatioInitial: hasHigh ? high : 0,
    highLeverageMarginRatioMaintenance: hasHigh ? Math.max(5, Math.floor(high / 2)) : 0,
    imfFactor: draw.pick([0, 0, 95, 450, 800, 3_000, 10_000]),
    unrealizedPnlImfFactor: draw.pick([0, 0, 450, 10_000]),
    unrealizedPnlMaxImbalance: isImbalanced ? BigInt(draw.whole(1, 40_000)) * 1_000_000n : 0n,
    unrealizedPnlInitialAssetWeight: draw.pick([0, 5_000, 8_000, 10_000]),
    unrealizedPnlMaintenanceAssetWeight: draw.pick([10_000, 10_000, 10_000, 9_000]),
    netUserBase: isImbalanced ? BigInt(draw.whole(-2_000, 2_000)) * 1_000_000_000n : 0n,
    netUserQuote: isImbalanced ? BigInt(draw.whole(-1e14, 1e14)) : 0n,
    pnlPoolScaledBalance: isImbalanced ? BigInt(draw.whole(0, 20_000)) * 1_000_000_000n : 0n,
    feePoolScaledBalance: isImbalanced ? BigInt(draw.whole(0, 20_000)) * 1_000_000_000n : 0n,
    cumulativeFundingRateLong: BigInt(cumulative),
    cumulativeFundingRateShort: BigInt(cumulative - draw.whole(0, 1_000_000)),
    orderStepSize: draw.pick([100_000n, 1_000_000n, 1_000_000_000n]),
  };
}

function drawPerpPosition(
  draw: Draw,
  market: DriftPerpMarket,
  isPlain: boolean,
): DriftPerpPosition {
  const { oraclePrice, orderStepSize } = market;
  // A value of $1 to $10 million, in whole steps.
  const value = BigInt(draw.scaled(1_000_000, 10_000_000_000_000));
  const steps = (value * 1_000_000_000n) / (oraclePrice * orderStepSize) + 1n;
  const size = steps * orderStepSize;
  const isLong = draw.oneIn(2);
  const hasBase = isPlain || !draw.oneIn(10);
  const baseAssetAmount = hasBase ? (isLong ? size : -size) : 0n;
  const entry = (oraclePrice * BigInt(draw.whole(700, 1_300))) / 1_000n + 1n;
  const cost = (baseAssetAmount * entry) / 1_000_000_000n;
  const hasOrders = !isPlain && draw.oneIn(3);
  const openBids = hasOrders && draw.oneIn(2) ? (size * BigInt(draw.scaled(1, 400))) / 100n : 0n;
  const openAsks = hasOrders && draw.oneIn(2) ? -(size * BigInt(draw.scaled(1, 400))) / 100n : 0n;
  const isolated = !isPlain && draw.oneIn(6);
  const deposit = isolated ? (value * BigInt(draw.whole(10, 600))) / 1_000n : 0n;
  return {
    marketIndex: market.marketIndex,
    baseAssetAmount,
    quoteAssetAmount: hasBase ? -cost - cost / 2_000n : BigInt(draw.whole(-1e9, 1e9)),
    quoteEntryAmount: -cost,
    lastCumulativeFundingRate: BigInt(draw.oneIn(2) ? 0 : draw.whole(-4e9, 4e9)),
    openOrders: hasOrders ? draw.whole(1, 4) : 0,
    openBids,
    openAsks,
    maxMarginRatio: draw.pick([0, 0, 0, 1_000, 5_000]),
    isolated,
    isolatedPositionScaledBalance: deposit * 1_000n,
    isBeingLiquidated: false,
  };
}

function drawSpotPosition(
  draw: Draw,
  market: DriftSpotMarket,
  notional: bigint,
  isPlain: boolean,
): DriftSpotPosition {
  const isQuote = market.marketIndex === 0;
  const isBorrow = !isPlain && draw.oneIn(isQuote ? 6 : 3);
  // From nearly nothing to twice the positions' value, so that all of safe, thin and lost occur.
  const value = (notional * BigInt(draw.scaled(1, 2_000))) / 1_000n + BigInt(draw.whole(0, 100));
  const tokens = (value * 10n ** BigInt(market.decimals)) / market.oraclePrice;
  const scaledBalance = tokens * 10n ** BigInt(9 - Math.min(9, market.decimals));
  const hasOrders = !isPlain && !isQuote && draw.oneIn(3);
  const ordered = (tokens * BigInt(draw.scaled(1, 300))) / 100n;
  return {
    marketIndex: market.marketIndex,
    balanceType: isBorrow ? 'borrow' : 'deposit',
    scaledBalance:
      market.decimals > 9 ? scaledBalance / 10n ** BigInt(market.decimals - 9) : scaledBalance,
    openOrders: hasOrders ? draw.whole(1, 3) : 0,
    openBids: hasOrders && draw.oneIn(2) ? ordered : 0n,
    openAsks: hasOrders && draw.oneIn(2) ? -ordered : 0n,
  };
}
