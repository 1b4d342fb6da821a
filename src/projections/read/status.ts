// What is in a history, without opening it for writing: how far it is, what it no longer has, and
// how much there is of what.

import { type Database, openDatabase } from '../sql/database.ts';
import { decode } from '../sql/decode.ts';
import { SCHEMA_VERSION } from '../sql/schema.ts';
import { GAPS } from '../sql/tables.ts';
import { readPosition, readVersion } from '../sql/write.ts';

export interface HistoryCounts {
  readonly journal: string;
  readonly sequence: number;
  readonly time: number;
  /** Rows of commands up to here were let go by retention. */
  readonly prunedSequence: number;
  /** Of the rows that retention counts. */
  readonly bytes: number;
  readonly orders: number;
  readonly fills: number;
  readonly trades: number;
  readonly candles: number;
  /** Commands that it has never seen, first and last. */
  readonly gaps: readonly (readonly [number, number])[];
}

/** @throws Error when there is no history that this release can read */
export async function readStatus(url: string): Promise<HistoryCounts> {
  const database = openDatabase(url);
  try {
    return await status(database.reader);
  } finally {
    await database.close();
  }
}

async function status(db: Database['reader']): Promise<HistoryCounts> {
  if ((await readVersion(db)) !== SCHEMA_VERSION) throw new Error('It is of another version.');
  const position = await readPosition(db);
  if (position === undefined) throw new Error('There is nothing in it.');
  const count = async (table: 'orders' | 'fills' | 'trades' | 'candles'): Promise<number> => {
    const query = db.selectFrom(table).select((eb) => eb.fn.countAll().as('count'));
    return Number((await query.executeTakeFirstOrThrow()).count);
  };
  const gaps = decode(GAPS, await db.selectFrom('gaps').selectAll().execute());
  return {
    journal: position.journal,
    sequence: position.sequence,
    time: position.time,
    prunedSequence: position.pruned_sequence,
    bytes: Number(position.bytes),
    orders: await count('orders'),
    fills: await count('fills'),
    trades: await count('trades'),
    candles: await count('candles'),
    gaps: gaps.map((row) => [row.first_sequence, row.last_sequence] as const),
  };
}
