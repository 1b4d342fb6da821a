// POST /api/v1/admin/markets: makes a market. Terms that are not given hold as described.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';
import { MARK_SOURCES } from '../words.ts';
import { marketExample } from './get-market.ts';
import { receiptExample } from './place-order.ts';

export const createMarketBody = z
  .strictObject({
    market: A.marketSymbol,
    kind: A.marketKind,
    base: A.assetSymbol.optional().describe('For spot: what a size counts.'),
    quote: A.assetSymbol,
    price_unit: A.decimal,
    size_unit: A.decimal,
    tick_size: A.decimal.optional().describe('Left out: the price unit.'),
    lot_size: A.decimal.optional().describe('Left out: the size unit.'),
    brackets: z
      .array(R.bracket)
      .min(1)
      .max(64)
      .optional()
      .default([{ floor_notional: '0', initial: '0.1', maintenance: '0.05' }]),
    maker_fee: A.signedDecimal.optional().default('0'),
    taker_fee: A.decimal.optional().default('0'),
    liquidation_fee: A.decimal.optional().default('0'),
    price_band: A.decimal.optional().default('0'),
    open_interest_cap: A.decimal.optional().default('0'),
    open_interest_scale_from: A.decimal.optional().default('0'),
    open_interest_scale_to: A.decimal.optional().default('0'),
    minimum_size: A.decimal.optional().default('0'),
    minimum_notional: A.decimal.optional().default('0'),
    profit_weight: A.decimal.optional().default('1'),
    profit_cap: A.decimal.optional().default('0'),
    mark_source: z.enum(MARK_SOURCES).optional().default('given'),
    self_trade_allowed: z.boolean().optional().default(false),
  })
  .superRefine(({ kind, base }, context) => {
    if ((kind === 'spot') === (base !== undefined)) return;
    const message = kind === 'spot' ? 'is missing: "spot" needs it' : 'does not go with "perp"';
    context.addIssue({ code: 'custom', path: ['base'], message });
  })
  .meta({ id: 'CreateMarket' });

export type CreateMarketBody = z.output<typeof createMarketBody>;

export const createMarket = operation({
  id: 'create_market',
  method: 'POST',
  path: '/api/v1/admin/markets',
  summary: 'Make a market',
  tag: 'Administration',
  access: 'admin',
  bucket: 'trade',
  changes: true,
  shapes: { body: createMarketBody, answer: z.strictObject({ ...A.receipt, market: R.market }) },
  example: {
    body: {
      market: 'BTC-PERP',
      kind: 'perp',
      quote: 'USDT',
      price_unit: '0.1',
      size_unit: '0.001',
      tick_size: '0.5',
      brackets: [{ floor_notional: '0', initial: '0.02', maintenance: '0.01' }],
    },
    answer: { ...receiptExample, market: marketExample },
  },
});
