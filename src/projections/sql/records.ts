// What users keep and no journal can give back: opened by the URL of the history, but never part of
// it. A rebuild empties the history's tables and does not know these. A commit is on the disk
// before it is answered.

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { POSTGRES_CONNECT_MS_MAX, POSTGRES_STATEMENT_MS_MAX } from '../limits.ts';
import { type DatabaseKind, isPostgres, POSTGRES_SCHEMA, types } from './database.ts';
import { nodeSqliteDialect } from './node-sqlite.ts';
import { createTable } from './schema.ts';
import { type RowOf, table } from './table.ts';

/**
 * Pairs, open and closed. `journal` says of which exchange: a database may have served another one.
 * Columns may be added, never changed: nothing can make these rows anew.
 */
export const PAIRS = table(
  'pairs',
  0,
  {
    journal: 'text',
    pair: 'number',
    account: 'text',
    long_market: 'text',
    short_market: 'text',
    capital: 'amount',
    leverage: 'number',
    long_weight: 'number',
    long_size: 'amount',
    short_size: 'amount',
    long_entry: 'amount',
    short_entry: 'amount',
    opened_at: 'number',
    closed_at: 'number?',
    long_exit: 'amount?',
    short_exit: 'amount?',
    realised: 'amount?',
    open_key: 'text?',
    open_digest: 'text?',
    close_key: 'text?',
  },
  ['journal', 'pair'],
  { name: 'pairs_by_account', columns: ['journal', 'account', 'pair'] },
  {
    name: 'pairs_by_open_key',
    columns: ['journal', 'account', 'open_key'],
    unique: true,
    where: 'open_key is not null',
  },
  {
    name: 'pairs_by_close_key',
    columns: ['journal', 'account', 'close_key'],
    unique: true,
    where: 'close_key is not null',
  },
  { name: 'pairs_open', columns: ['journal', 'pair'], where: 'closed_at is null' },
);

export interface RecordTables {
  pairs: RowOf<typeof PAIRS>;
}

export type Records = Kysely<RecordTables>;

const TABLES = [PAIRS];

/**
 * Opens the records and makes the tables that are not there. SQLite commits with
 * `synchronous = full`, PostgreSQL with `synchronous_commit = on`.
 */
export async function openRecords(url: string): Promise<Records> {
  const kind: DatabaseKind = isPostgres(url) ? 'postgres' : 'sqlite';
  const db = kind === 'postgres' ? postgres(url) : sqlite(url);
  try {
    if (kind === 'postgres') {
      await db.schema.createSchema(POSTGRES_SCHEMA).ifNotExists().execute();
    }
    const there = await db.introspection.getTables();
    const ours = there.filter(({ schema }) => kind === 'sqlite' || schema === POSTGRES_SCHEMA);
    const names = new Set(ours.map(({ name }) => name));
    for (const one of TABLES) {
      if (names.has(one.name)) continue;
      await db.transaction().execute((transaction) => createTable(transaction.schema, kind, one));
    }
    return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

function sqlite(url: string): Records {
  const path = url.replace(/^sqlite:(?:\/\/)?/, '');
  mkdirSync(dirname(path), { recursive: true });
  const pragmas = ['busy_timeout = 5000', 'journal_mode = wal', 'synchronous = full'];
  return new Kysely({ dialect: nodeSqliteDialect({ path, pragmas }) });
}

function postgres(url: string): Records {
  const settings = `-c synchronous_commit=on -c statement_timeout=${POSTGRES_STATEMENT_MS_MAX}`;
  const pool = new pg.Pool({
    connectionString: url,
    types,
    connectionTimeoutMillis: POSTGRES_CONNECT_MS_MAX,
    keepAlive: true,
    max: 1,
    options: `-c search_path=${POSTGRES_SCHEMA} ${settings}`,
  });
  // As in database.ts: whoever uses a connection that breaks gets the error from the query.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely({ dialect: new PostgresDialect({ pool }) });
}
