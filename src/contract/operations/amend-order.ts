// PATCH /api/v1/orders/{order_id}: a new price or size. The place in the queue stays when only the
// size becomes smaller.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { orderParams } from './get-order.ts';
import { orderAnswer, orderExample, receiptExample } from './place-order.ts';

export const amendOrderBody = z
  .strictObject({
    account: A.account.optional(),
    price: A.decimal.optional(),
    size: A.decimal.optional().describe('The new total, filled part included.'),
  })
  .refine(({ price, size }) => price !== undefined || size !== undefined, {
    path: ['price'],
    message: 'is missing: give price, size or both',
  })
  .meta({ id: 'AmendOrder' });

export const amendOrder = operation({
  id: 'amend_order',
  method: 'PATCH',
  path: '/api/v1/orders/{order_id}',
  summary: 'Amend an order',
  tag: 'Orders',
  access: 'trade',
  bucket: 'trade',
  changes: true,
  shapes: { params: orderParams, body: amendOrderBody, answer: orderAnswer },
  example: {
    body: { price: '59990' },
    answer: {
      ...receiptExample,
      order_id: '17',
      client_order_id: 'my-order-1',
      order: { ...orderExample, price: '59990' },
      fills: [],
    },
  },
});
