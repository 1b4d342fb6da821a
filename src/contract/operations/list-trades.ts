// GET /api/v1/markets/{market}/trades: what was traded, newest first.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';
import { marketParams } from './get-market.ts';

export const listTrades = operation({
  id: 'list_trades',
  method: 'GET',
  path: '/api/v1/markets/{market}/trades',
  summary: 'Trades, newest first',
  tag: 'Market data',
  access: 'none',
  bucket: 'read',
  changes: false,
  shapes: {
    params: marketParams,
    query: z.strictObject({ limit: A.limit, cursor: A.cursor.optional() }),
    answer: z.strictObject({ trades: z.array(R.trade), next_cursor: R.nextCursor }),
  },
  example: {
    answer: {
      trades: [
        {
          id: '1042-0',
          market: 'BTC-PERP',
          price: '60000.5',
          size: '0.1',
          taker_side: 'buy',
          liquidation: false,
          traded_at: '2026-01-31T12:00:00.000Z',
        },
      ],
      next_cursor: null,
    },
  },
});
