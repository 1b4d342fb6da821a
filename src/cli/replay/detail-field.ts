// The last column of a Plimsoll flow: `key=value` pairs with semicolons between them. Each key may
// stand once, and every key must be one that the row's kind knows, so that a typing error is found
// and not passed over.

import { parseInUnit, type DecimalUnit } from '../../units/decimal.ts';
import { expectedDecimal, type Rows } from './rows.ts';

/** The pairs of one row, taken one by one. */
export class DetailField {
  private readonly rows: Rows;
  private readonly column: number;
  private readonly pairs = new Map<string, string>();

  constructor(rows: Rows, column: number) {
    this.rows = rows;
    this.column = column;
    const text = rows.fields[column];
    if (text === '') return;
    for (const pair of text.split(';')) {
      const [key, value] = pair.split('=', 2);
      if (key === '' || value === undefined || value === '' || this.pairs.has(key)) {
        throw rows.bad(column, 'key=value pairs with ";" between them, each key once');
      }
      this.pairs.set(key, value);
    }
  }

  /** The text of a key, which is then done with; undefined when it is absent. */
  take(key: string): string | undefined {
    const value = this.pairs.get(key);
    this.pairs.delete(key);
    return value;
  }

  /** As `take`, for a key that must be there. */
  require(key: string): string {
    const value = this.take(key);
    if (value === undefined) throw this.rows.bad(this.column, `${key}=…`);
    return value;
  }

  /** One of a few words. @param fallback When the key is absent. */
  word<T>(key: string, words: Readonly<Record<string, T>>, fallback?: T): T {
    const text = this.take(key);
    if (text === undefined && fallback !== undefined) return fallback;
    if (text !== undefined && Object.hasOwn(words, text)) return words[text];
    throw this.rows.bad(this.column, `${key}= one of ${Object.keys(words).join(', ')}`);
  }

  /** A decimal ≥ 0 as a count of `unit`. @param fallback When the key is absent. */
  decimal(key: string, unit: DecimalUnit, fallback?: number): number {
    const text = this.take(key);
    if (text === undefined && fallback !== undefined) return fallback;
    const result = parseInUnit(text ?? '', unit);
    if (result.ok) return result.value;
    throw this.rows.bad(this.column, `${key}= ${expectedDecimal(unit, result)}`);
  }

  /** As `decimal`, but may begin with a minus. */
  signedDecimal(key: string, unit: DecimalUnit, fallback: number): number {
    const text = this.pairs.get(key);
    if (text === undefined || !text.startsWith('-')) return this.decimal(key, unit, fallback);
    this.pairs.set(key, text.slice(1));
    return -this.decimal(key, unit);
  }

  /** Every pair must have been taken by now. @throws ReplayError */
  end(): void {
    const [unknown] = this.pairs.keys();
    if (unknown !== undefined) throw this.rows.bad(this.column, `no key ${unknown} here`);
  }
}
