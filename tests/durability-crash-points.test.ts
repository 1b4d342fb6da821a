// Proves P1 and P2 for the real engine where it is hardest: the plug is pulled at every disk call
// that changes anything, of a script of orders, fills, stops, marks, edits, repeats, snapshots and
// segment switches, with nothing, all or a part of the unsynced data kept, and within batches at
// many bytes. Whatever is left: every acknowledged command is there, nothing is invented, and
// sending everything again gets every first answer and ends in the one final state.
// PLIMSOLL_LONG=1 tries many more parts.

import { describe, expect, test } from 'vitest';
import {
  KEEP_ALL,
  KEEP_NOTHING,
  keepPrefix,
  keepRandom,
} from '../src/testing/disk/crash-choices.ts';
import type { CrashChoice } from '../src/testing/disk/virtual-disk.ts';
import {
  crashEngine,
  type EngineCrashPoint,
  recordEngineCrashPoints,
} from './durability/engine-crash.ts';
import { makeEngineScript } from './durability/engine-script.ts';

const LONG = process.env['PLIMSOLL_LONG'] === '1';
const TIMEOUT_MS = LONG ? 3_600_000 : 180_000;
const SEED = 118;
const RANDOM_CHOICES = LONG ? 20 : 1;
/** Bytes between two tears of the same batch. */
const TEAR_STEP = LONG ? 7 : 89;
/** Before and after the others the disk is the same as at the call next to them. */
const CHANGES = new Set(['open', 'write', 'datasync', 'rename', 'unlink', 'syncDirectory']);

const script = makeEngineScript(SEED, 280);
const recorded = recordEngineCrashPoints(script);

async function crash(point: EngineCrashPoint, choice: CrashChoice, name: string): Promise<string> {
  try {
    return (await crashEngine(script, point, choice)).join();
  } catch (error) {
    const { number, operation, path, position } = point.call;
    const where = `${point.phase} call ${number}, ${operation} ${path} at ${position}`;
    throw new Error(`seed ${SEED}: crash ${where}, keeping ${name}`, { cause: error });
  }
}

describe('the engine, crashed at every disk call', () => {
  test('the script has what it should have', async () => {
    const { events, answers, commands } = script;
    for (const name of ['order_accepted', 'order_filled', 'order_triggered', 'order_cancelled']) {
      expect(events.get(name), name).toBeGreaterThan(2);
    }
    expect(events.get('position_changed')).toBeGreaterThan(20);
    const kinds = new Set(commands.map(({ kind }) => kind));
    for (const kind of ['update_index', 'edit_position', 'amend_order', 'set_leverage', 'tick']) {
      expect(kinds).toContain(kind);
    }
    expect(answers.filter(({ taken }) => taken).length).toBeGreaterThan(200);
    expect(answers.filter(({ repeated }) => repeated).length).toBeGreaterThan(5);
    const reused = answers.filter(({ taken, repeated }) => !taken && !repeated);
    expect(reused.length).toBeGreaterThan(2);
    const paths = (await recorded).map(({ call }) => call.path);
    const files = (part: string): number =>
      new Set(paths.filter((path) => path.includes(part))).size;
    expect(files('/segment-')).toBeGreaterThanOrEqual(4);
    expect(files('/snapshot-')).toBeGreaterThanOrEqual(4);
  });

  test(
    'keeps what was acknowledged, whatever of the rest is left',
    { timeout: TIMEOUT_MS },
    async () => {
      const verdicts = new Map<string, number>();
      let runs = 0;
      const count = (found: string): void => {
        runs += 1;
        verdicts.set(found, (verdicts.get(found) ?? 0) + 1);
      };
      for (const [i, point] of (await recorded).entries()) {
        if (!CHANGES.has(point.call.operation)) continue;
        count(await crash(point, KEEP_NOTHING, 'nothing'));
        const { writes, names } = point.disk.unsynced();
        if (writes + names === 0) continue;
        count(await crash(point, KEEP_ALL, 'all'));
        for (let n = 0; n < RANDOM_CHOICES; n += 1) {
          const seed = i * 1_000 + n;
          count(await crash(point, keepRandom(seed), `random(${seed})`));
        }
      }
      print('engine crash points', runs, verdicts);
      expect(runs).toBeGreaterThan(1_000);
    },
  );

  test('keeps it when batches are torn', { timeout: TIMEOUT_MS }, async () => {
    const verdicts = new Map<string, number>();
    let runs = 0;
    const batches = (await recorded).filter(
      ({ phase, call }) => phase === 'within' && call.path.includes('/segment-'),
    );
    expect(batches.length).toBeGreaterThan(40);
    for (const [i, point] of batches.entries()) {
      const { bytes } = point.disk.unsynced();
      for (let kept = 1 + (i % TEAR_STEP); kept <= bytes; kept += TEAR_STEP) {
        const found = await crash(point, keepPrefix(kept), `the first ${kept} bytes`);
        verdicts.set(found, (verdicts.get(found) ?? 0) + 1);
        runs += 1;
      }
    }
    print('engine torn batches', runs, verdicts);
    expect([...verdicts.keys()].some((found) => found.split(',').includes('2'))).toBe(true);
    expect(runs).toBeGreaterThan(100);
  });
});

function print(name: string, runs: number, verdicts: ReadonlyMap<string, number>): void {
  const rows = [...verdicts].map(([found, count]) => `${found} × ${count}`);
  console.info(`${name}: ${runs} restarts; verdicts ${rows.join('; ')}`);
}
