// Proves that the core needs nothing but the language: in a context without Node, clock, dice and
// locale it loads, runs and ends in the very same state.

import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { run } from './pure-core/script.ts';

const SEED = 31;
const COMMANDS = 4_000;

function runBare(): string {
  const child = resolve(import.meta.dirname, 'pure-core/child.ts');
  const flags = ['--no-warnings', '--experimental-vm-modules'];
  return execFileSync(process.execPath, [...flags, child, String(SEED), String(COMMANDS)], {
    encoding: 'utf8',
  });
}

test('the pure rooms run without Node, clock and dice, to the same hash and digest', () => {
  const { hash, digest } = run(SEED, COMMANDS);
  expect(runBare().trim()).toBe(`${hash} ${digest}`);
});
