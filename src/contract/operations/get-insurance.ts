// GET /api/v1/insurance: what the insurance fund has, and the positions that it took over.

import { operation } from '../operation.ts';
import * as R from '../resources.ts';

export const getInsurance = operation({
  id: 'get_insurance',
  method: 'GET',
  path: '/api/v1/insurance',
  summary: 'The insurance fund',
  tag: 'Market data',
  access: 'none',
  bucket: 'read',
  changes: false,
  shapes: { answer: R.insurance },
  example: {
    answer: {
      balances: [{ asset: 'USDT', balance: '100250.5', collateral: '541.75' }],
      positions: [
        {
          market: 'BTC-PERP',
          size: '0.3',
          entry_price: '54000.1',
          collateral: '541.75',
          unrealized_pnl: '-12.5',
        },
      ],
      sequence: 1042,
    },
  },
});
