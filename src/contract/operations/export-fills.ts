// GET /api/v1/fills.csv: the same fills as a table for a spreadsheet.

import * as z from 'zod';
import { operation } from '../operation.ts';
import { fillsQuery } from './list-fills.ts';

export const FILL_COLUMNS = [
  'id',
  'order_id',
  'market',
  'side',
  'role',
  'price',
  'size',
  'fee',
  'fee_asset',
  'filled_at',
] as const;

export const exportFills = operation({
  id: 'export_fills',
  method: 'GET',
  path: '/api/v1/fills.csv',
  summary: 'Fills as CSV',
  tag: 'Account',
  access: 'read',
  bucket: 'read',
  changes: false,
  answerType: 'text/csv; charset=utf-8',
  shapes: { query: fillsQuery, answer: z.string() },
  example: { answer: `${FILL_COLUMNS.join(',')}\n` },
});
