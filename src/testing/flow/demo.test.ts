// The committed demonstration flow is what its generator writes, and small enough to be committed.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEMO_SEED, demoFlow } from './demo.ts';

const path = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'flow', 'demo.csv');
const BYTES_MAX = 300_000;

test('fixtures/flow/demo.csv is fresh: if not, run node scripts/generate-flow.ts', () => {
  const committed = readFileSync(path, 'utf8');
  expect(committed === demoFlow()).toBe(true);
  expect(committed.length).toBeLessThanOrEqual(BYTES_MAX);
});

test('another seed gives another flow', () => {
  expect(demoFlow(DEMO_SEED + 1)).not.toBe(demoFlow());
});
