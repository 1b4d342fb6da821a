// Keeps what Node makes of the TypeScript, so that a later start need not make it again. Not only
// for the start: what takes the types out of a file is WebAssembly whose memory grows, and V8 then
// checks before every look into a typed array whether its memory is still there, in this process,
// for good. The engine consists of such looks. See docs/decisions/0024-compiled-once.md.

import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { enableCompileCache, flushCompileCache, getCompileCacheDir } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const self = fileURLToPath(import.meta.url);
const root = join(self, '..', '..');
/** Says that every module of the server is in the cache; which version, says the cache's path. */
const MARK = 'plimsoll-server';

/**
 * To be called before the first import of a TypeScript file. Never fails: without it all is slower.
 */
export function keepCompiled() {
  enableCompileCache();
}

/**
 * Compiles the modules of the server in a process of its own when that was not done yet, so that
 * this one finds them. What was edited since is compiled here, and slower than it could be.
 */
export function compileServer() {
  const directory = getCompileCacheDir();
  if (directory === undefined || existsSync(join(directory, MARK))) return;
  spawnSync(process.execPath, [self], { stdio: 'ignore', timeout: 60_000 });
}

if (process.argv[1] === self) {
  keepCompiled();
  await import(pathToFileURL(join(root, 'src', 'cli', 'serve-run.ts')).href);
  const directory = getCompileCacheDir();
  process.once('exit', () => {
    flushCompileCache();
    if (directory !== undefined) writeFileSync(join(directory, MARK), '');
  });
  process.argv.push('--version'); // what the command line is to do, once it has loaded
  await import(pathToFileURL(join(root, 'src', 'cli', 'main.ts')).href);
}
