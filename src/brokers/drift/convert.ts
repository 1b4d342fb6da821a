// From the accounts of the program to what the figures are computed from. Nothing is calculated
// here but two sums that the program itself makes before it looks at a market.

import type {
  DriftPerpMarket,
  DriftPerpPosition,
  DriftSpotMarket,
  DriftSpotPosition,
} from '../../margin/drift/types.ts';
import { DriftFault } from './fault.ts';
import type { PERP_MARKET } from './layout/perp-market.ts';
import type { SPOT_MARKET } from './layout/spot-market.ts';
import type { USER } from './layout/user.ts';
import { variant } from './layout/parts.ts';
import { ORACLE_SOURCES, oracleMultiple, type OracleSource, type PriceOrigin } from './price.ts';
import type { DriftSettings } from './settings.ts';

type Body<T extends { readonly body: { decode(bytes: Uint8Array): unknown } }> = ReturnType<
  T['body']['decode']
>;
export type PerpMarketBody = Body<typeof PERP_MARKET>;
export type SpotMarketBody = Body<typeof SPOT_MARKET>;
export type UserBody = Body<typeof USER>;

/** Order and names of the program's `MarketStatus`. */
export const MARKET_STATUSES = [
  'Initialized',
  'Active',
  'FundingPaused',
  'AmmPaused',
  'FillPaused',
  'WithdrawPaused',
  'ReduceOnly',
  'Settlement',
  'Delisted',
] as const;

export type MarketStatus = (typeof MARKET_STATUSES)[number];

const CONTRACT_TYPES = ['Perpetual', 'Future', 'Prediction'] as const;
const CONTRACT_TIERS = ['A', 'B', 'C', 'SPECULATIVE', 'HIGHLY_SPECULATIVE', 'ISOLATED'] as const;
const BALANCE_TYPES = ['deposit', 'borrow'] as const;
const MARGIN_MODES = ['default', 'highLeverage', 'highLeverageMaintenance'] as const;

/** More would leave no digit of a balance. */
const DECIMALS_MAX = 18;

/** Bits of `User.status`: being liquidated, bankrupt. */
const USER_IN_LIQUIDATION = 0b11;
/** Bits of `PerpPosition.positionFlag`. */
const POSITION_ISOLATED = 0b001;
const POSITION_IN_LIQUIDATION = 0b110;

export function perpSource(body: PerpMarketBody): OracleSource {
  return variant(ORACLE_SOURCES, body.amm.oracleSource, 'oracle source', label('perp', body));
}

export function spotSource(body: SpotMarketBody): OracleSource {
  return variant(ORACLE_SOURCES, body.oracleSource, 'oracle source', label('spot', body));
}

export function statusOf(
  kind: 'perp' | 'spot',
  body: PerpMarketBody | SpotMarketBody,
): MarketStatus {
  return variant(MARKET_STATUSES, body.status, 'status', label(kind, body));
}

export function perpMarketOf(
  body: PerpMarketBody,
  { price, source }: PriceOrigin,
  settings: DriftSettings,
): DriftPerpMarket {
  const named = label('perp', body);
  const { amm, pnlPool } = body;
  const type = variant(CONTRACT_TYPES, body.contractType, 'contract type', named);
  if (type === 'Future') {
    throw new DriftFault(
      'value',
      `${named}: its contract is a future, and only perpetuals are known`,
    );
  }
  const hlm = settings.hasHighLeverageMode;
  return {
    marketIndex: body.marketIndex,
    symbol: body.name,
    oracleKey: amm.oracle,
    oracleMultiple: oracleMultiple(source),
    oraclePrice: price,
    lastOraclePrice: amm.historicalOracleData.lastOraclePrice,
    contractTier: variant(CONTRACT_TIERS, body.contractTier, 'contract tier', named),
    contractType: type === 'Prediction' ? 'prediction' : 'perpetual',
    isInSettlement: statusOf('perp', body) === 'Settlement',
    expiryPrice: body.expiryPrice,
    marginRatioInitial: body.marginRatioInitial,
    marginRatioMaintenance: body.marginRatioMaintenance,
    highLeverageMarginRatioInitial: hlm ? body.highLeverageMarginRatioInitial : 0,
    highLeverageMarginRatioMaintenance: hlm ? body.highLeverageMarginRatioMaintenance : 0,
    imfFactor: body.imfFactor,
    unrealizedPnlImfFactor: body.unrealizedPnlImfFactor,
    unrealizedPnlMaxImbalance: body.unrealizedPnlMaxImbalance,
    unrealizedPnlInitialAssetWeight: body.unrealizedPnlInitialAssetWeight,
    unrealizedPnlMaintenanceAssetWeight: body.unrealizedPnlMaintenanceAssetWeight,
    netUserBase: amm.baseAssetAmountWithAmm + amm.baseAssetAmountWithUnsettledLp,
    netUserQuote:
      amm.quoteAssetAmount + amm.quoteAssetAmountWithUnsettledLp + amm.netUnsettledFundingPnl,
    pnlPoolScaledBalance: pnlPool.scaledBalance,
    feePoolScaledBalance: amm.feePool.scaledBalance,
    cumulativeFundingRateLong: amm.cumulativeFundingRateLong,
    cumulativeFundingRateShort: amm.cumulativeFundingRateShort,
    orderStepSize: amm.orderStepSize,
  };
}

