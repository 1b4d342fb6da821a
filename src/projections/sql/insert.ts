// Multi-row inserts that are compiled once per table and number of rows, and then only given new
// values: building the statement anew costs several times as much as running it.

import type { CompiledQuery, Kysely, OnConflictBuilder, Transaction } from 'kysely';
import { INSERT_ROWS_MAX, PARAMETERS_MAX } from '../limits.ts';
import type { AnyTable, HistoryTables, RowOf } from './tables.ts';

/** Tables whose columns the compiler cannot know: the statement is made from a description. */
type Untyped = Record<string, Record<string, unknown>>;
type Conflict = OnConflictBuilder<Untyped, string>;

/** What an insert does about a row that is there: nothing is not offered, because it would hide. */
export type OnConflict = (conflict: Conflict) => ReturnType<Conflict['doUpdateSet']>;

/** Inserts into one table. */
export class Inserter<T extends AnyTable> {
  private readonly table: T;
  private readonly names: readonly string[];
  private readonly onConflict: OnConflict | undefined;
  private readonly rowsMax: number;
  private readonly compiled = new Map<number, CompiledQuery>();

  constructor(table: T, onConflict?: OnConflict) {
    this.table = table;
    this.names = Object.keys(table.columns);
    this.onConflict = onConflict;
    let rowsMax = INSERT_ROWS_MAX;
    while (rowsMax * this.names.length > PARAMETERS_MAX) rowsMax /= 2;
    this.rowsMax = rowsMax;
  }

  async run(db: Transaction<HistoryTables>, rows: readonly RowOf<T>[]): Promise<void> {
    let at = 0;
    while (at < rows.length) {
      let count = this.rowsMax;
      while (count > rows.length - at) count /= 2;
      const parameters: unknown[] = [];
      for (let i = at; i < at + count; i++) this.push(parameters, rows[i]);
      const query = this.query(db, count);
      await db.executeQuery({ ...query, parameters });
      at += count;
    }
  }

  private push(parameters: unknown[], row: RowOf<T>): void {
    const values = row as Record<string, unknown>;
    for (const name of this.names) parameters.push(values[name]);
  }

  private query(db: Transaction<HistoryTables>, count: number): CompiledQuery {
    const known = this.compiled.get(count);
    if (known !== undefined) return known;
    const place = Object.fromEntries(this.names.map((name) => [name, 0]));
    const insert = (db as unknown as Kysely<Untyped>)
      .insertInto(this.table.name)
      .values(Array.from({ length: count }, () => place));
    const { onConflict } = this;
    const query = onConflict === undefined ? insert : insert.onConflict((one) => onConflict(one));
    const made = query.compile();
    this.compiled.set(count, made);
    return made;
  }
}

/** On a conflict of the key every other column is taken from the new row. */
export function replaceRow(table: AnyTable): OnConflict {
  const others = Object.keys(table.columns).filter((name) => !table.key.includes(name));
  return (conflict) =>
    conflict
      .columns([...table.key])
      .doUpdateSet((eb) =>
        Object.fromEntries(others.map((name) => [name, eb.ref(`excluded.${name}`)])),
      );
}
