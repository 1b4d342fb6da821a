// The newest trades of every market and the candles they are in, from the events, for the stream:
// a listener gets what is here and then every trade that follows. It holds little and begins empty;
// what is older is in the history.

import { EVENT_WIDTHS, ORDER_FILLED } from '../engine/event.ts';
import {
  CANDLE_SECONDS,
  candleStart,
  extendCandle,
  firstCandle,
  type CandleSeconds,
} from './fold/candles.ts';
import { TAPE_TRADES_MAX } from './limits.ts';
import { idOf } from './record.ts';
import type { CandleRow, TradeRow } from './sql/tables.ts';

/** Told once per command and market that traded. */
export type OnTrades = (market: number, sequence: number, trades: readonly TradeRow[]) => void;

export class Tape {
  readonly name = 'tape';
  private readonly multiplierOf: (market: number) => number;
  private readonly onTrades: OnTrades;
  private readonly markets = new Map<number, TradeRow[]>();
  private readonly candles = new Map<string, CandleRow>();

  constructor(multiplierOf: (market: number) => number, onTrades: OnTrades = () => undefined) {
    this.multiplierOf = multiplierOf;
    this.onTrades = onTrades;
  }

  apply(sequence: number, time: number, outcome: { readonly events: Float64Array }): void {
    const { events } = outcome;
    const made = new Map<number, TradeRow[]>();
    for (let at = 0, place = 0; at < events.length; at += EVENT_WIDTHS[events[at]], place += 1) {
      if (events[at] !== ORDER_FILLED) continue;
      const trade = this.tradeOf(events, at + 1, idOf(sequence, place), time);
      const list = made.get(trade.market);
      if (list === undefined) made.set(trade.market, [trade]);
      else list.push(trade);
    }
    for (const [market, trades] of made) {
      this.keep(market, trades);
      this.onTrades(market, sequence, trades);
    }
  }

  /** The newest trades, newest first. */
  trades(market: number, count: number): TradeRow[] {
    return (this.markets.get(market) ?? []).slice(-count).toReversed();
  }

  /**
   * The newest candle that this tape has seen a trade of; complete when the tape is older than it.
   */
  candle(market: number, seconds: CandleSeconds): CandleRow | undefined {
    return this.candles.get(`${market} ${seconds}`);
  }

  private tradeOf(data: Float64Array, at: number, id: bigint, time: number): TradeRow {
    const market = data[at + 4];
    const [price, size] = [BigInt(data[at + 6]), BigInt(data[at + 7])];
    return {
      id,
      market,
      time,
      taker_side: data[at + 5],
      price,
      size,
      value: price * size * BigInt(this.multiplierOf(market)),
      maker_order: data[at],
      taker_order: data[at + 1],
    };
  }

  private keep(market: number, trades: readonly TradeRow[]): void {
    const list = this.markets.get(market) ?? [];
    list.push(...trades);
    // Twice as many as promised before the oldest half goes: so that it costs nothing per trade.
    if (list.length > 2 * TAPE_TRADES_MAX) list.splice(0, list.length - TAPE_TRADES_MAX);
    this.markets.set(market, list);
    for (const trade of trades) {
      if (trade.taker_order === 0) continue; // a liquidation's print: it counts for no candle
      for (const seconds of CANDLE_SECONDS) this.extend(market, seconds, trade);
    }
  }

  private extend(market: number, seconds: number, trade: TradeRow): void {
    const key = `${market} ${seconds}`;
    const last = this.candles.get(key);
    if (last?.start === candleStart(trade.time, seconds)) extendCandle(last, trade);
    else this.candles.set(key, firstCandle(trade, seconds));
  }
}
