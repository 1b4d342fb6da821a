// GET /api/v1/liquidations: positions of an account that were liquidated, newest first.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';

export const listLiquidations = operation({
  id: 'list_liquidations',
  method: 'GET',
  path: '/api/v1/liquidations',
  summary: 'Steps of liquidations, newest first',
  tag: 'Account',
  access: 'read',
  bucket: 'read',
  changes: false,
  shapes: {
    query: z.strictObject({
      account: A.account.optional(),
      limit: A.limit,
      cursor: A.cursor.optional(),
    }),
    answer: z.strictObject({ liquidations: z.array(R.liquidation), next_cursor: R.nextCursor }),
  },
  example: {
    answer: {
      liquidations: [
        {
          id: '1042-0',
          account: 'demo',
          market: 'BTC-PERP',
          receipt: 7,
          by: 'cure',
          counterparty: null,
          position_size: '0.5',
          closed_size: '0.2',
          liquidation_price: '54300.2',
          limit_price: '54180',
          fill_price: '54250',
          bankruptcy_price: '54000.1',
          fee: '54.25',
          shortfall: '0',
          equity_before: '250.15',
          maintenance_before: '271.5',
          equity: '195.9',
          maintenance: '162.9',
          timestamp: '2026-01-31T12:00:00.000Z',
        },
      ],
      next_cursor: null,
    },
  },
});
