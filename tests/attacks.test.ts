// Every attack of the library comes out within its bounds, with all invariants checked after every
// command and not a dollar from nowhere; and succeeds once the setting that stops it is let go, so
// that none of them holds only because it does nothing. The page of the documentation has the
// figures of this very run.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ATTACKS } from '../src/testing/attacks/all.ts';
import type { Attack } from '../src/testing/attacks/attack.ts';
import { broken } from '../src/testing/attacks/attack.ts';
import { beyondMargin, runPair } from '../src/testing/attacks/no-lose-pair.ts';
import { attacksPage } from '../src/testing/attacks/page.ts';
import { attackText, runAttack, tableText } from '../src/testing/attacks/table.ts';
import type { AttackRow } from '../src/testing/attacks/table.ts';

const rows = new Map<Attack, AttackRow>();

/** Each is played once in all. */
function rowOf(attack: Attack): AttackRow {
  const row = rows.get(attack) ?? runAttack(attack);
  rows.set(attack, row);
  return row;
}

describe('attacks', () => {
  test.each(ATTACKS)('$name', (attack) => {
    const { measured, faults } = rowOf(attack);
    expect(faults).toEqual([]);
    const { attacker, fund, others, fees, rounding } = measured;
    expect(attacker + fund + others + fees + rounding).toBe(0);
  });

  const weakened = ATTACKS.filter(({ weakening }) => weakening !== '');
  test.each(weakened)('$name: succeeds with $weakening', (attack) => {
    const { weakened: measured } = rowOf(attack);
    expect(measured && broken(measured)).not.toEqual([]);
  });

  test('names are unique, and a story has two sentences', () => {
    expect(new Set(ATTACKS.map(({ name }) => name)).size).toBe(ATTACKS.length);
    for (const { story } of ATTACKS) expect(story.split(/\. /)).toHaveLength(2);
  });

  test('the page has these figures', () => {
    const page = join(import.meta.dirname, '..', 'docs', 'concepts', 'attacks.md');
    expect(readFileSync(page, 'utf8')).toBe(attacksPage(ATTACKS.map(rowOf)));
  });
});

describe('a no-lose pair by leverage and gap', () => {
  const shapes = [5, 10, 20, 50].flatMap((leverage) =>
    [50_000, 100_000, 200_000].map((gapPpm) => ({ leverage, gapPpm, isKnown: false })),
  );

  test.each(shapes)('leverage $leverage, gap of $gapPpm ppm', (shape) => {
    const bound = beyondMargin(shape);
    expect(runPair(shape, bound).attacker).toBeLessThanOrEqual(bound);
    expect(runPair({ ...shape, isKnown: true }, 0).attacker).toBeLessThanOrEqual(0);
  });
});

test('the table says who won, and what broke', () => {
  const row = rowOf(ATTACKS[0]);
  expect(tableText([row])).toMatch(/held\n.*succeeds$/);
  const lost = { ...row, faults: ['profit of the attacker: 1, at most 0'] };
  expect(tableText([lost])).toContain('BROKEN');
  expect(attackText(lost)).toContain('BROKEN profit of the attacker: 1, at most 0');
});
