// GET /api/v1/fills: the fills of an account, newest first.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';

export const fillsQuery = z.strictObject({
  account: A.account.optional(),
  market: A.marketSymbol.optional(),
  order_id: A.orderId.optional(),
  from: A.time.optional(),
  to: A.time.optional(),
  limit: A.limit,
  cursor: A.cursor.optional(),
});

export const listFills = operation({
  id: 'list_fills',
  method: 'GET',
  path: '/api/v1/fills',
  summary: 'Fills, newest first',
  tag: 'Account',
  access: 'read',
  bucket: 'read',
  changes: false,
  shapes: {
    query: fillsQuery,
    answer: z.strictObject({ fills: z.array(R.fill), next_cursor: R.nextCursor }),
  },
  example: {
    answer: {
      fills: [
        {
          id: '1042-0',
          order_id: '17',
          market: 'BTC-PERP',
          side: 'buy',
          role: 'taker',
          price: '60000.5',
          size: '0.1',
          fee: '3.000025',
          fee_asset: 'USDT',
          filled_at: '2026-01-31T12:00:00.000Z',
        },
      ],
      next_cursor: null,
    },
  },
});
