// PATCH /api/v1/admin/markets/{market}: changes terms of a market; what is left out stays.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { MARKET_TERMS } from '../market-terms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';
import { marketExample, marketParams } from './get-market.ts';
import { receiptExample } from './place-order.ts';

export const updateMarketBody = z
  .strictObject(MARKET_TERMS)
  .partial()
  .extend({
    ramp_ms: A.whole
      .optional()
      .default(0)
      .describe('Margin rates reach their new values evenly in this time; 0: at once.'),
    reason: A.text,
  })
  .meta({ id: 'UpdateMarket' });

export type UpdateMarketBody = z.output<typeof updateMarketBody>;

export const updateMarket = operation({
  id: 'update_market',
  method: 'PATCH',
  path: '/api/v1/admin/markets/{market}',
  summary: 'Change the terms of a market',
  tag: 'Administration',
  access: 'admin',
  bucket: 'trade',
  changes: true,
  shapes: {
    params: marketParams,
    body: updateMarketBody,
    answer: z.strictObject({ ...A.receipt, market: R.market }),
  },
  example: {
    body: { funding_interval_ms: 3_600_000, mark_source: 'median', reason: 'funding begins' },
    answer: { ...receiptExample, market: marketExample },
  },
});
