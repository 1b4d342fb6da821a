// GET /api/v1/orders/closed: orders that were filled or cancelled, newest first.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';
import { orderExample } from './place-order.ts';

export const listClosedOrders = operation({
  id: 'list_closed_orders',
  method: 'GET',
  path: '/api/v1/orders/closed',
  summary: 'Orders that ended, newest first',
  tag: 'Orders',
  access: 'read',
  bucket: 'read',
  changes: false,
  shapes: {
    query: z.strictObject({
      account: A.account.optional(),
      market: A.marketSymbol.optional(),
      side: A.side.optional(),
      status: z.enum(['filled', 'cancelled']).optional(),
      from: A.time.optional(),
      to: A.time.optional(),
      limit: A.limit,
      cursor: A.cursor.optional(),
    }),
    answer: z.strictObject({ orders: z.array(R.order), next_cursor: R.nextCursor }),
  },
  example: {
    answer: {
      orders: [
        {
          ...orderExample,
          status: 'filled',
          filled: '0.5',
          remaining: '0',
          average_price: '60000',
          closed_at: '2026-01-31T12:00:01.000Z',
          closed_because: 'filled',
        },
      ],
      next_cursor: null,
    },
  },
});
