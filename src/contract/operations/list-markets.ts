// GET /api/v1/markets: every market with its terms and its prices now.

import * as z from 'zod';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';
import { marketExample } from './get-market.ts';

export const listMarkets = operation({
  id: 'list_markets',
  method: 'GET',
  path: '/api/v1/markets',
  summary: 'All markets',
  tag: 'Market data',
  access: 'none',
  bucket: 'read',
  changes: false,
  shapes: { answer: z.strictObject({ markets: z.array(R.market) }) },
  example: { answer: { markets: [marketExample] } },
});
