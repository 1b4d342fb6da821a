// Creates the tables from their one description. There is no migration: a history of another
// version is emptied and rebuilt from the journal, which is what it is made from anyway.

import { sql, type CreateTableBuilder, type SchemaModule } from 'kysely';
import { type DatabaseKind, type Db, POSTGRES_SCHEMA } from './database.ts';
import { type AnyTable, type ColumnKind, type Index, TABLES } from './tables.ts';

/** Goes up whenever a table, an id or the meaning of a column changes. */
export const SCHEMA_VERSION = 3;

/** The names of the history's tables that are there, in its own schema where there are schemas. */
export async function existingTables(db: Db, kind: DatabaseKind): Promise<string[]> {
  if (kind === 'postgres') {
    await db.schema.createSchema(POSTGRES_SCHEMA).ifNotExists().execute();
  }
  const known = new Set<string>(TABLES.map(({ name }) => name));
  const tables = await db.introspection.getTables();
  return tables
    .filter(({ schema }) => kind === 'sqlite' || schema === POSTGRES_SCHEMA)
    .map(({ name }) => name)
    .filter((name) => known.has(name));
}

export async function createSchema(db: Db, kind: DatabaseKind): Promise<void> {
  for (const table of TABLES) await createTable(db.schema, kind, table);
}

export async function dropSchema(db: Db): Promise<void> {
  for (const { name } of TABLES) await db.schema.dropTable(name).ifExists().execute();
}

/** A table with its indexes, which must not be there. */
export async function createTable(
  schema: SchemaModule,
  kind: DatabaseKind,
  table: AnyTable,
): Promise<void> {
  let builder: CreateTableBuilder<string, string> = schema.createTable(table.name);
  for (const [name, column] of Object.entries(table.columns)) {
    builder = builder.addColumn(name, dataType(column, kind), (made) =>
      column.endsWith('?') ? made : made.notNull(),
    );
  }
  builder = builder.addPrimaryKeyConstraint(`${table.name}_key`, [...table.key]);
  // Strict: SQLite then refuses what is no whole number, as PostgreSQL does by itself.
  const plain = table.key.length === 1;
  if (kind === 'sqlite')
    builder = builder.modifyEnd(plain ? sql`strict` : sql`strict, without rowid`);
  await builder.execute();
  for (const index of table.indexes) await createIndex(schema, table.name, index);
}

function dataType(column: ColumnKind, kind: DatabaseKind): 'text' | 'integer' | 'bigint' {
  if (column.startsWith('text')) return 'text';
  return kind === 'postgres' && !column.startsWith('code') ? 'bigint' : 'integer';
}

async function createIndex(schema: SchemaModule, table: string, index: Index): Promise<void> {
  const { name, columns, unique = false, where } = index;
  const made = schema
    .createIndex(name)
    .on(table)
    .columns([...columns]);
  const builder = unique ? made.unique() : made;
  if (where === undefined) await builder.execute();
  else await builder.where(sql<boolean>`${sql.raw(where)}`).execute();
}
