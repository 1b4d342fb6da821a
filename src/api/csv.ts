// Rows of an answer as a table for a spreadsheet. The values are names, decimals and times, which
// need no quotes.

import type { Call } from './call.ts';

/** The text, with the header that makes a browser save it under `name`. */
export function csv<Column extends string>(
  name: string,
  columns: readonly Column[],
  rows: readonly Readonly<Record<Column, string | null>>[],
  { reply }: Call,
): string {
  reply.header('content-disposition', `attachment; filename="${name}"`);
  const lines = rows.map((row) => columns.map((column) => row[column]).join(','));
  return [columns.join(','), ...lines, ''].join('\n');
}
