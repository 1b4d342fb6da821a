// POST /api/v1/transfers: moves money to another account of this exchange.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { receiptExample } from './place-order.ts';

export const makeTransferBody = z
  .strictObject({
    account: A.account.optional(),
    to: A.id.describe('The account that receives.'),
    asset: A.assetSymbol,
    amount: A.decimal,
  })
  .meta({ id: 'MakeTransfer' });

/** What moved: the new balance of the account that the command was for. */
export const moneyAnswer = z
  .strictObject({
    ...A.receipt,
    account: A.id,
    asset: A.assetSymbol,
    amount: A.signedDecimal,
  })
  .meta({ id: 'MoneyAnswer' });

export const makeTransfer = operation({
  id: 'make_transfer',
  method: 'POST',
  path: '/api/v1/transfers',
  summary: 'Move money to another account',
  tag: 'Account',
  access: 'transfer',
  bucket: 'trade',
  changes: true,
  shapes: { body: makeTransferBody, answer: moneyAnswer },
  example: {
    body: { to: 'savings', asset: 'USDT', amount: '250' },
    answer: { ...receiptExample, account: 'demo', asset: 'USDT', amount: '250' },
  },
});
