// POST /api/v1/admin/deposits: adds to a balance. There is no chain or bank behind it: whoever may
// do this makes money, so it needs the scope admin and is journaled like everything else.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { moneyAnswer } from './make-transfer.ts';
import { receiptExample } from './place-order.ts';

export const makeDepositBody = z
  .strictObject({ account: A.id, asset: A.assetSymbol, amount: A.decimal })
  .meta({ id: 'MakeDeposit' });

export const makeDeposit = operation({
  id: 'make_deposit',
  method: 'POST',
  path: '/api/v1/admin/deposits',
  summary: 'Deposit',
  tag: 'Administration',
  access: 'admin',
  bucket: 'trade',
  changes: true,
  shapes: { body: makeDepositBody, answer: moneyAnswer },
  example: {
    body: { account: 'demo', asset: 'USDT', amount: '10000' },
    answer: { ...receiptExample, account: 'demo', asset: 'USDT', amount: '10000' },
  },
});
