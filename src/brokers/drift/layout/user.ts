// The account of a user with its positions, field by field as in the program's interface
// description (drift 2.156.0). Orders are not read one by one: a position carries their sums.

import {
  getBooleanDecoder,
  getI64Decoder,
  getStructDecoder,
  getU16Decoder,
  getU32Decoder,
  getU64Decoder,
  getU8Decoder,
} from '@solana/codecs';
import { accountKind } from './kinds.ts';
import { address, name, times, unread } from './parts.ts';

const POSITIONS = 8;
const ORDERS = 32;
const ORDER_BYTES = 96;

const spotPosition = getStructDecoder([
  ['scaledBalance', getU64Decoder()],
  ['openBids', getI64Decoder()],
  ['openAsks', getI64Decoder()],
  ['cumulativeDeposits', getI64Decoder()],
  ['marketIndex', getU16Decoder()],
  ['balanceType', getU8Decoder()],
  ['openOrders', getU8Decoder()],
  ['padding', unread(4)],
]);

const perpPosition = getStructDecoder([
  ['lastCumulativeFundingRate', getI64Decoder()],
  ['baseAssetAmount', getI64Decoder()],
  ['quoteAssetAmount', getI64Decoder()],
  ['quoteBreakEvenAmount', getI64Decoder()],
  ['quoteEntryAmount', getI64Decoder()],
  ['openBids', getI64Decoder()],
  ['openAsks', getI64Decoder()],
  ['settledPnl', getI64Decoder()],
  ['lpShares', getU64Decoder()],
  ['isolatedPositionScaledBalance', getU64Decoder()],
  ['lastQuoteAssetAmountPerLp', getI64Decoder()],
  ['padding', unread(2)],
  ['maxMarginRatio', getU16Decoder()],
  ['marketIndex', getU16Decoder()],
  ['openOrders', getU8Decoder()],
  ['positionFlag', getU8Decoder()],
]);

export const USER = accountKind(
  'User',
  getStructDecoder([
    ['authority', address],
    ['delegate', address],
    ['name', name],
    ['spotPositions', times(POSITIONS, spotPosition)],
    ['perpPositions', times(POSITIONS, perpPosition)],
    ['orders', unread(ORDERS * ORDER_BYTES)],
    ['lastAddPerpLpSharesTs', getI64Decoder()],
    ['totalDeposits', getU64Decoder()],
    ['totalWithdraws', getU64Decoder()],
    ['totalSocialLoss', getU64Decoder()],
    ['settledPerpPnl', getI64Decoder()],
    ['cumulativeSpotFees', getI64Decoder()],
    ['cumulativePerpFunding', getI64Decoder()],
    ['liquidationMarginFreed', getU64Decoder()],
    ['lastActiveSlot', getU64Decoder()],
    ['nextOrderId', getU32Decoder()],
    ['maxMarginRatio', getU32Decoder()],
    ['nextLiquidationId', getU16Decoder()],
    ['subAccountId', getU16Decoder()],
    ['status', getU8Decoder()],
    ['isMarginTradingEnabled', getBooleanDecoder()],
    ['idle', getBooleanDecoder()],
    ['openOrders', getU8Decoder()],
    ['hasOpenOrder', getBooleanDecoder()],
    ['openAuctions', getU8Decoder()],
    ['hasOpenAuction', getBooleanDecoder()],
    ['marginMode', getU8Decoder()],
    ['poolId', getU8Decoder()],
    ['padding1', unread(3)],
    ['lastFuelBonusUpdateTs', getU32Decoder()],
    ['padding', unread(12)],
  ]),
);
