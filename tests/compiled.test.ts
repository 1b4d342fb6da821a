// What bin/compiled.mjs is for: the process that runs the engine takes no types out of files
// itself, because what does that makes every typed array slower. Node lists what of itself it has
// loaded.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-compiled-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Loads the server as `plimsoll serve` does and says whether Node had to take out types. */
function loadsServer(): boolean {
  const script = `
    import { keepCompiled } from './bin/compiled.mjs';
    keepCompiled();
    await import('./src/cli/serve-run.ts');
    console.log(process.moduleLoadList.some((name) => name.includes('amaro')));`;
  const { stdout, stderr } = node(['--input-type=module', '-e', script]);
  if (!/^(?:true|false)\n$/.test(stdout)) throw new Error(stdout + stderr);
  return stdout === 'true\n';
}

function node(args: readonly string[]): { stdout: string; stderr: string } {
  const env = { ...process.env, NODE_COMPILE_CACHE: folder };
  return spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' });
}

test('a server whose files were compiled before takes out no types', { timeout: 60_000 }, () => {
  expect(node(['bin/compiled.mjs']).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const [version] = readdirSync(folder);
  expect(readdirSync(join(folder, version!))).toContain('plimsoll-server');
  expect(loadsServer()).toBe(false);
  rmSync(join(folder, version!), { recursive: true });
  expect(loadsServer()).toBe(true);
});
