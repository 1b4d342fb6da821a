// POST /api/v1/orders/dead-man: cancels all orders of an account unless it is sent again in time.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { receiptExample } from './place-order.ts';

export const setDeadManBody = z
  .strictObject({
    account: A.account.optional(),
    timeout_ms: A.whole.describe('Milliseconds from now; 0 switches it off.'),
  })
  .meta({ id: 'SetDeadMan' });

export const setDeadMan = operation({
  id: 'set_dead_man',
  method: 'POST',
  path: '/api/v1/orders/dead-man',
  summary: 'Cancel everything when I fall silent',
  tag: 'Orders',
  access: 'trade',
  bucket: 'cancel',
  changes: true,
  shapes: {
    body: setDeadManBody,
    answer: z.strictObject({ ...A.receipt, cancels_at: A.time.nullable() }),
  },
  example: {
    body: { timeout_ms: 60_000 },
    answer: { ...receiptExample, cancels_at: '2026-01-31T12:01:00.000Z' },
  },
});
