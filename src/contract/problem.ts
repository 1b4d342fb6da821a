// What every refusal looks like: RFC 9457 problem JSON. Codes of rules are those of the engine's
// refusal table, and their status follows from the table below; codes of the edge are listed here.
// A problem never carries a stack, a path or a secret.

import * as z from 'zod';
import { FIELD_NAMES, REASONS, reasonRow, type ParamUnit } from '../engine/reason.ts';
import * as R from '../engine/reason.ts';
import { TERM_RULES, TERM_RULE_TEXTS } from '../engine/term-rules.ts';
import { formatDecimal, formatInUnit } from '../units/decimal.ts';
import { amountText, sumText, type AssetUnits, type MarketUnits } from './catalog.ts';
import type { EdgeRefusal } from './reading.ts';
import { isoTime } from './words.ts';

const paramValue = z.union([z.string(), z.number(), z.null()]);

/** Leverage in refusals counts 0.00001×. */
const LEVERAGE_DECIMALS = 5;

export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('One sentence that says what to do.'),
    code: z.string(),
    number: z.int().optional().describe('The number of the refusal in the table of rules.'),
    transient: z.boolean().describe('Whether the same request may be accepted later.'),
    field: z.string().optional().describe('The field to blame.'),
    params: z.record(z.string(), paramValue).describe('The numbers behind the refusal.'),
    sequence: z.int().optional(),
    request_id: z.string().optional(),
    repeated: z.boolean().optional(),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof problem>;

/** Problems that the edge itself gives. */
export const EDGE_PROBLEMS = {
  MALFORMED: [400, 'The request is not what this operation takes.', false],
  UNAUTHENTICATED: [401, 'Sign in with the printed link, or send a bearer token.', false],
  FORBIDDEN: [403, 'These credentials may not do this.', false],
  HOST_NOT_ALLOWED: [403, 'This server does not answer under that host name.', false],
  ORIGIN_NOT_ALLOWED: [403, 'Changes are taken from the pages of this server only.', false],
  NOT_FOUND: [404, 'There is no such resource.', false],
  PAIR_NOT_FOUND: [404, 'There is no such open pair.', false],
  PAIR_REFUSED: [422, 'These two markets cannot be tracked as a pair.', false],
  TOO_MANY_PAIRS: [422, 'There are as many pairs as are kept.', true],
  BODY_TOO_LARGE: [413, 'The body is larger than the limit.', false],
  STATE_TOO_LARGE: [422, 'The state is too large to be copied for this.', false],
  UNSUPPORTED_MEDIA_TYPE: [415, 'Bodies are application/json in UTF-8.', false],
  RATE_LIMITED: [429, 'Too many requests. Wait as long as Retry-After says.', true],
  FAUCET_EMPTY: [
    429,
    'The faucet gives a limited amount. Wait, or trade with what there is.',
    true,
  ],
  BUSY: [503, 'The exchange is catching up. Nothing was done; try again.', true],
  STORAGE_FULL: [503, 'The disk is full. Nothing was done; it goes on when there is space.', true],
  CLOSING: [503, 'The exchange is stopping. Nothing was done.', true],
  BEHIND: [503, 'The disk does not keep up, so this cannot be answered now.', true],
  OUTCOME_UNKNOWN: [
    503,
    'It may have been done. Send it again with the same Idempotency-Key.',
    true,
  ],
  INTERNAL: [500, 'A mistake of ours. It is in the log under this request id.', true],
} as const satisfies Readonly<Record<string, readonly [number, string, boolean]>>;

export type EdgeCode = keyof typeof EDGE_PROBLEMS;

/** A problem of the edge; `detail` replaces the general sentence. */
export function edgeProblem(code: EdgeCode, detail?: string, field?: string): Problem {
  const [status, sentence, transient] = EDGE_PROBLEMS[code];
  return {
    type: typeOf(code),
    title: titleOf(code),
    status,
    detail: detail ?? sentence,
    code,
    transient,
    ...(field === undefined ? {} : { field }),
    params: {},
  };
}

/** The status of each rule that is not answered with 422. */
const STATUS: ReadonlyMap<number, number> = new Map([
  [R.ID_INVALID, 400],
  [R.ID_REUSED, 409],
  [R.ID_TABLE_FULL, 503],
  [R.ALREADY_EXISTS, 409],
  [R.MARKET_IN_USE, 409],
  [R.DUPLICATE_CLIENT_ORDER_ID, 409],
  [R.ASSET_NOT_FOUND, 404],
  [R.MARKET_NOT_FOUND, 404],
  [R.ACCOUNT_NOT_FOUND, 404],
  [R.ORDER_NOT_FOUND, 404],
]);

