// Refusals as JSON text, by the table REASONS: code, number, whether trying again can help, the
// sentence with its numbers filled in, and the numbers themselves in the units of the command's own
// market and asset.

import type { Command } from '../../engine/command.ts';
import type { Outcome } from '../../engine/outcome.ts';
import {
  FIELD_NAMES,
  INSUFFICIENT_BALANCE,
  INSUFFICIENT_MARGIN,
  STEP_MISMATCH,
  WITHDRAWAL_UNDERCOLLATERALISED,
  reasonRow,
  type ParamUnit,
  type ReasonRow,
} from '../../engine/reason.ts';
import { TERM_RULES, TERM_RULE_TEXTS } from '../../engine/term-rules.ts';
import { formatDecimal, formatInUnit } from '../../units/decimal.ts';
import type { Plain, WireType } from './codecs.ts';
import { COMMANDS } from './commands.ts';
import type { AssetUnits, MarketUnits, Names } from './names.ts';
import { formatSum } from './sums.ts';
import { nearestLegal, nearestSentence, type EdgeRefusal, type Scope } from './scope.ts';

/** A refusal of the engine, as the answer's members. */
/** Leverage in refusals counts 0.00001×. */
const LEVERAGE_DECIMALS = 5;

export function refusalOf(outcome: Outcome, command: Command, scope: Scope): Record<string, Plain> {
  const row = reasonRow(outcome.reason);
  const params: Record<string, Plain> = {};
  row.params.forEach(([name, unit], i) => {
    params[name] = paramText(name, unit, outcome.params[i], { outcome, row, command, scope });
  });
  if (outcome.reason === STEP_MISMATCH)
    return answer(row, params, nearestOfCommand(command, scope));
  const [first] = row.params;
  const isRule = first !== undefined && first[1] === 'term_rule';
  const advice = isRule ? TERM_RULE_TEXTS[TERM_RULES[outcome.params[0]]] : undefined;
  return answer(row, params, { advice });
}

/** A refusal that the edge gives itself. */
export function edgeRefusalOf(refusal: EdgeRefusal): Record<string, Plain> {
  const { field, params, nearest, advice } = refusal;
  return answer(reasonRow(refusal.number), { ...params }, { field, nearest, advice });
}

interface Rest {
  readonly field?: string;
  readonly nearest?: readonly string[] | undefined;
  readonly advice?: string | undefined;
}

function answer(row: ReasonRow, params: Record<string, Plain>, rest: Rest): Record<string, Plain> {
  const { field, nearest = [], advice } = rest;
  const message = sentence(row, params) + (advice === undefined ? '' : ` ${advice}`);
  return {
    code: row.code,
    number: row.number,
    transient: row.lasting === 'transient',
    message,
    params,
    ...(field === undefined ? {} : { field }),
    ...(nearest.length === 0 ? {} : { nearest: [...nearest] }),
  };
}

/** The row's text with every parameter that is known in its place. */
function sentence(row: ReasonRow, params: Readonly<Record<string, Plain>>): string {
  return row.text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    return value === undefined || value === null ? 'unknown' : String(value as string | number);
  });
}

interface ParamContext {
  readonly outcome: Outcome;
  readonly row: ReasonRow;
  readonly command: Command;
  readonly scope: Scope;
}

function paramText(name: string, unit: ParamUnit, value: number, context: ParamContext): Plain {
  const { market } = context.scope;
  switch (unit) {
    case 'price':
      return value === 0 ? null : inUnit(value, market, 'priceUnit');
    case 'size':
      return inUnit(value, market, 'sizeUnit');
    case 'amount': {
      const asset = amountAsset(context);
      return asset === undefined ? String(value) : amountText(value, asset.decimals);
    }
    case 'leverage':
      return formatDecimal(value, LEVERAGE_DECIMALS);
    case 'integer':
      return name === 'order' ? String(value) : value;
    case 'time':
      return value;
    case 'term_rule':
      return TERM_RULES[value];
    case 'field':
      return fieldOnWire(value);
    case 'raw':
      return fieldValue(value, context);
  }
}

