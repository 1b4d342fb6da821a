// From the events of durable commands to the deltas of market channels: price levels, trades,
// candles, marks, liquidations. It works only for topics that somebody asked for, except for the
// levels and the running candles, which cannot be made up for later.

import { publicLiquidationView } from '../../contract/risk-views.ts';
import { candleView, tradeView } from '../../contract/views.ts';
import type { RawEvent } from '../../contract/events.ts';
import { priceText, sizeText, type Catalog } from '../../contract/catalog.ts';
import type { CandleRow, LiquidationRow, TradeRow } from '../../contract/history-rows.ts';
import type { MarketUnits } from '../../contract/catalog.ts';
import { INTERVALS } from '../../contract/operations/list-candles.ts';
import type { Channel, DeltaData } from '../../contract/stream/channels.ts';
import type { DepthChange } from '../../projections/depth.ts';
import type { HistoryPort } from '../history-port.ts';
import { pricesOf, type Prices } from './prices.ts';
import type { Topic } from './topic.ts';

type Interval = keyof typeof INTERVALS;
const INTERVAL_LIST = Object.entries(INTERVALS) as [Interval, number][];

type RunningCandle = { -readonly [K in keyof CandleRow]: CandleRow[K] };

/** The topics of one market that exist, and its running candles. */
class MarketFeed {
  book: Topic | undefined;
  trades: Topic | undefined;
  mark: Topic | undefined;
  liquidations: Topic | undefined;
  /** As of the last command that was told. */
  prices: Prices = { mark: 0, index: 0, premiumSum: 0, premiumSamples: 0 };
  /** What the mark channel said last. */
  told = '';
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

  /** The prices when the stream begins: the engine is at rest then. */
  begin(): void {
    this.catalog.source.markets().forEach((market, number) => {
      const { mark, index, premiumSum, premiumSamples } = market;
      this.feed(number).prices = { mark, index, premiumSum, premiumSamples };
    });
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
    else if (isPlain(channel)) {
      feed[channel] = topic;
    }
  }

  drop(topic: Topic): void {
    const { channel, number, interval } = topic.subject;
    const feed = this.feed(number);
    if (channel === 'candles') feed.candles.delete(interval as Interval);
    else if (isPlain(channel)) {
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
        isLiquidation: event.get('taker_order') === 0,
      };
      const rows = byMarket.get(market);
      if (rows === undefined) byMarket.set(market, [row]);
      else rows.push(row);
    }
    for (const [market, rows] of byMarket) this.traded(market, rows, at);
  }

  /**
   * New marks, samples of the premium, and fundings that begin the next interval: of one command.
   */
  priced(events: readonly RawEvent[], { sequence, timeMs }: Happened): void {
    for (const event of events) {
      const feed = this.feed(event.get('market'));
      feed.prices = { ...feed.prices, ...pricesIn(event) };
    }
    for (const number of new Set(events.map((event) => event.get('market')))) {
      const { mark: topic, prices, told } = this.feed(number);
      if (topic === undefined) continue;
      const market = this.catalog.source.markets()[number];
      const data = pricesOf(market, prices, timeMs, this.catalog.marketAt(number));
      const text = JSON.stringify(data);
      if (text === told) continue;
      this.feed(number).told = text;
      topic.publish(sequence, () => data);
    }
  }

  /** The steps of liquidations in one command, as far as they closed something. */
  liquidated(events: readonly RawEvent[], { sequence, timeMs }: Happened): void {
    const views = events.flatMap((event) => {
      const row = { sequence, timeMs, index: event.index, ...liquidationIn(event) };
      return publicLiquidationView(row, this.catalog) ?? [];
    });
    for (const [symbol, liquidations] of Map.groupBy(views, ({ market }) => market)) {
      const { number } = this.catalog.marketOf(symbol) ?? { number: -1 };
      this.feeds[number]?.liquidations?.publish(sequence, () => ({ liquidations }));
    }
  }

  private traded(market: number, rows: readonly TradeRow[], { sequence, timeMs }: Happened): void {
    const feed = this.feed(market);
    feed.trades?.publish(sequence, () => ({
      trades: rows.map((row) => tradeView(row, this.catalog)),
    }));
    const counted = rows.filter((row) => !row.isLiquidation);
    if (counted.length === 0) return;
    const units = this.catalog.marketAt(market);
    for (const [interval, intervalMs] of INTERVAL_LIST) {
      const openMs = timeMs - (timeMs % intervalMs);
      const last = feed.running.get(interval);
      const running = last?.openMs === openMs ? last : undefined;
      const topic = feed.candles.get(interval);
      // A candle that was told stays as it is; one that nobody was told of is added to.
      const isNew = running === undefined || topic !== undefined;
      const candle = isNew ? candleFrom(running, openMs, counted[0].price) : running;
      addTrades(candle, counted);
      if (isNew) feed.running.set(interval, candle);
      topic?.publish(sequence, () => ({ candles: [candleView(candle, units)] }));
    }
  }

  private feed(market: number): MarketFeed {
    return (this.feeds[market] ??= new MarketFeed());
  }
}

const isPlain = (channel: Channel): channel is 'book' | 'trades' | 'mark' | 'liquidations' =>
  channel === 'book' || channel === 'trades' || channel === 'mark' || channel === 'liquidations';

/** The prices that an event changes. */
function pricesIn(event: RawEvent): Partial<Prices> {
  if (event.name === 'mark_changed') return { mark: event.get('mark'), index: event.get('index') };
  if (event.name === 'funding_settled') return { premiumSum: 0, premiumSamples: 0 };
  return { premiumSum: event.get('premium_sum'), premiumSamples: event.get('samples') };
}

function liquidationIn(event: RawEvent): Omit<LiquidationRow, keyof Happened | 'index'> {
  return {
    receipt: event.get('receipt'),
    account: event.get('account'),
    market: event.get('market'),
    by: event.get('by'),
    counterparty: event.get('counterparty'),
    positionSize: event.get('size'),
    closed: event.get('closed'),
    liquidationPrice: event.get('liquidation_price'),
    limitPrice: event.get('limit_price'),
    bankruptcyPrice: event.get('bankruptcy_price'),
    value: event.get('value'),
    fee: event.get('fee'),
    shortfall: event.get('shortfall'),
    equityBefore: event.get('equity_before'),
    maintenanceBefore: event.get('maintenance_before'),
    equity: event.get('equity'),
    maintenance: event.get('maintenance'),
  };
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
