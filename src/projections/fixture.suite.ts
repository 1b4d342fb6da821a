// What the suites of the history share: one journal, the naive history of it, and a look at every
// row of a database.

import { History } from './history.ts';
import { makeJournal } from './journal.suite.ts';
import { NaiveHistory } from './naive.suite.ts';
import { openDatabase } from './sql/database.ts';
import { decode } from './sql/decode.ts';
import { TABLES } from './sql/tables.ts';

/** Gives the URL of a new, empty database. */
export type NewDatabase = () => string;

export const LENGTH = 2_000;
export const journal = makeJournal(1, LENGTH);
export const naive = new NaiveHistory(journal);
export const last = journal.records[LENGTH - 1];

export async function withHistory(
  url: string,
  use: (history: History) => Promise<void>,
  more: Partial<Parameters<typeof History.open>[0]> = {},
): Promise<void> {
  const history = await History.open({ url, journal: 'test', ...more });
  try {
    await use(history);
  } finally {
    await history.close();
  }
}

/** Every row of every table, in the order of its key. */
export async function dump(url: string): Promise<Record<string, object[]>> {
  const database = openDatabase(url);
  const all: Record<string, object[]> = {};
  try {
    for (const table of TABLES) {
      let query = database.writer.selectFrom(table.name as 'orders').selectAll();
      for (const name of table.key) query = query.orderBy(name as 'order_id');
      all[table.name] = decode(table, await query.execute());
    }
  } finally {
    await database.close();
  }
  return all;
}
