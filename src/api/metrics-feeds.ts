// Figures about the feeds of outside prices: how old each price is, and what went wrong.

import { Counter, Gauge, type Registry } from 'prom-client';

/** The feeds at one moment. */
export interface FeedsFigures {
  readonly feeds: readonly {
    readonly feed: string;
    readonly isLive: boolean;
    readonly errors: number;
  }[];
  readonly prices: readonly {
    readonly feed: string;
    readonly market: string;
    /** Undefined before the first price. */
    readonly ageMs: number | undefined;
  }[];
  /** Prices that the engine did not take. */
  readonly refused: number;
}

const MS_PER_SECOND = 1_000;

export function feedMetrics(registry: Registry, look: () => FeedsFigures): void {
  const registers = [registry];
  const age = new Gauge({
    name: 'plimsoll_feed_age_seconds',
    help: 'Since a feed last knew the price of a market.',
    labelNames: ['feed', 'market'],
    registers,
    collect: () => {
      age.reset();
      for (const { feed, market, ageMs } of look().prices) {
        if (ageMs !== undefined) age.set({ feed, market }, ageMs / MS_PER_SECOND);
      }
    },
  });
  const live = new Gauge({
    name: 'plimsoll_feed_live',
    help: '1 while a feed gives prices.',
    labelNames: ['feed'],
    registers,
    collect: () => {
      for (const { feed, isLive } of look().feeds) live.set({ feed }, isLive ? 1 : 0);
    },
  });
  const errors = new Counter({
    name: 'plimsoll_feed_errors_total',
    help: 'Failures of a feed.',
    labelNames: ['feed'],
    registers,
    collect: () => {
      errors.reset();
      for (const { feed, errors: count } of look().feeds) errors.inc({ feed }, count);
    },
  });
  const refused = new Counter({
    name: 'plimsoll_feed_refused_total',
    help: 'Outside prices that the engine did not take.',
    registers,
    collect: () => {
      refused.reset();
      refused.inc(look().refused);
    },
  });
}
