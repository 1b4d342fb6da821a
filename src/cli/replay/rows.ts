// The rows of a CSV file with a known header: fields by column number, numbers read strictly. A
// field that is not what it must be stops the replay and is named with its file, line and column.
// Never guesses or rounds.

import { parseInUnit, type DecimalUnit } from '../../units/decimal.ts';
import { LineReader, original } from './line-reader.ts';
import { ReplayError, shown } from './replay-error.ts';

const WHOLE = /^(?:0|[1-9]\d{0,15})$/;
const FINE_DECIMAL = /^(0|[1-9]\d{0,15})(?:\.(\d{1,20}))?$/;
const SEPARATOR = ',';

/** What a rate of funding counts. */
export const RATE_UNIT: DecimalUnit = { text: '0.000000000001', numerator: 1, decimals: 12 };

/** One CSV file, one row at a time. */
export class Rows {
  readonly lines: LineReader;
  /** The fields of the current row. */
  fields: string[] = [];
  private readonly columns: readonly string[];

  private constructor(lines: LineReader, columns: readonly string[]) {
    this.lines = lines;
    this.columns = columns;
  }

  /** Opens a file that must begin with this header line. @throws ReplayError */
  static async open(path: string, header: string): Promise<Rows> {
    const rows = new Rows(await LineReader.open(path), header.split(SEPARATOR));
    const found = (await rows.lines.fill()) ? rows.lines.next() : '';
    if (found === header) return rows;
    await rows.lines.close();
    throw rows.wrong(`expected the header ${header}, found ${shown(original(found))}`);
  }

  /** Goes to the next row. Only when `lines` is ready. @throws ReplayError */
  advance(): void {
    const line = this.lines.next();
    this.fields = line.split(SEPARATOR);
    if (this.fields.length === this.columns.length) return;
    throw this.wrong(
      `expected ${this.columns.length} fields (${this.columns.join(SEPARATOR)}), ` +
        `found ${this.fields.length} in ${shown(original(line))}`,
    );
  }

  /** A whole number ≥ 0 that a double holds exactly. */
  whole(column: number): number {
    const text = this.fields[column];
    const value = WHOLE.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value)) return value;
    throw this.bad(column, 'a whole number such as 200000000');
  }

  /** As `whole`, but not 0. */
  positive(column: number): number {
    const value = this.whole(column);
    if (value > 0) return value;
    throw this.bad(column, 'a whole number above zero');
  }

  /** A decimal ≥ 0 as a count of `unit`. */
  decimal(column: number, unit: DecimalUnit): number {
    const result = parseInUnit(this.fields[column], unit);
    if (result.ok) return result.value;
    throw this.bad(column, expectedDecimal(unit, result));
  }

  /** A decimal above zero as a count of `unit`. */
  positiveDecimal(column: number, unit: DecimalUnit): number {
    const value = this.decimal(column, unit);
    if (value > 0) return value;
    throw this.bad(column, 'a decimal above zero');
  }

  /** A decimal that may be finer than the unit, which is a power of ten: the rest is cut off. */
  cutDecimal(column: number, unit: DecimalUnit): number {
    const match = FINE_DECIMAL.exec(this.fields[column]);
    if (match === null) throw this.bad(column, 'a plain decimal such as 28147.27');
    const digits = (match[2] ?? '').slice(0, unit.decimals);
    const result = parseInUnit(digits === '' ? match[1] : `${match[1]}.${digits}`, unit);
    if (result.ok) return result.value;
    throw this.bad(column, expectedDecimal(unit, result));
  }

  /** As `cutDecimal`, but may begin with a minus; cut toward zero. */
  signedCutDecimal(column: number, unit: DecimalUnit): number {
    const text = this.fields[column];
    if (!text.startsWith('-')) return this.cutDecimal(column, unit);
    this.fields[column] = text.slice(1);
    return 0 - this.cutDecimal(column, unit);
  }

  /** One of a few words; gives the word's value. */
  word<T>(column: number, words: Readonly<Record<string, T>>): T {
    const text = this.fields[column];
    if (Object.hasOwn(words, text)) return words[text];
    throw this.bad(column, Object.keys(words).join(' or '));
  }

  /** The error for a field that is not what was expected. */
  bad(column: number, expected: string): ReplayError {
    const found = shown(original(this.fields[column]));
    return this.wrong(`${this.columns[column]}: expected ${expected}, found ${found}`);
  }

  /** An error at the current line. */
  wrong(what: string): ReplayError {
    return new ReplayError(`${this.lines.path}:${Math.max(this.lines.line, 1)}: ${what}`);
  }
}

/** What a decimal of this unit must look like, after a text that did not. */
export function expectedDecimal(unit: DecimalUnit, refused: { readonly code: string }): string {
  if (refused.code === 'STEP_MISMATCH') return `a multiple of ${unit.text}`;
  if (refused.code === 'OUT_OF_RANGE')
    return `at most ${Number.MAX_SAFE_INTEGER} times ${unit.text}`;
  return `a plain decimal in steps of ${unit.text}`;
}
