// The pieces that the layouts of all accounts are put together from.

import {
  fixDecoderSize,
  getArrayDecoder,
  getBase58Decoder,
  getBytesDecoder,
  getI64Decoder,
  getStructDecoder,
  getU128Decoder,
  getU16Decoder,
  getU64Decoder,
  getUtf8Decoder,
  transformDecoder,
  type FixedSizeDecoder,
} from '@solana/codecs';
import { DriftFault } from '../fault.ts';

/** 32 bytes, as base 58. */
export const address: FixedSizeDecoder<string> = fixDecoderSize(getBase58Decoder(), 32);

/** What a terminal would obey instead of showing. */
const CONTROLS = /[\p{Cc}\p{Cf}]/gu;

/** 32 bytes of text, filled up with spaces. */
export const name: FixedSizeDecoder<string> = transformDecoder(
  fixDecoderSize(getUtf8Decoder(), 32),
  (text) => text.replaceAll(CONTROLS, '').trim(),
);

/** Bytes that we do not look into. */
export function unread(size: number): FixedSizeDecoder<unknown> {
  return fixDecoderSize(getBytesDecoder(), size);
}

export function times<T>(size: number, one: FixedSizeDecoder<T>): FixedSizeDecoder<T[]> {
  // The library says only that an array of fixed parts has some decoder.
  return getArrayDecoder(one, { size }) as FixedSizeDecoder<T[]>;
}

/** What the program keeps of a price on the market itself; prices 10^6, times in seconds. */
export const historicalOracleData = getStructDecoder([
  ['lastOraclePrice', getI64Decoder()],
  ['lastOracleConf', getU64Decoder()],
  ['lastOracleDelay', getI64Decoder()],
  ['lastOraclePriceTwap', getI64Decoder()],
  ['lastOraclePriceTwap5Min', getI64Decoder()],
  ['lastOraclePriceTwapTs', getI64Decoder()],
]);

export const poolBalance = getStructDecoder([
  ['scaledBalance', getU128Decoder()],
  ['marketIndex', getU16Decoder()],
  ['padding', unread(6)],
]);

/** The word for the number of an enum's variant; one that we do not know is refused. */
export function variant<T extends string>(
  words: readonly T[],
  index: number,
  field: string,
  account: string,
): T {
  const word = words[index];
  if (word !== undefined) return word;
  throw new DriftFault(
    'value',
    `${account}: ${field} is ${index}, and we know only 0 to ${words.length - 1}; the program may be newer than this decoder`,
  );
}
