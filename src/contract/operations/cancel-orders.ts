// DELETE /api/v1/orders: cancels one order by its client order id, or all of an account.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { cancelAnswer } from './cancel-order.ts';
import { receiptExample } from './place-order.ts';

export const cancelOrdersQuery = z
  .strictObject({
    account: A.account.optional(),
    client_order_id: A.id.optional().describe('Only this one.'),
    market: A.marketSymbol.optional().describe('Only there.'),
    side: A.side.optional().describe('Only that side.'),
  })
  .refine((query) => query.client_order_id === undefined || (!query.market && !query.side), {
    path: ['client_order_id'],
    message: 'stands alone: leave market and side out',
  });

export const cancelOrders = operation({
  id: 'cancel_orders',
  method: 'DELETE',
  path: '/api/v1/orders',
  summary: 'Cancel by client order id, or all',
  tag: 'Orders',
  access: 'trade',
  bucket: 'cancel',
  changes: true,
  shapes: { query: cancelOrdersQuery, answer: cancelAnswer },
  example: { answer: { ...receiptExample, cancelled: ['17', '18'] } },
});
