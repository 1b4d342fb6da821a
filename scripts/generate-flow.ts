// Writes fixtures/flow/demo.csv: the flow that the README and the tests replay. Only this writes
// it; a test compares the file with what it would write. `node scripts/generate-flow.ts`

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_SEED, demoFlow } from '../src/testing/flow/demo.ts';

const folder = join(import.meta.dirname, '..', 'fixtures', 'flow');
const path = join(folder, 'demo.csv');
const text = demoFlow();

mkdirSync(folder, { recursive: true });
writeFileSync(path, text);
console.log(`${path}: ${text.length} bytes, seed ${DEMO_SEED}`);
