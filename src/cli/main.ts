// The command line: one sub-command per folder beside this file. Exit codes: 0 done, 1 refused or
// failed, 2 the command line itself was wrong, 130 interrupted.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tuneCollector, tuneCompiler } from '../runtime/tuning.ts';

tuneCompiler();
tuneCollector();

const { buildProgram } = await import('./program.ts');
const manifest = join(import.meta.dirname, '..', '..', 'package.json');
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };

await buildProgram(version).parseAsync();
