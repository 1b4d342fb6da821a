// Runs every check of the repository and counts: what `npm test` is after set-up. Each step runs
// even when an earlier one failed, so that one run shows everything; the last line of the output is
// the verdict, and any failure gives exit code 1. `--fast` leaves out what `npm run check` leaves
// out.

import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { addTally, noTests, tallyOf, verdict, type Tally } from './tally.ts';

const root = join(import.meta.dirname, '..');
const fast = process.argv.includes('--fast');

process.exitCode = main();

function main(): number {
  const started = performance.now();
  let tally: Tally = noTests;
  for (const script of ['types', 'lint', 'format:check']) tally = addTally(tally, check(script));
  tally = addTally(tally, tests());
  for (const skip of tally.skips) console.log(`skipped: ${skip}`);
  for (const failure of tally.failures) console.log(`failed: ${failure}`);
  console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`);
  console.log(verdict(tally));
  return tally.failed === 0 ? 0 : 1;
}

/** One npm script that counts as one check. */
function check(script: string): Tally {
  const started = performance.now();
  const ok = runScript(script) === 0;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${ok ? '✓' : '✗'} ${script} (${seconds} s)`);
  return ok ? { ...noTests, passed: 1 } : { ...noTests, failed: 1, failures: [script] };
}

/** Everything that Vitest runs: unit, property, tidy and integration tests. */
function tests(): Tally {
  // Named after the process, because several runs may share a checkout.
  const report = join(root, 'build', `test-report-${process.pid}.json`);
  const files = fast ? ['src', 'tests/tidy.test.ts', '--exclude', '**/*.property.test.ts'] : [];
  const exit = runScript('vitest', [
    ...files,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const tally = tallyOf(report, root, exit);
  rmSync(report, { force: true });
  return tally;
}

/** Runs a script of package.json. `node --run` is npm's `run` without the half second of npm. */
function runScript(script: string, args: string[] = []): number {
  const command = ['--run', script, ...(args.length > 0 ? ['--', ...args] : [])];
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
  return status ?? 1;
}
