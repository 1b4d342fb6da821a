// GET /metrics: figures for Prometheus.

import * as z from 'zod';
import { operation } from '../operation.ts';

export const getMetrics = operation({
  id: 'get_metrics',
  method: 'GET',
  path: '/metrics',
  summary: 'Figures for Prometheus',
  tag: 'Operation',
  access: 'read',
  bucket: 'none',
  changes: false,
  answerType: 'text/plain; version=0.0.4; charset=utf-8',
  shapes: { answer: z.string() },
  example: { answer: 'plimsoll_sequence 1042\n' },
});
