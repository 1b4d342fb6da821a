// The account of a spot market, field by field as in the program's interface description
// (drift 2.156.0).

import {
  getBooleanDecoder,
  getI16Decoder,
  getI64Decoder,
  getStructDecoder,
  getU128Decoder,
  getU16Decoder,
  getU32Decoder,
  getU64Decoder,
  getU8Decoder,
} from '@solana/codecs';
import { accountKind } from './kinds.ts';
import { address, historicalOracleData, name, poolBalance, unread } from './parts.ts';

const insuranceFund = getStructDecoder([
  ['vault', address],
  ['totalShares', getU128Decoder()],
  ['userShares', getU128Decoder()],
  ['sharesBase', getU128Decoder()],
  ['unstakingPeriod', getI64Decoder()],
  ['lastRevenueSettleTs', getI64Decoder()],
  ['revenueSettlePeriod', getI64Decoder()],
  ['totalFactor', getU32Decoder()],
  ['userFactor', getU32Decoder()],
]);

const historicalIndexData = getStructDecoder([
  ['lastIndexBidPrice', getU64Decoder()],
  ['lastIndexAskPrice', getU64Decoder()],
  ['lastIndexPriceTwap', getU64Decoder()],
  ['lastIndexPriceTwap5Min', getU64Decoder()],
  ['lastIndexPriceTwapTs', getI64Decoder()],
]);

const balances = [
  ['totalSpotFee', getU128Decoder()],
  ['depositBalance', getU128Decoder()],
  ['borrowBalance', getU128Decoder()],
  ['cumulativeDepositInterest', getU128Decoder()],
  ['cumulativeBorrowInterest', getU128Decoder()],
  ['totalSocialLoss', getU128Decoder()],
  ['totalQuoteSocialLoss', getU128Decoder()],
] as const;

const limits = [
  ['withdrawGuardThreshold', getU64Decoder()],
  ['maxTokenDeposits', getU64Decoder()],
  ['depositTokenTwap', getU64Decoder()],
  ['borrowTokenTwap', getU64Decoder()],
  ['utilizationTwap', getU64Decoder()],
  ['lastInterestTs', getU64Decoder()],
  ['lastTwapTs', getU64Decoder()],
  ['expiryTs', getI64Decoder()],
  ['orderStepSize', getU64Decoder()],
  ['orderTickSize', getU64Decoder()],
  ['minOrderSize', getU64Decoder()],
  ['maxPositionSize', getU64Decoder()],
  ['nextFillRecordId', getU64Decoder()],
  ['nextDepositRecordId', getU64Decoder()],
] as const;

const risk = [
  ['initialAssetWeight', getU32Decoder()],
  ['maintenanceAssetWeight', getU32Decoder()],
  ['initialLiabilityWeight', getU32Decoder()],
  ['maintenanceLiabilityWeight', getU32Decoder()],
  ['imfFactor', getU32Decoder()],
  ['liquidatorFee', getU32Decoder()],
  ['ifLiquidationFee', getU32Decoder()],
  ['optimalUtilization', getU32Decoder()],
  ['optimalBorrowRate', getU32Decoder()],
  ['maxBorrowRate', getU32Decoder()],
  ['decimals', getU32Decoder()],
] as const;

export const SPOT_MARKET = accountKind(
  'SpotMarket',
  getStructDecoder([
    ['pubkey', address],
    ['oracle', address],
    ['mint', address],
    ['vault', address],
    ['name', name],
    ['historicalOracleData', historicalOracleData],
    ['historicalIndexData', historicalIndexData],
    ['revenuePool', poolBalance],
    ['spotFeePool', poolBalance],
    ['insuranceFund', insuranceFund],
    ...balances,
    ...limits,
    ...risk,
    ['marketIndex', getU16Decoder()],
    ['ordersEnabled', getBooleanDecoder()],
    ['oracleSource', getU8Decoder()],
    ['status', getU8Decoder()],
    ['assetTier', getU8Decoder()],
    ['pausedOperations', getU8Decoder()],
    ['ifPausedOperations', getU8Decoder()],
    ['feeAdjustment', getI16Decoder()],
    ['maxTokenBorrowsFraction', getU16Decoder()],
    ['flashLoanAmount', getU64Decoder()],
    ['flashLoanInitialTokenAmount', getU64Decoder()],
    ['totalSwapFee', getU64Decoder()],
    ['scaleInitialAssetWeightStart', getU64Decoder()],
    ['minBorrowRate', getU8Decoder()],
    ['fuelBoosts', unread(5)],
    ['tokenProgramFlag', getU8Decoder()],
    ['poolId', getU8Decoder()],
    ['padding', unread(40)],
  ]),
);
