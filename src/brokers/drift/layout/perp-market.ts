// The account of a perpetual market, field by field as in the program's interface description
// (drift 2.156.0). Every field is listed, because one that is left out moves all that follow.

import {
  getBooleanDecoder,
  getI128Decoder,
  getI16Decoder,
  getI32Decoder,
  getI64Decoder,
  getI8Decoder,
  getStructDecoder,
  getU128Decoder,
  getU16Decoder,
  getU32Decoder,
  getU64Decoder,
  getU8Decoder,
} from '@solana/codecs';
import { accountKind } from './kinds.ts';
import { address, historicalOracleData, name, poolBalance, unread } from './parts.ts';

const reserves = [
  ['baseAssetReserve', getU128Decoder()],
  ['quoteAssetReserve', getU128Decoder()],
  ['concentrationCoef', getU128Decoder()],
  ['minBaseAssetReserve', getU128Decoder()],
  ['maxBaseAssetReserve', getU128Decoder()],
  ['sqrtK', getU128Decoder()],
  ['pegMultiplier', getU128Decoder()],
  ['terminalQuoteAssetReserve', getU128Decoder()],
] as const;

const openInterest = [
  ['baseAssetAmountLong', getI128Decoder()],
  ['baseAssetAmountShort', getI128Decoder()],
  ['baseAssetAmountWithAmm', getI128Decoder()],
  ['baseAssetAmountWithUnsettledLp', getI128Decoder()],
  ['maxOpenInterest', getU128Decoder()],
  ['quoteAssetAmount', getI128Decoder()],
  ['quoteEntryAmountLong', getI128Decoder()],
  ['quoteEntryAmountShort', getI128Decoder()],
  ['quoteBreakEvenAmountLong', getI128Decoder()],
  ['quoteBreakEvenAmountShort', getI128Decoder()],
  ['userLpShares', getU128Decoder()],
] as const;

const funding = [
  ['lastFundingRate', getI64Decoder()],
  ['lastFundingRateLong', getI64Decoder()],
  ['lastFundingRateShort', getI64Decoder()],
  ['last24HAvgFundingRate', getI64Decoder()],
] as const;

const fees = [
  ['totalFee', getI128Decoder()],
  ['totalMmFee', getI128Decoder()],
  ['totalExchangeFee', getU128Decoder()],
  ['totalFeeMinusDistributions', getI128Decoder()],
  ['totalFeeWithdrawn', getU128Decoder()],
  ['totalLiquidationFee', getU128Decoder()],
  ['cumulativeFundingRateLong', getI128Decoder()],
  ['cumulativeFundingRateShort', getI128Decoder()],
  ['totalSocialLoss', getU128Decoder()],
] as const;

const quotes = [
  ['askBaseAssetReserve', getU128Decoder()],
  ['askQuoteAssetReserve', getU128Decoder()],
  ['bidBaseAssetReserve', getU128Decoder()],
  ['bidQuoteAssetReserve', getU128Decoder()],
  ['lastOracleNormalisedPrice', getI64Decoder()],
  ['lastOracleReservePriceSpreadPct', getI64Decoder()],
  ['lastBidPriceTwap', getU64Decoder()],
  ['lastAskPriceTwap', getU64Decoder()],
  ['lastMarkPriceTwap', getU64Decoder()],
  ['lastMarkPriceTwap5Min', getU64Decoder()],
  ['lastUpdateSlot', getU64Decoder()],
  ['lastOracleConfPct', getU64Decoder()],
  ['netRevenueSinceLastFunding', getI64Decoder()],
  ['lastFundingRateTs', getI64Decoder()],
  ['fundingPeriod', getI64Decoder()],
] as const;

const trading = [
  ['orderStepSize', getU64Decoder()],
  ['orderTickSize', getU64Decoder()],
  ['minOrderSize', getU64Decoder()],
  ['mmOracleSlot', getU64Decoder()],
  ['volume24H', getU64Decoder()],
  ['longIntensityVolume', getU64Decoder()],
  ['shortIntensityVolume', getU64Decoder()],
  ['lastTradeTs', getI64Decoder()],
  ['markStd', getU64Decoder()],
  ['oracleStd', getU64Decoder()],
  ['lastMarkPriceTwapTs', getI64Decoder()],
  ['baseSpread', getU32Decoder()],
  ['maxSpread', getU32Decoder()],
  ['longSpread', getU32Decoder()],
  ['shortSpread', getU32Decoder()],
  ['mmOraclePrice', getI64Decoder()],
  ['maxFillReserveFraction', getU16Decoder()],
  ['maxSlippageRatio', getU16Decoder()],
  ['curveUpdateIntensity', getU8Decoder()],
  ['ammJitIntensity', getU8Decoder()],
  ['oracleSource', getU8Decoder()],
  ['lastOracleValid', getBooleanDecoder()],
] as const;

