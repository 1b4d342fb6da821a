// GET /api/positions: the pairs of an account as they were opened and closed, newest first.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { pair, pairExample } from '../pairs.ts';
import * as R from '../resources.ts';

export const listPairs = operation({
  id: 'list_pairs',
  method: 'GET',
  path: '/api/positions',
  summary: 'Tracked pairs',
  tag: 'Pairs',
  access: 'read',
  bucket: 'read',
  changes: false,
  shapes: {
    query: z.strictObject({
      account: A.account.optional(),
      status: z.enum(['open', 'closed', 'all']).optional().default('open'),
      limit: A.limit,
      cursor: A.cursor.optional(),
    }),
    answer: z.strictObject({ positions: z.array(pair), nextCursor: R.nextCursor }),
  },
  example: { answer: { positions: [pairExample], nextCursor: null } },
});
