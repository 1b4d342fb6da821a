// Proves that the last line of `npm test` cannot look better than the run was: whatever is not
// counted as passed or skipped for a reason is a failure.

import { describe, expect, test } from 'vitest';
import {
  addTally,
  noTests,
  tallyOf,
  tallyOfReport,
  verdict,
  type Report,
} from '../scripts/tally.ts';

const file = (
  tests: Readonly<Record<string, string>>,
  status = 'passed',
): Report['testResults'][number] => ({
  name: '/r/a.test.ts',
  status,
  message: '',
  assertionResults: Object.entries(tests).map(([fullName, state]) => ({ fullName, status: state })),
});

describe('the tally', () => {
  test('counts what passed, failed and was skipped for a reason', () => {
    const report = {
      testResults: [
        file({ one: 'passed', two: 'failed' }, 'failed'),
        file({ 'three [long: PLIMSOLL_LONG=1]': 'skipped' }),
      ],
    };
    const tally = tallyOfReport(report, '/r');
    expect(verdict(tally)).toBe('1 passed, 1 failed, 1 skipped');
    expect(tally.failures).toEqual(['a.test.ts: two']);
    expect(tally.skips).toEqual(['a.test.ts: three [long: PLIMSOLL_LONG=1]']);
  });

  test.each(['skipped', 'pending', 'todo'])('counts %s without a reason as a failure', (status) => {
    expect(tallyOfReport({ testResults: [file({ one: status })] }, '/r').failed).toBe(1);
  });

  test('counts a file that does not load as one failure', () => {
    expect(verdict(tallyOfReport({ testResults: [file({}, 'failed')] }, '/r'))).toBe(
      '0 passed, 1 failed, 0 skipped',
    );
  });

  test('counts a missing report as one failure, whatever the exit code', () => {
    expect(tallyOf('no/such/report.json', '/r', 0).failed).toBe(1);
  });

  test('adds up', () => {
    const one = { ...noTests, passed: 1, skips: ['a'] };
    expect(addTally(one, { ...noTests, failed: 2, skips: ['b'] })).toEqual({
      passed: 1,
      failed: 2,
      skipped: 0,
      failures: [],
      skips: ['a', 'b'],
    });
  });
});
