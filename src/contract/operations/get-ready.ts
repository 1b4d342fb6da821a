// GET /ready: whether commands are taken now; 503 with a problem when they are not.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';

export const getReady = operation({
  id: 'get_ready',
  method: 'GET',
  path: '/ready',
  summary: 'Ready for commands',
  tag: 'Operation',
  access: 'none',
  bucket: 'none',
  changes: false,
  shapes: {
    answer: z.strictObject({
      status: z.literal('ready'),
      sequence: A.whole,
      history: z.strictObject({
        mode: z.enum(['live', 'catching_up', 'retrying', 'failed']),
        sequence: A.whole,
        behind_records: A.whole,
        behind_ms: A.whole,
      }),
    }),
  },
  example: {
    answer: {
      status: 'ready',
      sequence: 1042,
      history: { mode: 'live', sequence: 1042, behind_records: 0, behind_ms: 0 },
    },
  },
});
