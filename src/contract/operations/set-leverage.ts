// POST /api/v1/leverage: leverage or margin mode of an account in a market.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { receiptExample } from './place-order.ts';

export const setLeverageBody = z
  .strictObject({
    account: A.account.optional(),
    market: A.marketSymbol,
    leverage: z.int().min(1).max(1000).optional(),
    mode: A.marginMode.optional(),
  })
  .refine(({ leverage, mode }) => (leverage === undefined) !== (mode === undefined), {
    path: ['leverage'],
    message: 'or mode: give one of the two',
  })
  .meta({ id: 'SetLeverage' });

export const setLeverage = operation({
  id: 'set_leverage',
  method: 'POST',
  path: '/api/v1/leverage',
  summary: 'Set leverage or margin mode',
  tag: 'Account',
  access: 'trade',
  bucket: 'trade',
  changes: true,
  shapes: {
    body: setLeverageBody,
    answer: z.strictObject({ ...A.receipt, market: A.marketSymbol }),
  },
  example: {
    body: { market: 'BTC-PERP', leverage: 10 },
    answer: { ...receiptExample, market: 'BTC-PERP' },
  },
});
