// Lets time pass in the exchange: writes the outside prices that have changed, and ticks when
// something is due, such as orders that expire, dead-man switches, work that a long command left.
// Without any of it it sends nothing, so that a quiet exchange writes nothing.

import type { Exchange } from '../api/exchange.ts';

const TICK_MS = 250;

export class Ticker {
  private readonly exchange: Exchange;
  private readonly writePrices: () => void;
  private timer: NodeJS.Timeout | undefined;
  private isBusy = false;

  constructor(exchange: Exchange, writePrices: () => void) {
    this.exchange = exchange;
    this.writePrices = writePrices;
  }

  start(): void {
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    this.writePrices();
    if (this.isBusy || !this.isDue(Date.now())) return;
    if (this.exchange.runtime.sequencer.unavailable !== undefined) return;
    this.isBusy = true;
    this.exchange.submit({ kind: 'tick', id: '', time: 0 }, () => {
      this.isBusy = false;
    });
  }

  private isDue(nowMs: number): boolean {
    const { expiries, deadMen, upkeep, dueStops } = this.exchange.engine.state;
    if (upkeep.length > 0 || dueStops.count > 0) return true;
    if (expiries.count > 0 && expiries.topKey() <= nowMs) return true;
    return deadMen.count > 0 && deadMen.topKey() <= nowMs;
  }
}
