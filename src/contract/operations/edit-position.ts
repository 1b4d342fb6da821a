// POST /api/v1/positions: one change of an isolated position, at market.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';
import { positionExample } from './list-positions.ts';
import { receiptExample } from './place-order.ts';

export const editPositionBody = z
  .strictObject({
    account: A.account.optional(),
    market: A.marketSymbol,
    edit: A.edit,
    side: A.side.optional().describe('The direction; needed to open.'),
    collateral: A.decimal.optional().describe('What is put up, added or removed.'),
    leverage: A.whole.optional().describe('With collateral.'),
    size: A.decimal.optional().describe('Instead of collateral; needed to reduce.'),
    worst_price: A.decimal.optional().describe('No fill beyond it.'),
  })
  .meta({ id: 'EditPosition' });

export const editPosition = operation({
  id: 'edit_position',
  method: 'POST',
  path: '/api/v1/positions',
  summary: 'Open, change or close an isolated position',
  tag: 'Account',
  access: 'trade',
  bucket: 'trade',
  changes: true,
  shapes: {
    body: editPositionBody,
    answer: z.strictObject({
      ...A.receipt,
      position: R.position.nullable().describe('null: there is none now.'),
      fills: z.array(R.fill),
    }),
  },
  example: {
    body: { market: 'BTC-PERP', edit: 'open', side: 'buy', collateral: '500', leverage: 10 },
    answer: {
      ...receiptExample,
      position: { ...positionExample, mode: 'isolated', collateral: '500' },
      fills: [],
    },
  },
});
