// Retention. One horizon goes through all tables that only grow: what lies before it is removed,
// oldest first. Open orders, names, balances and candles of five minutes or more are never removed;
// marks and the finer candles have an age of their own. It goes by the history's own time, never by
// a clock, and a crash in the middle only leaves the rest for later.

import type { Kysely, Transaction } from 'kysely';
import { PRUNE_ROWS_MAX } from './limits.ts';
import { idOf, sequenceOf } from './record.ts';
import { type HistoryTables, LOGS, ORDERS } from './sql/tables.ts';
import { readPosition } from './sql/write.ts';

export interface Retention {
  /**
   * What orders, trades, fills and changes may take, by the measured size of a row in SQLite. Above
   * it the oldest sixteenth of what is kept goes, as often as needed. PostgreSQL takes two to
   * three times as much on the disk.
   */
  readonly bytesMax?: number;
  /** Milliseconds for which the same tables are kept. */
  readonly ageMsMax?: number;
  /** Milliseconds for which marks and candles of one second are kept; a minute's 30 times that. */
  readonly fineMsMax?: number;
}

type Db = Kysely<HistoryTables>;

const MINUTE_FACTOR = 30;
/** The horizon moves by at least this share of what is kept: every move costs six statements. */
const STEPS = 16;

/** Removes a bounded number of rows; true when more are to go. */
export async function prune(db: Db, retention: Retention): Promise<boolean> {
  const { bytesMax, ageMsMax, fineMsMax } = retention;
  const position = await readPosition(db);
  if (position === undefined) return false;
  const { sequence, time, pruned_sequence: pruned } = position;
  if (fineMsMax !== undefined) await pruneFine(db, time, fineMsMax);
  if (pruned > 0 && (await moveHorizon(db, pruned))) return true;
  const step = Math.max(1, Math.floor((sequence - pruned) / STEPS));
  if (bytesMax !== undefined && position.bytes > BigInt(bytesMax)) {
    await moveHorizon(db, Math.min(pruned + step, sequence));
    return true;
  }
  if (ageMsMax === undefined) return false;
  const aged = await sequenceAt(db, time - ageMsMax);
  return aged >= pruned + Math.max(1, Math.floor(step / STEPS)) && moveHorizon(db, aged);
}

/**
 * Removes a bounded number of rows up to the horizon's sequence; true when there may be more. The
 * horizon is written first: rows before it are no longer complete.
 */
async function moveHorizon(db: Db, sequence: number): Promise<boolean> {
  const end = idOf(sequence + 1, 0);
  let more = false;
  await db.transaction().execute(async (trx) => {
    let bytes = 0n;
    for (const table of LOGS) {
      const count = await pruneLog(trx, table.name, end);
      bytes += count * BigInt(table.bytes);
      more ||= count >= BigInt(PRUNE_ROWS_MAX);
    }
    const orders = await pruneOrders(trx, end);
    bytes += orders * BigInt(ORDERS.bytes);
    more ||= orders >= BigInt(PRUNE_ROWS_MAX);
    await trx
      .updateTable('history')
      .set((eb) => ({ pruned_sequence: sequence, bytes: eb('bytes', '-', bytes) }))
      .where('only', '=', 1)
      .execute();
  });
  return more;
}

type LogName = (typeof LOGS)[number]['name'];

async function pruneLog(
  db: Transaction<HistoryTables>,
  name: LogName,
  end: bigint,
): Promise<bigint> {
  const some = db
    .selectFrom(name)
    .select('id')
    .where('id', '<', end)
    .orderBy('id')
    .limit(PRUNE_ROWS_MAX);
  const { numDeletedRows } = await db.deleteFrom(name).where('id', 'in', some).executeTakeFirst();
  return numDeletedRows;
}

async function pruneOrders(db: Transaction<HistoryTables>, end: bigint): Promise<bigint> {
  const some = db
    .selectFrom('orders')
    .select('order_id')
    .where('closed_id', 'is not', null)
    .where('closed_id', '<', end)
    .orderBy('closed_id')
    .limit(PRUNE_ROWS_MAX);
  const { numDeletedRows } = await db
    .deleteFrom('orders')
    .where('order_id', 'in', some)
    .executeTakeFirst();
  return numDeletedRows;
}

async function pruneFine(db: Db, time: number, fineMsMax: number): Promise<void> {
  const finer = [
    [1, fineMsMax],
    [60, fineMsMax * MINUTE_FACTOR],
  ] as const;
  const markets = await db.selectFrom('markets').select('market').execute();
  for (const { market } of markets) {
    await db
      .deleteFrom('marks')
      .where('market', '=', market)
      .where('start', '<', time - fineMsMax)
      .execute();
    for (const [seconds, age] of finer) {
      await db
        .deleteFrom('candles')
        .where('market', '=', market)
        .where('seconds', '=', seconds)
        .where('start', '<', time - age)
        .execute();
    }
  }
}

/** The last sequence of the minutes that ended before `time`; 0 = none. */
async function sequenceAt(db: Db, time: number): Promise<number> {
  const row = await db
    .selectFrom('minutes')
    .select('id')
    .where('start', '<=', time)
    .orderBy('start', 'desc')
    .executeTakeFirst();
  return row === undefined ? 0 : sequenceOf(BigInt(row.id)) - 1;
}
