// Snapshots of topics as JSON, each with the sequence that it stands for. What the engine knows is
// read at the end of a group that is on the disk, as every other read is.

import { bookView, candleView, fillView, tradeView } from '../../contract/views.ts';
import { publicLiquidationView } from '../../contract/risk-views.ts';
import type { RowKey } from '../../contract/history-rows.ts';
import { INTERVALS } from '../../contract/operations/list-candles.ts';
import type { DeltaData, SnapshotData } from '../../contract/stream/channels.ts';
import { assert } from '../../units/assert.ts';
import type { ApiContext } from '../context.ts';
import { refuse } from '../problem-error.ts';
import type { AccountFeed } from './account-feed.ts';
import type { Hub } from './hub.ts';
import { pricesOf } from './prices.ts';
import { SNAPSHOT_CANDLES, SNAPSHOT_LEVELS, SNAPSHOT_ROWS } from './limits.ts';
import type { Topic } from './topic.ts';

export interface Snapshot {
  readonly sequence: number;
  /** JSON */
  readonly data: string;
}

/** @throws ProblemError */
export async function snapshotOf(topic: Topic, hub: Hub, context: ApiContext): Promise<Snapshot> {
  const { sequence, data } = await read(topic, hub, context);
  return { sequence, data: JSON.stringify(data) };
}

interface Taken {
  readonly sequence: number;
  readonly data: object;
}

function read(topic: Topic, hub: Hub, context: ApiContext): Taken | Promise<Taken> {
  switch (topic.subject.channel) {
    case 'book':
      return book(topic, context);
    case 'mark':
      return mark(topic, context);
    case 'trades':
      return trades(topic, hub, context);
    case 'candles':
      return candles(topic, hub, context);
    case 'fills':
      return fills(topic, hub, context);
    case 'liquidations':
      return liquidations(topic, hub, context);
    case 'orders':
      return { sequence: hub.sequence, data: { orders: feedOf(topic, hub).openOrders() } };
    case 'activity':
      return { sequence: hub.sequence, data: activity(topic) };
    case 'positions':
    case 'account':
    case 'pairs':
      return standing(topic, hub);
  }
}

async function book({ subject }: Topic, { exchange }: ApiContext): Promise<Taken> {
  const { number } = subject;
  const { view, sequence } = await exchange.read((engine, at) => ({
    view: engine.book(number, SNAPSHOT_LEVELS + 1, false),
    sequence: at,
  }));
  const complete = view.bids.length <= SNAPSHOT_LEVELS && view.asks.length <= SNAPSHOT_LEVELS;
  const { bids, asks } = bookView(view, sequence, exchange.catalog);
  const data: SnapshotData<'book'> = {
    bids: bids.slice(0, SNAPSHOT_LEVELS),
    asks: asks.slice(0, SNAPSHOT_LEVELS),
    complete,
  };
  return { sequence, data };
}

async function mark({ subject }: Topic, { exchange }: ApiContext): Promise<Taken> {
  const { number } = subject;
  const units = exchange.catalog.marketAt(number);
  return exchange.read((engine, sequence) => {
    const market = engine.markets()[number];
    return { sequence, data: pricesOf(market, market, engine.state.clock, units) };
  });
}

async function trades(
  { subject }: Topic,
  { sequence }: Hub,
  { exchange, history }: ApiContext,
): Promise<Taken> {
  const rows = await history.trades(subject.number, { limit: SNAPSHOT_ROWS });
  const known = upTo(rows, sequence).map((row) => tradeView(row, exchange.catalog));
  return { sequence, data: { trades: known } };
}

async function candles(
  { subject }: Topic,
  { sequence }: Hub,
  { exchange, history, nowMs }: ApiContext,
): Promise<Taken> {
  const intervalMs = INTERVALS[subject.interval as keyof typeof INTERVALS];
  const units = exchange.catalog.marketAt(subject.number);
  const toMs = nowMs() + 1;
  const rows = await history.candles(subject.number, intervalMs, { toMs }, SNAPSHOT_CANDLES);
  return { sequence, data: { candles: rows.map((row) => candleView(row, units)) } };
}

async function fills(
  { subject }: Topic,
  { sequence }: Hub,
  { exchange, history }: ApiContext,
): Promise<Taken> {
  const rows = await history.fills(subject.number, {}, { limit: SNAPSHOT_ROWS });
  const known = upTo(rows, sequence).map((row) => fillView(row, exchange.catalog));
  return { sequence, data: { fills: known } };
}

async function liquidations(
  { subject }: Topic,
  { sequence }: Hub,
  { exchange, history }: ApiContext,
): Promise<Taken> {
  const of = { market: subject.number };
  const rows = await history.liquidations(of, { limit: SNAPSHOT_ROWS });
  const known = upTo(rows, sequence).flatMap(
    (row) => publicLiquidationView(row, exchange.catalog) ?? [],
  );
  return { sequence, data: { liquidations: known } };
}

/** What is remembered of it, newest first. */
function activity(topic: Topic): SnapshotData<'activity'> {
  const told = topic.newest(SNAPSHOT_ROWS) as DeltaData<'activity'>[];
  return { commands: told.flatMap(({ commands }) => commands).toReversed() };
}

async function standing(topic: Topic, hub: Hub): Promise<Taken> {
  const { sequence, positions, account, pairs } = await hub.stand(feedOf(topic, hub));
  const { channel } = topic.subject;
  if (channel === 'account') return { sequence, data: account };
  return { sequence, data: { positions: channel === 'pairs' ? pairs : positions } };
}

function feedOf({ subject }: Topic, hub: Hub): AccountFeed {
  const feed = hub.feedOf(subject.number);
  if (feed === undefined) throw refuse('BUSY');
  return feed;
}

function upTo<T extends RowKey>(rows: readonly T[], sequence: number): T[] {
  assert(Number.isSafeInteger(sequence), 'a snapshot stands for a sequence');
  return rows.filter((row) => row.sequence <= sequence);
}
