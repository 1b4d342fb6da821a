// POST /api/v1/admin/markets: makes a market. Terms that are not given hold as described.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { NEW_MARKET_TERMS } from '../market-terms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';
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
    ...NEW_MARKET_TERMS,
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
