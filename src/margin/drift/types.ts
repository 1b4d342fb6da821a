// What the figures of a Drift account are computed from: the account and the markets it touches, as
// plain objects in the venue's own integers. Names and scales are those of the golden file
// (fixtures/drift/README.md): what the venue keeps in 64 or 128 bits is a bigint, ratios and
// weights are plain numbers. Nothing here is ever rounded or converted.
//
// Scales: prices and quote amounts 10^6, base amounts 10^9, ratios and weights 10^4, imf factors
// 10^6, scaled balances 10^9, cumulative interest 10^10, cumulative funding rates 10^9.

/**
 * Which arithmetic: `chain` is what the program on the chain decides by, `sdk` is what
 * @drift-labs/sdk 2.156.0 shows, unit for unit. docs/concepts/drift.md lists the differences.
 */
export type DriftMode = 'chain' | 'sdk';

export type DriftMarginCategory = 'Initial' | 'Maintenance';

/** A perpetual market, with the price that its positions are valued at. */
export interface DriftPerpMarket {
  readonly marketIndex: number;
  readonly symbol: string;
  /**
   * Identifies the oracle: equal on a perp and a spot market when their oracle accounts are the
   * same, so that both move when the price does. Any value that is compared with `===` will do.
   */
  readonly oracleKey: number | string;
  /** 1, 1,000 or 1,000,000: what the oracle source multiplies the feed by (`Pyth1K`, `Pyth1M`). */
  readonly oracleMultiple: number;
  /** Current oracle price, 10^6. */
  readonly oraclePrice: bigint;
  /** The price the market account kept last (`amm.historicalOracleData.lastOraclePrice`), 10^6. */
  readonly lastOraclePrice: bigint;
  /** Shown only: the tier does not change margin. */
  readonly contractTier: string;
  /** `prediction` markets pay between 0 and 1: a short risks 1 − price. */
  readonly contractType: 'perpetual' | 'prediction';
  /** The market is in settlement (status `Settlement`): positions are valued at `expiryPrice`. */
  readonly isInSettlement: boolean;
  /** 10^6; only read when `isInSettlement`. */
  readonly expiryPrice: bigint;
  readonly marginRatioInitial: number;
  readonly marginRatioMaintenance: number;
  /** 0 when the market has no high leverage mode. */
  readonly highLeverageMarginRatioInitial: number;
  readonly highLeverageMarginRatioMaintenance: number;
  readonly imfFactor: number;
  readonly unrealizedPnlImfFactor: number;
  /** Quote amount; 0 when the weight does not depend on the imbalance. */
  readonly unrealizedPnlMaxImbalance: bigint;
  readonly unrealizedPnlInitialAssetWeight: number;
  readonly unrealizedPnlMaintenanceAssetWeight: number;
  /** `amm.baseAssetAmountWithAmm + amm.baseAssetAmountWithUnsettledLp`, 10^9. */
  readonly netUserBase: bigint;
  /**
   * `amm.quoteAssetAmount + amm.quoteAssetAmountWithUnsettledLp + amm.netUnsettledFundingPnl`,
   * 10^6.
   */
  readonly netUserQuote: bigint;
  /** `pnlPool.scaledBalance`, 10^9. */
  readonly pnlPoolScaledBalance: bigint;
  /** `amm.feePool.scaledBalance`, 10^9. */
  readonly feePoolScaledBalance: bigint;
  readonly cumulativeFundingRateLong: bigint;
  readonly cumulativeFundingRateShort: bigint;
  /** Base amount, 10^9. */
  readonly orderStepSize: bigint;
}