export const statusOfReason = (number: number): number => STATUS.get(number) ?? 422;

/** Every code with its status and sentence, for the reference page. */
export const PROBLEM_CODES: readonly (readonly [code: string, status: number, text: string])[] = [
  ...REASONS.map(({ code, number, text }) => [code, statusOfReason(number), text] as const),
  ...Object.entries(EDGE_PROBLEMS).map(([code, [status, text]]) => [code, status, text] as const),
];

/** In which units the numbers of a refusal are written. */
export interface RefusalUnits {
  readonly market?: MarketUnits | undefined;
  readonly asset?: AssetUnits | undefined;
  readonly settlement?: AssetUnits | undefined;
  /** The order sells, so that a spot market lacks base. */
  readonly sells?: boolean;
}

/** A refusal of the engine. */
export function ruleProblem(
  number: number,
  values: readonly [number, number, number],
  units: RefusalUnits,
): Problem {
  const row = reasonRow(number);
  const params: Record<string, string | number | null> = {};
  row.params.forEach(([name, unit], i) => {
    const value = paramText(unit, values[i] ?? 0, number, units);
    params[name] = name === 'order' ? String(values[i]) : value;
  });
  const first = row.params[0]?.[1];
  const field = first === 'field' ? String(params['field']) : undefined;
  const rule = first === 'term_rule' ? TERM_RULES[values[0]] : undefined;
  return fromRow(number, params, field, rule && TERM_RULE_TEXTS[rule]);
}

/** A refusal of the table that was found before the engine was asked. */
export function readingProblem({ number, field, params, advice }: EdgeRefusal): Problem {
  return fromRow(number, { ...params }, field, advice);
}

function fromRow(
  number: number,
  params: Record<string, string | number | null>,
  field?: string,
  advice?: string,
): Problem {
  const row = reasonRow(number);
  const filled = row.text.replace(/\{(\w+)\}/g, (_, name: string) =>
    String(params[name] ?? 'unknown'),
  );
  return {
    type: typeOf(row.code),
    title: titleOf(row.code),
    status: statusOfReason(number),
    detail: advice === undefined ? filled : `${filled} ${advice}`,
    code: row.code,
    number,
    transient: row.lasting === 'transient',
    ...(field === undefined ? {} : { field }),
    params,
  };
}

function paramText(
  unit: ParamUnit,
  value: number,
  reason: number,
  units: RefusalUnits,
): string | number | null {
  const { market } = units;
  if (unit === 'price') {
    if (value === 0) return null;
    return market === undefined ? String(value) : formatInUnit(value, market.priceUnit);
  }
  if (unit === 'size') {
    return market === undefined ? String(value) : formatInUnit(value, market.sizeUnit);
  }
  if (unit === 'amount') {
    const asset = amountAsset(reason, units);
    if (asset === undefined) return String(value);
    if (!Number.isSafeInteger(value)) return sumText(BigInt(Math.trunc(value)), asset);
    return amountText(value, asset);
  }
  if (unit === 'time') return isoTime(value);
  if (unit === 'field') return FIELD_NAMES[value] ?? null;
  if (unit === 'term_rule') return TERM_RULES[value] ?? null;
  if (unit === 'leverage') return formatDecimal(value, LEVERAGE_DECIMALS);
  return Number.isSafeInteger(value) ? value : String(value);
}

/** Commands about a market count its quote; a spot sell lacks base; margin is settlement. */
function amountAsset(reason: number, units: RefusalUnits): AssetUnits | undefined {
  const { market, asset, settlement, sells } = units;
  if (market !== undefined) {
    const lacksBase = reason === R.INSUFFICIENT_BALANCE && sells === true;
    return lacksBase && market.base !== undefined ? market.base : market.quote;
  }
  const isMargin = reason === R.WITHDRAWAL_UNDERCOLLATERALISED || reason === R.INSUFFICIENT_MARGIN;
  return isMargin ? settlement : (asset ?? settlement);
}

const typeOf = (code: string): string =>
  `urn:plimsoll:problem:${code.toLowerCase().replaceAll('_', '-')}`;

function titleOf(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
