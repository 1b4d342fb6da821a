// The history in SQL. Every batch of records is one transaction together with the sequence it ends
// with, so after a crash the database says exactly what it has, and the journal has the rest. It is
// a read model: it may lag and be thrown away, but it is never wrong about where it stands.

import { MARKET_SPOT } from '../engine/command.ts';
import type { Engine } from '../engine/engine.ts';
import type { Transaction } from 'kysely';
import { assert } from '../units/assert.ts';
import { adopt } from './adopt.ts';
import { fold, type FoldContext, type MarketUnits, referencedOrders } from './fold/fold.ts';
import { systemAccounts, unitsOf } from './fold/facts.ts';
import { BATCH_RECORDS_MAX, BATCH_VALUES_MAX, PRUNE_EVERY_RECORDS } from './limits.ts';
import { prune, type Retention } from './prune.ts';
import type { HistoryRecord, MarketFact } from './record.ts';
import { readOrders } from './read/orders.ts';
import { HistoryReader } from './read/reader.ts';
import { type Database, openDatabase } from './sql/database.ts';
import { decode } from './sql/decode.ts';
import { createSchema, dropSchema, existingTables, SCHEMA_VERSION } from './sql/schema.ts';
import { HISTORY, type HistoryTables, MARKETS, TABLES } from './sql/tables.ts';
import { readPosition, readVersion, RowWriter } from './sql/write.ts';

export interface HistoryOptions {
  /** `postgres://…`, or the path of a SQLite file. */
  readonly url: string;
  /** Which journal it is made from, 1 to 64 of `!` to `~`: that of another is refused. */
  readonly journal: string;
  readonly retention?: Retention;
}

/** Where a source begins: the state after `sequence`, and everything behind it. */
export interface HistoryStart {
  readonly sequence: number;
  readonly time: number;
  /** Stands at `sequence` until `records` is asked for its first batch. */
  readonly engine: Engine;
  /** Ascending and without a gap from `sequence + 1`, up to what was asked for. */
  readonly records: AsyncIterable<readonly HistoryRecord[]>;
}

/** The journal, as the history sees it; the composition root makes one. */
export interface HistorySource {
  /** The last durable sequence. */
  sequence(): number;
  /**
   * The state after `sequence`, or the oldest that is later when the journal does not reach back,
   * and the records after it up to `until`, which is durable.
   */
  open(sequence: number, until: number): Promise<HistoryStart>;
}

/**
 * Why a history cannot be gone on with. Emptying it is the way out of each but `foreign_tables`:
 * there another database must be named.
 */
export type HistoryFault =
  | 'other_version'
  | 'other_journal'
  | 'ahead_of_journal'
  | 'foreign_tables';

export class HistoryRefused extends Error {
  override readonly name = 'HistoryRefused';
  readonly fault: HistoryFault;

