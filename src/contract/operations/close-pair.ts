// DELETE /api/positions: ends the tracking of a pair at the current marks. Its row stays, with the
// final profit or loss.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { closedPairExample, pair, pairId, pairReceipt } from '../pairs.ts';

export const closePair = operation({
  id: 'close_pair',
  method: 'DELETE',
  path: '/api/positions',
  summary: 'Close a pair',
  tag: 'Pairs',
  access: 'trade',
  bucket: 'cancel',
  changes: true,
  shapes: {
    query: z.strictObject({ account: A.account.optional(), id: pairId }),
    answer: z.strictObject({ ...pairReceipt, position: pair }),
  },
  example: {
    query: { id: '17' },
    answer: { requestId: 'my-key-1', repeated: false, position: closedPairExample },
  },
});
