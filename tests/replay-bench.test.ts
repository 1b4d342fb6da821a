// The benchmark runs to its end, everything in it trades the same, and its JSON has what its
// readers need. It says nothing about speed: a test machine is no place to measure.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CASES } from '../bench/cases.ts';
import type { CaseResult } from '../bench/table.ts';

const RUN = join(import.meta.dirname, '..', 'bench', 'run.ts');

test('npm run bench -- --quick', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-test-'));
  const json = join(folder, 'bench.json');
  try {
    const { status, stdout } = spawnSync(process.execPath, [RUN, '--quick', '--json', json], {
      encoding: 'utf8',
    });
    expect(stdout).toContain('All traded exactly what the generator says.');
    expect(status).toBe(0);
    const { results } = JSON.parse(readFileSync(json, 'utf8')) as { results: CaseResult[] };
    expect(results.map(({ name }) => name)).toEqual(CASES.map(({ name }) => name));
    expect(results.every(({ agrees, perSecond }) => agrees && perSecond > 0)).toBe(true);
    expect(results[0].latency?.count).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
