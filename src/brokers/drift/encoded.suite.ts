// An account of the margin room as the accounts of the chain that would say the same, written by
// the encoder that shares nothing with the decoder. Its markets get prices of all kinds.

import type { DriftAccount, DriftPerpMarket, DriftSpotMarket } from '../../margin/drift/types.ts';
import {
  clockBytes,
  perpMarketBytes,
  prelaunchBytes,
  priceUpdateBytes,
  pythLazerBytes,
  SOURCE,
  spotMarketBytes,
  stateBytes,
  userBytes,
  type Published,
} from '../../testing/drift/account-bytes.ts';
import {
  addressBytes,
  derivedAddress,
  perpMarketAddress,
  seed,
  spotMarketAddress,
  stateAddress,
  userAddress,
} from './address.ts';
import type { RawAccount } from './layout/kinds.ts';
import { CLOCK_ADDRESS } from './price.ts';
import type { Recording } from './recording.ts';
import { DRIFT_V2 } from './settings.ts';

export const SLOT = 300_000_000;
export const PROGRAM = DRIFT_V2.programId;
const CLOCK_OWNER = 'Sysvar1111111111111111111111111111111111111';
const PYTH = DRIFT_V2.pythPrograms[0]!;
/** Slots and seconds that a price is older than the snapshot. */
export const PRICE_AGE_SLOTS = 3;
const PRICE_AGE_S = 1;

type AnyMarket = DriftPerpMarket | DriftSpotMarket;

/** Kinds of oracles in turn; a spot market's kept price is its current one, so any will do. */
const KINDS = ['lazer', 'pull', 'prelaunch', 'kept'] as const;
export type OracleKind = (typeof KINDS)[number];

const SOURCES = {
  lazer: SOURCE.pythLazer,
  pull: SOURCE.pythPull,
  prelaunch: SOURCE.prelaunch,
  kept: SOURCE.pyth,
};

/** The address of the oracle with a key of the golden file. */
export function oracleAddress(key: number | string): string {
  return derivedAddress(PROGRAM, seed('an oracle'), seed(String(key)));
}

export interface Encoded {
  readonly recording: Recording;
  /** Address of the user. */
  readonly user: string;
}

/** The wallet of the encoded user: any 32 bytes. */
const AUTHORITY = perpMarketAddress(PROGRAM, 65_535);

export function encoded(
  account: DriftAccount,
  kindOf: (key: number) => OracleKind = (key) => KINDS[key % KINDS.length]!,
): Encoded {
  const { now } = account;
  const markets: readonly AnyMarket[] = [...account.perpMarkets, ...account.spotMarkets];
  const place = (self: string, market: AnyMarket) => ({
    self: addressBytes(self, 'a market'),
    oracle: addressBytes(oracleAddress(market.oracleKey), 'an oracle'),
    source: SOURCES[kindOf(Number(market.oracleKey))],
    keptAt: now - PRICE_AGE_S,
  });
  const user = userAddress(PROGRAM, AUTHORITY, 0);
  const owned = (address: string, { data }: { readonly data: Uint8Array }): RawAccount => ({
    address,
    owner: PROGRAM,
    data,
  });
  const counts = { perp: 100, spot: 60 };
  const accounts = new Map<string, RawAccount>();
  const all = [
    { address: CLOCK_ADDRESS, owner: CLOCK_OWNER, data: clockBytes(SLOT, now) },
    owned(stateAddress(PROGRAM), stateBytes(account, counts)),
    owned(user, userBytes(account, addressBytes(AUTHORITY, 'the wallet'))),
    ...account.perpMarkets.map((market) => {
      const self = perpMarketAddress(PROGRAM, market.marketIndex);
      return owned(self, perpMarketBytes(market, place(self, market)));
    }),
    ...account.spotMarkets.map((market) => {
      const self = spotMarketAddress(PROGRAM, market.marketIndex);
      return owned(self, spotMarketBytes(market, place(self, market)));
    }),
    ...markets.flatMap((market) => oracleAccount(market, kindOf(Number(market.oracleKey)), now)),
  ];
  for (const one of all) accounts.set(one.address, one);
  const recording = {
    programId: PROGRAM,
    slot: SLOT,
    timeMs: now * 1_000,
    accounts: [...accounts.values()],
  };
  return { recording, user };
}

/** What decoding must give: the account with the addresses of its oracles for their keys. */
export function withOracles(account: DriftAccount): DriftAccount {
  const named = <M extends AnyMarket>(market: M): M => ({
    ...market,
    oracleKey: oracleAddress(market.oracleKey),
  });
  return {
    ...account,
    perpMarkets: account.perpMarkets.map(named),
    spotMarkets: account.spotMarkets.map(named),
  };
}

/** Feeds have more digits than prices: two that are cut off, one of which is not zero. */
const FEED_EXPONENT = -8;
const FEED_REST = 7n;

function oracleAccount(market: AnyMarket, kind: OracleKind, now: number): RawAccount[] {
  const address = oracleAddress(market.oracleKey);
  const feed: Published = {
    price: market.oraclePrice * 100n + FEED_REST,
    exponent: FEED_EXPONENT,
    confidence: 5n,
    slot: SLOT - PRICE_AGE_SLOTS,
    time: now - PRICE_AGE_S,
  };
  switch (kind) {
    case 'kept':
      return [];
    case 'lazer':
      return [{ address, owner: PROGRAM, data: pythLazerBytes(feed).data }];
    case 'pull':
      return [{ address, owner: PYTH, data: priceUpdateBytes(feed).data }];
    case 'prelaunch': {
      const said = { ...feed, price: market.oraclePrice };
      return [{ address, owner: PROGRAM, data: prelaunchBytes(said).data }];
    }
  }
}