/** A spot market: what may be deposited and borrowed. Index 0 is the quote of every perp market. */
export interface DriftSpotMarket {
  readonly marketIndex: number;
  readonly symbol: string;
  /** Decimals of the token: a token amount is in 10^−decimals. */
  readonly decimals: number;
  readonly oracleKey: number | string;
  /** As that of a perp market. */
  readonly oracleMultiple: number;
  /** Current oracle price, 10^6. */
  readonly oraclePrice: bigint;
  /** `historicalOracleData.lastOraclePriceTwap5Min`, 10^6. */
  readonly lastOraclePriceTwap5Min: bigint;
  /** `historicalOracleData.lastOraclePriceTwapTs`, seconds. */
  readonly lastOraclePriceTwapTs: bigint;
  readonly initialAssetWeight: number;
  readonly maintenanceAssetWeight: number;
  readonly initialLiabilityWeight: number;
  readonly maintenanceLiabilityWeight: number;
  readonly imfFactor: number;
  readonly cumulativeDepositInterest: bigint;
  readonly cumulativeBorrowInterest: bigint;
  /** Scaled balance of all deposits, 10^9. */
  readonly depositBalance: bigint;
  /** Quote amount above which the initial weight shrinks; 0 when it never does. */
  readonly scaleInitialAssetWeightStart: bigint;
}

/** A deposit or a borrow of one token, with the orders that rest on it. */
export interface DriftSpotPosition {
  readonly marketIndex: number;
  readonly balanceType: 'deposit' | 'borrow';
  /** 10^9, not negative. */
  readonly scaledBalance: bigint;
  readonly openOrders: number;
  /** Token amount that resting buys may add, not negative. */
  readonly openBids: bigint;
  /** Token amount that resting sells may take away, not positive. */
  readonly openAsks: bigint;
}

/** A perp position. One with base 0 may still have a quote amount or resting orders. */
export interface DriftPerpPosition {
  readonly marketIndex: number;
  /** Signed, 10^9. */
  readonly baseAssetAmount: bigint;
  /** Signed, 10^6: what was paid and settled so far, fees included. */
  readonly quoteAssetAmount: bigint;
  /** Signed, 10^6: what the open size cost, without fees. */
  readonly quoteEntryAmount: bigint;
  readonly lastCumulativeFundingRate: bigint;
  readonly openOrders: number;
  /** Base amount of resting buys, not negative. */
  readonly openBids: bigint;
  /** Base amount of resting sells, not positive. */
  readonly openAsks: bigint;
  /** The user's own initial ratio for this market; 0 when not set. */
  readonly maxMarginRatio: number;
  /** The position has a deposit of its own (`positionFlag` bit 1). */
  readonly isolated: boolean;
  /** Deposit of an isolated position in the quote token, scaled, 10^9. */
  readonly isolatedPositionScaledBalance: bigint;
  /** An isolated position that is being liquidated or bankrupt (`positionFlag` bits 2 and 4). */
  readonly isBeingLiquidated: boolean;
}

/** A Drift account and the markets that it touches, at one moment. */
export interface DriftAccount {
  /** Seconds; the `sdk` mode moves the strict price on to this moment. */
  readonly now: number;
  /** `highLeverageMaintenance` has the high leverage ratios for maintenance only. */
  readonly marginMode: 'default' | 'highLeverage' | 'highLeverageMaintenance';
  /** The user's own initial ratio for all markets (`maxMarginRatio` of the account); 0: not set. */
  readonly userMaxMarginRatio: number;
  /** The account is being liquidated or bankrupt (`status`): health is then 0. */
  readonly isBeingLiquidated: boolean;
  /** The taker fee that the liquidation price after a trade assumes. */
  readonly feeTier0: { readonly feeNumerator: number; readonly feeDenominator: number };
  /** Every market of `perpPositions`; the order does not matter. */
  readonly perpMarkets: readonly DriftPerpMarket[];
  /** Every market of `spotPositions`, and the quote (index 0). */
  readonly spotMarkets: readonly DriftSpotMarket[];
  readonly spotPositions: readonly DriftSpotPosition[];
  readonly perpPositions: readonly DriftPerpPosition[];
}
