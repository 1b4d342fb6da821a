// Candles without holes: an interval in which nothing was traded repeats the close with no volume,
// so that a chart needs no rule of its own.

import type { CandleRow } from '../contract/history-rows.ts';

export interface Gaps {
  readonly intervalMs: number;
  /** Candles begin before this. */
  readonly toMs: number;
  /** At most so many, the newest of them. */
  readonly limit: number;
}

/** `rows` ascend; the result ends with the interval that `toMs` lies in. */
export function withoutGaps(rows: readonly CandleRow[], gaps: Gaps): CandleRow[] {
  const { intervalMs, toMs, limit } = gaps;
  const first = rows[0];
  if (first === undefined) return [];
  const full: CandleRow[] = [];
  const lastMs = toMs - 1 - ((toMs - 1) % intervalMs);
  const oldestMs = Math.max(first.openMs, lastMs - (limit - 1) * intervalMs);
  let at = 0;
  let close = first.open;
  while (at < rows.length && rows[at].openMs < oldestMs) {
    close = rows[at].close;
    at += 1;
  }
  for (let openMs = oldestMs; openMs <= lastMs; openMs += intervalMs) {
    if (rows[at]?.openMs === openMs) {
      full.push(rows[at]);
      close = rows[at].close;
      at += 1;
    } else {
      const flat = { open: close, high: close, low: close, close };
      full.push({ openMs, ...flat, volume: 0, trades: 0 });
    }
  }
  return full;
}
