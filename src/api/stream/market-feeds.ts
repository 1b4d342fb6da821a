// From the events of durable commands to the deltas of market channels: price levels, trades,
// candles, marks. It works only for topics that somebody asked for, except for the levels and the
// running candles, which cannot be made up for later.

import { candleView, tradeView } from '../../contract/views.ts';
import type { RawEvent } from '../../contract/events.ts';
import { priceOrNull, priceText, sizeText, type Catalog } from '../../contract/catalog.ts';
import type { CandleRow, TradeRow } from '../../contract/history-rows.ts';
import type { MarketUnits } from '../../contract/catalog.ts';
import { INTERVALS } from '../../contract/operations/list-candles.ts';
import type { DeltaData } from '../../contract/stream/channels.ts';
import type { DepthChange } from '../../projections/depth.ts';
import type { HistoryPort } from '../history-port.ts';
import type { Topic } from './topic.ts';

type Interval = keyof typeof INTERVALS;
const INTERVAL_LIST = Object.entries(INTERVALS) as [Interval, number][];

type RunningCandle = { -readonly [K in keyof CandleRow]: CandleRow[K] };

/** The topics of one market that exist, and its running candles. */
class MarketFeed {
  book: Topic | undefined;
  trades: Topic | undefined;
  mark: Topic | undefined;
  readonly candles = new Map<Interval, Topic>();
  readonly running = new Map<Interval, RunningCandle>();
}

/** When the events of a command happened. */
export interface Happened {
  readonly sequence: number;
  readonly timeMs: number;
}

export class MarketFeeds {
  private readonly catalog: Catalog;
  private readonly feeds: MarketFeed[] = [];

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  /** The candles that are running when the stream begins. */
  async seed(markets: number, history: HistoryPort): Promise<void> {
    for (let market = 0; market < markets; market += 1) {
      for (const [interval, intervalMs] of INTERVAL_LIST) {
        const [row] = await history.candles(market, intervalMs, {}, 1);
        if (row !== undefined) this.feed(market).running.set(interval, { ...row });
      }
    }
  }

  add(topic: Topic): void {
    const { channel, number, interval } = topic.subject;
    const feed = this.feed(number);
    if (channel === 'candles') feed.candles.set(interval as Interval, topic);
    else if (channel === 'book' || channel === 'trades' || channel === 'mark') {
      feed[channel] = topic;
    }
  }

  drop(topic: Topic): void {
    const { channel, number, interval } = topic.subject;
    const feed = this.feed(number);
    if (channel === 'candles') feed.candles.delete(interval as Interval);
    else if (channel === 'book' || channel === 'trades' || channel === 'mark') {
      feed[channel] = undefined;
    }
  }

  /** Whether anybody asks for the levels of a market. */
  readonly isDepthRead = (market: number): boolean => this.feeds[market]?.book !== undefined;

  readonly onDepth = (market: number, sequence: number, changes: readonly DepthChange[]): void => {
    const topic = this.feeds[market]?.book;
    if (topic === undefined) return;
    const units = this.catalog.marketAt(market);
    topic.publish(sequence, () => levelsOf(changes, units));
  };

  /** The fills of one command. */
  fills(events: readonly RawEvent[], at: Happened): void {
    const byMarket = new Map<number, TradeRow[]>();
    for (const event of events) {
      const market = event.get('market');
      const row: TradeRow = {
        sequence: at.sequence,
        timeMs: at.timeMs,
        index: event.index,
        market,
        price: event.get('price'),
        size: event.get('size'),
        takerSide: event.get('taker_side'),
      };
      const rows = byMarket.get(market);
      if (rows === undefined) byMarket.set(market, [row]);
      else rows.push(row);
    }
    for (const [market, rows] of byMarket) this.traded(market, rows, at);
  }

  mark(event: RawEvent, { sequence }: Happened): void {
    const market = event.get('market');
    const topic = this.feeds[market]?.mark;
    if (topic === undefined) return;
    const units = this.catalog.marketAt(market);
    const mark = priceOrNull(event.get('mark'), units);
    const index = priceOrNull(event.get('index'), units);
    topic.publish(sequence, () => ({ mark, index }));
  }

  private traded(market: number, rows: readonly TradeRow[], { sequence, timeMs }: Happened): void {
    const feed = this.feed(market);
    feed.trades?.publish(sequence, () => ({
      trades: rows.map((row) => tradeView(row, this.catalog)),
    }));
    const units = this.catalog.marketAt(market);
    for (const [interval, intervalMs] of INTERVAL_LIST) {
      const openMs = timeMs - (timeMs % intervalMs);
      const last = feed.running.get(interval);
      const running = last?.openMs === openMs ? last : undefined;
      const topic = feed.candles.get(interval);
      // A candle that was told stays as it is; one that nobody was told of is added to.
      const isNew = running === undefined || topic !== undefined;
      const candle = isNew ? candleFrom(running, openMs, rows[0].price) : running;
      addTrades(candle, rows);
      if (isNew) feed.running.set(interval, candle);
      topic?.publish(sequence, () => ({ candles: [candleView(candle, units)] }));
    }
  }

  private feed(market: number): MarketFeed {
    return (this.feeds[market] ??= new MarketFeed());
  }
}

/** A copy of the running candle, or one without trades that opens at `price`. */
function candleFrom(running: CandleRow | undefined, openMs: number, price: number): RunningCandle {
  if (running !== undefined) return { ...running };
  return { openMs, open: price, high: price, low: price, close: price, volume: 0, trades: 0 };
}

function addTrades(candle: RunningCandle, rows: readonly TradeRow[]): void {
  for (const { price, size } of rows) {
    candle.high = Math.max(candle.high, price);
    candle.low = Math.min(candle.low, price);
    candle.close = price;
    candle.volume += size;
    candle.trades += 1;
  }
}

function levelsOf(changes: readonly DepthChange[], units: MarketUnits): DeltaData<'book'> {
  const delta: DeltaData<'book'> = { bids: [], asks: [] };
  for (const { side, price, size, orders } of changes) {
    const level = { price: priceText(price, units), size: sizeText(size, units), orders };
    (side > 0 ? delta.bids : delta.asks).push(level);
  }
  return delta;
}
