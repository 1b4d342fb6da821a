// Counts tests from Vitest's JSON report. Whatever cannot be counted (a file that does not load, a
// report that is not there, an error outside of any test) counts as one failure: silence is never
// success.

import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** What a run of checks came to. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One line per failed check or test. */
  readonly failures: readonly string[];
  /** One line per skipped test, with its reason. */
  readonly skips: readonly string[];
}

/** The parts of Vitest's JSON report that are read here. */
export interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

export const noTests: Tally = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };

/** The last line of `npm test`. */
export function verdict(tally: Tally): string {
  return `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`;
}

export function addTally(a: Tally, b: Tally): Tally {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...a.failures, ...b.failures],
    skips: [...a.skips, ...b.skips],
  };
}

/** Reads the report at `path`; `exit` is how Vitest ended. */
export function tallyOf(path: string, root: string, exit: number): Tally {
  if (!existsSync(path)) return failure('vitest wrote no report');
  const report = JSON.parse(readFileSync(path, 'utf8')) as Report;
  const tally = tallyOfReport(report, root);
  if (exit !== 0 && tally.failed === 0) {
    return addTally(tally, failure('vitest ended with an error outside of the tests, see above'));
  }
  if (tally.passed + tally.failed + tally.skipped === 0) return failure('vitest found no test');
  return tally;
}

/**
 * Counts a parsed report. A skipped test gives its reason in square brackets in its name, or it has
 * failed.
 */
export function tallyOfReport(report: Report, root: string): Tally {
  let tally = noTests;
  for (const file of report.testResults) {
    const name = relative(root, file.name);
    const before = tally.failed;
    for (const { fullName, status } of file.assertionResults) {
      tally = addTally(tally, tallyOfTest(status, `${name}: ${fullName.trim()}`));
    }
    if (file.status === 'failed' && tally.failed === before) {
      tally = addTally(tally, failure(`${name}: ${file.message || 'does not load'}`));
    }
  }
  return tally;
}

function tallyOfTest(status: string, name: string): Tally {
  if (status === 'passed') return { ...noTests, passed: 1 };
  if (status === 'failed') return failure(name);
  if (/\[[^\]]+\]/.test(name)) return { ...noTests, skipped: 1, skips: [name] };
  return failure(`${name} is skipped without a reason in [brackets]`);
}

function failure(line: string): Tally {
  return { ...noTests, failed: 1, failures: [line] };
}
