// Pages of rows that only ever come at the end: by id, newest first unless asked otherwise. A
// cursor is the id of the last row that was given, so a page stays the same page whatever comes
// meanwhile.

import { sql, type Kysely } from 'kysely';
import { PAGE_ROWS_DEFAULT, PAGE_ROWS_MAX } from '../limits.ts';
import { decode } from '../sql/decode.ts';
import type { AnyTable, HistoryTables, RowOf } from '../sql/tables.ts';

export interface PageQuery {
  /** `next` of the page before. */
  readonly after?: bigint | undefined;
  /** 1 to PAGE_ROWS_MAX. */
  readonly limit?: number | undefined;
  readonly first?: 'newest' | 'oldest' | undefined;
}

/** From `from` on and before `to`, milliseconds since the epoch. */
export interface TimeRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface Page<Row> {
  readonly rows: Row[];
  /** Undefined when there is no further row. */
  readonly next: bigint | undefined;
}

/** What selects rows: columns and their values; undefined and empty lists do not restrict. */
export interface Selection {
  readonly equal: Readonly<Record<string, number | string | undefined>>;
  readonly among?: Readonly<Record<string, readonly number[] | undefined>>;
  /** SQL that a partial index wants to see word by word. */
  readonly literal?: string | undefined;
  /** Bounds of the key that are known to hold; they only save work. */
  readonly least?: bigint | undefined;
  readonly below?: bigint | undefined;
  readonly time?: { readonly column: string } & TimeRange;
}

type Untyped = Record<string, Record<string, unknown>>;

/** A page of a table by its `key`, which is an id or ascends like one. */
export async function selectPage<T extends AnyTable>(
  db: Kysely<HistoryTables>,
  table: T,
  key: string,
  selection: Selection,
  page: PageQuery,
): Promise<Page<RowOf<T>>> {
  const limit = limitOf(page.limit);
  const newest = page.first !== 'oldest';
  const { time, least, below, literal } = selection;
  let query = (db as unknown as Kysely<Untyped>).selectFrom(table.name).selectAll();
  for (const [column, value] of Object.entries(selection.equal)) {
    if (value !== undefined) query = query.where(column, '=', value);
  }
  for (const [column, values] of Object.entries(selection.among ?? {})) {
    if (values !== undefined && values.length > 0) query = query.where(column, 'in', values);
  }
  if (literal !== undefined) query = query.where(sql<boolean>`${sql.raw(literal)}`);
  if (least !== undefined) query = query.where(key, '>=', least);
  if (below !== undefined) query = query.where(key, '<', below);
  if (time?.from !== undefined) query = query.where(time.column, '>=', time.from);
  if (time?.to !== undefined) query = query.where(time.column, '<', time.to);
  if (page.after !== undefined) query = query.where(key, newest ? '<' : '>', page.after);
  const given = await query
    .orderBy(key, newest ? 'desc' : 'asc')
    .limit(limit + 1)
    .execute();
  const rows = decode(table, given.slice(0, limit));
  const last = given.length > limit ? (rows.at(-1) as Record<string, unknown>) : undefined;
  return { rows, next: last === undefined ? undefined : BigInt(last[key] as bigint | number) };
}

export function limitOf(limit: number | undefined): number {
  const asked = limit ?? PAGE_ROWS_DEFAULT;
  return Number.isInteger(asked) ? Math.min(Math.max(asked, 1), PAGE_ROWS_MAX) : PAGE_ROWS_DEFAULT;
}

/** Every row of every page, for a file: one page is held at a time. */
export async function* eachRow<Row>(
  read: (page: PageQuery) => Promise<Page<Row>>,
  first: 'newest' | 'oldest' = 'oldest',
): AsyncGenerator<Row, void, undefined> {
  let after: bigint | undefined;
  do {
    const page = await read({ after, limit: PAGE_ROWS_MAX, first });
    yield* page.rows;
    after = page.next;
  } while (after !== undefined);
}
