// The price of a market and where it comes from. An oracle account is believed when its owner, its
// kind and its length are right; else the price is the one that the market account kept last, with
// its age and the reason. Nothing passes for fresher than it is.

import { DriftFault } from './fault.ts';
import { decodeAccount, type RawAccount } from './layout/kinds.ts';
import {
  clock,
  FULLY_VERIFIED,
  PRELAUNCH_ORACLE,
  PRICE_UPDATE,
  PYTH_LAZER_ORACLE,
} from './layout/oracle.ts';
import type { DriftSettings } from './settings.ts';

export const CLOCK_ADDRESS = 'SysvarC1ock11111111111111111111111111111111';
const CLOCK_OWNER = 'Sysvar1111111111111111111111111111111111111';
const CLOCK_BYTES = 40;

/** Digits of a price: 10^6 is one unit of the quote. */
const PRICE_DIGITS = 6;
const ONE = 1_000_000n;
/** A stable coin within 5 basis points of one, or within the confidence, counts as one. */
const STABLE_BAND = 500n;

/** Order and names of the program's `OracleSource`. */
export const ORACLE_SOURCES = [
  'Pyth',
  'Switchboard',
  'QuoteAsset',
  'Pyth1K',
  'Pyth1M',
  'PythStableCoin',
  'Prelaunch',
  'PythPull',
  'Pyth1KPull',
  'Pyth1MPull',
  'PythStableCoinPull',
  'SwitchboardOnDemand',
  'PythLazer',
  'PythLazer1K',
  'PythLazer1M',
  'PythLazerStableCoin',
] as const;

export type OracleSource = (typeof ORACLE_SOURCES)[number];

/** The moment a snapshot shows, by the chain. */
export interface Moment {
  readonly slot: number;
  /** Seconds. */
  readonly time: number;
}

export interface PriceOrigin {
  /** 10^6. */
  readonly price: bigint;
  readonly from: 'oracle' | 'market' | 'fixed';
  readonly source: OracleSource;
  /** Address of the oracle account. */
  readonly oracle: string;
  /** Slot it was published in; undefined when only the time is known. */
  readonly slot: number | undefined;
  /** Slots between publication and the snapshot. */
  readonly ageSlots: number | undefined;
  /** Milliseconds between publication and the snapshot. */
  readonly ageMs: number | undefined;
  /** Why it is not the oracle's own price. */
  readonly because: string | undefined;
}

/** What the market account keeps of its oracle. */
export interface KeptPrice {
  readonly lastOraclePrice: bigint;
  /** Seconds; the program writes it together with the price. */
  readonly lastOraclePriceTwapTs: bigint;
}

interface Published {
  readonly price: bigint;
  readonly confidence: bigint;
  readonly slot: bigint;
  /** Milliseconds; undefined when the account does not say. */
  readonly timeMs: number | undefined;
}

export function momentOf(accounts: ReadonlyMap<string, RawAccount>, otherwise: Moment): Moment {
  const account = accounts.get(CLOCK_ADDRESS);
  if (account === undefined) return otherwise;
  if (account.owner !== CLOCK_OWNER || account.data.length !== CLOCK_BYTES) {
    throw new DriftFault(
      'layout',
      `${CLOCK_ADDRESS} has ${account.data.length} bytes of ${account.owner}: it is no clock`,
    );
  }
  const { slot, unixTimestamp } = clock.decode(account.data);
  return { slot: Number(slot), time: Number(unixTimestamp) };
}

/** 1, 1,000 or 1,000,000: how many of the token the feed prices one of the market. */
export function oracleMultiple(source: OracleSource): number {
  if (source.includes('1K')) return 1_000;
  return source.includes('1M') ? 1_000_000 : 1;
}

export interface PriceQuestion {
  readonly oracle: string;
  readonly source: OracleSource;
  readonly kept: KeptPrice;
  readonly accounts: ReadonlyMap<string, RawAccount>;
  readonly settings: DriftSettings;
  readonly moment: Moment;
}

