// The smallest schemas of the wire: decimals, names, times, words. Shape only: whether a price is
// on its step or an account may trade is the engine's decision.

import * as z from 'zod';
import * as W from './words.ts';

/** What the texts of an order look like, for whoever reads them without a schema. */
export const PATTERNS = {
  decimal: /^(?:0|[1-9]\d{0,15})(?:\.\d{1,12})?$/,
  id: /^[A-Za-z0-9._:-]{1,36}$/,
  marketSymbol: /^[A-Z0-9]{2,15}(?:[/-][A-Z0-9]{2,15})?$/,
  orderId: /^[1-9]\d{0,14}$/,
} as const;

/** A plain decimal ≥ 0: at most 16 digits before and 12 behind the point. */
export const decimal = z
  .string()
  .regex(PATTERNS.decimal, 'is a plain decimal in quotes, such as "60000.5"')
  .meta({ id: 'Decimal', description: 'A plain decimal as a string.', examples: ['60000.5'] });

/** A decimal of either sign, in answers and corrections. */
export const signedDecimal = z
  .string()
  .regex(
    /^-?(?:0|[1-9]\d{0,15})(?:\.\d{1,12})?$/,
    'is a decimal in quotes, with a leading - when negative',
  )
  .meta({ id: 'SignedDecimal', description: 'A decimal of either sign.', examples: ['-12.5'] });

/** Sums over accounts may have more digits than a single amount. */
export const sum = z.string().regex(/^-?\d{1,30}(?:\.\d{1,12})?$/);

export const id = z
  .string()
  .regex(PATTERNS.id, 'is 1 to 36 of A-Z a-z 0-9 . _ : -')
  .meta({ id: 'Id', description: '1 to 36 of A-Z a-z 0-9 . _ : -', examples: ['my-order-1'] });

export const assetSymbol = z
  .string()
  .regex(/^[A-Z0-9]{2,15}$/, 'is the symbol of an asset, such as "USDT"')
  .meta({ id: 'AssetSymbol', examples: ['USDT'] });

export const marketSymbol = z
  .string()
  .regex(PATTERNS.marketSymbol, 'is the symbol of a market, such as "BTC-PERP"')
  .meta({ id: 'MarketSymbol', examples: ['BTC-PERP'] });

export const orderId = z
  .string()
  .regex(PATTERNS.orderId, 'is the number of an order in quotes, such as "17"')
  .meta({ id: 'OrderId', examples: ['17'] });

const TIME_SAYS = 'is a time in UTC such as "2026-01-31T12:00:00.000Z"';

/** ISO 8601 in UTC, given with or without milliseconds; a day that does not exist is none. */
export const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/, TIME_SAYS)
  .refine(isRealTime, TIME_SAYS)
  .meta({ id: 'Time', format: 'date-time', examples: ['2026-01-31T12:00:00.000Z'] });

function isRealTime(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 19));
}

export const text = z
  .string()
  .regex(/^[\x20-\x7e]{1,200}$/, 'is 1 to 200 printable ASCII characters');

export const whole = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

export const side = z.enum(['buy', 'sell']).meta({ id: 'Side' });
export const orderType = z.enum(W.ORDER_TYPES).meta({ id: 'OrderType' });
export const timeInForce = z.enum(W.TIMES_IN_FORCE).meta({ id: 'TimeInForce' });
export const selfTrade = z.enum(W.SELF_TRADE_MODES).meta({ id: 'SelfTrade' });
export const triggerBy = z.enum(W.TRIGGERS_BY).meta({ id: 'TriggerBy' });
export const marginMode = z.enum(W.MARGIN_MODES).meta({ id: 'MarginMode' });
export const marketKind = z.enum(W.MARKET_KINDS).meta({ id: 'MarketKind' });
export const marketStatus = z.enum(W.MARKET_STATUSES).meta({ id: 'MarketStatus' });
export const edit = z.enum(W.EDITS).meta({ id: 'Edit' });

/** How many rows a list gives; its cursor says where the next page begins. */
export const LIST_DEFAULT = 100;
export const LIST_MAX = 1000;

/** A whole number in a query string. */
export function count(least: number, most: number, fallback: number): z.ZodType<number, unknown> {
  return z
    .string()
    .regex(/^(?:0|[1-9]\d{0,5})$/, `is a whole number from ${least} to ${most}`)
    .transform(Number)
    .pipe(z.int().min(least).max(most))
    .optional()
    .default(fallback);
}

export const limit = count(1, LIST_MAX, LIST_DEFAULT);

/** Opaque to callers: what `next_cursor` of the page before said. */
export const cursor = z
  .string()
  .regex(/^\d{1,16}-\d{1,9}$/, 'is the next_cursor of the page before')
  .meta({ examples: ['1042-3'] });

/** Whose: left out, the account that is signed in. Another one needs the scope admin. */
export const account = id.describe('Left out: the account that is signed in.');

/** The fields that every answer to a command has. */
export const receipt = {
  request_id: z.string().describe('The Idempotency-Key, or a name that the server made.'),
  sequence: whole.describe('The place of the command in the journal.'),
  repeated: z.boolean().describe('True when this key was answered before: nothing happened now.'),
};
