// The lives of one exchange and how each of them ends: at a random moment under load, during its
// start, or at a certain disk call around snapshots, segments and recovery. Drawn from a seed.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sfc32 } from '../../src/testing/flow/sfc32.ts';
import type { Phase } from './watched-disk.ts';
import { type Child, startChild } from './child-process.ts';
import type { Client } from './client.ts';
import type { ChildSettings, KillPoint } from './exchange-child.ts';

export type Ending =
  /** So long after it was ready. */
  | { readonly kind: 'under load'; readonly afterMs: number }
  /** So long after the process was started, whatever it has come to by then. */
  | { readonly kind: 'during start'; readonly afterMs: number }
  /** By itself, at a disk call. */
  | { readonly kind: 'at a call'; readonly point: KillPoint };

/** Calls worth dying at: [operation, part of the path, at most the how-manieth]. */
const CALLS: readonly (readonly [operation: string, part: string, within: number])[] = [
  ['write', '/segment-', 60],
  ['open', 'next-segment', 3],
  ['write', 'next-segment', 4],
  ['datasync', 'next-segment', 3],
  ['rename', '/segment-', 3],
  ['syncDirectory', '/journal', 8],
  ['open', '/snapshot-', 2],
  ['write', '/snapshot-', 3],
  ['datasync', '/snapshot-', 2],
  ['rename', '/snapshot-', 2],
  ['unlink', '/segment-', 3],
  ['unlink', '/snapshot-', 1],
  ['write', '/lock-', 1],
  ['unlink', '/lock-', 1],
  ['list', '/journal', 2],
  ['read', '/segment-', 2],
];
const PHASES: readonly Phase[] = ['before', 'within', 'after'];

/** A disk call that does not come within this time: killed from outside then. */
const CALL_WAIT_MS = 900;

/** One ending per call of the list, and random ones between them, in random order. */
export function drawEndings(random: Sfc32, underLoad: number, duringStart: number): Ending[] {
  const endings: Ending[] = CALLS.map(([operation, part, within]) => ({
    kind: 'at a call',
    point: {
      operation,
      part,
      phase: PHASES[random.below(PHASES.length)],
      count: 1 + random.below(within),
    },
  }));
  for (let i = 0; i < underLoad; i += 1) {
    endings.push({ kind: 'under load', afterMs: random.below(350) });
  }
  for (let i = 0; i < duringStart; i += 1) {
    endings.push({ kind: 'during start', afterMs: 150 + random.below(400) });
  }
  const order = endings.map((ending) => ({ ending, key: random.next() }));
  return order.sort((a, b) => a.key - b.key).map(({ ending }) => ending);
}

export interface LifeReport {
  /** Died by SIGKILL. */
  readonly killed: boolean;
  readonly ending: Ending['kind'];
  readonly verdicts: readonly number[] | undefined;
}

/** One life: start, serve the clients, die. @throws Error when it ended in any other way */
export async function liveAndDie(
  settings: ChildSettings,
  clients: readonly Client[],
  ending: Ending,
): Promise<LifeReport> {
  const kill = ending.kind === 'at a call' ? { kill: ending.point } : {};
  const child = startChild({ ...settings, ...kill });
  const [verdicts] = await Promise.all([
    child.ready.then((found) => {
      if (found !== undefined) for (const client of clients) client.live(settings.socket, true);
      return found;
    }),
    end(child, ending),
  ]);
  const { signal, code, errors } = await child.ended;
  for (const client of clients) await client.hungUp();
  if (signal !== 'SIGKILL') throw new Error(`a child ended with ${code}: ${errors}`);
  return { killed: true, ending: ending.kind, verdicts };
}

async function end(child: Child, ending: Ending): Promise<void> {
  const { process } = child;
  if (ending.kind === 'during start') {
    await sleep(ending.afterMs);
  } else {
    await child.ready;
    await Promise.race([
      child.ended,
      sleep(ending.kind === 'under load' ? ending.afterMs : CALL_WAIT_MS),
    ]);
  }
  process.kill('SIGKILL');
}

/** Where the pieces of a run lie. */
export const settingsIn = (folder: string): ChildSettings => ({
  directory: join(folder, 'journal'),
  socket: join(folder, 'socket'),
  segmentBytes: 64 * 1024,
  snapshotEvery: 1_500,
});
