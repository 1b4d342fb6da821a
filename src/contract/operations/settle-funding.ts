// POST /api/v1/admin/markets/{market}/funding: settles the funding of one interval where the mark
// is given. Elsewhere time settles it.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { marketParams } from './get-market.ts';
import { receiptExample } from './place-order.ts';

export const settleFundingBody = z
  .strictObject({
    interval: z
      .int()
      .min(1)
      .describe('The number of the interval; one that is not newer changes nothing.'),
    rate: A.signedDecimal.describe('Of the interval: longs pay it, below zero shorts do.'),
  })
  .meta({ id: 'SettleFunding' });

export const settleFunding = operation({
  id: 'settle_funding',
  method: 'POST',
  path: '/api/v1/admin/markets/{market}/funding',
  summary: 'Settle funding where the mark is given',
  tag: 'Administration',
  access: 'admin',
  bucket: 'trade',
  changes: true,
  shapes: {
    params: marketParams,
    body: settleFundingBody,
    answer: z.strictObject({ ...A.receipt, market: A.marketSymbol, rate: A.signedDecimal }),
  },
  example: {
    body: { interval: 490_000, rate: '0.0000125' },
    answer: { ...receiptExample, market: 'BTC-PERP', rate: '0.0000125' },
  },
});
