// The pairs of one exchange in SQL: written once when they are opened and once when they are
// closed, never removed. It only keeps them; what they are worth is not known here.

import type { Selectable } from 'kysely';
import { assert } from '../units/assert.ts';
import { decode } from './sql/decode.ts';
import { openRecords, PAIRS, type Records, type RecordTables } from './sql/records.ts';
import type { RowOf } from './sql/tables.ts';

export type PairRow = Omit<RowOf<typeof PAIRS>, 'journal'>;

/** What closing writes. */
export type PairClose = Pick<PairRow, 'long_exit' | 'short_exit' | 'realised' | 'close_key'> & {
  readonly closed_at: number;
};

/** What has to be known before anything is written. */
export interface PairsKnown {
  readonly open: readonly PairRow[];
  /** The number that the newest has; 0 = none. */
  readonly last: number;
  /** How many each account has, closed ones included. */
  readonly counts: ReadonlyMap<string, number>;
}

export class PairRecords {
  private readonly db: Records;
  private readonly journal: string;

  private constructor(db: Records, journal: string) {
    this.db = db;
    this.journal = journal;
  }

  /** `url` as that of a history. The records of another journal are kept and not seen. */
  static async open(url: string, journal: string): Promise<PairRecords> {
    return new PairRecords(await openRecords(url), journal);
  }

  async known(): Promise<PairsKnown> {
    const { journal } = this;
    const open = await this.db
      .selectFrom('pairs')
      .selectAll()
      .where('journal', '=', journal)
      .where('closed_at', 'is', null)
      .orderBy('pair')
      .execute();
    const groups = await this.db
      .selectFrom('pairs')
      .select((eb) => ['account', eb.fn.max('pair').as('last'), eb.fn.countAll().as('count')])
      .where('journal', '=', journal)
      .groupBy('account')
      .execute();
    return {
      open: rowsOf(open),
      last: groups.reduce((most, { last }) => Math.max(most, Number(last)), 0),
      counts: new Map(groups.map(({ account, count }) => [account, Number(count)])),
    };
  }

  /** Durable when it resolves; when it throws it may have been written all the same. */
  async insert(row: PairRow): Promise<void> {
    await this.db
      .insertInto('pairs')
      .values({ journal: this.journal, ...row })
      .execute();
  }

  /** As `insert`; false when there is no such open pair. */
  async close(pair: number, close: PairClose): Promise<boolean> {
    const { numUpdatedRows } = await this.db
      .updateTable('pairs')
      .set(close)
      .where('journal', '=', this.journal)
      .where('pair', '=', pair)
      .where('closed_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Of one account, newest first, those with a number below `before`. */
  async list(
    account: string,
    { closed, before, limit }: { closed?: boolean; before?: number | undefined; limit: number },
  ): Promise<PairRow[]> {
    let query = this.db
      .selectFrom('pairs')
      .selectAll()
      .where('journal', '=', this.journal)
      .where('account', '=', account);
    if (closed !== undefined) query = query.where('closed_at', closed ? 'is not' : 'is', null);
    if (before !== undefined) query = query.where('pair', '<', before);
    return rowsOf(await query.orderBy('pair', 'desc').limit(limit).execute());
  }

  /** The pair that was opened or closed under a key. */
  async byKey(account: string, key: string): Promise<PairRow | undefined> {
    const rows = await this.db
      .selectFrom('pairs')
      .selectAll()
      .where('journal', '=', this.journal)
      .where('account', '=', account)
      .where((eb) => eb.or([eb('open_key', '=', key), eb('close_key', '=', key)]))
      .execute();
    return rowsOf(rows)[0];
  }

  async stop(): Promise<void> {
    await this.db.destroy();
  }
}

function rowsOf(given: readonly Selectable<RecordTables['pairs']>[]): PairRow[] {
  return decode(PAIRS, given).map((row) => {
    const { journal, ...rest } = row;
    assert(journal !== '', 'a pair is of a journal');
    return rest;
  });
}
