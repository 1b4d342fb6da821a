// GET /api/positions/live-pnl: the figures of an account's open pairs at the current marks.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { pairFigures, pairFiguresExample } from '../pairs.ts';

export const getLivePnl = operation({
  id: 'get_live_pnl',
  method: 'GET',
  path: '/api/positions/live-pnl',
  summary: 'Live figures of open pairs',
  tag: 'Pairs',
  access: 'read',
  bucket: 'read',
  changes: false,
  shapes: {
    query: z.strictObject({ account: A.account.optional() }),
    answer: z.strictObject({ positions: z.array(pairFigures) }),
  },
  example: { answer: { positions: [pairFiguresExample] } },
});
