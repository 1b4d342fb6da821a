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
    market: A.marketSymbol.describe('Its symbol, for ever.'),
    kind: A.marketKind.describe('`spot` exchanges two assets; `perp` has positions on margin.'),
    base: A.assetSymbol.optional().describe('For spot: what a size counts.'),
    quote: A.assetSymbol.describe('What a price counts, and what is paid in.'),
    price_unit: A.decimal.describe('Prices are whole numbers of it, for ever.'),
    size_unit: A.decimal.describe('Sizes are whole numbers of it, for ever.'),
    tick_size: A.decimal.optional().describe('Step of order prices; left out: the price unit.'),
    lot_size: A.decimal.optional().describe('Step of order sizes; left out: the size unit.'),
    brackets: z
      .array(R.bracket)
      .min(1)
      .max(64)
      .optional()
      .default([{ floor_notional: '0', initial: '0.1', maintenance: '0.05' }])
      .describe('Margin by notional, ascending from 0.'),
    maker_fee: A.signedDecimal
      .optional()
      .default('0')
      .describe('Share of the notional; negative: the maker is paid.'),
    taker_fee: A.decimal.optional().default('0').describe('Share of the notional.'),
    liquidation_fee: A.decimal
      .optional()
      .default('0')
      .describe('Share of the notional that a liquidation costs.'),
    price_band: A.decimal
      .optional()
      .default('0')
      .describe('How far through the reference price an order may reach, as a share; 0: any.'),
    open_interest_cap: A.decimal
      .optional()
      .default('0')
      .describe('Most open interest, in size; 0: any.'),
    open_interest_scale_from: A.decimal
      .optional()
      .default('0')
      .describe('Open interest from which initial margin rises; 0: never.'),
    open_interest_scale_to: A.decimal
      .optional()
      .default('0')
      .describe('Open interest at which initial margin is the whole notional.'),
    minimum_size: A.decimal
      .optional()
      .default('0')
      .describe('Smallest order; a close is never too small.'),
    minimum_notional: A.decimal
      .optional()
      .default('0')
      .describe('Smallest order by notional; a close is never too small.'),
    profit_weight: A.decimal
      .optional()
      .default('1')
      .describe('Share of unrealised profit that counts for new risk.'),
    profit_cap: A.decimal
      .optional()
      .default('0')
      .describe('Most unrealised profit of a position that counts for new risk; 0: any.'),
    mark_source: z
      .enum(MARK_SOURCES)
      .optional()
      .default('given')
      .describe('Where the mark comes from: given by an operator, or the index.'),
    self_trade_allowed: z
      .boolean()
      .optional()
      .default(false)
      .describe('Whether an order may ask for no self-trade prevention.'),
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
