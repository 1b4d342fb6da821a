// What one recording says, read once: markets, prices and users of one slot. A fault of one account
// is kept with it and thrown when somebody asks for it; the others stay readable.

import type { DriftAccount, DriftPerpMarket, DriftSpotMarket } from '../../margin/drift/types.ts';
import { perpMarketAddress, spotMarketAddress, stateAddress } from './address.ts';
import {
  perpMarketOf,
  perpSource,
  spotMarketOf,
  spotSource,
  statusOf,
  userOf,
  type DriftUser,
  type MarketStatus,
  type PerpMarketBody,
  type SpotMarketBody,
} from './convert.ts';
import { DriftFault } from './fault.ts';
import { decodeAccount, isKind, type AccountKind, type RawAccount } from './layout/kinds.ts';
import { PERP_MARKET } from './layout/perp-market.ts';
import { SPOT_MARKET } from './layout/spot-market.ts';
import { STATE } from './layout/state.ts';
import { USER } from './layout/user.ts';
import { isOldPrice, momentOf, priceOf, type Moment, type PriceOrigin } from './price.ts';
import type { Recording } from './recording.ts';
import type { DriftSettings } from './settings.ts';

/** Spot market in which perp markets are settled. */
export const QUOTE_INDEX = 0;

export interface ReadMarket<M> {
  readonly address: string;
  readonly market: M;
  readonly status: MarketStatus;
  readonly origin: PriceOrigin;
}

interface Context {
  readonly accounts: ReadonlyMap<string, RawAccount>;
  readonly settings: DriftSettings;
  /** Slot and time of the chain. */
  readonly moment: Moment;
}

interface SnapshotBase extends Context {
  readonly recording: Recording;
}

export interface DriftSnapshot extends SnapshotBase {
  readonly perpMarkets: ReadonlyMap<number, ReadMarket<DriftPerpMarket> | DriftFault>;
  readonly spotMarkets: ReadonlyMap<number, ReadMarket<DriftSpotMarket> | DriftFault>;
  readonly users: ReadonlyMap<string, DriftUser | DriftFault>;
  readonly feeTier0: DriftAccount['feeTier0'] | DriftFault;
}

/** An account with the markets it touches, and where each of them was read. */
export interface ReadAccount {
  readonly user: DriftUser;
  readonly account: DriftAccount;
  readonly perpMarkets: readonly ReadMarket<DriftPerpMarket>[];
  readonly spotMarkets: readonly ReadMarket<DriftSpotMarket>[];
  /** Prices that were old when the snapshot was taken, in words; empty when none was. */
  readonly oldPrices: readonly string[];
}

/** Reads a recording. Throws only when it is of another program than the settings. */
export function readSnapshot(recording: Recording, settings: DriftSettings): DriftSnapshot {
  const { programId } = settings;
  if (recording.programId !== programId) {
    throw new DriftFault(
      'input',
      `the recording is of the program ${recording.programId}, and ${programId} is configured`,
    );
  }
  const accounts = new Map(recording.accounts.map((one) => [one.address, one]));
  const otherwise = { slot: recording.slot, time: Math.trunc(recording.timeMs / 1_000) };
  const context = { accounts, settings, moment: momentOf(accounts, otherwise) };
  const perpMarkets = new Map<number, ReadMarket<DriftPerpMarket> | DriftFault>();
  const spotMarkets = new Map<number, ReadMarket<DriftSpotMarket> | DriftFault>();
  const users = new Map<string, DriftUser | DriftFault>();
  for (const raw of recording.accounts) {
    if (isKind(USER, raw)) {
      users.set(
        raw.address,
        attempt(() => userOf(raw.address, decodeAccount(USER, raw, programId), settings)),
      );
    }
    if (isKind(PERP_MARKET, raw)) {
      const body = attempt(() => decodeMarket(PERP_MARKET, raw, programId, perpMarketAddress));
      if (body instanceof DriftFault) continue; // said when somebody asks for the market
      perpMarkets.set(
        body.marketIndex,
        attempt(() => readPerp(raw, body, context)),
      );
    }
    if (isKind(SPOT_MARKET, raw)) {
      const body = attempt(() => decodeMarket(SPOT_MARKET, raw, programId, spotMarketAddress));
      if (body instanceof DriftFault) continue; // said when somebody asks for the market
      spotMarkets.set(
        body.marketIndex,
        attempt(() => readSpot(raw, body, context)),
      );
    }
  }
  const base = { ...context, recording };
  const feeTier0 = attempt(() => feeTier0In(base));
  return { ...base, perpMarkets, spotMarkets, users, feeTier0 };
}

/** A user with everything its figures are computed from. Throws what is wrong with any of it. */
export function accountOf(snapshot: DriftSnapshot, address: string): ReadAccount {
  const { settings, moment } = snapshot;
  const user = userAt(snapshot, address);
  const feeTier0 =
    snapshot.feeTier0 instanceof DriftFault ? fail(snapshot.feeTier0) : snapshot.feeTier0;
  const perpMarkets = indices(user.perpPositions).map((index) => perpMarketAt(snapshot, index));
  const spotIndices = [...new Set([QUOTE_INDEX, ...indices(user.spotPositions)])];
  const spotMarkets = spotIndices.map((index) => spotMarketAt(snapshot, index));
  const quote = spotMarkets[0]!.market.symbol;
  if (quote !== settings.settlementAsset) {
    throw new DriftFault(
      'input',
      `the program settles in ${quote}, and ${settings.settlementAsset} is configured`,
    );
  }
  const account: DriftAccount = {
    now: moment.time,
    marginMode: user.marginMode,
    userMaxMarginRatio: user.maxMarginRatio,
    isBeingLiquidated: user.isBeingLiquidated,
    feeTier0,
    perpMarkets: perpMarkets.map(({ market }) => market),
    spotMarkets: spotMarkets.map(({ market }) => market),
    spotPositions: user.spotPositions,
    perpPositions: user.perpPositions,
  };
  const oldPrices = [...perpMarkets, ...spotMarkets].flatMap((one) => oldPrice(one, settings));
  return { user, account, perpMarkets, spotMarkets, oldPrices };
}

