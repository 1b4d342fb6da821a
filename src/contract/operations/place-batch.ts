// POST /api/v1/orders/batch: several orders, each on its own: one refused does not stop the next.

import * as z from 'zod';
import { operation } from '../operation.ts';
import { problem } from '../problem.ts';
import { orderAnswer, orderExample, placeOrderBody, receiptExample } from './place-order.ts';

export const BATCH_MAX = 20;

const result = z
  .strictObject({ order: orderAnswer.nullable(), problem: problem.nullable() })
  .meta({ id: 'BatchResult', description: 'One of the two is null.' });

export const placeBatch = operation({
  id: 'place_batch',
  method: 'POST',
  path: '/api/v1/orders/batch',
  summary: 'Place up to 20 orders',
  tag: 'Orders',
  access: 'trade',
  bucket: 'order',
  changes: true,
  shapes: {
    body: z.strictObject({ orders: z.array(placeOrderBody).min(1).max(BATCH_MAX) }),
    answer: z.strictObject({ results: z.array(result) }),
  },
  example: {
    body: { orders: [{ market: 'BTC-PERP', side: 'buy', price: '60000', size: '0.5' }] },
    answer: {
      results: [
        {
          order: {
            ...receiptExample,
            order_id: '17',
            client_order_id: 'my-order-1',
            order: orderExample,
            fills: [],
          },
          problem: null,
        },
      ],
    },
  },
});
