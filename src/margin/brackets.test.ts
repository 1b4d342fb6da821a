// Proves that only convex tables are made, that each fault is named with its bracket, and that
// deductions are exact where they pass 2^53.

import { describe, expect, test } from 'vitest';
import { DEFAULT_BRACKETS, makeBrackets } from './brackets.ts';
import { AMOUNT_MAX, BRACKETS_MAX } from './limits.ts';
import { bracketsOf, termsOf } from './naive.suite.ts';

describe('a bracket table', () => {
  test('is 10 % and 5 % with leverage up to 10 when a market gives none', () => {
    const brackets = bracketsOf(DEFAULT_BRACKETS);
    expect(brackets.count).toBe(1);
    expect(brackets.leverageMax).toBe(10);
    expect(brackets.initialPpm[0]).toBe(100_000);
    expect(brackets.maintenancePpm[0]).toBe(50_000);
  });

  test.each([
    [8_000, 125],
    [13_334, 74],
    [13_333, 75],
    [300_000, 3],
    [1_000_000, 1],
    [1, 1_000_000],
  ])('of %d ppm first initial rate allows leverage %d', (initial, leverage) => {
    expect(bracketsOf(termsOf([0, initial, 1])).leverageMax).toBe(leverage);
  });

  const good = [0, 100_000, 50_000] as const;
  test.each([
    ['NO_BRACKETS', 0, []],
    ['FIRST_FLOOR_NOT_ZERO', 0, [[1, 100_000, 50_000]]],
    ['FIRST_FLOOR_NOT_ZERO', 0, [[-1, 100_000, 50_000]]],
    ['FLOORS_NOT_ASCENDING', 1, [good, [0, 100_000, 50_000]]],
    ['FLOORS_NOT_ASCENDING', 2, [good, [5, 100_000, 50_000], [4, 100_000, 50_000]]],
    ['FLOORS_NOT_ASCENDING', 1, [good, [0.5, 100_000, 50_000]]],
    ['FLOORS_NOT_ASCENDING', 1, [good, [AMOUNT_MAX + 1, 100_000, 50_000]]],
    ['FLOORS_NOT_ASCENDING', 1, [good, [NaN, 100_000, 50_000]]],
    ['RATES_OUT_OF_RANGE', 0, [[0, 100_000, 0]]],
    ['RATES_OUT_OF_RANGE', 0, [[0, 100_000, -1]]],
    ['RATES_OUT_OF_RANGE', 0, [[0, 49_999, 50_000]]],
    ['RATES_OUT_OF_RANGE', 0, [[0, 1_000_001, 50_000]]],
    ['RATES_OUT_OF_RANGE', 0, [[0, 1_000_000, 1_000_000]]],
    ['RATES_OUT_OF_RANGE', 0, [[0, 100_000.5, 50_000]]],
    ['RATES_OUT_OF_RANGE', 1, [good, [5, 100_000, NaN]]],
    ['RATES_NOT_ASCENDING', 1, [good, [5, 100_000, 49_999]]],
    ['RATES_NOT_ASCENDING', 1, [good, [5, 99_999, 50_000]]],
  ] as const)('is refused for %s in bracket %d', (code, bracket, rows) => {
    expect(makeBrackets(termsOf(...rows))).toEqual({ ok: false, code, bracket });
  });

  test('may be as long as the limit and no longer', () => {
    const rows = Array.from({ length: BRACKETS_MAX }, (_, i) => [i, 100_000, 50_000] as const);
    expect(makeBrackets(termsOf(...rows)).ok).toBe(true);
    const longer = termsOf(...rows, [BRACKETS_MAX, 100_000, 50_000]);
    expect(makeBrackets(longer)).toMatchObject({ code: 'TOO_MANY_BRACKETS' });
  });

  test.each([
    [600, 49_399, true],
    [600, 49_400, false],
    [-100, 50_099, true],
    [50_000, 0, false],
  ])('with fees of %d and %d ppm against 5 %% is accepted: %s', (taker, liquidation, ok) => {
    const fees = { takerFeePpm: taker, liquidationFeePpm: liquidation };
    expect(makeBrackets(termsOf(good), fees).ok).toBe(ok);
  });

  test('finds the bracket of a notional, the higher one at a floor', () => {
    const brackets = bracketsOf(termsOf([0, 2, 1], [10, 3, 2], [20, 4, 3], [30, 5, 4]));
    const found = [0, 9, 10, 19, 20, 29, 30, 31, 1e15].map((notional) => brackets.at(notional));
    expect(found).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 3]);
  });

  test('carries the rests of deductions into the whole', () => {
    const brackets = bracketsOf(
      termsOf([0, 1e6, 1], [999_999, 1e6, 400_002], [2e6 - 1, 1e6, 800_003]),
    );
    // Both products leave 599,999, which together is one more whole and 199,998.
    const whole = [...brackets.maintenanceWhole];
    const rest = [...brackets.maintenanceRest];
    const kept = whole.map((w, i) => BigInt(w) * 1_000_000n + BigInt(rest[i]));
    const first = 999_999n * 400_001n;
    expect(kept).toEqual([0n, first, first + 1_999_999n * 400_001n]);
    expect(rest).toEqual([0, 599_999, 199_998]);
  });

  test('keeps deductions beyond 2^53 exactly', () => {
    const floor = 3_999_999_999_999_999;
    const brackets = bracketsOf(
      termsOf([0, 100_000, 3], [7, 100_000, 50_000], [floor, 1e6, 999_999]),
    );
    const first = 7n * 49_997n;
    const second = first + BigInt(floor) * 949_999n;
    const kept = [1, 2].map(
      (i) =>
        BigInt(brackets.maintenanceWhole[i]) * 1_000_000n + BigInt(brackets.maintenanceRest[i]),
    );
    expect(kept).toEqual([first, second]);
    expect(brackets.maintenanceRest[2]).toBeLessThan(1_000_000);
  });
});
