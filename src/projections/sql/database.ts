// Opens the history's database by its URL: a file for SQLite, a server for PostgreSQL. Everything
// after this is the same for both. One connection writes; others read, so that a reader never sees
// half a transaction and never waits for one.

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { assert } from '../../units/assert.ts';
import {
  POSTGRES_CONNECT_MS_MAX,
  POSTGRES_READERS_MAX,
  POSTGRES_STATEMENT_MS_MAX,
  SQLITE_CACHE_KB,
  SQLITE_LOG_BYTES,
  SQLITE_LOG_PAGES,
  SQLITE_READ_WAIT_MS,
} from '../limits.ts';
import { nodeSqliteDialect } from './node-sqlite.ts';
import type { HistoryTables } from './tables.ts';

export type DatabaseKind = 'sqlite' | 'postgres';
export type Db = Kysely<HistoryTables>;

export interface Database {
  readonly kind: DatabaseKind;
  /** One connection, one user: the history's writer. */
  readonly writer: Db;
  readonly reader: Db;
  close(): Promise<void>;
}

/** Only to read, beside the writer of another thread or process; `destroy` it at the end. */
export const openReader = (url: string): Db => openDatabase(url).reader;

export const isPostgres = (url: string): boolean => /^postgres(?:ql)?:\/\//.test(url);

/** `postgres://…`, or a path with or without `sqlite:` before it. */
export function openDatabase(url: string): Database {
  const database = isPostgres(url) ? postgres(url) : sqlite(url);
  const { kind, writer, reader } = database;
  const close = async (): Promise<void> => {
    await reader.destroy();
    await writer.destroy();
  };
  return { kind, writer, reader, close };
}

type Opened = Omit<Database, 'close'>;

/**
 * WAL with `synchronous = normal` may lose the last transactions in a power failure, whole ones,
 * and what is lost is still in the journal: the stored sequence says where to go on.
 */
function sqlite(url: string): Opened {
  const path = url.replace(/^sqlite:(?:\/\/)?/, '');
  assert(path !== '' && path !== ':memory:', 'a history in SQLite has a file');
  mkdirSync(dirname(path), { recursive: true });
  const shared = ['temp_store = memory'];
  const writing = [
    'busy_timeout = 5000',
    'journal_mode = wal',
    'synchronous = normal',
    `journal_size_limit = ${SQLITE_LOG_BYTES}`,
    `wal_autocheckpoint = ${SQLITE_LOG_PAGES}`,
    `cache_size = -${SQLITE_CACHE_KB}`,
  ];
  // A reader waits for a lock on the thread that it is on, which may be the engine's.
  const reading = [`busy_timeout = ${SQLITE_READ_WAIT_MS}`];
  const writer = new Kysely<HistoryTables>({
    dialect: nodeSqliteDialect({ path, pragmas: [...shared, ...writing] }),
  });
  const reader = new Kysely<HistoryTables>({
    dialect: nodeSqliteDialect({ path, readOnly: true, pragmas: [...shared, ...reading] }),
  });
  return { kind: 'sqlite', writer, reader };
}

/** All tables of the history are in it, so that they share a database with whatever is there. */
export const POSTGRES_SCHEMA = 'plimsoll';

const OID_INT8 = 20;

/** Eight-byte integers as bigints; everything else as pg does it. */
export const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === OID_INT8
      ? BigInt
      : (pg.types.getTypeParser(
          oid,
          format as 'text',
        ) as unknown)) as pg.CustomTypesConfig['getTypeParser'],
};

function postgres(url: string): Opened {
  const connectionTimeoutMillis = POSTGRES_CONNECT_MS_MAX;
  const shared = { connectionString: url, types, connectionTimeoutMillis, keepAlive: true };
  const pool = (max: number, settings: string): Kysely<HistoryTables> => {
    const options = `-c search_path=${POSTGRES_SCHEMA} ${settings}`;
    const made = new pg.Pool({ ...shared, max, options });
    // A connection that breaks is replaced; whoever uses it gets the error from the query. Without
    // somebody who listens on both, a server that goes away would end this process.
    made.on('error', () => undefined);
    made.on('connect', (client) => client.on('error', () => undefined));
    return new Kysely<HistoryTables>({ dialect: new PostgresDialect({ pool: made }) });
  };
  const writer = pool(1, '-c synchronous_commit=off');
  const reader = pool(
    POSTGRES_READERS_MAX,
    `-c default_transaction_read_only=on -c statement_timeout=${POSTGRES_STATEMENT_MS_MAX}`,
  );
  return { kind: 'postgres', writer, reader };
}