/** The price of a market at the moment of the snapshot. */
export function priceOf(question: PriceQuestion): PriceOrigin {
  const { oracle, source, accounts, settings, moment } = question;
  const base = { source, oracle, slot: undefined, ageSlots: undefined, ageMs: undefined };
  if (source === 'QuoteAsset') return { ...base, price: ONE, from: 'fixed', because: undefined };
  if (!isRead(source)) return keptPrice(question, `accounts of ${source} are not read`);
  const account = accounts.get(oracle);
  if (account === undefined) return keptPrice(question, 'the oracle account is not there');
  try {
    const published = publishedPrice(source, account, settings);
    const price = source.includes('StableCoin') ? steadied(published) : published.price;
    if (price <= 0n) return keptPrice(question, `the oracle says ${price}`);
    const slot = Number(published.slot);
    const { timeMs } = published;
    return {
      ...base,
      price,
      from: 'oracle',
      slot,
      ageSlots: Math.max(0, moment.slot - slot),
      ageMs: timeMs === undefined ? undefined : Math.max(0, moment.time * 1_000 - timeMs),
      because: undefined,
    };
  } catch (error) {
    if (error instanceof DriftFault) return keptPrice(question, error.message);
    throw error;
  }
}

/** True when a price is older than the settings allow. */
export function isOldPrice(origin: PriceOrigin, settings: DriftSettings): boolean {
  const { ageSlots, ageMs, from } = origin;
  if (from === 'fixed') return false;
  if (ageSlots !== undefined) return ageSlots > settings.priceAgeSlotsMax;
  return ageMs === undefined || ageMs > settings.priceAgeMsMax;
}

function keptPrice(question: PriceQuestion, because: string): PriceOrigin {
  const { oracle, source, kept, moment } = question;
  if (kept.lastOraclePrice <= 0n) {
    throw new DriftFault(
      'value',
      `the market has no price: ${because}, and the market account kept ${kept.lastOraclePrice}`,
    );
  }
  const seconds = Math.max(0, moment.time - Number(kept.lastOraclePriceTwapTs));
  return {
    price: kept.lastOraclePrice,
    from: 'market',
    source,
    oracle,
    slot: undefined,
    ageSlots: undefined,
    ageMs: seconds * 1_000,
    because,
  };
}

/** True for the kinds of oracle accounts whose layout is known for certain. */
function isRead(source: OracleSource): boolean {
  return source.startsWith('PythLazer') || source === 'Prelaunch' || source.endsWith('Pull');
}

/** What an oracle account says, for the sources that are read. */
function publishedPrice(
  source: OracleSource,
  account: RawAccount,
  { programId, pythPrograms }: DriftSettings,
): Published {
  const multiple = oracleMultiple(source);
  if (source.startsWith('PythLazer')) {
    const said = decodeAccount(PYTH_LAZER_ORACLE, account, programId);
    return {
      ...scaled(said, multiple, account.address),
      slot: said.postedSlot,
      timeMs: Math.trunc(Number(said.publishTimeUs) / 1_000),
    };
  }
  if (source === 'Prelaunch') {
    const said = decodeAccount(PRELAUNCH_ORACLE, account, programId);
    const { price, confidence, ammLastUpdateSlot: slot } = said;
    return { price, confidence, slot, timeMs: undefined };
  }
  const owner = pythPrograms.includes(account.owner) ? account.owner : pythPrograms.join(' or ');
  const said = decodeAccount(PRICE_UPDATE, account, owner);
  if (said.verification !== FULLY_VERIFIED) {
    throw new DriftFault('value', `${account.address} holds a price that is only partly verified`);
  }
  return {
    ...scaled(said, multiple, account.address),
    slot: said.postedSlot,
    timeMs: Number(said.publishTime) * 1_000,
  };
}

/** From the feed's power of ten to 10^6, cut off as the program does. */
function scaled(
  said: { readonly price: bigint; readonly conf: bigint; readonly exponent: number },
  multiple: number,
  address: string,
): { readonly price: bigint; readonly confidence: bigint } {
  const { price, conf, exponent } = said;
  const digits = -exponent - Math.round(Math.log10(multiple));
  if (exponent > 0 || exponent < -18 || digits <= 0) {
    throw new DriftFault('value', `${address} has the exponent ${exponent}, times ${multiple}`);
  }
  const by = 10n ** BigInt(Math.abs(digits - PRICE_DIGITS));
  if (digits > PRICE_DIGITS) return { price: price / by, confidence: conf / by };
  return { price: price * by, confidence: conf * by };
}

function steadied({ price, confidence }: Published): bigint {
  const away = price > ONE ? price - ONE : ONE - price;
  return away <= (confidence < STABLE_BAND ? confidence : STABLE_BAND) ? ONE : price;
}
