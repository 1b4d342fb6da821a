// POST /api/v1/admin/markets/{market}/impact: what new terms would do to who is there, on a copy.

import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { stressReport } from '../stress.ts';
import { marketParams } from './get-market.ts';
import { stressExample } from './stress-test.ts';
import { updateMarketBody } from './update-market.ts';

export const previewMarketUpdate = operation({
  id: 'preview_market_update',
  method: 'POST',
  path: '/api/v1/admin/markets/{market}/impact',
  summary: 'What a change of terms would lead to',
  tag: 'Administration',
  access: 'admin',
  bucket: 'read',
  changes: false,
  shapes: {
    params: marketParams,
    body: updateMarketBody,
    answer: stressReport.extend({ sequence: A.whole }),
  },
  example: {
    body: {
      brackets: [{ floor_notional: '0', initial: '0.2', maintenance: '0.1' }],
      reason: 'less leverage',
    },
    answer: { ...stressExample, moves: [] },
  },
});
