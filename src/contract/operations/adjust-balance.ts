// POST /api/v1/admin/adjustments: corrects a balance, up or down, with who did it and why.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { moneyAnswer } from './make-transfer.ts';
import { receiptExample } from './place-order.ts';

export const adjustBalanceBody = z
  .strictObject({
    account: A.id,
    asset: A.assetSymbol,
    amount: A.signedDecimal,
    reason: A.text,
  })
  .meta({ id: 'AdjustBalance' });

export const adjustBalance = operation({
  id: 'adjust_balance',
  method: 'POST',
  path: '/api/v1/admin/adjustments',
  summary: 'Correct a balance',
  tag: 'Administration',
  access: 'admin',
  bucket: 'trade',
  changes: true,
  shapes: { body: adjustBalanceBody, answer: moneyAnswer },
  example: {
    body: { account: 'demo', asset: 'USDT', amount: '-12.5', reason: 'booked twice' },
    answer: { ...receiptExample, account: 'demo', asset: 'USDT', amount: '-12.5' },
  },
});
