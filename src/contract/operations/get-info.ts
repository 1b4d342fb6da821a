// GET /api/v1/info: what this exchange is and how much it takes.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';

const rate = z.strictObject({ per_second: z.number(), burst: z.number() }).meta({ id: 'Rate' });

const answer = z.strictObject({
  name: z.string(),
  version: z.string(),
  demo: z.boolean().describe('Simulated makers and takers trade here.'),
  assets: z.array(R.asset),
  limits: z.strictObject({
    body_bytes: A.whole,
    depth: A.whole,
    batch: A.whole,
    open_orders_per_market: A.whole,
    id_characters: A.whole,
    remembered_ids_per_account: A.whole,
    page: A.whole,
  }),
  rates: z.strictObject({ read: rate, trade: rate, cancel: rate }),
});

export const getInfo = operation({
  id: 'get_info',
  method: 'GET',
  path: '/api/v1/info',
  summary: 'Version, assets and limits',
  tag: 'Market data',
  access: 'none',
  bucket: 'read',
  changes: false,
  shapes: { answer },
  example: {
    answer: {
      name: 'plimsoll',
      version: '0.1.0',
      demo: true,
      assets: [
        {
          asset: 'USDT',
          decimals: 6,
          settlement: true,
          weight: '1',
          liability_weight: '1',
          price: null,
          interest: '0.00001',
          auto_convert_limit: '0',
        },
      ],
      limits: {
        body_bytes: 65_536,
        depth: 8,
        batch: 20,
        open_orders_per_market: 200,
        id_characters: 36,
        remembered_ids_per_account: 1024,
        page: 1000,
      },
      rates: {
        read: { per_second: 50, burst: 200 },
        trade: { per_second: 50, burst: 100 },
        cancel: { per_second: 100, burst: 200 },
      },
    },
  },
});
