// Simulated outside prices: every market wanders by itself, one after the other, so that a few
// markets together make few commands.

import { formatInUnit, type DecimalUnit } from '../units/decimal.ts';
import type { Feed, FeedHealth, Quote } from './feed.ts';
import { PriceWalk, type WalkOptions } from './price-walk.ts';

/** One market moves in this time, the next one in the next. */
export const SIM_STEP_MS = 250;
/** Steps that are made up for when nobody asked for a while. */
const STEPS_MAX = 4;

export interface SimMarket extends WalkOptions {
  readonly market: string;
  readonly priceUnit: DecimalUnit;
}

interface Walking {
  readonly market: string;
  readonly priceUnit: DecimalUnit;
  readonly walk: PriceWalk;
  price: number;
}

export class SimFeed implements Feed {
  readonly name = 'sim';
  readonly markets: readonly string[];
  readonly staleAfterMs: number;
  private readonly walking: readonly Walking[];
  private turn = 0;
  private nextMs = 0;

  constructor(markets: readonly SimMarket[], staleAfterMs: number) {
    this.markets = markets.map(({ market }) => market);
    this.staleAfterMs = staleAfterMs;
    this.walking = markets.map((options) => {
      const { market, priceUnit, start, at = start } = options;
      return { market, priceUnit, walk: new PriceWalk(options), price: at };
    });
  }

  start(nowMs: number): void {
    this.nextMs = nowMs + SIM_STEP_MS;
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  quotes(nowMs: number): Quote[] {
    for (let steps = 0; this.nextMs <= nowMs && steps < STEPS_MAX; steps += 1) {
      const one = this.walking[this.turn % this.walking.length];
      one.price = one.walk.next();
      this.turn += 1;
      this.nextMs += SIM_STEP_MS;
    }
    if (this.nextMs <= nowMs) this.nextMs = nowMs + SIM_STEP_MS; // nobody was there meanwhile
    return this.walking.map(({ market, priceUnit, price }) => ({
      market,
      price: formatInUnit(price, priceUnit),
      timeMs: nowMs,
    }));
  }

  health(): FeedHealth {
    return { state: 'live', errors: 0, trouble: '' };
  }
}