/** An amount that was refused because it is too large may be more than is counted exactly. */
function amountText(value: number, decimals: number): string {
  return Number.isSafeInteger(value)
    ? formatDecimal(value, decimals)
    : formatSum(BigInt(Math.trunc(value)), decimals);
}

function fieldOnWire(number: number): string {
  const name = FIELD_NAMES[number];
  return name === 'market_kind' ? 'kind' : name;
}

/**
 * The blamed field's value as it would be written on the wire; a code that is none, as its number.
 */
function fieldValue(value: number, { command, scope, outcome }: ParamContext): Plain {
  const wire = fieldOnWire(outcome.params[0]);
  const table = COMMANDS.find(({ name }) => name === command.kind);
  const codec = table?.slots.find((slot) => slot.wire === wire)?.field.codec;
  if (codec === undefined || codec.type === 'boolean') return value;
  if (codec.choices !== undefined) return codec.choices[value] ?? value;
  return TEXT_TYPES.has(codec.type) ? value : (codec.encode(value, scope) ?? value);
}

/** Types whose values are no numbers: of these a refusal carries none. */
const TEXT_TYPES: ReadonlySet<WireType> = new Set([
  'id',
  'name',
  'symbol',
  'text',
  'unit',
  'brackets',
  'sources',
]);

function inUnit(
  value: number,
  market: MarketUnits | undefined,
  unit: 'priceUnit' | 'sizeUnit',
): string {
  return market === undefined ? String(value) : formatInUnit(value, market[unit]);
}

/**
 * The asset that a refusal's amounts count. Commands about an asset count it, except where margin
 * is short: that is counted in the settlement asset. Commands about a market count its quote,
 * except that a spot sell lacks base.
 */
function amountAsset({ row, command, scope }: ParamContext): AssetUnits | undefined {
  const { market, names } = scope;
  if (market === undefined) {
    const isMargin =
      row.number === WITHDRAWAL_UNDERCOLLATERALISED || row.number === INSUFFICIENT_MARGIN;
    return isMargin ? names.settlement() : (scope.asset ?? names.settlement());
  }
  if (row.number === INSUFFICIENT_BALANCE && market.base >= 0 && sells(command, names)) {
    return names.asset(market.base);
  }
  return market.quote;
}

function sells(command: Command, names: Names): boolean {
  if (command.kind === 'place_order') return command.side < 0;
  if (command.kind !== 'amend_order') return false;
  const isIt = ({ order, clientOrderId }: { order: number; clientOrderId: string }): boolean =>
    command.order === 0 ? clientOrderId === command.clientOrderId : order === command.order;
  return (names.engine.orders(command.account).find(isIt)?.side ?? 1) < 0;
}

/** Which field is off its step, and the legal values next to it. */
function nearestOfCommand(command: Command, scope: Scope): Rest {
  const { market } = scope;
  if (market === undefined) return {};
  const { priceUnit, sizeUnit, tickSize, lotSize } = market;
  const values = command as unknown as Readonly<Record<string, number>>;
  for (const [key, field] of PRICE_FIELDS) {
    const value = values[key] ?? 0;
    if (value % tickSize === 0) continue;
    const nearest = nearestLegal(formatInUnit(value, priceUnit), {
      unit: priceUnit,
      step: tickSize,
    });
    return { field, nearest, advice: nearestSentence(nearest) };
  }
  const size = values['size'] ?? 0;
  if (size % lotSize === 0) return {};
  const nearest = nearestLegal(formatInUnit(size, sizeUnit), { unit: sizeUnit, step: lotSize });
  return { field: 'size', nearest, advice: nearestSentence(nearest) };
}

const PRICE_FIELDS = [
  ['price', 'price'],
  ['triggerPrice', 'trigger_price'],
  ['takeProfit', 'take_profit'],
  ['stopLoss', 'stop_loss'],
  ['worstPrice', 'worst_price'],
] as const;
