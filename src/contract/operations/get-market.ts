// GET /api/v1/markets/{market}: one market with its terms and its prices now.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';

export const marketExample = {
  market: 'BTC-PERP',
  kind: 'perp',
  status: 'active',
  base: null,
  quote: 'USDT',
  tick_size: '0.5',
  lot_size: '0.001',
  price_unit: '0.1',
  size_unit: '0.001',
  last: '60000.5',
  mark: '60000.1',
  index: '60000.1',
  best_bid: '60000',
  best_ask: '60000.5',
  open_interest: '12.5',
  maker_fee: '-0.0001',
  taker_fee: '0.0005',
  liquidation_fee: '0.005',
  price_band: '0.05',
  minimum_size: '0.001',
  minimum_notional: '5',
  open_interest_cap: '0',
  leverage_max: 50,
  brackets: [{ floor_notional: '0', initial: '0.02', maintenance: '0.01' }],
} as const;

/** The market in a path. A symbol with a slash is written with %2F. */
export const marketParams = z.strictObject({ market: A.marketSymbol });

export const getMarket = operation({
  id: 'get_market',
  method: 'GET',
  path: '/api/v1/markets/{market}',
  summary: 'One market',
  tag: 'Market data',
  access: 'none',
  bucket: 'read',
  changes: false,
  shapes: { params: marketParams, answer: R.market },
  example: { answer: marketExample },
});
