// POST /api/v1/admin/markets/{market}/index: sets a market's index price, and its mark.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { marketParams } from './get-market.ts';
import { receiptExample } from './place-order.ts';

export const updateIndexBody = z
  .strictObject({
    price: A.decimal,
    mark: A.decimal.optional().describe('Only where the mark is given; left out: the index.'),
  })
  .meta({ id: 'UpdateIndex' });

export const updateIndex = operation({
  id: 'update_index',
  method: 'POST',
  path: '/api/v1/admin/markets/{market}/index',
  summary: 'Set the index price',
  tag: 'Administration',
  access: 'admin',
  bucket: 'trade',
  changes: true,
  shapes: {
    params: marketParams,
    body: updateIndexBody,
    answer: z.strictObject({
      ...A.receipt,
      market: A.marketSymbol,
      index: A.decimal.nullable(),
      mark: A.decimal.nullable(),
    }),
  },
  example: {
    body: { price: '60000.1' },
    answer: { ...receiptExample, market: 'BTC-PERP', index: '60000.1', mark: '60000.1' },
  },
});
