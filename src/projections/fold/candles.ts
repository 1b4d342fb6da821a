// Candles from trades. Each interval is its own row, so that reading one is a range of the key and
// each can be kept for as long as it is worth; a batch of trades touches few of them.

import type { CandleRow } from '../sql/tables.ts';

/** The intervals that are kept, in seconds: 1s 1m 5m 15m 1h 4h 1d, aligned to UTC. */
export const CANDLE_SECONDS = [1, 60, 300, 900, 3_600, 14_400, 86_400] as const;
export type CandleSeconds = (typeof CANDLE_SECONDS)[number];

/** When the candle that holds `time` begins. */
export function candleStart(time: number, seconds: number): number {
  const length = seconds * 1_000;
  return Math.floor(time / length) * length;
}

/** One trade, as a candle sees it. */
export interface CandleTrade {
  readonly market: number;
  readonly time: number;
  readonly price: bigint;
  readonly size: bigint;
  readonly value: bigint;
}

/** The candle that begins with this trade. */
export function firstCandle(trade: CandleTrade, seconds: number): CandleRow {
  const { market, price, size, value } = trade;
  const start = candleStart(trade.time, seconds);
  const ohlc = { open: price, high: price, low: price, close: price };
  return { market, seconds, start, ...ohlc, size, value, trades: 1 };
}

/** Adds a later trade of the same candle. */
export function extendCandle(candle: CandleRow, { price, size, value }: CandleTrade): void {
  if (price > candle.high) candle.high = price;
  if (price < candle.low) candle.low = price;
  candle.close = price;
  candle.size += size;
  candle.value += value;
  candle.trades += 1;
}

/** Collects trades, which come in time order, into candles of every interval. */
export class CandleBuilder {
  /** Every candle that was begun, each market's and interval's in time order. */
  readonly candles: CandleRow[];
  private readonly last = new Map<number, CandleRow>();

  constructor(into: CandleRow[] = []) {
    this.candles = into;
  }

  add(trade: CandleTrade): void {
    for (let i = 0; i < CANDLE_SECONDS.length; i++) this.addTo(trade, i);
  }

  private addTo(trade: CandleTrade, which: number): void {
    const { market } = trade;
    const seconds = CANDLE_SECONDS[which];
    const start = candleStart(trade.time, seconds);
    const key = market * CANDLE_SECONDS.length + which;
    const last = this.last.get(key);
    if (last?.start === start) {
      extendCandle(last, trade);
      return;
    }
    const made = firstCandle(trade, seconds);
    this.last.set(key, made);
    this.candles.push(made);
  }
}
