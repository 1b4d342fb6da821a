// Proves that mode `sdk` gives the numbers of Drift's own SDK: every expected field of every golden
// account, to the unit.

import { describe, expect, test } from 'vitest';
import { goldenCases } from '../../testing/drift/golden.ts';
import { inSdkShape } from './sdk-shape.suite.ts';

const CASES = goldenCases();

/** How many single values are expected: the test must not pass by comparing nothing. */
function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, part) => sum + countOf(part), 0);
}

describe('golden accounts', () => {
  test('are all there', () => {
    expect(CASES.length).toBe(235);
    expect(CASES.reduce((sum, { expected }) => sum + countOf(expected), 0)).toBe(11_198);
  });

  test.each(CASES.map((one) => [one.id, one.tags.join(' '), one] as const))(
    '%i %s',
    (_, __, one) => {
      expect(inSdkShape(one.account, one.trades)).toEqual(one.expected);
    },
  );
});
