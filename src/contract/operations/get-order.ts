// GET /api/v1/orders/{order_id}: one order, open or ended.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';
import { orderExample } from './place-order.ts';

export const orderParams = z.strictObject({ order_id: A.orderId });

export const getOrder = operation({
  id: 'get_order',
  method: 'GET',
  path: '/api/v1/orders/{order_id}',
  summary: 'One order',
  tag: 'Orders',
  access: 'read',
  bucket: 'read',
  changes: false,
  shapes: {
    params: orderParams,
    query: z.strictObject({ account: A.account.optional() }),
    answer: R.order,
  },
  example: { answer: orderExample },
});
