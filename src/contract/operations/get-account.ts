// GET /api/v1/account: the money of an account and what its positions require.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';

export const getAccount = operation({
  id: 'get_account',
  method: 'GET',
  path: '/api/v1/account',
  summary: 'Balances and margin',
  tag: 'Account',
  access: 'read',
  bucket: 'read',
  changes: false,
  shapes: { query: z.strictObject({ account: A.account.optional() }), answer: R.account },
  example: {
    answer: {
      account: 'demo',
      owner: 'demo',
      balances: [{ asset: 'USDT', total: '10000', reserved: '0', available: '10000' }],
      total_value: '10000',
      equity: '10000',
      used_margin: '0',
      available_margin: '10000',
      maintenance_margin: '0',
      withdrawable: '10000',
      health: '100',
      status: 'active',
      dead_man_at: null,
      sequence: 1042,
    },
  },
});
