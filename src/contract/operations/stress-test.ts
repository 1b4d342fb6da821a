// POST /api/v1/admin/stress: what price shocks would lead to, on a copy of the state.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';
import { stressReport } from '../stress.ts';

/** More than any exchange here has markets. */
const SHOCKS_MAX = 64;

const change = z
  .string()
  .regex(/^-?(?:0|[1-9]\d{0,3})(?:\.\d{1,6})?$/, 'is a ratio of at most 6 digits, such as "-0.1"');

const body = z
  .strictObject({
    shocks: z
      .array(z.strictObject({ market: A.marketSymbol, change }))
      .min(1)
      .max(SHOCKS_MAX)
      .describe('The marks move one after the other, in this order, each by its share.'),
  })
  .meta({ id: 'StressTest' });

const countsExample = {
  liquidated: 1,
  recovered: 1,
  book: '11160',
  impact: '0',
  fund: '33190.026',
  deleveraged: 0,
  counterparties: '0',
  at_mark: '0',
  fees: '55.8',
  deficit: '0',
};

export const stressExample = {
  sequence: 1042,
  asset: 'USDT',
  moves: [{ market: 'BTC-PERP', from: '60000', to: '55800' }],
  rounds: [{ market: 'BTC-PERP', ...countsExample }],
  totals: countsExample,
  below_initial: { before: 0, after: 1 },
  fund: { before: '100000', lowest: '100000', after: '101461.774' },
  losers: [{ account: 'bold', before: '6070', after: '0.004' }],
  ticks: 1,
  finished: true,
};

export const stressTest = operation({
  id: 'stress_test',
  method: 'POST',
  path: '/api/v1/admin/stress',
  summary: 'What a price shock would lead to',
  tag: 'Administration',
  access: 'admin',
  bucket: 'read',
  changes: false,
  shapes: { body, answer: stressReport.extend({ sequence: A.whole }) },
  example: { body: { shocks: [{ market: 'BTC-PERP', change: '-0.07' }] }, answer: stressExample },
});
