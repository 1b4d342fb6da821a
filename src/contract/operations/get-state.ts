// GET /api/v1/admin/state: the digest of the whole state, and whether money was conserved.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';

export const getState = operation({
  id: 'get_state',
  method: 'GET',
  path: '/api/v1/admin/state',
  summary: 'State hash and conservation',
  tag: 'Administration',
  access: 'admin',
  bucket: 'read',
  changes: false,
  shapes: {
    answer: z.strictObject({
      sequence: A.whole,
      hash: z.string(),
      ledger_hash: z.string().describe('Without counters and remembered ids.'),
      event_digest: z.string(),
      conservation: z.array(
        z.strictObject({ asset: A.assetSymbol, difference: A.sum.describe('0, always.') }),
      ),
    }),
  },
  example: {
    answer: {
      sequence: 1042,
      hash: 'c0ffee00c0ffee00c0ffee00c0ffee00',
      ledger_hash: 'c0ffee00c0ffee00c0ffee00c0ffee00',
      event_digest: 'c0ffee00c0ffee00c0ffee00c0ffee00',
      conservation: [{ asset: 'USDT', difference: '0' }],
    },
  },
});
