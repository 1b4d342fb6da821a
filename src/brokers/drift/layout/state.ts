// The one account with the settings of the whole program: the fees of the first tier and how many
// markets there are. As in the program's interface description (drift 2.156.0).

import { getStructDecoder, getU16Decoder, getU32Decoder, getU8Decoder } from '@solana/codecs';
import { accountKind } from './kinds.ts';
import { address, times, unread } from './parts.ts';

const TIERS = 10;

const feeTier = getStructDecoder([
  ['feeNumerator', getU32Decoder()],
  ['feeDenominator', getU32Decoder()],
  ['rebatesAndRewards', unread(24)],
]);

export const STATE = accountKind(
  'State',
  getStructDecoder([
    ['admin', address],
    ['whitelistMint', address],
    ['discountMint', address],
    ['signer', address],
    ['srmVault', address],
    ['perpFeeTiers', times(TIERS, feeTier)],
    ['perpFeeRewards', unread(40)],
    ['spotFeeStructure', unread(360)],
    ['oracleGuardRails', unread(48)],
    ['authoritiesAndSubAccounts', unread(16)],
    ['lpCooldownTime', unread(8)],
    ['liquidationMarginBufferRatio', getU32Decoder()],
    ['settlementDuration', getU16Decoder()],
    ['numberOfMarkets', getU16Decoder()],
    ['numberOfSpotMarkets', getU16Decoder()],
    ['signerNonce', getU8Decoder()],
    ['rest', unread(21)],
  ]),
);
