// GET /health: the process lives. /ready says whether it takes commands.

import * as z from 'zod';
import { operation } from '../operation.ts';

export const getHealth = operation({
  id: 'get_health',
  method: 'GET',
  path: '/health',
  summary: 'Alive',
  tag: 'Operation',
  access: 'none',
  bucket: 'none',
  changes: false,
  shapes: { answer: z.strictObject({ status: z.literal('ok'), version: z.string() }) },
  example: { answer: { status: 'ok', version: '0.1.0' } },
});
