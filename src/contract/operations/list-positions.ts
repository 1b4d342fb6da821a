// GET /api/v1/positions: the positions of an account, and what it chose where it has open orders.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';

export const positionExample = {
  account: 'demo',
  market: 'BTC-PERP',
  side: 'long',
  mode: 'cross',
  leverage: 10,
  size: '0.5',
  entry_price: '60000',
  mark_price: '60100.1',
  liquidation_price: '41000.2',
  notional: '30050.05',
  collateral: '0',
  unrealized_pnl: '50.05',
  realized_pnl: '0',
  funding_owed: '0.375',
  initial_margin: '3005.005',
  maintenance_margin: '300.5005',
  status: 'open',
  open_orders: 0,
  take_profit_order: null,
  stop_loss_order: null,
} as const;

export const listPositions = operation({
  id: 'list_positions',
  method: 'GET',
  path: '/api/v1/positions',
  summary: 'Positions',
  tag: 'Account',
  access: 'read',
  bucket: 'read',
  changes: false,
  shapes: {
    query: z.strictObject({ account: A.account.optional() }),
    answer: z.strictObject({ positions: z.array(R.position), sequence: A.whole }),
  },
  example: { answer: { positions: [positionExample], sequence: 1042 } },
});
