// Runs the script once and keeps a copy of the disk at every call; then pulls the plug at each of
// them in every way that is asked for, restarts, and compares with what must be true. It knows
// nothing of formats.

import { ok, strictEqual } from 'node:assert/strict';

import { keepRandom } from './crash-choices.ts';
import { type Script, seeded, setClock } from './script.ts';
import { type CrashChoice, type DiskCall, type Phase, VirtualDisk } from './virtual-disk.ts';
import { type LedgerRuntime, runtimeOf, startWorld, verdictsOf, type World } from './world.ts';

/** The disk at one moment, and what the clients knew by then. */
export interface CrashPoint {
  readonly disk: VirtualDisk;
  readonly call: DiskCall;
  readonly phase: Phase;
  /** Commands that had been answered, a prefix of the script. */
  readonly answered: number;
  /** Commands that had been handed over. */
  readonly submitted: number;
}

/** Runs the whole script on `disk` and stops cleanly; returns the disk at every call. */
export async function recordCrashPoints(script: Script, disk: VirtualDisk): Promise<CrashPoint[]> {
  const points: CrashPoint[] = [];
  const progress = { answered: 0, submitted: 0 };
  disk.onCall = (call, phase) => {
    points.push({ disk: disk.fork(), call, phase, ...progress });
  };
  const world = await startWorld(disk);
  const runtime = runtimeOf(world);
  for (const step of script.steps) {
    if (step.kind === 'snapshot') await runtime.snapshot();
    else await submitRange(script, world, runtime, step, progress);
  }
  strictEqual(await runtime.stop(), true);
  strictEqual(world.ledger.stateHash(), script.hashes.at(-1));
  disk.onCall = undefined;
  return points;
}

/** Hands over commands in one turn and waits for all answers, which must be the expected ones. */
async function submitRange(
  script: Script,
  world: World,
  runtime: LedgerRuntime,
  range: { readonly from: number; readonly to: number },
  progress: { answered: number; submitted: number },
): Promise<void> {
  const waiting: Promise<void>[] = [];
  for (let i = range.from; i < range.to; i += 1) {
    setClock(world.clock, i);
    progress.submitted = Math.max(progress.submitted, i + 1);
    const answered = new Promise<void>((resolve, reject) => {
      runtime.sequencer.submit(script.commands[i], (answer) => {
        if (answer.kind !== 'done') return reject(new Error(`command ${i}: ${answer.kind}`));
        progress.answered = Math.max(progress.answered, i + 1);
        const { reason, sequence } = answer.outcome;
        const expected = script.answers[i];
        if (reason === expected.reason && sequence === expected.sequence) return resolve();
        reject(new Error(`command ${i} was answered ${reason}, not ${expected.reason}`));
      });
    });
    waiting.push(answered);
  }
  await Promise.all(waiting);
}

/**
 * Answered commands that a client sends once more after a crash: they must get the same answers.
 */
const RESENT = 10;
/** Commands per turn when everything is sent again: groups of another shape than the first time. */
const GROUP = 25;

/** Verdicts with which a start after a crash, and nothing worse, may succeed. */
const AFTER_CRASH = new Set([1, 2, 6, 8, 11]);

/**
 * Pulls the plug on a copy of the point's disk, restarts and checks: nothing acknowledged is
 * missing, nothing is invented, and sending everything again leads to the one final state.
 */
export async function crashAndCheck(
  script: Script,
  point: CrashPoint,
  choice: CrashChoice,
): Promise<readonly number[]> {
  const disk = point.disk.fork();
  disk.crash(choice);
  return restartAndCheck(script, disk, point);
}

/** The restart and the checks of `crashAndCheck`, on a disk that has crashed. */
export async function restartAndCheck(
  script: Script,
  disk: VirtualDisk,
  point: Pick<CrashPoint, 'answered' | 'submitted'>,
): Promise<readonly number[]> {
  const world = await startWorld(disk);
  const runtime = runtimeOf(world);
  const verdicts = verdictsOf(world);
  ok(
    verdicts.every((one) => AFTER_CRASH.has(one)),
    `verdicts ${verdicts.join()} after a crash`,
  );
  checkState(script, world, point);
  await submitRest(script, world, runtime, Math.max(0, point.answered - RESENT));
  strictEqual(world.ledger.stateHash(), script.hashes.at(-1), 'resending ends in another state');
  await runtime.journal.close();
  return verdicts;
}

