// GET /api/v1/funding.csv: the same payments as a table for a spreadsheet.

import * as z from 'zod';
import { operation } from '../operation.ts';
import { fundingQuery } from './list-funding-payments.ts';

export const FUNDING_COLUMNS = [
  'id',
  'market',
  'position_size',
  'amount',
  'asset',
  'paid_at',
] as const;

export const exportFunding = operation({
  id: 'export_funding',
  method: 'GET',
  path: '/api/v1/funding.csv',
  summary: 'Funding as CSV',
  tag: 'Account',
  access: 'read',
  bucket: 'read',
  changes: false,
  answerType: 'text/csv; charset=utf-8',
  shapes: { query: fundingQuery, answer: z.string() },
  example: { answer: `${FUNDING_COLUMNS.join(',')}\n` },
});
