// What a field's value is read against: the market and assets that the same line names, and the
// first refusal that the edge itself must give, because the engine knows neither names nor
// decimals. One scope serves all lines.

import { AMOUNT_OUT_OF_RANGE, STEP_MISMATCH } from '../../engine/reason.ts';
import { VALUE_MAX } from '../../engine/limits.ts';
import {
  formatDecimal,
  formatInUnit,
  parseInUnit,
  parseUnit,
  type DecimalResult,
  type DecimalUnit,
} from '../../units/decimal.ts';
import { Malformed, shown, type JsonValue, JsonNumber } from './json.ts';
import type { AssetUnits, MarketUnits, Names } from './names.ts';

/**
 * A refusal that is found before the engine is asked. It is not counted, and no id is remembered
 * for it.
 */
export interface EdgeRefusal {
  readonly number: number;
  readonly field: string;
  readonly params: Readonly<Record<string, string>>;
  /** The legal values next to the one that was given. */
  readonly nearest?: readonly string[];
  /** A sentence to add to the one of the table. */
  readonly advice?: string;
}

/** A decimal's unit, and the coarser step that legal values keep to. */
export interface Grid {
  readonly unit: DecimalUnit;
  readonly step: number;
}

const MESSAGE_STRING = 'is a decimal in quotes, such as "60000.5": a JSON number may lose digits.';

export class Scope {
  readonly names: Names;
  /** The field being read, as a path for messages. */
  field = '';
  market: MarketUnits | undefined;
  /** The asset that `amount` fields count. */
  asset: AssetUnits | undefined;
  /** The asset that `quote` fields count: the market's. */
  quote: AssetUnits | undefined;
  priceUnit: DecimalUnit | undefined;
  sizeUnit: DecimalUnit | undefined;
  tickSize = 1;
  lotSize = 1;
  /** The command as far as it has been read. */
  target: Readonly<Record<string, unknown>> = {};
  /** The clock: what `time` is when it is left out. */
  now = 0;
  refusal: EdgeRefusal | undefined;

  constructor(names: Names) {
    this.names = names;
  }

  /** Forgets the line before; the clock stays. */
  reset(): void {
    this.field = '';
    this.market = undefined;
    this.asset = undefined;
    this.quote = undefined;
    this.priceUnit = undefined;
    this.sizeUnit = undefined;
    this.tickSize = 1;
    this.lotSize = 1;
    this.refusal = undefined;
  }

  enterMarket(market: MarketUnits): void {
    this.market = market;
    this.quote = market.quote;
    this.priceUnit = market.priceUnit;
    this.sizeUnit = market.sizeUnit;
    this.tickSize = market.tickSize;
    this.lotSize = market.lotSize;
  }

  /** Keeps the refusal that comes first in the table of precedence. */
  refuse(number: number, rest: Omit<EdgeRefusal, 'number' | 'field'> & { field?: string }): void {
    if (this.refusal !== undefined && this.refusal.number <= number) return;
    this.refusal = { number, field: this.field, ...rest };
  }

  malformed(rest: string): Malformed {
    return new Malformed(`Field ${this.field} ${rest}`, this.field);
  }

  /** The text of a decimal field. */
  text(value: JsonValue): string {
    if (typeof value === 'string') return value;
    if (value instanceof JsonNumber) throw this.malformed(MESSAGE_STRING);
    throw this.malformed('is a decimal in quotes, such as "60000.5".');
  }

  /**
   * The count that a decimal was read as. What is no decimal is malformed; what is finer than the
   * unit or beyond what is counted exactly is a refusal, and 0 stands for it until the line is
   * answered.
   */
  count(text: string, read: DecimalResult, grid: Grid | undefined, signed = false): number {
    if (read.ok) return read.value;
    if (read.code === 'STEP_MISMATCH') return this.offGrid(text, grid);
    if (read.code === 'OUT_OF_RANGE') {
      const limit = grid === undefined ? String(VALUE_MAX) : formatInUnit(VALUE_MAX, grid.unit);
      this.refuse(AMOUNT_OUT_OF_RANGE, { params: { value: text, limit } });
      return 0;
    }
    throw this.malformed(
      'is a plain decimal of at most 16 digits before and 12 behind the point, without ' +
        `${signed ? 'plus' : 'sign'}, exponent, spaces or leading zeros, such as "60000.5": ` +
        `${shown(text)} is not.`,
    );
  }

  private offGrid(text: string, grid: Grid | undefined): number {
    const params: Record<string, string> = {};
    if (this.priceUnit !== undefined) params['tick'] = formatInUnit(this.tickSize, this.priceUnit);
    if (this.sizeUnit !== undefined) params['lot'] = formatInUnit(this.lotSize, this.sizeUnit);
    const nearest = grid === undefined ? [] : nearestLegal(text, grid);
    const advice = nearestSentence(nearest);
    this.refuse(STEP_MISMATCH, { params, nearest, ...(advice === '' ? {} : { advice }) });
    return 0;
  }
}

/**
 * The legal values on both sides of a decimal that lies between two steps; zero is no legal value.
 */
export function nearestLegal(text: string, grid: Grid): string[] {
  const step = parseUnit(formatInUnit(grid.step, grid.unit));
  if (!step.ok) return [];
  const sign = text.startsWith('-') ? '-' : '';
  const read = parseInUnit(text.slice(sign.length), step.unit);
  if (read.ok || read.code !== 'STEP_MISMATCH') return [];
  const sides = sign === '' ? [read.below, read.above] : [read.above, read.below];
  return sides.filter((side) => side !== '0').map((side) => sign + side);
}

/** "The nearest legal values are 60000 and 60000.1." */
export function nearestSentence(nearest: readonly string[]): string {
  if (nearest.length === 0) return '';
  if (nearest.length === 1) return `The nearest legal value is ${nearest[0]}.`;
  return `The nearest legal values are ${nearest.join(' and ')}.`;
}

const unitsOfDecimals = new Map<number, DecimalUnit>();

/** 10^−decimals as a unit. */
export function decimalUnit(decimals: number): DecimalUnit {
  const known = unitsOfDecimals.get(decimals);
  if (known !== undefined) return known;
  const unit = { text: formatDecimal(1, decimals), numerator: 1, decimals };
  unitsOfDecimals.set(decimals, unit);
  return unit;
}
