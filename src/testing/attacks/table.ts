// The attack library as a table: what each attack brought whom, whether it stayed within its
// bounds, and whether it breaks them once its defence is let go.

import type { Attack, Measured } from './attack.ts';
import { broken } from './attack.ts';

export interface AttackRow {
  readonly attack: Attack;
  readonly measured: Measured;
  /** What broke; empty when all is well. */
  readonly broken: readonly string[];
  /** The same with the defence let go, where that is a setting. */
  readonly weakened: Measured | undefined;
  /** What is wrong with this row, in words; empty when nothing is. */
  readonly faults: readonly string[];
}

export function runAttack(attack: Attack): AttackRow {
  const measured = attack.run(false);
  const weakened = attack.weakening === '' ? undefined : attack.run(true);
  const isIdle = weakened !== undefined && broken(weakened).length === 0;
  const idle = isIdle ? [`still held with ${attack.weakening}`] : [];
  return {
    attack,
    measured,
    broken: broken(measured),
    weakened,
    faults: [...broken(measured), ...idle],
  };
}

/** The table as text: one line an attack, the weakened run below it. */
export function tableText(rows: readonly AttackRow[]): string {
  const cells = rows.flatMap(({ attack, measured, weakened, faults }) => [
    [attack.name, ...figures(measured), faults.length === 0 ? 'held' : 'BROKEN'],
    ...(weakened === undefined
      ? []
      : [
          [
            `  with ${attack.weakening}`,
            ...figures(weakened),
            broken(weakened).length === 0 ? 'held' : 'succeeds',
          ],
        ]),
  ]);
  const head = ['attack', 'attacker', 'fund', 'others', 'fees', ''];
  const widths = head.map((_, i) => Math.max(...[head, ...cells].map((row) => row[i].length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) =>
        i === 0 || i === row.length - 1 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]),
      )
      .join('  ')
      .trimEnd();
  return [line(head), ...cells.map(line)].join('\n');
}

/** One attack in full: story, defence, and every bound with its figure. */
export function attackText({ attack, measured, faults }: AttackRow): string {
  const seen = attack.seen === '' ? '' : ` (${attack.seen})`;
  return [
    `${attack.name}${seen}`,
    `  ${attack.story}`,
    `  Here: ${attack.defence}.`,
    ...measured.bounds.map(
      ({ what, value, atMost }) => `    ${what}: ${grouped(value)}, at most ${grouped(atMost)}`,
    ),
    ...faults.map((fault) => `    BROKEN ${fault}`),
  ].join('\n');
}

/** The rows as plain data. */
export function tableJson(rows: readonly AttackRow[]): object[] {
  return rows.map(({ attack, measured, weakened, faults }) => ({
    name: attack.name,
    story: attack.story,
    seen: attack.seen,
    defence: attack.defence,
    measured,
    weakening: attack.weakening,
    ...(weakened === undefined ? {} : { weakened }),
    faults,
  }));
}

const figures = ({ attacker, fund, others, fees }: Measured): string[] =>
  [attacker, fund, others, fees].map(grouped);

const grouped = (value: number): string => value.toLocaleString('en-US');
