// GET /api/v1/interest: interest that an account was charged on a balance below zero, newest first.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';

export const listInterest = operation({
  id: 'list_interest',
  method: 'GET',
  path: '/api/v1/interest',
  summary: 'Interest charged, newest first',
  tag: 'Account',
  access: 'read',
  bucket: 'read',
  changes: false,
  shapes: {
    query: z.strictObject({
      account: A.account.optional(),
      limit: A.limit,
      cursor: A.cursor.optional(),
    }),
    answer: z.strictObject({ interest: z.array(R.interestCharge), next_cursor: R.nextCursor }),
  },
  example: {
    answer: {
      interest: [
        {
          id: '1042-0',
          account: 'demo',
          asset: 'USDT',
          amount: '0.012',
          charged_at: '2026-01-31T13:00:00.000Z',
        },
      ],
      next_cursor: null,
    },
  },
});