export function spotMarketOf(
  body: SpotMarketBody,
  { price, source }: PriceOrigin,
): DriftSpotMarket {
  const { historicalOracleData, decimals } = body;
  if (decimals > DECIMALS_MAX) {
    throw new DriftFault('value', `${label('spot', body)}: its token has ${decimals} decimals`);
  }
  return {
    marketIndex: body.marketIndex,
    symbol: body.name,
    decimals,
    oracleKey: body.oracle,
    oracleMultiple: oracleMultiple(source),
    oraclePrice: price,
    lastOraclePriceTwap5Min: historicalOracleData.lastOraclePriceTwap5Min,
    lastOraclePriceTwapTs: historicalOracleData.lastOraclePriceTwapTs,
    initialAssetWeight: body.initialAssetWeight,
    maintenanceAssetWeight: body.maintenanceAssetWeight,
    initialLiabilityWeight: body.initialLiabilityWeight,
    maintenanceLiabilityWeight: body.maintenanceLiabilityWeight,
    imfFactor: body.imfFactor,
    cumulativeDepositInterest: body.cumulativeDepositInterest,
    cumulativeBorrowInterest: body.cumulativeBorrowInterest,
    depositBalance: body.depositBalance,
    scaleInitialAssetWeightStart: body.scaleInitialAssetWeightStart,
  };
}

/** An account of a user without its empty places. */
export interface DriftUser {
  readonly address: string;
  readonly authority: string;
  readonly subAccountId: number;
  readonly name: string;
  readonly marginMode: (typeof MARGIN_MODES)[number];
  readonly maxMarginRatio: number;
  readonly isBeingLiquidated: boolean;
  readonly spotPositions: readonly DriftSpotPosition[];
  readonly perpPositions: readonly DriftPerpPosition[];
}

export function userOf(address: string, body: UserBody, settings: DriftSettings): DriftUser {
  const mode = variant(MARGIN_MODES, body.marginMode, 'margin mode', address);
  return {
    address,
    authority: body.authority,
    subAccountId: body.subAccountId,
    name: body.name,
    marginMode: settings.hasHighLeverageMode ? mode : 'default',
    maxMarginRatio: body.maxMarginRatio,
    isBeingLiquidated: (body.status & USER_IN_LIQUIDATION) !== 0,
    spotPositions: body.spotPositions
      .filter((one) => one.scaledBalance !== 0n || one.openOrders !== 0)
      .map((one) => spotPositionOf(address, one)),
    perpPositions: body.perpPositions
      .filter((one) => !isEmpty(one))
      .map((one) => perpPositionOf(address, one)),
  };
}

function spotPositionOf(
  address: string,
  position: UserBody['spotPositions'][number],
): DriftSpotPosition {
  const { marketIndex, scaledBalance, openOrders, openBids, openAsks } = position;
  const balanceType = variant(BALANCE_TYPES, position.balanceType, 'balance type', address);
  return { marketIndex, balanceType, scaledBalance, openOrders, openBids, openAsks };
}

function isEmpty(one: UserBody['perpPositions'][number]): boolean {
  return (
    one.baseAssetAmount === 0n &&
    one.quoteAssetAmount === 0n &&
    one.openOrders === 0 &&
    one.lpShares === 0n &&
    one.isolatedPositionScaledBalance === 0n &&
    (one.positionFlag & POSITION_IN_LIQUIDATION) === 0
  );
}

function perpPositionOf(
  address: string,
  position: UserBody['perpPositions'][number],
): DriftPerpPosition {
  if (position.lpShares !== 0n) {
    throw new DriftFault(
      'value',
      `${address} holds ${position.lpShares} liquidity shares in perp market ${position.marketIndex}; the program no longer has these, and their worth is not known`,
    );
  }
  return {
    marketIndex: position.marketIndex,
    baseAssetAmount: position.baseAssetAmount,
    quoteAssetAmount: position.quoteAssetAmount,
    quoteEntryAmount: position.quoteEntryAmount,
    lastCumulativeFundingRate: position.lastCumulativeFundingRate,
    openOrders: position.openOrders,
    openBids: position.openBids,
    openAsks: position.openAsks,
    maxMarginRatio: position.maxMarginRatio,
    isolated: (position.positionFlag & POSITION_ISOLATED) !== 0,
    isolatedPositionScaledBalance: position.isolatedPositionScaledBalance,
    isBeingLiquidated: (position.positionFlag & POSITION_IN_LIQUIDATION) !== 0,
  };
}

function label(
  kind: 'perp' | 'spot',
  { marketIndex, name }: { marketIndex: number; name: string },
) {
  return `${kind} market ${marketIndex} (${name})`;
}
