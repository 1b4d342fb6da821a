// GET /api/v1/markets/{market}/funding: the funding rates that were settled, newest first.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';
import { marketParams } from './get-market.ts';

export const listFunding = operation({
  id: 'list_funding',
  method: 'GET',
  path: '/api/v1/markets/{market}/funding',
  summary: 'Funding rates, newest first',
  tag: 'Market data',
  access: 'none',
  bucket: 'read',
  changes: false,
  shapes: {
    params: marketParams,
    query: z.strictObject({ limit: A.limit, cursor: A.cursor.optional() }),
    answer: z.strictObject({ funding: z.array(R.funding), next_cursor: R.nextCursor }),
  },
  example: {
    answer: {
      funding: [
        {
          id: '1042-0',
          market: 'BTC-PERP',
          interval: 492_600,
          rate: '0.0000125',
          mark: '60000.1',
          missed: 0,
          paid_at: '2026-01-31T08:00:00.000Z',
        },
      ],
      next_cursor: null,
    },
  },
});
