// POST /api/v1/admin/markets/{market}/status: opens, narrows or pauses a market.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { marketParams } from './get-market.ts';
import { receiptExample } from './place-order.ts';

export const setMarketStatusBody = z
  .strictObject({
    status: A.marketStatus,
    price: A.decimal.optional().describe('With settled: every position is closed at it.'),
    reason: A.text,
  })
  .meta({ id: 'SetMarketStatus' });

export const setMarketStatus = operation({
  id: 'set_market_status',
  method: 'POST',
  path: '/api/v1/admin/markets/{market}/status',
  summary: 'Open, narrow or pause a market',
  tag: 'Administration',
  access: 'admin',
  bucket: 'trade',
  changes: true,
  shapes: {
    params: marketParams,
    body: setMarketStatusBody,
    answer: z.strictObject({ ...A.receipt, market: A.marketSymbol, status: A.marketStatus }),
  },
  example: {
    body: { status: 'halted', reason: 'index feed is wrong' },
    answer: { ...receiptExample, market: 'BTC-PERP', status: 'halted' },
  },
});
