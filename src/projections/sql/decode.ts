// Rows as they come from the database, made into rows as the tables describe them: SQLite gives
// every whole number as a bigint, PostgreSQL the small ones as numbers.

import { assert } from '../../units/assert.ts';
import type { AnyTable, RowOf } from './tables.ts';

/** Rows of a table; `given` has all of its columns. */
export function decode<T extends AnyTable>(table: T, given: readonly object[]): RowOf<T>[] {
  const columns = Object.entries(table.columns);
  return given.map((row) => {
    const made: Record<string, unknown> = {};
    for (const [name, kind] of columns) {
      const value: unknown = (row as Record<string, unknown>)[name];
      made[name] = isNumber(kind) ? asNumber(value) : isExact(kind) ? asExact(value) : value;
    }
    return made as RowOf<T>;
  });
}

const isNumber = (kind: string): boolean => kind.startsWith('number') || kind.startsWith('code');
const isExact = (kind: string): boolean => kind.startsWith('amount') || kind.startsWith('id');

/** A whole number that a double holds, whichever way it came; null stays null. */
export function asNumber(value: unknown): number | null {
  if (value === null) return null;
  const number = Number(value);
  assert(Number.isSafeInteger(number), 'a number of the history is beyond a double');
  return number;
}

function asExact(value: unknown): bigint | null {
  if (value === null) return null;
  assert(typeof value === 'bigint' || typeof value === 'number', 'an amount is a whole number');
  return BigInt(value);
}
