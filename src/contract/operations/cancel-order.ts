// DELETE /api/v1/orders/{order_id}: cancels one order.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { orderParams } from './get-order.ts';
import { receiptExample } from './place-order.ts';

/** What was cancelled: the orders that this command ended. */
export const cancelAnswer = z
  .strictObject({ ...A.receipt, cancelled: z.array(A.orderId) })
  .meta({ id: 'CancelAnswer' });

export const cancelOrder = operation({
  id: 'cancel_order',
  method: 'DELETE',
  path: '/api/v1/orders/{order_id}',
  summary: 'Cancel an order',
  tag: 'Orders',
  access: 'trade',
  bucket: 'cancel',
  changes: true,
  shapes: {
    params: orderParams,
    query: z.strictObject({ account: A.account.optional() }),
    answer: cancelAnswer,
  },
  example: { answer: { ...receiptExample, cancelled: ['17'] } },
});
