// What every measured process runs with, so that it runs as `plimsoll serve` does: memory on huge
// pages, and TypeScript that was compiled by an earlier process (bin/compiled.mjs says why).

import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HUGE_PAGES } from '../src/runtime/tuning.ts';

export const AS_SERVED = {
  ...HUGE_PAGES,
  NODE_COMPILE_CACHE: join(tmpdir(), 'plimsoll-bench-compiled'),
} as const;

/** What a worker is asked for when it is only to load all that it may need, and to end. */
export const ONLY_LOAD = 'only-load';

/** Lets a worker load everything once, so that no measured process compiles TypeScript. */
export function compileFirst(worker: string): void {
  const env = { ...process.env, ...AS_SERVED };
  const { status } = spawnSync(process.execPath, [worker, ONLY_LOAD], { env, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${worker} cannot be loaded`);
}
