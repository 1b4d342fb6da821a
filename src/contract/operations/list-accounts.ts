// GET /api/v1/admin/accounts: the names of all accounts; the first three are the system's.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';

export const listAccounts = operation({
  id: 'list_accounts',
  method: 'GET',
  path: '/api/v1/admin/accounts',
  summary: 'All accounts',
  tag: 'Administration',
  access: 'admin',
  bucket: 'read',
  changes: false,
  shapes: {
    query: z.strictObject({
      from: A.count(0, 999_999, 0).describe('How many to pass over.'),
      limit: A.limit,
    }),
    answer: z.strictObject({ accounts: z.array(A.id), total: A.whole }),
  },
  example: { answer: { accounts: ['fees', 'rounding', 'insurance', 'demo'], total: 4 } },
});
