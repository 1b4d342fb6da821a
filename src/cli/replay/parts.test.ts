// The small parts of a replay: dice, sums, numbers as people read them, the progress bar, cut
// decimals.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BigSum } from './big-sum.ts';
import { formatAmount, formatCount, thousands } from './format.ts';
import { mix, pick } from './pick.ts';
import { Progress } from './progress.ts';
import { Rows } from './rows.ts';
import { unit } from './session.ts';

describe('the dice', () => {
  test('are the same on every machine', () => {
    expect([mix(1, 2), mix(1, 3), mix(2 ** 40, 2 ** 45)]).toEqual([
      mix(1, 2),
      mix(1, 3),
      mix(2 ** 40, 2 ** 45),
    ]);
    expect(mix(1, 2)).toBe(DICE_1_2);
  });

  test('are even, and differ by seed and by key', () => {
    const counts = new Int32Array(10);
    for (let key = 0; key < 100_000; key++) counts[pick(7, key, 10)] += 1;
    expect(Math.min(...counts)).toBeGreaterThan(9_500);
    expect(Math.max(...counts)).toBeLessThan(10_500);
    expect(mix(1, 5)).not.toBe(mix(2, 5));
    expect(mix(1, 5)).not.toBe(mix(1, 5 + 2 ** 32));
  });
});

const DICE_1_2 = 2_938_343_300;

test('a sum stays exact beyond 2^53', () => {
  const sum = new BigSum();
  for (let i = 0; i < 10; i++) sum.add(4_000_000_000_000_001);
  expect(sum.value()).toBe(40_000_000_000_000_010n);
  sum.add(1);
  expect(sum.value()).toBe(40_000_000_000_000_011n);
});

test.each([
  [0n, 6, '0'],
  [1n, 6, '0.000001'],
  [-1_500_000n, 6, '-1.5'],
  [123n, 0, '123'],
  [10n ** 30n, 10, `1${'0'.repeat(20)}`],
])('%s units of 10^-%s are %s', (value, decimals, text) => {
  expect(formatAmount(value, decimals)).toBe(text);
});

test('numbers are grouped before the point only', () => {
  expect(thousands('1234567.00012345')).toBe('1,234,567.00012345');
  expect(thousands(-1234)).toBe('-1,234');
  expect(formatCount(3n, unit('0.25'))).toBe('0.75');
});

describe('the progress bar', () => {
  const drawn = (isTTY: boolean, times: readonly number[]): string[] => {
    const writes: string[] = [];
    const progress = new Progress({ isTTY, columns: 100, write: (t) => writes.push(t) }, 'replay');
    for (const now of times) progress.update({ done: now, total: 1_000, rows: 12_345, now });
    progress.clear();
    return writes;
  };

  test('is drawn now and then, and takes itself away', () => {
    const writes = drawn(true, [0, 20, 90, 500, 510]);
    expect(writes).toHaveLength(3);
    expect(writes[1]).toContain('█'.repeat(15) + '░'.repeat(15));
    expect(writes[1]).toContain(' 50 %  12,345 rows');
    expect(writes[2]).toBe('\r\u001b[K');
  });

  test('is not drawn where nobody sees it', () => {
    expect(drawn(false, [0, 500])).toEqual([]);
  });
});

test('a decimal finer than the unit is cut, never rounded', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-rows-'));
  try {
    writeFileSync(join(folder, 'a.csv'), 'price\n28147.27999999\n28147\n0.0009\n1e5\n');
    const rows = await Rows.open(join(folder, 'a.csv'), 'price');
    const read: number[] = [];
    for (let i = 0; i < 3; i++) {
      rows.advance();
      read.push(rows.cutDecimal(0, unit('0.001')));
    }
    expect(read).toEqual([28_147_279, 28_147_000, 0]);
    rows.advance();
    expect(() => rows.cutDecimal(0, unit('0.001'))).toThrow('a.csv:5: price: expected a plain');
    await rows.lines.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
