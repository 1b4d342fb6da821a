// The committed crash is what its generator writes, and small enough to be committed.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CRASH_SEED, crashFiles } from './crash-candles.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'candles');
const BYTES_MAX = 20_000;

test('fixtures/candles is fresh: if not, run node scripts/generate-candles.ts', () => {
  const { candles, funding } = crashFiles();
  expect(readFileSync(join(folder, 'crash.csv'), 'utf8') === candles).toBe(true);
  expect(readFileSync(join(folder, 'crash-funding.csv'), 'utf8') === funding).toBe(true);
  expect(candles.length + funding.length).toBeLessThanOrEqual(BYTES_MAX);
});

test('another seed gives other candles', () => {
  expect(crashFiles(CRASH_SEED + 1).candles).not.toBe(crashFiles().candles);
});
