// Proves P1 and P2 where it is hardest: the plug is pulled before and after every disk call of a
// script of 240 commands with snapshots and segment switches, with nothing, all or any part of the
// unsynced data kept, torn at every byte of the last batch, and again during recovery. Whatever is
// left: every acknowledged command is there, nothing is invented, and sending the rest again ends
// in the one final state. PLIMSOLL_LONG=1 tears every batch at every byte, from both ends, and
// tries many more parts.

import { describe, expect, it } from 'vitest';

import {
  KEEP_ALL,
  KEEP_NOTHING,
  keepPrefix,
  keepRandom,
  keepSuffix,
} from '../testing/disk/crash-choices.ts';
import {
  crashAndCheck,
  type CrashPoint,
  liveAgainAndAgain,
  recordCrashPoints,
  restartAndCheck,
} from '../testing/disk/crash-points.ts';
import { makeScript } from '../testing/disk/script.ts';
import { type CrashChoice, VirtualDisk } from '../testing/disk/virtual-disk.ts';
import { startWorld } from '../testing/disk/world.ts';

const LONG = process.env['PLIMSOLL_LONG'] === '1';
const TIMEOUT_MS = LONG ? 3_600_000 : 180_000;
const SEED = 7;
const RANDOM_CHOICES = LONG ? 20 : 3;

const script = makeScript(SEED, 240);
const recorded = recordCrashPoints(script, new VirtualDisk());

/** Runs a crash; what goes wrong names the point, so that it can be run again alone. */
async function crash(point: CrashPoint, choice: CrashChoice, name: string): Promise<string> {
  try {
    return (await crashAndCheck(script, point, choice)).join();
  } catch (error) {
    const { number, operation, path, position } = point.call;
    const where = `${point.phase} call ${number}, ${operation} ${path} at ${position}`;
    throw new Error(`seed ${SEED}: crash ${where}, keeping ${name}`, { cause: error });
  }
}

class Tally {
  runs = 0;
  readonly verdicts = new Map<string, number>();

  add(verdicts: string): void {
    this.runs += 1;
    this.verdicts.set(verdicts, (this.verdicts.get(verdicts) ?? 0) + 1);
  }

  print(name: string): void {
    const rows = [...this.verdicts].map(([verdicts, count]) => `${verdicts} × ${count}`);
    console.info(`${name}: ${this.runs} restarts; verdicts ${rows.join('; ')}`);
  }
}

describe('crash at every disk call', () => {
  it('the script has what it should have', async () => {
    const points = await recorded;
    const operations = new Set(points.map((one) => `${one.call.operation} ${one.phase}`));
    for (const name of [
      'write within',
      'datasync before',
      'rename after',
      'syncDirectory before',
    ]) {
      expect(operations).toContain(name);
    }
    const paths = (part: string): string[] =>
      points.map((one) => one.call.path).filter((path) => path.includes(part));
    expect(new Set(paths('/segment-')).size).toBeGreaterThanOrEqual(4);
    expect(new Set(paths('/snapshot-')).size).toBeGreaterThanOrEqual(4);
    expect(script.commands.length).toBeGreaterThanOrEqual(200);
    expect(script.answers.filter((one) => one.repeated).length).toBeGreaterThan(10);
    expect(script.answers.filter((one) => one.reason === 'insufficient').length).toBeGreaterThan(5);
  });

  it(
    'with nothing, everything or any part of the unsynced data kept',
    { timeout: TIMEOUT_MS },
    async () => {
      const tally = new Tally();
      for (const [i, point] of (await recorded).entries()) {
        tally.add(await crash(point, KEEP_NOTHING, 'nothing'));
        const { writes, names } = point.disk.unsynced();
        if (writes + names === 0) continue;
        tally.add(await crash(point, KEEP_ALL, 'all'));
        const choices = writes > 1 ? 5 * RANDOM_CHOICES : RANDOM_CHOICES;
        for (let n = 0; n < choices; n += 1) {
          const seed = i * 1000 + n;
          tally.add(await crash(point, keepRandom(seed), `random(${seed})`));
        }
      }
      tally.print('crash points');
      expect(tally.runs).toBeGreaterThan(1000);
    },
  );

  it('torn at every byte of the last batch', { timeout: TIMEOUT_MS }, async () => {
    const tally = new Tally();
    const batches = (await recorded).filter(
      (one) => one.phase === 'within' && one.call.path.includes('/segment-'),
    );
    expect(batches.length).toBeGreaterThan(50);
    for (const [i, point] of batches.entries()) {
      const { bytes } = point.disk.unsynced();
      // Every byte of every fourth batch; of the others where something begins or ends.
      const all = LONG || i % 4 === 0;
      for (let kept = 0; kept <= bytes; kept += 1) {
        if (!all && !isEdge(kept, bytes)) continue;
        tally.add(await crash(point, keepPrefix(kept), `the first ${kept} bytes`));
        if (LONG) tally.add(await crash(point, keepSuffix(kept, bytes), `the last ${kept} bytes`));
      }
    }
    tally.print('torn batches');
    expect(tally.runs).toBeGreaterThan(10_000);
  });

  it('again, at every disk call of the recovery', { timeout: TIMEOUT_MS }, async () => {
    const tally = new Tally();
    const points = (await recorded).filter(worthRecovering);
    for (const [i, point] of points.entries()) {
      if (!LONG && i % 4 !== 0) continue;
      for (const first of [KEEP_ALL, keepPrefix(200), keepRandom(i)]) {
        const disk = point.disk.fork();
        disk.crash(first);
        for (const [n, second] of (await recoveryPoints(disk)).entries()) {
          for (const choice of [KEEP_NOTHING, KEEP_ALL, keepRandom(n)]) {
            const crashed = second.fork();
            const { writes, names } = crashed.unsynced();
            if (choice !== KEEP_ALL && writes + names === 0) continue;
            crashed.crash(choice);
            tally.add((await restartAndCheck(script, crashed, point)).join());
          }
        }
      }
    }
    tally.print('crashes in recovery');
    expect(tally.runs).toBeGreaterThan(3000);
  });
});

describe('one life after the other', () => {
  it('ends in the one final state, wherever each life ends', { timeout: TIMEOUT_MS }, async () => {
    let lives = 0;
    const seeds = LONG ? 5000 : 500;
    for (let seed = 0; seed < seeds; seed += 1) lives += await liveAgainAndAgain(script, seed);
    console.info(`${seeds} scripts in ${lives} lives`);
    expect(lives).toBeGreaterThan(seeds * 3);
  });
});

/** The header, the trailer and the borders of sectors. */
function isEdge(at: number, bytes: number): boolean {
  const inSector = at % 512;
  return at < 66 || at > bytes - 6 || inSector < 2 || inSector > 510;
}

/** Crashes after which a recovery has something to do. */
function worthRecovering(point: CrashPoint): boolean {
  if (point.phase === 'within') return true;
  return point.phase === 'before' && point.disk.unsynced().names > 0;
}

/** The disk before every change that a recovery makes, and within. */
async function recoveryPoints(crashed: VirtualDisk): Promise<VirtualDisk[]> {
  const points: VirtualDisk[] = [];
  const disk = crashed.fork();
  const changes = new Set(['write', 'rename', 'unlink', 'syncDirectory', 'open']);
  disk.onCall = (call, phase) => {
    if (phase !== 'after' && changes.has(call.operation)) points.push(disk.fork());
  };
  await startWorld(disk);
  disk.onCall = undefined;
  points.push(disk);
  return points;
}
