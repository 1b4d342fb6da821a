// POST /api/positions: begins to track a pair. No order is sent and no money moves.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { numeric, pair, pairExample, pairReceipt } from '../pairs.ts';

export const openPairBody = z
  .strictObject({
    account: A.account.optional(),
    longMarket: A.marketSymbol,
    shortMarket: A.marketSymbol,
    capitalUSDC: numeric.describe('In the quote asset of both markets.'),
    leverage: numeric.describe('1 to 1000.'),
    longWeight: numeric.optional().describe('Share of the long leg; left out: 0.5.'),
    longEntryPrice: numeric.optional().describe('Left out: the mark.'),
    shortEntryPrice: numeric.optional().describe('Left out: the mark.'),
    longSize: numeric
      .optional()
      .describe('Left out: capital × leverage × weight ÷ entry price, rounded down.'),
    shortSize: numeric.optional().describe('Likewise.'),
  })
  .meta({ id: 'OpenPair' });

export type OpenPairBody = z.output<typeof openPairBody>;

export const openPair = operation({
  id: 'open_pair',
  method: 'POST',
  path: '/api/positions',
  summary: 'Track a pair',
  tag: 'Pairs',
  access: 'trade',
  bucket: 'trade',
  changes: true,
  shapes: { body: openPairBody, answer: z.strictObject({ ...pairReceipt, position: pair }) },
  example: {
    body: { longMarket: 'BTC-PERP', shortMarket: 'SOL-PERP', capitalUSDC: 500, leverage: 3 },
    answer: { requestId: 'my-key-1', repeated: false, position: pairExample },
  },
});
