// Proves that a gap repeats the close with no volume, that the newest candles win when there are
// too many, and that nothing is made up before the first trade.

import { expect, test } from 'vitest';
import { withoutGaps } from './candle-gaps.ts';

const candle = (openMs: number, close: number): Parameters<typeof withoutGaps>[0][number] => ({
  openMs,
  open: close - 1,
  high: close + 1,
  low: close - 2,
  close,
  volume: 5,
  trades: 2,
});

const short = (rows: ReturnType<typeof withoutGaps>): number[][] =>
  rows.map(({ openMs, open, close, volume }) => [openMs, open, close, volume]);

test.each([
  ['nothing traded', [], 50, 10, []],
  [
    'no gap',
    [candle(0, 7), candle(10, 8)],
    20,
    10,
    [
      [0, 6, 7, 5],
      [10, 7, 8, 5],
    ],
  ],
  [
    'a gap',
    [candle(0, 7), candle(20, 9)],
    30,
    10,
    [
      [0, 6, 7, 5],
      [10, 7, 7, 0],
      [20, 8, 9, 5],
    ],
  ],
  [
    'up to now',
    [candle(0, 7)],
    25,
    10,
    [
      [0, 6, 7, 5],
      [10, 7, 7, 0],
      [20, 7, 7, 0],
    ],
  ],
  [
    'the newest',
    [candle(0, 7), candle(10, 8)],
    40,
    2,
    [
      [20, 8, 8, 0],
      [30, 8, 8, 0],
    ],
  ],
] as const)('%s', (_, rows, toMs, limit, wanted) => {
  expect(short(withoutGaps(rows, { intervalMs: 10, toMs, limit }))).toEqual(wanted);
});
