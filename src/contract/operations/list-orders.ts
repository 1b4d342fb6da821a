// GET /api/v1/orders: the open orders of an account, stops included.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';
import { orderExample } from './place-order.ts';

export const listOrders = operation({
  id: 'list_orders',
  method: 'GET',
  path: '/api/v1/orders',
  summary: 'Open orders',
  tag: 'Orders',
  access: 'read',
  bucket: 'read',
  changes: false,
  shapes: {
    query: z.strictObject({
      account: A.account.optional(),
      market: A.marketSymbol.optional(),
      client_order_id: A.id
        .optional()
        .describe('Only this one; when no open order has it, the last one that had it.'),
    }),
    answer: z.strictObject({ orders: z.array(R.order) }),
  },
  example: { answer: { orders: [orderExample] } },
});