const adjustments = [
  ['targetBaseAssetAmountPerLp', getI32Decoder()],
  ['perLpBase', getI8Decoder()],
  ['oracleLowRiskSlotDelayOverride', getI8Decoder()],
  ['ammSpreadAdjustment', getI8Decoder()],
  ['oracleSlotDelayOverride', getI8Decoder()],
  ['mmOracleSequenceId', getU64Decoder()],
  ['netUnsettledFundingPnl', getI64Decoder()],
  ['quoteAssetAmountWithUnsettledLp', getI64Decoder()],
  ['referencePriceOffset', getI32Decoder()],
  ['ammInventorySpreadAdjustment', getI8Decoder()],
  ['referencePriceOffsetDeadbandPct', getU8Decoder()],
  ['padding', unread(2)],
  ['lastFundingOracleTwap', getI64Decoder()],
] as const;

const amm = getStructDecoder([
  ['oracle', address],
  ['historicalOracleData', historicalOracleData],
  ['baseAssetAmountPerLp', getI128Decoder()],
  ['quoteAssetAmountPerLp', getI128Decoder()],
  ['feePool', poolBalance],
  ...reserves,
  ...openInterest,
  ...funding,
  ...fees,
  ...quotes,
  ...trading,
  ...adjustments,
]);

const insuranceClaim = getStructDecoder([
  ['revenueWithdrawSinceLastSettle', getI64Decoder()],
  ['maxRevenueWithdrawPerPeriod', getU64Decoder()],
  ['quoteMaxInsurance', getU64Decoder()],
  ['quoteSettledInsurance', getU64Decoder()],
  ['lastRevenueWithdrawTs', getI64Decoder()],
]);

const risk = [
  ['imfFactor', getU32Decoder()],
  ['unrealizedPnlImfFactor', getU32Decoder()],
  ['liquidatorFee', getU32Decoder()],
  ['ifLiquidationFee', getU32Decoder()],
  ['marginRatioInitial', getU32Decoder()],
  ['marginRatioMaintenance', getU32Decoder()],
  ['unrealizedPnlInitialAssetWeight', getU32Decoder()],
  ['unrealizedPnlMaintenanceAssetWeight', getU32Decoder()],
] as const;

export const PERP_MARKET = accountKind(
  'PerpMarket',
  getStructDecoder([
    ['pubkey', address],
    ['amm', amm],
    ['pnlPool', poolBalance],
    ['name', name],
    ['insuranceClaim', insuranceClaim],
    ['unrealizedPnlMaxImbalance', getU64Decoder()],
    ['expiryTs', getI64Decoder()],
    ['expiryPrice', getI64Decoder()],
    ['nextFillRecordId', getU64Decoder()],
    ['nextFundingRateRecordId', getU64Decoder()],
    ['nextCurveRecordId', getU64Decoder()],
    ...risk,
    ['numberOfUsersWithBase', getU32Decoder()],
    ['numberOfUsers', getU32Decoder()],
    ['marketIndex', getU16Decoder()],
    ['status', getU8Decoder()],
    ['contractType', getU8Decoder()],
    ['contractTier', getU8Decoder()],
    ['pausedOperations', getU8Decoder()],
    ['quoteSpotMarketIndex', getU16Decoder()],
    ['feeAdjustment', getI16Decoder()],
    ['fuelBoosts', unread(3)],
    ['poolId', getU8Decoder()],
    ['highLeverageMarginRatioInitial', getU16Decoder()],
    ['highLeverageMarginRatioMaintenance', getU16Decoder()],
    ['protectedMaker', unread(2)],
    ['lpPool', unread(4)],
    ['lastFillPrice', getU64Decoder()],
    ['lpPoolId', getU8Decoder()],
    ['padding', unread(23)],
  ]),
);
