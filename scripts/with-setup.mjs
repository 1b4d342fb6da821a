// `node scripts/with-setup.mjs <script>`: what `npm start`, `npm test` and `npm run check` do
// first. Installs what package-lock.json names when node_modules differs from it, then runs `npm
// run <script>` in a new shell, because only a new shell finds the Node that the installation
// brought along. Runs on Node 20, without dependencies.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledNode, isNewEnough, minimumNode, tooOld } from '../bin/find-node.mjs';
import { endLike, followParent, run } from '../bin/run.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [script, ...args] = process.argv.slice(2);

followParent();
await main();

async function main() {
  if (!script) throw new Error('usage: node scripts/with-setup.mjs <script> [arguments]');
  if (!isInstalled()) {
    console.log('Setting up: npm ci (once, and again whenever package-lock.json changes)');
    const installed = await npm(['ci', '--include=dev', '--loglevel=error']);
    if (installed.code !== 0) return endLike(installed);
  }
  const minimum = minimumNode(root);
  if (!bundledNode(root) && !isNewEnough(process.version, minimum)) {
    console.error(tooOld(minimum));
    process.exitCode = 1;
    return;
  }
  endLike(await npm(['run', '--silent', script, ...(args.length ? ['--', ...args] : [])]));
}

/**
 * True when node_modules holds exactly the locked packages. Compares npm's own record of what it
 * installed with the lock, not file times: a checkout touches files, and an interrupted install
 * leaves no record.
 */
function isInstalled() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = packagesOf(record);
  const locked = packagesOf(join(root, 'package-lock.json'));
  delete locked['']; // the repository itself
  for (const [path, entry] of Object.entries(locked)) {
    const there = installed[path];
    if (!there && entry.optional) continue; // another platform's
    if (there?.version !== entry.version) return false;
  }
  return Object.keys(installed).every((path) => path in locked);
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}

/**
 * Runs npm with the Node that npm itself was started with, which need not be the one that runs this
 * script.
 */
function npm(npmArgs) {
  const cli = process.env.npm_execpath;
  const options = { cwd: root };
  if (cli?.endsWith('npm-cli.js')) {
    return run(process.env.npm_node_execpath ?? process.execPath, [cli, ...npmArgs], options);
  }
  return run('npm', npmArgs, { ...options, shell: process.platform === 'win32' });
}
