// POST /api/v1/admin/assets: makes an asset.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import * as R from '../resources.ts';
import { receiptExample } from './place-order.ts';

export const createAssetBody = z
  .strictObject({
    asset: A.assetSymbol.describe('Its symbol, for ever.'),
    decimals: z.int().min(0).max(12).describe('Digits behind the point of its smallest unit.'),
    settlement: z
      .boolean()
      .optional()
      .default(false)
      .describe('The one that cross margin is counted in.'),
    weight: A.decimal
      .optional()
      .default('1')
      .describe('Share of a balance that counts as collateral.'),
    liability_weight: A.decimal.optional().default('1').describe('What a debt counts, at least 1.'),
    price: A.decimal
      .optional()
      .describe('Settlement per whole asset; without one it is worth nothing as collateral.'),
    interest: A.decimal
      .optional()
      .default('0')
      .describe('Of an hour on a balance below zero; the settlement asset’s is charged.'),
    auto_convert_limit: A.decimal
      .optional()
      .default('0')
      .describe('In a liquidation other collateral is sold once the debt is above this.'),
  })
  .meta({ id: 'CreateAsset' });

export type CreateAssetBody = z.output<typeof createAssetBody>;

export const createAsset = operation({
  id: 'create_asset',
  method: 'POST',
  path: '/api/v1/admin/assets',
  summary: 'Make an asset',
  tag: 'Administration',
  access: 'admin',
  bucket: 'trade',
  changes: true,
  shapes: { body: createAssetBody, answer: z.strictObject({ ...A.receipt, asset: R.asset }) },
  example: {
    body: { asset: 'USDT', decimals: 6, settlement: true },
    answer: {
      ...receiptExample,
      asset: {
        asset: 'USDT',
        decimals: 6,
        settlement: true,
        weight: '1',
        liability_weight: '1',
        price: null,
        interest: '0',
        auto_convert_limit: '0',
      },
    },
  },
});
