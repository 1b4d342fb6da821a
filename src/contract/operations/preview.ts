// POST /api/v1/preview: what a command would lead to now, without doing it. A refusal is an answer
// too, so a preview that was understood is always 200.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { problem } from '../problem.ts';
import * as R from '../resources.ts';
import { amendOrderBody } from './amend-order.ts';
import { editPositionBody } from './edit-position.ts';
import { makeTransferBody } from './make-transfer.ts';
import { makeWithdrawalBody } from './make-withdrawal.ts';
import { placeOrderBody } from './place-order.ts';
import { setLeverageBody } from './set-leverage.ts';

const body = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('place_order'), order: placeOrderBody }),
  z.strictObject({
    command: z.literal('amend_order'),
    order_id: A.orderId,
    amendment: amendOrderBody,
  }),
  z.strictObject({
    command: z.literal('cancel_order'),
    order_id: A.orderId,
    account: A.account.optional(),
  }),
  z.strictObject({ command: z.literal('edit_position'), edit: editPositionBody }),
  z.strictObject({ command: z.literal('set_leverage'), setting: setLeverageBody }),
  z.strictObject({ command: z.literal('transfer'), transfer: makeTransferBody }),
  z.strictObject({ command: z.literal('withdraw'), withdrawal: makeWithdrawalBody }),
]);

export type PreviewBody = z.output<typeof body>;

export const preview = operation({
  id: 'preview',
  method: 'POST',
  path: '/api/v1/preview',
  summary: 'The outcome of a command, without execution',
  tag: 'Orders',
  access: 'read',
  bucket: 'read',
  changes: false,
  shapes: {
    body,
    answer: z.strictObject({
      valid: z.boolean(),
      events: z.array(R.event).describe('Of the first step of the command.'),
      problem: problem.nullable(),
      sequence: A.whole.describe('The state that it was computed on.'),
    }),
  },
  example: {
    body: {
      command: 'place_order',
      order: { market: 'BTC-PERP', side: 'buy', price: '60000', size: '0.5' },
    },
    answer: {
      valid: true,
      events: [{ event: 'order_accepted', order: '18', market: 'BTC-PERP' }],
      problem: null,
      sequence: 1042,
    },
  },
});