  constructor(fault: HistoryFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** Another process has written to the history meanwhile. */
export class HistoryTaken extends Error {
  override readonly name = 'HistoryTaken';
}

export class History {
  readonly reader: HistoryReader;
  private readonly database: Database;
  private readonly options: HistoryOptions;
  private readonly rowWriter = new RowWriter();
  private readonly markets = new Map<number, MarketUnits>();
  private stored = 0;
  private storedTime = 0;
  private minute = -1;
  private unpruned = 0;

  private constructor(database: Database, options: HistoryOptions) {
    this.database = database;
    this.options = options;
    this.reader = new HistoryReader(database.reader);
  }

  /**
   * Opens the history, or begins an empty one. @throws HistoryRefused when what is there belongs to
   * another version or journal, unless `empty` asks for it to be thrown away.
   */
  static async open(options: HistoryOptions, empty = false): Promise<History> {
    assert(/^[!-~]{1,64}$/.test(options.journal), 'a history knows its journal by a name');
    const history = new History(openDatabase(options.url), options);
    try {
      await history.begin(empty);
      return history;
    } catch (error) {
      await history.close();
      throw error;
    }
  }

  /** The last sequence whose rows are in the database; 0 = none. */
  sequence(): number {
    return this.stored;
  }

  /** The time of the record with that sequence, milliseconds since the epoch. */
  time(): number {
    return this.storedTime;
  }

  /**
   * Writes records that go on from `sequence()`, in transactions of bounded size. When it throws,
   * the batches before are there and the failed one is not: `reload`, then go on from `sequence()`.
   * @throws HistoryTaken when another process has written meanwhile.
   */
  async apply(records: readonly HistoryRecord[]): Promise<void> {
    let at = 0;
    while (at < records.length) {
      let values = 0;
      let end = at;
      while (end < records.length && end - at < BATCH_RECORDS_MAX && values < BATCH_VALUES_MAX) {
        values += records[end].events.length;
        end += 1;
      }
      await this.applyBatch(records.slice(at, end));
      this.unpruned += end - at;
      if (this.unpruned >= PRUNE_EVERY_RECORDS) await this.prune();
      at = end;
      // Writing to SQLite does not give up the thread by itself, and somebody may have a word.
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
  }

  /** Reads again where the database stands: after a failure that left open whether it committed. */
  async reload(): Promise<void> {
    const position = await readPosition(this.database.writer);
    assert(position !== undefined, 'a history that was opened has a position');
    this.stored = position.sequence;
    this.storedTime = position.time;
    this.markets.clear();
    const rows = await this.database.writer.selectFrom('markets').selectAll().execute();
    for (const row of decode(MARKETS, rows)) this.markets.set(row.market, unitsOf(row));
    const last = await this.database.writer
      .selectFrom('minutes')
      .select((eb) => eb.fn.max('start').as('start'))
      .executeTakeFirst();
    this.minute = Number(last?.start ?? -1);
  }

  /**
   * Goes on from the journal until nothing durable is missing. Records that the journal no longer
   * has are a gap that is written down; open orders and balances are then those of its state.
   * @throws HistoryRefused when the journal ends before the history.
   */
  async catchUp(source: HistorySource): Promise<void> {
    this.checkBehind(source);
    for (let until = source.sequence(); this.stored < until; until = source.sequence()) {
      const start = await source.open(this.stored, until);
      if (start.sequence > this.stored) await this.adopt(start);
      assert(start.sequence === this.stored, 'a source begins where the history ends');
      for await (const records of start.records) await this.apply(records);
    }
  }

  /** @throws HistoryRefused when the journal ends before the history: it is another one. */
  checkBehind(source: HistorySource): void {
    const end = source.sequence();
    if (end >= this.stored) return;
    const what = `The history is at ${this.stored}, but the journal ends with ${end}.`;
    throw new HistoryRefused('ahead_of_journal', what);
  }

  /** Empties the history and makes it anew from all that the journal has. */
  async rebuild(source: HistorySource): Promise<void> {
    await this.begin(true);
    await this.catchUp(source);
  }

  /**
   * Removes what retention no longer keeps, at most a bounded number of rows; true when more are to
   * go. `apply` does it by itself.
   */
  async prune(): Promise<boolean> {
    const { retention } = this.options;
    const more = retention !== undefined && (await prune(this.database.writer, retention));
    this.unpruned = more ? PRUNE_EVERY_RECORDS : 0;
    return more;
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  private async begin(empty: boolean): Promise<void> {
    const { writer, kind } = this.database;
    const { journal } = this.options;
    const there = await existingTables(writer, kind);
    if (there.length > 0 && !there.includes(HISTORY.name)) {
      throw new HistoryRefused('foreign_tables', `There are tables of others: ${there.join()}.`);
    }
    if (there.length === 0 || empty) await this.create();
    else if (there.length < TABLES.length || (await readVersion(writer)) !== SCHEMA_VERSION) {
      const what = 'The history was written by another version. Rebuild it from the journal.';
      throw new HistoryRefused('other_version', what);
    }
    let position = await readPosition(writer);
    // One without a row is nobody's yet: its journal may have been thrown away before it began.
    if (position?.journal !== journal && position?.sequence === 0) {
      await this.create();
      position = await readPosition(writer);
    }
    if (position?.journal !== journal) {
      const what = `The history is of journal ${position?.journal}, not of ${journal}.`;
      throw new HistoryRefused('other_journal', what);
    }
    await this.reload();
  }

  /** Empty tables in place of whatever the history has. */
  private async create(): Promise<void> {
    const { writer, kind } = this.database;
    const position = { only: 1, version: SCHEMA_VERSION, journal: this.options.journal };
    await writer.transaction().execute(async (db) => {
      await dropSchema(db);
      await createSchema(db, kind);
      await db.insertInto('accounts').values(systemAccounts()).execute();
      await db
        .insertInto('history')
        .values({ ...position, sequence: 0, time: 0, pruned_sequence: 0, bytes: 0n })
        .execute();
    });
  }

  private async adopt(start: HistoryStart): Promise<void> {
    const { writer } = this.database;
    await writer.transaction().execute(async (db) => {
      await moveOn(db, this.stored, start.sequence, start.time);
      await adopt(db, this.rowWriter, this.stored, start);
    });
    await this.reload();
  }

  private async applyBatch(records: readonly HistoryRecord[]): Promise<void> {
    const [first, last] = [records[0].sequence, records[records.length - 1].sequence];
    assert(first === this.stored + 1, 'records go on where the history ends');
    assert(last - first === records.length - 1, 'records have no gap');
    for (const { facts } of records) {
      for (const fact of facts) if (fact.kind === 'market') this.learn(fact);
    }
    let minute = this.minute;
    const { time } = records[records.length - 1];
    await this.database.writer.transaction().execute(async (db) => {
      // First, so that of two writers the second waits here and then finds that it is late.
      await moveOn(db, this.stored, last, time);
      const referenced = await readOrders(db, referencedOrders(records));
      const orders = new Map(referenced.map((row) => [row.order_id, row]));
      const context: FoldContext = { markets: this.markets, orders, minute: this.minute };
      const rows = fold(records, context);
      minute = rows.minutes.at(-1)?.start ?? minute;
      const grown = await this.rowWriter.write(db, rows);
      await db
        .updateTable('history')
        .set((eb) => ({ bytes: eb('bytes', '+', grown) }))
        .where('only', '=', 1)
        .execute();
    });
    this.storedTime = time;
    this.stored = last;
    this.minute = minute;
  }

  private learn({ market, multiplier, quote, marketKind }: MarketFact): void {
    this.markets.set(market, { multiplier, quote, isSpot: marketKind === MARKET_SPOT });
  }
}

async function moveOn(
  db: Transaction<HistoryTables>,
  from: number,
  sequence: number,
  time: number,
): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('history')
    .set({ sequence, time })
    .where('only', '=', 1)
    .where('sequence', '=', from)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new HistoryTaken('Another process writes this history.');
}