/** Nothing acknowledged is missing, nothing is invented, and every answer is remembered. */
function checkState(
  script: Script,
  world: World,
  point: Pick<CrashPoint, 'answered' | 'submitted'>,
): void {
  const { sequence } = runtimeOf(world).sequencer;
  ok(sequence >= lastSequence(script, point.answered), 'an acknowledged command is missing');
  ok(sequence <= lastSequence(script, point.submitted), 'a command was invented');
  strictEqual(world.ledger.stateHash(), script.hashes[sequence], 'the state is another one');
  for (let i = 0; i < point.answered; i += 1) {
    if (script.answers[i].repeated) continue;
    const { reason, sequence: expected } = script.answers[i];
    const remembered = world.ledger.answerTo(script.commands[i].id);
    strictEqual(remembered?.reason, reason, 'an answer is forgotten');
    strictEqual(remembered?.sequence, expected, 'an answer is forgotten');
  }
}

/** Sends everything that was not answered, and a few that were, in large groups. */
async function submitRest(
  script: Script,
  world: World,
  runtime: LedgerRuntime,
  first: number,
): Promise<void> {
  const { length } = script.commands;
  const progress = { answered: 0, submitted: 0 };
  for (let from = first; from < length; from += GROUP) {
    const to = Math.min(length, from + GROUP);
    await submitRange(script, world, runtime, { from, to }, progress);
  }
}

/** The highest sequence among the first `count` commands. */
function lastSequence(script: Script, count: number): number {
  let last = 0;
  for (let i = 0; i < count; i += 1) last = Math.max(last, script.answers[i].sequence);
  return last;
}

/**
 * Lives through the script in as many lives as it takes: each one ends at a random disk call, and
 * the next one begins with whatever that left. Returns the number of lives.
 */
export async function liveAgainAndAgain(script: Script, seed: number): Promise<number> {
  const random = seeded(seed);
  const disk = new VirtualDisk();
  const progress = { answered: 0, submitted: 0 };
  for (let life = 1; life <= LIVES_MAX; life += 1) {
    const plug = new Plug(disk, 1 + Math.floor(random() ** 2 * 150));
    const world = await startWorld(disk).catch(plug.wasPulled);
    if (world !== undefined && !plug.pulled) {
      checkState(script, world, progress);
      await live(script, world, progress, random).catch(plug.wasPulled);
    }
    if (progress.answered === script.commands.length && !plug.pulled) return life;
    disk.onCall = undefined;
    disk.crash(keepRandom(seed * 1000 + life));
  }
  throw new Error(`seed ${seed}: the script did not end`);
}

const LIVES_MAX = 1000;

/** Stops the world at a disk call; from then on every call fails. */
class Plug {
  pulled = false;

  constructor(disk: VirtualDisk, callsLeft: number) {
    const last = disk.calls + callsLeft;
    const phase = (['before', 'within', 'after'] as const)[callsLeft % 3];
    disk.onCall = (call, now) => {
      if (call.number > last || (call.number === last && now === phase)) this.pulled = true;
      if (this.pulled) throw new Error('the plug was pulled');
    };
  }

  /** For `catch`: a failure that the plug explains. */
  readonly wasPulled = (error: unknown): undefined => {
    if (!this.pulled) throw error;
    return undefined;
  };
}

/** Sends what was not answered yet in groups of all sizes, with snapshots in between. */
async function live(
  script: Script,
  world: World,
  progress: { answered: number; submitted: number },
  random: () => number,
): Promise<void> {
  const runtime = runtimeOf(world);
  const { length } = script.commands;
  let from = Math.max(0, progress.answered - RESENT);
  while (from < length) {
    const to = Math.min(length, from + 1 + Math.floor(random() ** 2 * 12));
    if (random() < 0.15) void runtime.snapshot().catch(() => undefined); // the plug, or none is due
    await submitRange(script, world, runtime, { from, to }, progress);
    from = to;
  }
}
