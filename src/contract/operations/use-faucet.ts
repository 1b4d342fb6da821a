// POST /api/v1/demo/faucet: paper money for the demo's own account. Capped, and only with the demo.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { moneyAnswer } from './make-transfer.ts';
import { receiptExample } from './place-order.ts';

export const useFaucet = operation({
  id: 'use_faucet',
  method: 'POST',
  path: '/api/v1/demo/faucet',
  summary: 'Paper money',
  tag: 'Demo',
  access: 'trade',
  bucket: 'trade',
  changes: true,
  shapes: {
    body: z.strictObject({ account: A.account.optional() }),
    answer: moneyAnswer,
  },
  example: {
    body: {},
    answer: { ...receiptExample, account: 'demo', asset: 'USDT', amount: '1000' },
  },
});
