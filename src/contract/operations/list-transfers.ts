// GET /api/v1/transfers: deposits, withdrawals, transfers and corrections, newest first.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';

export const listTransfers = operation({
  id: 'list_transfers',
  method: 'GET',
  path: '/api/v1/transfers',
  summary: 'Deposits, withdrawals and transfers, newest first',
  tag: 'Account',
  access: 'read',
  bucket: 'read',
  changes: false,
  shapes: {
    query: z.strictObject({
      account: A.account.optional(),
      asset: A.assetSymbol.optional(),
      limit: A.limit,
      cursor: A.cursor.optional(),
    }),
    answer: z.strictObject({ transfers: z.array(R.transfer), next_cursor: R.nextCursor }),
  },
  example: {
    answer: {
      transfers: [
        {
          id: '12-0',
          account: 'demo',
          asset: 'USDT',
          kind: 'deposit',
          change: '10000',
          balance: '10000',
          made_at: '2026-01-31T12:00:00.000Z',
        },
      ],
      next_cursor: null,
    },
  },
});
