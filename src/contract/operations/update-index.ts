// POST /api/v1/admin/markets/{market}/index: sets a market's index price, and its mark.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { marketParams } from './get-market.ts';
import { receiptExample } from './place-order.ts';

const source = z
  .strictObject({
    source: A.whole.describe('Its number, from 0.'),
    price: A.decimal,
    at: A.time.describe('When it said so.'),
  })
  .meta({ id: 'SourcePrice' });

export const updateIndexBody = z
  .strictObject({
    price: A.decimal.optional().describe('The index, or what its only source says.'),
    sources: z
      .array(source)
      .min(1)
      .max(64)
      .optional()
      .describe('What several sources say: the index is made of them and of what others said.'),
    mark: A.decimal.optional().describe('Only where the mark is given; left out: the index.'),
  })
  .superRefine(({ price, sources }, context) => {
    if ((price === undefined) !== (sources === undefined)) return;
    const message =
      price === undefined ? 'is missing: give it or sources' : 'does not go with sources';
    context.addIssue({ code: 'custom', path: ['price'], message });
  })
  .meta({ id: 'UpdateIndex' });

export type UpdateIndexBody = z.output<typeof updateIndexBody>;

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
