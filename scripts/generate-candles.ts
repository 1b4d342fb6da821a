// Writes fixtures/candles: the crash that the README and the tests replay. Only this writes it; a
// test compares the files with what it would write. `node scripts/generate-candles.ts`

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CRASH_SEED, crashFiles } from '../src/testing/flow/crash-candles.ts';

const folder = join(import.meta.dirname, '..', 'fixtures', 'candles');
const { candles, funding } = crashFiles();

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'crash.csv'), candles);
writeFileSync(join(folder, 'crash-funding.csv'), funding);
console.log(`${folder}: ${candles.length + funding.length} bytes, seed ${CRASH_SEED}`);
