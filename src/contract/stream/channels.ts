// The channels of the stream: who may read them, what names one, and what their snapshots and
// deltas hold. A delta holds whole values, never differences, so that applying one twice does no
// harm.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { interval } from '../operations/list-candles.ts';
import { pairFigures, pairId } from '../pairs.ts';
import * as R from '../resources.ts';

/** Channels of a market, which everybody may read. */
export const MARKET_CHANNELS = ['book', 'trades', 'candles', 'mark', 'liquidations'] as const;

/** Channels of an account, for whoever is signed in to it. */
export const ACCOUNT_CHANNELS = [
  'orders',
  'fills',
  'positions',
  'account',
  'activity',
  'pairs',
] as const;

export const CHANNELS = [...MARKET_CHANNELS, ...ACCOUNT_CHANNELS] as const;

export type Channel = (typeof CHANNELS)[number];

export const channel = z.enum(CHANNELS).meta({ id: 'Channel' });

export const isAccountChannel = (name: Channel): boolean =>
  (ACCOUNT_CHANNELS as readonly Channel[]).includes(name);

const levels = R.book.shape.bids;
const trades = z.strictObject({ trades: z.array(R.trade) });
const candles = z.strictObject({ candles: z.array(R.candle) });
const mark = z.strictObject({
  mark: A.decimal.nullable(),
  index: A.decimal.nullable(),
  funding_rate: R.market.shape.funding_rate,
  next_funding_at: A.time.nullable(),
});
const orders = z.strictObject({ orders: z.array(R.order) });
const fills = z.strictObject({ fills: z.array(R.fill) });
const liquidations = z.strictObject({ liquidations: z.array(R.publicLiquidation) });

const activity = z.strictObject({
  commands: z.array(
    z.strictObject({ sequence: A.whole, happened_at: A.time, events: z.array(R.event) }),
  ),
});

/** What the `data` of a channel's messages holds. */
export const CHANNEL_DATA = {
  book: {
    /** `complete`: every level of the book is in it; else only the best ones. */
    snapshot: z.strictObject({ bids: levels, asks: levels, complete: z.boolean() }),
    /** Levels that changed, as they are now; size "0" and no orders: the level is gone. */
    delta: z.strictObject({ bids: levels, asks: levels }),
  },
  /** Snapshot: the newest, newest first. Delta: oldest first. */
  trades: { snapshot: trades, delta: trades },
  /** A candle replaces the one that opened at the same time. */
  candles: { snapshot: candles, delta: candles },
  mark: { snapshot: mark, delta: mark },
  /** Snapshot: those that are open. Delta: those that changed; ended ones for the last time. */
  orders: { snapshot: orders, delta: orders },
  /** Snapshot: the newest, newest first. Delta: oldest first. */
  fills: { snapshot: fills, delta: fills },
  positions: {
    snapshot: z.strictObject({ positions: z.array(R.position) }),
    /** `closed`: markets without position and orders now. */
    delta: z.strictObject({ positions: z.array(R.position), closed: z.array(A.marketSymbol) }),
  },
  account: { snapshot: R.account, delta: R.account },
  activity: { snapshot: activity, delta: activity },
  /** What was closed, and of whom it does not say. Snapshot: the newest, newest first. */
  liquidations: { snapshot: liquidations, delta: liquidations },
  pairs: {
    snapshot: z.strictObject({ positions: z.array(pairFigures) }),
    /** Those whose figures changed; `closed`: those that are no longer open. */
    delta: z.strictObject({ positions: z.array(pairFigures), closed: z.array(pairId) }),
  },
} as const satisfies Readonly<Record<Channel, { snapshot: z.ZodType; delta: z.ZodType }>>;

export type SnapshotData<C extends Channel> = z.output<(typeof CHANNEL_DATA)[C]['snapshot']>;
export type DeltaData<C extends Channel> = z.output<(typeof CHANNEL_DATA)[C]['delta']>;

/** What names a stream: its channel, and the market, interval or account that it is about. */
export const place = {
  channel,
  market: A.marketSymbol.optional().describe('For channels of a market.'),
  interval: interval.optional().describe('For candles; left out: 1m.'),
  account: A.account.optional(),
};

export type Place = z.output<z.ZodObject<typeof place>>;

/** What is wrong with a place: a field that its channel needs or does not take. */
export function misplaced(at: Place): { field: keyof Place; message: string } | undefined {
  const isPrivate = isAccountChannel(at.channel);
  if (!isPrivate && at.market === undefined) {
    return { field: 'market', message: `is missing: "${at.channel}" needs it` };
  }
  const unwanted: [keyof Place, boolean][] = [
    ['market', isPrivate],
    ['interval', at.channel !== 'candles'],
    ['account', !isPrivate],
  ];
  for (const [field, isUnwanted] of unwanted) {
    if (!isUnwanted || at[field] === undefined) continue;
    return { field, message: `does not go with "${at.channel}"` };
  }
  return undefined;
}
