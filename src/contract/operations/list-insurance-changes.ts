// GET /api/v1/insurance/changes: every change of the insurance fund's money, newest first.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';

export const listInsuranceChanges = operation({
  id: 'list_insurance_changes',
  method: 'GET',
  path: '/api/v1/insurance/changes',
  summary: 'Changes of the insurance fund, newest first',
  tag: 'Market data',
  access: 'none',
  bucket: 'read',
  changes: false,
  shapes: {
    query: z.strictObject({ limit: A.limit, cursor: A.cursor.optional() }),
    answer: z.strictObject({ changes: z.array(R.insuranceChange), next_cursor: R.nextCursor }),
  },
  example: {
    answer: {
      changes: [
        {
          id: '1042-3',
          asset: 'USDT',
          why: 'fee',
          change: '54.25',
          balance: '100250.5',
          changed_at: '2026-01-31T12:00:00.000Z',
        },
      ],
      next_cursor: null,
    },
  },
});
