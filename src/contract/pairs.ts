// Pairs on the wire: long one market, short another, tracked with live figures. This family has the
// names that were published for it (camelCase) and JSON numbers; what is sent may be a number or a
// decimal in quotes.

import * as z from 'zod';
import * as A from './atoms.ts';

const PLAIN = /^(?:0|[1-9]\d{0,15})(?:\.\d{1,12})?$/;

/** A decimal ≥ 0 as a number or in quotes; read as its text, so that nothing is rounded. */
export const numeric = z
  .union([z.string(), z.number()], 'is a number or a decimal in quotes, such as 500 or "500.5"')
  .transform(String)
  .refine((text) => PLAIN.test(text), 'is a plain decimal, such as 500 or "500.5"')
  .meta({ description: 'A number, or a plain decimal in quotes.' });

export const pairId = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'is the id of a pair in quotes, such as "17"')
  .meta({ id: 'PairId', examples: ['17'] });

const number = z.number();
const orNull = z.number().nullable();

/** Where the numbers that the answers call by the same name come from. */
const MONEY = 'In the quote asset of both markets.';

export const pair = z
  .strictObject({
    id: pairId,
    account: A.id,
    status: z.enum(['open', 'closed']),
    longMarket: A.marketSymbol,
    shortMarket: A.marketSymbol,
    capitalUSDC: number.describe(MONEY),
    leverage: number,
    longWeight: number.describe('Share of the long leg in capital × leverage.'),
    longSize: number,
    shortSize: number,
    longEntryPrice: number,
    shortEntryPrice: number,
    entryRatio: number.describe('Long price ÷ short price.'),
    openedAt: A.time,
    closedAt: A.time.nullable(),
    longExitPrice: orNull,
    shortExitPrice: orNull,
    exitRatio: orNull,
    realizedPnL: orNull.describe('The final profit or loss; null while it is open.'),
    realizedPnLPercent: orNull,
  })
  .meta({ id: 'Pair' });

export type PairJson = z.output<typeof pair>;

export const pairFigures = z
  .strictObject({
    id: pairId,
    currentRatio: orNull.describe('null: a mark is not known.'),
    unrealizedPnL: orNull,
    unrealizedPnLPercent: orNull.describe('Of capital × leverage.'),
    initialMargin: number,
    maintenanceMargin: number,
    liquidationRatio: orNull.describe(
      'The documented estimate; null: no fall of the ratio reaches it.',
    ),
    health: number.describe('0 to 100.'),
    longMMR: number,
    shortMMR: number,
    longIMR: orNull.describe('null: the market is not known.'),
    shortIMR: orNull,
    liquidationRatios: z
      .strictObject({
        longLegMoves: orNull.describe('The long price falls, the short price stays.'),
        shortLegMoves: orNull.describe('The short price rises, the long price stays.'),
        bothMove: orNull.describe('Both move by equal and opposite factors.'),
      })
      .nullable()
      .describe(
        'Exact, from sizes and marks; null: a market is not known, or the long leg requires its whole value.',
      ),
    nearestLiquidationRatio: orNull.describe('Of the three, the one that is reached first.'),
    healthBand: z.enum(['healthy', 'caution', 'danger', 'critical']),
    estimated: z.boolean().describe('True: a market is not known, and a general one is assumed.'),
  })
  .meta({ id: 'PairFigures' });

export type PairFiguresJson = z.output<typeof pairFigures>;

/** What an answer to a change of a pair has beside it. */
export const pairReceipt = {
  requestId: z.string().describe('The Idempotency-Key, or a name that the server made.'),
  repeated: z.boolean().describe('True when this key was answered before: nothing happened now.'),
};

export const pairExample: PairJson = {
  id: '17',
  account: 'demo',
  status: 'open',
  longMarket: 'BTC-PERP',
  shortMarket: 'SOL-PERP',
  capitalUSDC: 500,
  leverage: 3,
  longWeight: 0.5,
  longSize: 0.01363,
  shortSize: 7.5,
  longEntryPrice: 55_000,
  shortEntryPrice: 100,
  entryRatio: 550,
  openedAt: '2026-01-31T12:00:00.000Z',
  closedAt: null,
  longExitPrice: null,
  shortExitPrice: null,
  exitRatio: null,
  realizedPnL: null,
  realizedPnLPercent: null,
};

export const closedPairExample: PairJson = {
  ...pairExample,
  status: 'closed',
  closedAt: '2026-02-01T12:00:00.000Z',
  longExitPrice: 58_338.2,
  shortExitPrice: 100,
  exitRatio: 583.38,
  realizedPnL: 45.5,
  realizedPnLPercent: 3.03,
};

export const pairFiguresExample: PairFiguresJson = {
  id: '17',
  currentRatio: 583.38,
  unrealizedPnL: 45.5,
  unrealizedPnLPercent: 3.03,
  initialMargin: 165,
  maintenanceMargin: 97.5,
  liquidationRatio: 402.42,
  health: 82.13,
  longMMR: 0.06,
  shortMMR: 0.07,
  longIMR: 0.1,
  shortIMR: 0.12,
  liquidationRatios: { longLegMoves: 235.83, shortLegMoves: 375.19, bothMove: 331.83 },
  nearestLiquidationRatio: 375.19,
  healthBand: 'healthy',
  estimated: false,
};
