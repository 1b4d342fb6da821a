// Proves P1 and P2 on the real process: an exchange that is killed with SIGKILL again and again,
// under load, while it starts, and at disk calls around snapshots and segment switches. Its clients
// send again what was not acknowledged, under the same ids. In the end every command counts exactly
// once, with the answer that its client got, nothing is there that nobody sent, no money was made
// or lost, and the state is that of an engine that was never interrupted. kill -9 does not prove
// syncs: durability-trace.test.ts and the virtual disk do. PLIMSOLL_LONG=1 lives a thousand lives.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Sfc32 } from '../src/testing/flow/sfc32.ts';
import { askState, killAllChildren, startChild } from './durability/child-process.ts';
import { Client } from './durability/client.ts';
import { makeTemplates, worldWithIds } from './durability/command-source.ts';
import { judgeArchive, judgeHistory, verifyDirectory } from './durability/judge.ts';
import {
  drawEndings,
  type Ending,
  liveAndDie,
  type LifeReport,
  settingsIn,
} from './durability/lives.ts';

const LONG = process.env['PLIMSOLL_LONG'] === '1';
const SEED = Number(process.env['PLIMSOLL_SEED'] ?? 1);
const KILLS_MIN = 20;
/** The test stops killing after this, if it has killed often enough. */
const ENOUGH_MS = LONG ? 3_000_000 : 45_000;
const TIMEOUT_MS = LONG ? 3_600_000 : 180_000;
const CLIENTS = 4;
const WINDOW = 24;

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-kill-'));

afterAll(() => {
  killAllChildren();
  rmSync(folder, { recursive: true, force: true });
});

describe('an exchange that is killed again and again', () => {
  const name = `keeps every acknowledged command, once, and no other (seed ${SEED})`;
  test(name, { timeout: TIMEOUT_MS }, async () => {
    const settings = settingsIn(folder);
    const clients = makeClients();
    const lives = await liveThrough(settings, clients, endings());
    expect(lives.length).toBeGreaterThanOrEqual(KILLS_MIN);

    // The last life: everything gets its answer, and then it is killed too.
    const last = startChild(settings);
    expect(await last.ready).toBeDefined();
    for (const client of clients) client.live(settings.socket, false);
    await Promise.all(clients.map((client) => client.drained()));
    const state = await askState(settings.socket);
    last.process.kill('SIGKILL');
    await last.ended;

    expect(clients.flatMap(({ faults }) => faults)).toEqual([]);
    const all = clients.flatMap(({ acknowledged }) => [...acknowledged.values()]);
    const history = judgeHistory(all);
    expect(history.faults.slice(0, 5)).toEqual([]);
    expect(history.notConserved).toEqual([]);
    expect(state.sequence).toBe(all.length);
    expect(state.hash).toBe(history.hash);

    const archive = await judgeArchive(settings.directory, history);
    expect(archive.faults.slice(0, 5)).toEqual([]);
    expect(archive.lastSequence).toBe(all.length);
    const report = await verifyDirectory(settings.directory);
    expect(report).toMatchObject({ good: true, stateHash: history.hash });
    const accepted = all.filter(({ reply }) => reply.reason === 0).length;
    expect(accepted).toBeGreaterThan(all.length / 4); // refusals alone would prove little
    say(lives, clients, archive.firstSequence);
  });
});

function endings(): Ending[] {
  const random = new Sfc32(SEED);
  if (!LONG) return drawEndings(random, 10, 5);
  return Array.from({ length: 32 }, () => drawEndings(random, 10, 5)).flat();
}

function makeClients(): Client[] {
  const templates = makeTemplates(SEED);
  return Array.from(
    { length: CLIENTS },
    (_, i) =>
      new Client({
        name: `c${i}`,
        templates,
        random: new Sfc32(SEED * 1_000 + i),
        window: WINDOW,
      }),
  );
}

/** The first life makes the world in peace; all others are killed. */
async function liveThrough(
  settings: ReturnType<typeof settingsIn>,
  clients: readonly Client[],
  list: readonly Ending[],
): Promise<LifeReport[]> {
  const began = performance.now();
  const first = startChild(settings);
  expect(await first.ready).toBeDefined();
  clients[0].enqueue(worldWithIds());
  clients[0].live(settings.socket, false);
  await clients[0].drained();
  first.process.kill('SIGKILL');
  await first.ended;
  const lives: LifeReport[] = [];
  for (const ending of list) {
    if (lives.length >= KILLS_MIN && performance.now() - began > ENOUGH_MS) break;
    lives.push(await liveAndDie(settings, clients, ending));
  }
  return lives;
}

function say(lives: readonly LifeReport[], clients: readonly Client[], first: number): void {
  const count = (kind: Ending['kind']): number =>
    lives.filter(({ ending }) => ending === kind).length;
  const unready = lives.filter(({ verdicts }) => verdicts === undefined).length;
  const sum = (of: (client: Client) => number): number => clients.reduce((s, c) => s + of(c), 0);
  const files = readdirSync(join(folder, 'journal')).length;
  console.info(
    `${lives.length} kills: ${count('under load')} under load, ${count('during start')} during ` +
      `the start, ${count('at a call')} at a disk call; ${unready} before it was ready. ` +
      `${sum(({ acknowledged }) => acknowledged.size)} commands acknowledged, ` +
      `${sum(({ resent }) => resent)} sent again, ` +
      `${sum(({ repeatsAnswered }) => repeatsAnswered)} repeats answered alike. ` +
      `The journal still holds ${first} and later, in ${files} files.`,
  );
}
