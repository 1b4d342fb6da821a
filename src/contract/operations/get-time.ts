// GET /api/v1/time: the server's clock and the exchange's.

import * as z from 'zod';
import * as A from '../atoms.ts';
import { operation } from '../operation.ts';

const answer = z.strictObject({
  time: A.time.describe('The clock of the server.'),
  exchange_time: A.time.nullable().describe('The time of the last command.'),
  sequence: A.whole,
});

export const getTime = operation({
  id: 'get_time',
  method: 'GET',
  path: '/api/v1/time',
  summary: 'The clocks',
  tag: 'Market data',
  access: 'none',
  bucket: 'read',
  changes: false,
  shapes: { answer },
  example: {
    answer: {
      time: '2026-01-31T12:00:00.000Z',
      exchange_time: '2026-01-31T11:59:59.871Z',
      sequence: 1042,
    },
  },
});