/** The sentence about a price that is older than the settings allow, if it is. */
export function oldPrice(
  { market, origin }: ReadMarket<DriftPerpMarket | DriftSpotMarket>,
  settings: DriftSettings,
): string[] {
  if (!isOldPrice(origin, settings)) return [];
  const { ageSlots, ageMs = 0 } = origin;
  if (ageSlots === undefined) {
    const limit = settings.priceAgeMsMax;
    return [`the price of ${market.symbol} is ${ageMs} ms old, more than ${limit}`];
  }
  const limit = settings.priceAgeSlotsMax;
  return [`the price of ${market.symbol} is ${ageSlots} slots old, more than ${limit}`];
}

/** A perp market; undefined when the snapshot has none of this number. Throws its fault. */
export function perpMarketIn(
  snapshot: DriftSnapshot,
  index: number,
): ReadMarket<DriftPerpMarket> | undefined {
  const read = attempt(() => perpMarketAt(snapshot, index));
  if (!(read instanceof DriftFault)) return read;
  return read.kind === 'missing' ? undefined : fail(read);
}

function perpMarketAt(snapshot: DriftSnapshot, index: number): ReadMarket<DriftPerpMarket> {
  const known = snapshot.perpMarkets.get(index);
  if (known !== undefined) return known instanceof DriftFault ? fail(known) : known;
  const address = perpMarketAddress(snapshot.settings.programId, index);
  const what = `perp market ${index}`;
  return unread(snapshot, address, what, (raw, programId) =>
    decodeMarket(PERP_MARKET, raw, programId, perpMarketAddress),
  );
}

function spotMarketAt(snapshot: DriftSnapshot, index: number): ReadMarket<DriftSpotMarket> {
  const known = snapshot.spotMarkets.get(index);
  if (known !== undefined) return known instanceof DriftFault ? fail(known) : known;
  const address = spotMarketAddress(snapshot.settings.programId, index);
  const what = `spot market ${index}`;
  return unread(snapshot, address, what, (raw, programId) =>
    decodeMarket(SPOT_MARKET, raw, programId, spotMarketAddress),
  );
}

function userAt(snapshot: DriftSnapshot, address: string): DriftUser {
  const known = snapshot.users.get(address);
  if (known !== undefined) return known instanceof DriftFault ? fail(known) : known;
  return unread(snapshot, address, 'the user', (raw, programId) =>
    decodeAccount(USER, raw, programId),
  );
}

/** The fees of the first tier. Throws when the state of the program is not there, or is none. */
function feeTier0In(snapshot: SnapshotBase): DriftAccount['feeTier0'] {
  const { recording, settings } = snapshot;
  const state = recording.accounts.find((one) => isKind(STATE, one));
  const decode = (raw: RawAccount, programId: string) => decodeAccount(STATE, raw, programId);
  const address = stateAddress(settings.programId);
  const { perpFeeTiers } =
    state === undefined
      ? unread(snapshot, address, 'the state of the program', decode)
      : decode(state, settings.programId);
  const { feeNumerator, feeDenominator } = perpFeeTiers[0]!;
  return { feeNumerator, feeDenominator };
}

/** Throws why an account could not be read: it is not there, or it is something else. */
function unread(
  { accounts, recording, settings }: SnapshotBase,
  address: string,
  what: string,
  decode: (raw: RawAccount, programId: string) => unknown,
): never {
  const raw = accounts.get(address);
  if (raw !== undefined) decode(raw, settings.programId);
  throw new DriftFault('missing', `${what} (${address}) is not there at slot ${recording.slot}`);
}

/**
 * A market must be at the address of its number. A layout that has moved without another length
 * would say another number.
 */
function decodeMarket<T extends { readonly marketIndex: number }>(
  kind: AccountKind<T>,
  raw: RawAccount,
  programId: string,
  addressOf: (programId: string, index: number) => string,
): T {
  const body = decodeAccount(kind, raw, programId);
  const { marketIndex } = body;
  if (addressOf(programId, marketIndex) === raw.address) return body;
  throw new DriftFault(
    'value',
    `${raw.address} says that it is ${kind.name} ${marketIndex}, which is elsewhere`,
  );
}

function readPerp(
  { address }: RawAccount,
  body: PerpMarketBody,
  context: Context,
): ReadMarket<DriftPerpMarket> {
  const { oracle, historicalOracleData: kept } = body.amm;
  const status = statusOf('perp', body);
  const origin = priceOf({ ...context, oracle, source: perpSource(body), kept });
  return { address, status, origin, market: perpMarketOf(body, origin, context.settings) };
}

function readSpot(
  { address }: RawAccount,
  body: SpotMarketBody,
  context: Context,
): ReadMarket<DriftSpotMarket> {
  const { oracle, historicalOracleData: kept } = body;
  const status = statusOf('spot', body);
  const origin = priceOf({ ...context, oracle, source: spotSource(body), kept });
  return { address, status, origin, market: spotMarketOf(body, origin) };
}

function indices(positions: readonly { readonly marketIndex: number }[]): number[] {
  return [...new Set(positions.map(({ marketIndex }) => marketIndex))];
}

function attempt<T>(read: () => T): T | DriftFault {
  try {
    return read();
  } catch (error) {
    if (error instanceof DriftFault) return error;
    throw error;
  }
}

function fail(fault: DriftFault): never {
  throw fault;
}
