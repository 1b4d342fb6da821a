// POST /api/v1/withdrawals: takes money out. Nothing is paid anywhere: the ledger says that it
// left.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { moneyAnswer } from './make-transfer.ts';
import { receiptExample } from './place-order.ts';

export const makeWithdrawalBody = z
  .strictObject({ account: A.account.optional(), asset: A.assetSymbol, amount: A.decimal })
  .meta({ id: 'MakeWithdrawal' });

export const makeWithdrawal = operation({
  id: 'make_withdrawal',
  method: 'POST',
  path: '/api/v1/withdrawals',
  summary: 'Withdraw',
  tag: 'Account',
  access: 'withdraw',
  bucket: 'trade',
  changes: true,
  shapes: { body: makeWithdrawalBody, answer: moneyAnswer },
  example: {
    body: { asset: 'USDT', amount: '100' },
    answer: { ...receiptExample, account: 'demo', asset: 'USDT', amount: '100' },
  },
});
