// Pages of lists: newest first, and the cursor is the key of the last row, so that new rows at the
// top shift nothing.

import type { RowKey } from '../contract/history-rows.ts';
import { rowId } from '../contract/views.ts';
import type { Page } from './history-port.ts';

interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export function pageOf({ limit, cursor }: PageQuery): Page {
  if (cursor === undefined) return { limit };
  const [sequence = '0', index = '0'] = cursor.split('-');
  return { limit, before: { sequence: Number(sequence), index: Number(index) } };
}

/** A full page may have an older one. */
export function nextCursor(rows: readonly RowKey[], limit: number): string | null {
  const last = rows.at(-1);
  return last === undefined || rows.length < limit ? null : rowId(last);
}

/** A time of a query in milliseconds. */
export const msOf = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time);
