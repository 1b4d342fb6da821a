// Runs one case once and prints its figures as one line of JSON: `node bench/durable/worker.ts CASE
// DIRECTORY SEED full|quick`. The directory is a temporary one that the caller removes.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowOptions } from '../../src/testing/flow/flow.ts';
import { tuneCompiler } from '../../src/runtime/tuning.ts';
import { generateFlow } from '../../src/testing/flow/generator.ts';
import { ONLY_LOAD } from '../as-served.ts';
import { type DurableCase, type DurableFigures, FULL, OPEN_RATES, QUICK } from './cases.ts';
import { Load, openCore } from './live.ts';

tuneCompiler();
const [name, directory = '', seedText, speed] = process.argv.slice(2);
const sizes = speed === 'quick' ? QUICK : FULL;
const seed = Number(seedText);
const SNAPSHOTS = 4;

if (name !== ONLY_LOAD) console.log(JSON.stringify(await run(name as DurableCase)));

async function run(one: DurableCase): Promise<DurableFigures> {
  switch (one) {
    case 'max':
      return closedLoop(false);
    case 'max-ids':
      return closedLoop(true);
    case 'open-10k':
    case 'open-100k':
    case 'open-500k':
      return openLoop(OPEN_RATES[one] ?? 0);
    case 'recovery':
      return recovery();
    case 'snapshot':
      return snapshot();
    case 'restart':
      return restart();
  }
}

async function loaded(
  options: Omit<FlowOptions, 'seed'>,
  withIds: boolean,
): Promise<{ load: Load; start: number }> {
  const { flow } = generateFlow({ ...options, seed });
  const load = new Load(await openCore({ directory }), flow, withIds);
  await load.makeWorld();
  return { load, start: flow.prefill };
}

async function closedLoop(withIds: boolean): Promise<DurableFigures> {
  const { accounts, resting, warm, timed } = sizes;
  const { load, start } = await loaded({ accounts, resting, commands: warm + timed }, withIds);
  await load.runTo(start + warm);
  const { log } = load.core.runtime.journal;
  const before = { sequence: log.durableSequence, bytes: bytesOf(log) };
  const { seconds, cpu } = await clocked(() => load.runTo(start + warm + timed));
  const commands = log.durableSequence - before.sequence;
  const bytesEach = (bytesOf(log) - before.bytes) / commands;
  await load.core.runtime.journal.close();
  return { commands, perSecond: commands / seconds, cpu, bytesEach };
}

async function openLoop(perSecond: number): Promise<DurableFigures> {
  const { accounts, resting, warm, seconds } = sizes;
  const count = Math.floor(seconds * perSecond);
  const warmed = Math.min(warm, 100_000);
  const { load, start } = await loaded({ accounts, resting, commands: warmed + count }, false);
  await load.runTo(start + warmed);
  let latencies: Float64Array = new Float64Array(0);
  const clock = await clocked(async () => {
    latencies = await load.arrive(count, perSecond);
  });
  await load.core.runtime.journal.close();
  latencies.sort();
  const at = (share: number): number =>
    latencies[Math.min(count - 1, Math.floor(count * share))] ?? 0;
  return {
    commands: count,
    perSecond: count / clock.seconds,
    cpu: clock.cpu,
    p50: at(0.5),
    p99: at(0.99),
    p999: at(0.999),
    maxMs: at(1),
  };
}

/** Starts on what `max` has left: everything is executed again from the first command. */
async function recovery(): Promise<DurableFigures> {
  const worldEnd = 3 + 2 * sizes.accounts;
  let flowFrom = 0;
  const onApplied = (sequence: number): void => {
    if (sequence === worldEnd) flowFrom = performance.now();
  };
  const began = performance.now();
  const core = await openCore({ directory, onApplied });
  const ended = performance.now();
  const { sequence: commands } = core.runtime.journal;
  await core.runtime.journal.close();
  return {
    commands,
    perSecond: commands / ((ended - began) / 1_000),
    flowPerSecond: (commands - worldEnd) / ((ended - flowFrom) / 1_000),
    restartMs: ended - began,
  };
}

async function snapshot(): Promise<DurableFigures> {
  const { snapshotAccounts: accounts, snapshotOrders: resting } = sizes;
  const { load, start } = await loaded({ accounts, resting, commands: SNAPSHOTS }, false);
  await load.runTo(start);
  const pauses: number[] = [];
  const durable: number[] = [];
  for (let i = 1; i <= SNAPSHOTS; i += 1) {
    await load.runTo(start + i);
    const began = performance.now();
    const report = await load.core.runtime.snapshot();
    durable.push(performance.now() - began);
    if (report?.saved.kind !== 'saved') throw new Error(`a snapshot was ${report?.saved.kind}`);
    pauses.push(report.pauseMs);
  }
  const { orders } = load.core.machine.engine.state;
  await load.core.runtime.journal.close();
  const [firstPauseMs = 0, ...rest] = pauses;
  return {
    firstPauseMs,
    pauseMs: median(rest),
    durableMs: median(durable.slice(1)),
    megabytes: newestSnapshotBytes() / 1e6,
    accounts,
    orders: orders.live,
  };
}

async function restart(): Promise<DurableFigures> {
  const began = performance.now();
  const core = await openCore({ directory });
  const restartMs = performance.now() - began;
  await core.runtime.journal.close();
  return { restartMs, megabytes: newestSnapshotBytes() / 1e6 };
}

function newestSnapshotBytes(): number {
  const name = readdirSync(directory)
    .filter((one) => /^snapshot-\d+$/.test(one))
    .sort()
    .at(-1);
  return name === undefined ? 0 : statSync(join(directory, name)).size;
}

/** Bytes that were written to segments. */
function bytesOf(log: { segments: readonly { fileBytes: number }[]; offset: number }): number {
  return log.segments.slice(0, -1).reduce((sum, one) => sum + one.fileBytes, log.offset);
}

/** Time that some work took, and the share of it in which the main thread was running. */
async function clocked(work: () => Promise<void>): Promise<{ seconds: number; cpu: number }> {
  const before = process.threadCpuUsage();
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.threadCpuUsage(before);
  return { seconds, cpu: (user + system) / 1e6 / seconds };
}

function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[list.length >> 1] ?? 0;
}
