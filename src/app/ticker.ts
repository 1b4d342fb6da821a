// Lets time pass in the exchange: writes the outside prices that have changed, and ticks when
// something is due, such as orders that expire, dead-man switches, work that a long command left,
// and what time brings to risk. Without any of it it sends nothing, so that a quiet exchange writes
// nothing.

import type { Exchange } from '../api/exchange.ts';
import { isRiskDue } from '../projections/risk-due.ts';

const TICK_MS = 250;

export class Ticker {
  private readonly exchange: Exchange;
  private readonly writePrices: () => void;
  private readonly nowMs: () => number;
  private timer: NodeJS.Timeout | undefined;
  private isBusy = false;
  /** The last tick: anything may have come after it. */
  private tickedSequence = 0;
  private tickedMs = 0;

  constructor(exchange: Exchange, writePrices: () => void, nowMs: () => number) {
    this.exchange = exchange;
    this.writePrices = writePrices;
    this.nowMs = nowMs;
  }

  start(): void {
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    this.writePrices();
    const { sequencer } = this.exchange.runtime;
    if (this.isBusy || !this.isDue(this.nowMs())) return;
    if (sequencer.unavailable !== undefined) return;
    this.isBusy = true;
    this.exchange.submit({ kind: 'tick', id: '', time: 0 }, () => {
      this.tickedSequence = sequencer.sequence;
      this.tickedMs = this.exchange.engine.state.clock;
      this.isBusy = false;
    });
  }

  private isDue(nowMs: number): boolean {
    const { engine, runtime } = this.exchange;
    const { expiries, deadMen, upkeep, dueStops } = engine.state;
    if (upkeep.length > 0 || dueStops.count > 0) return true;
    if (expiries.count > 0 && expiries.topKey() <= nowMs) return true;
    if (deadMen.count > 0 && deadMen.topKey() <= nowMs) return true;
    const isBusy = runtime.sequencer.sequence !== this.tickedSequence;
    return isRiskDue(engine, nowMs, { timeMs: this.tickedMs, isBusy });
  }
}
