// POST /api/v1/admin/accounts: makes an account.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { receiptExample } from './place-order.ts';

export const createAccountBody = z
  .strictObject({
    account: A.id.describe('Its name.'),
    owner: A.id.optional().describe('Orders of one owner do not trade with each other.'),
  })
  .meta({ id: 'CreateAccount' });

export const createAccount = operation({
  id: 'create_account',
  method: 'POST',
  path: '/api/v1/admin/accounts',
  summary: 'Make an account',
  tag: 'Administration',
  access: 'admin',
  bucket: 'trade',
  changes: true,
  shapes: {
    body: createAccountBody,
    answer: z.strictObject({ ...A.receipt, account: A.id, owner: A.id }),
  },
  example: {
    body: { account: 'alice' },
    answer: { ...receiptExample, account: 'alice', owner: 'alice' },
  },
});
