// GET /api/v1/markets/{market}/candles: prices by interval. A gap repeats the close with no volume.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';
import { marketParams } from './get-market.ts';

/** Intervals with their length in milliseconds. */
export const INTERVALS = {
  '1s': 1_000,
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
} as const;

export const interval = z
  .enum(Object.keys(INTERVALS) as (keyof typeof INTERVALS)[])
  .meta({ id: 'Interval' });

export const listCandles = operation({
  id: 'list_candles',
  method: 'GET',
  path: '/api/v1/markets/{market}/candles',
  summary: 'Candles, oldest first',
  tag: 'Market data',
  access: 'none',
  bucket: 'read',
  changes: false,
  shapes: {
    params: marketParams,
    query: z.strictObject({
      interval: interval.optional().default('1m'),
      from: A.time.optional(),
      to: A.time.optional(),
      limit: A.limit,
    }),
    answer: z.strictObject({
      market: A.marketSymbol,
      interval,
      candles: z.array(R.candle),
    }),
  },
  example: {
    answer: {
      market: 'BTC-PERP',
      interval: '1m',
      candles: [
        {
          opened_at: '2026-01-31T12:00:00.000Z',
          open: '60000',
          high: '60010.5',
          low: '59990',
          close: '60000.5',
          volume: '3.25',
          trades: 12,
        },
      ],
    },
  },
});
