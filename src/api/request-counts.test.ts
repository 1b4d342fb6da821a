// Proves that the counts come out as the registry's own counter and histogram would say them, line
// for line, whatever the order, also where a duration is just a bucket's bound.

import { Counter, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { RequestCounts } from './request-counts.ts';

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

test('as a counter and a histogram of the registry', async () => {
  const registry = new Registry();
  const counts = new RequestCounts(registry);
  const plain = new Registry();
  const registers = [plain];
  const requests = new Counter({
    name: 'plimsoll_http_requests_total',
    help: 'Requests by operation and status.',
    labelNames: ['operation', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'plimsoll_http_seconds',
    help: 'Time to answer, by operation.',
    labelNames: ['operation'],
    buckets: BUCKETS,
    registers,
  });
  for (let i = 0; i < 300; i += 1) {
    const operation = `operation_${i % 7}`;
    const status = [200, 404, 429][i % 3];
    const took = i < BUCKETS.length ? BUCKETS[i] : i ** 3 / 4e6;
    counts.count(operation, status, took);
    requests.inc({ operation, status });
    seconds.observe({ operation }, took);
  }
  const lines = async (of: Registry): Promise<string[]> => (await of.metrics()).split('\n').sort();
  expect(await lines(registry)).toEqual(await lines(plain));
  expect(await lines(registry)).toEqual(await lines(plain)); // asking changes nothing
  const json = JSON.stringify(await registry.getMetricsAsJSON());
  expect(json).toContain('plimsoll_http_seconds_bucket');
});
