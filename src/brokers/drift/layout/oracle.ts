// The accounts that publish prices and whose layout is known for certain: Drift's own two
// (interface description, drift 2.156.0), Pyth's pulled price and the clock of the chain. Prices
// of other sources are taken from the market account, and said to be.

import {
  getI32Decoder,
  getI64Decoder,
  getStructDecoder,
  getU16Decoder,
  getU64Decoder,
  getU8Decoder,
} from '@solana/codecs';
import { accountKind } from './kinds.ts';
import { address, unread } from './parts.ts';

export const PYTH_LAZER_ORACLE = accountKind(
  'PythLazerOracle',
  getStructDecoder([
    ['price', getI64Decoder()],
    ['publishTimeUs', getU64Decoder()],
    ['postedSlot', getU64Decoder()],
    ['exponent', getI32Decoder()],
    ['padding', unread(4)],
    ['conf', getU64Decoder()],
  ]),
);

export const PRELAUNCH_ORACLE = accountKind(
  'PrelaunchOracle',
  getStructDecoder([
    ['price', getI64Decoder()],
    ['maxPrice', getI64Decoder()],
    ['confidence', getU64Decoder()],
    ['lastUpdateSlot', getU64Decoder()],
    ['ammLastUpdateSlot', getU64Decoder()],
    ['perpMarketIndex', getU16Decoder()],
    ['padding', unread(70)],
  ]),
);

const priceMessage = [
  ['feedId', unread(32)],
  ['price', getI64Decoder()],
  ['conf', getU64Decoder()],
  ['exponent', getI32Decoder()],
  ['publishTime', getI64Decoder()],
  ['prevPublishTime', getI64Decoder()],
  ['emaPrice', getI64Decoder()],
  ['emaConf', getU64Decoder()],
  ['postedSlot', getU64Decoder()],
] as const;

/** The verification level of a price that all guardians have signed. */
export const FULLY_VERIFIED = 1;

/**
 * Pyth's `PriceUpdateV2` when fully verified: one byte is then left after the last field. A partly
 * verified one has a count of signatures after the level, and what follows begins a byte later.
 */
export const PRICE_UPDATE = accountKind(
  'PriceUpdateV2',
  getStructDecoder([
    ['writeAuthority', address],
    ['verification', getU8Decoder()],
    ...priceMessage,
    ['left', unread(1)],
  ]),
);

/** What the chain itself says of slot and time: the account of `Clock`, which Solana maintains. */
export const clock = getStructDecoder([
  ['slot', getU64Decoder()],
  ['epochStartTimestamp', getI64Decoder()],
  ['epoch', getU64Decoder()],
  ['leaderScheduleEpoch', getU64Decoder()],
  ['unixTimestamp', getI64Decoder()],
]);
