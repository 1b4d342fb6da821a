// GET /api/v1/markets/{market}: one market with its terms and its prices now.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';

export const marketExample = {
  market: 'BTC-PERP',
  kind: 'perp',
  status: 'active',
  imposed: [],
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
  funding_rate: '0.0000125',
  next_funding_at: '2026-01-31T13:00:00.000Z',
  leverage_max: 50,
  brackets: [{ floor_notional: '0', initial: '0.02', maintenance: '0.01' }],
  maker_fee: '-0.0001',
  taker_fee: '0.0005',
  liquidation_fee: '0.005',
  price_band: '0.05',
  open_interest_cap: '0',
  open_interest_scale_from: '0',
  open_interest_scale_to: '0',
  minimum_size: '0.001',
  minimum_notional: '5',
  profit_weight: '1',
  profit_cap: '0',
  mark_source: 'median',
  self_trade_allowed: false,
  cure_slip: '0',
  liquidation_buffer: '0',
  insurance_cap: '0',
  account_limit: '0',
  owner_limit: '0',
  funding_interval_ms: 3_600_000,
  funding_interest: '0.0001',
  funding_cap: '0.04',
  impact_notional: '10000',
  basis_limit: '0.005',
  mark_limit: '0.005',
  sources_required: 2,
  source_max_age_ms: 10_000,
  source_deviation: '0.01',
} satisfies z.input<typeof R.market>;

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
