// Runs the engine's script once on a virtual disk and keeps a copy of the disk at every call; then
// pulls the plug at each of them, restarts, compares with what must be true and sends the rest
// again. The same as src/testing/disk/crash-points.ts does with a ledger, for the machine that
// people's money is in.

import { ok, strictEqual } from 'node:assert/strict';
import type { Command } from '../../src/engine/command.ts';
import { EngineMachine, type Result } from '../../src/runtime/engine-machine.ts';
import { type Runtime, startRuntime } from '../../src/runtime/runtime.ts';
import { setClock } from '../../src/testing/disk/script.ts';
import {
  type CrashChoice,
  type DiskCall,
  type Phase,
  VirtualDisk,
} from '../../src/testing/disk/virtual-disk.ts';
import {
  DIRECTORY,
  ManualClock,
  ManualScheduler,
  SALT,
  VirtualHost,
} from '../../src/testing/disk/world.ts';
import { type EngineScript, SMALL_LIMITS } from './engine-script.ts';

const SEGMENT_BYTES = 12 * 1024;
const GROUP_BYTES = 11 * 1024;
const COMMAND_BYTES = 2 * 1024;
/** Commands per turn when everything is sent again: groups of another shape than the first time. */
const GROUP = 25;
/** Verdicts with which a start after a crash, and nothing worse, may succeed. */
const AFTER_CRASH = new Set([1, 2, 6, 8, 11]);

/** The disk at one moment, and what the clients knew by then. */
export interface EngineCrashPoint {
  readonly disk: VirtualDisk;
  readonly call: DiskCall;
  readonly phase: Phase;
  /** Commands that had been answered, a prefix of the script. */
  readonly answered: number;
  /** Commands that had been handed over. */
  readonly submitted: number;
}

interface EngineWorld {
  readonly machine: EngineMachine;
  readonly clock: ManualClock;
  readonly runtime: Runtime<Command, Result>;
  readonly verdicts: readonly number[];
}

async function startEngine(disk: VirtualDisk): Promise<EngineWorld> {
  const machine = new EngineMachine(SMALL_LIMITS);
  const clock = new ManualClock();
  const started = await startRuntime<Command, Result>({
    disk,
    directory: DIRECTORY,
    identity: new VirtualHost().startProcess(),
    machine,
    fingerprint: machine.fingerprint,
    salt: SALT,
    segmentBytes: SEGMENT_BYTES,
    groupBytes: GROUP_BYTES,
    commandBytes: COMMAND_BYTES,
    snapshotEvery: 0,
    clock,
    scheduler: new ManualScheduler(),
    onStop: (error) => {
      throw error;
    },
  });
  if (started.kind === 'refused') throw new Error(JSON.stringify(started.refusal));
  const { runtime, findings } = started;
  return { machine, clock, runtime, verdicts: findings.map(({ verdict }) => verdict) };
}

/** Runs the whole script and stops cleanly; returns the disk at every call. */
export async function recordEngineCrashPoints(script: EngineScript): Promise<EngineCrashPoint[]> {
  const disk = new VirtualDisk();
  const points: EngineCrashPoint[] = [];
  const progress = { answered: 0, submitted: 0 };
  disk.onCall = (call, phase) => {
    points.push({ disk: disk.fork(), call, phase, ...progress });
  };
  const world = await startEngine(disk);
  for (const step of script.steps) {
    if (step.kind === 'snapshot') await world.runtime.snapshot();
    else await submitRange(script, world, step, progress);
  }
  strictEqual(await world.runtime.stop(), true);
  strictEqual(world.machine.stateHash(), script.hashes.at(-1));
  disk.onCall = undefined;
  return points;
}

/** Hands over commands in one turn and waits for all answers, which must be the expected ones. */
async function submitRange(
  script: EngineScript,
  { clock, runtime }: EngineWorld,
  range: { readonly from: number; readonly to: number },
  progress: { answered: number; submitted: number },
): Promise<void> {
  const waiting: Promise<void>[] = [];
  for (let i = range.from; i < range.to; i += 1) {
    setClock(clock, i);
    progress.submitted = Math.max(progress.submitted, i + 1);
    const answered = new Promise<void>((resolve, reject) => {
      runtime.sequencer.submit(script.commands[i], (answer) => {
        if (answer.kind !== 'done') return reject(new Error(`command ${i}: ${answer.kind}`));
        progress.answered = Math.max(progress.answered, i + 1);
        const wrong = differs(answer.outcome, script.answers[i]);
        if (wrong === '') return resolve();
        reject(new Error(`command ${i}: ${wrong}`));
      });
    });
    waiting.push(answered);
  }
  await Promise.all(waiting);
}

/** What an answer has that the first one had not; whether it is a repeat may differ. */
function differs(answer: Result, expected: Result): string {
  const fields = ['reason', 'created'] as const;
  const counted = expected.taken || expected.repeated ? (['sequence', 'time'] as const) : [];
  const wrong = [...fields, ...counted].filter((field) => answer[field] !== expected[field]);
  return wrong.map((field) => `${field} ${answer[field]}, not ${expected[field]}`).join();
}

/** Pulls the plug on a copy of the point's disk, restarts, checks, and sends everything again. */
export async function crashEngine(
  script: EngineScript,
  point: EngineCrashPoint,
  choice: CrashChoice,
): Promise<readonly number[]> {
  const disk = point.disk.fork();
  disk.crash(choice);
  const world = await startEngine(disk);
  const { runtime, machine, verdicts } = world;
  ok(
    verdicts.every((one) => AFTER_CRASH.has(one)),
    `verdicts ${verdicts.join()} after a crash`,
  );
  const { sequence } = runtime.sequencer;
  ok(sequence >= lastSequence(script, point.answered), 'an acknowledged command is missing');
  ok(sequence <= lastSequence(script, point.submitted), 'a command was invented');
  strictEqual(machine.stateHash(), script.hashes[sequence], 'the state is another one');
  const progress = { answered: 0, submitted: 0 };
  for (let from = 0; from < script.commands.length; from += GROUP) {
    const to = Math.min(script.commands.length, from + GROUP);
    await submitRange(script, world, { from, to }, progress);
  }
  strictEqual(machine.stateHash(), script.hashes.at(-1), 'resending ends in another state');
  await runtime.journal.close();
  return verdicts;
}

/** The highest sequence among the first `count` commands. */
function lastSequence({ answers }: EngineScript, count: number): number {
  let last = 0;
  for (let i = 0; i < count; i += 1) {
    if (answers[i].taken && !answers[i].repeated) last = Math.max(last, answers[i].sequence);
  }
  return last;
}
