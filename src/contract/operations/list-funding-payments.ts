// GET /api/v1/funding: what an account paid and received in funding, newest first. It is settled
// when a position is touched, so one payment may be of several intervals.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';

export const fundingQuery = z.strictObject({
  account: A.account.optional(),
  market: A.marketSymbol.optional(),
  from: A.time.optional(),
  to: A.time.optional(),
  limit: A.limit,
  cursor: A.cursor.optional(),
});

export const listFundingPayments = operation({
  id: 'list_funding_payments',
  method: 'GET',
  path: '/api/v1/funding',
  summary: 'Funding paid and received, newest first',
  tag: 'Account',
  access: 'read',
  bucket: 'read',
  changes: false,
  shapes: {
    query: fundingQuery,
    answer: z.strictObject({ funding: z.array(R.fundingPayment), next_cursor: R.nextCursor }),
  },
  example: {
    answer: {
      funding: [
        {
          id: '1042-0',
          account: 'demo',
          market: 'BTC-PERP',
          position_size: '0.5',
          amount: '0.375001',
          asset: 'USDT',
          paid_at: '2026-01-31T13:00:00.000Z',
        },
      ],
      next_cursor: null,
    },
  },
});
