// Proves that nothing is acknowledged, published or told in any other way before its sync: with a
// witness between the journal and the real disk, over a hundred thousand commands, and with what
// the system itself saw of a process under strace.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Command } from '../src/engine/command.ts';
import { nodeDisk } from '../src/journal/node-disk.ts';
import { currentProcess } from '../src/journal/process-identity.ts';
import { EngineMachine, type Result } from '../src/runtime/engine-machine.ts';
import { type Runtime, startRuntime } from '../src/runtime/runtime.ts';
import { Sfc32 } from '../src/testing/flow/sfc32.ts';
import { RandomCommands } from '../src/testing/sim/random-commands.ts';
import { AckOrder } from './durability/ack-order.ts';
import { killAllChildren, startChild } from './durability/child-process.ts';
import { Client } from './durability/client.ts';
import { ACCOUNTS, makeTemplates, worldWithIds } from './durability/command-source.ts';
import { settingsIn } from './durability/lives.ts';
import { readTrace, straceInto, straceMissing } from './durability/strace.ts';

const SALT = 0x0dd5a17;
const COMMANDS = 100_000;
const TURN_MAX = 200;

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-trace-'));

afterAll(() => {
  killAllChildren();
  rmSync(folder, { recursive: true, force: true });
});

describe('no acknowledgement before its sync', () => {
  test('over a hundred thousand commands, with snapshots and segments', async () => {
    const order = new AckOrder(nodeDisk, SALT);
    const machine = new EngineMachine();
    const runtime = await start(machine, order, join(folder, 'watched'));
    const told = await sendAll(runtime, machine, order);
    expect(order.faults.slice(0, 5)).toEqual([]);
    expect(told.journaled).toBeGreaterThanOrEqual(COMMANDS);
    expect(order.synced).toBe(runtime.sequencer.sequence);
    expect(order.segments).toBeGreaterThan(5);
    expect(await runtime.stop()).toBe(true);
    console.info(
      `${told.journaled} journaled and ${told.others} other answers after ${order.batches} ` +
        `batches in ${order.segments} segments, ${told.snapshots()} snapshots`,
    );
  });

  test('a witness sees an answer that comes too early', async () => {
    const order = new AckOrder(nodeDisk, SALT);
    const machine = new EngineMachine();
    const runtime = await start(machine, order, join(folder, 'early'));
    const answered = runtime.sequencer.execute(worldWithIds()[0]);
    order.told('executed', runtime.sequencer.sequence);
    expect(order.faults).toEqual(['1 was executed when 0 was synced']);
    await answered;
    order.told('answered', 1);
    expect(order.faults.length).toBe(1);
    await runtime.stop();
  });

  const missing = straceMissing();
  const reason = missing === '' ? '' : ` [${missing}]`;
  test.skipIf(missing !== '')(`as the system saw it, under strace${reason}`, async () => {
    const trace = join(folder, 'trace.txt');
    const kill = { operation: 'write', part: '/segment-', phase: 'before', count: 300 } as const;
    const settings = { ...settingsIn(folder), snapshotEvery: 0, kill };
    const child = startChild(settings, straceInto(trace));
    expect(await child.ready).toBeDefined();
    const options = { name: 'c', templates: makeTemplates(1), random: new Sfc32(1), window: 24 };
    const client = new Client(options);
    client.enqueue(worldWithIds());
    client.live(settings.socket, true);
    await child.ended;
    await client.hungUp();
    const report = readTrace(trace, settings.directory);
    expect(report.faults.slice(0, 5)).toEqual([]);
    expect(report.answers).toBeGreaterThanOrEqual(client.acknowledged.size);
    expect(report.batches).toBeGreaterThan(200);
    console.info(`strace: ${report.answers} answers after ${report.batches} synced batches`);
  });
});

async function start(
  machine: EngineMachine,
  order: AckOrder,
  directory: string,
): Promise<Runtime<Command, Result>> {
  const started = await startRuntime<Command, Result>({
    disk: order.disk,
    directory,
    identity: currentProcess(),
    machine,
    fingerprint: machine.fingerprint,
    salt: SALT,
    segmentBytes: 1024 * 1024,
    snapshotEvery: 30_000,
    groupBytes: 256 * 1024,
    onSnapshot: () => (snapshots += 1),
    onStop: (error) => order.faults.push(String(error)),
  });
  if (started.kind === 'refused') throw new Error(started.refusal.what);
  started.runtime.followers.add(
    { name: 'witness', apply: (sequence) => order.told('published', sequence) },
    0,
  );
  return started.runtime;
}

let snapshots = 0;

interface Told {
  journaled: number;
  /** Refusals and repeats: they took no sequence, and wait for what they may tell of. */
  others: number;
  snapshots: () => number;
}

/** Sends random commands in turns of random size until enough have been journaled. */
async function sendAll(
  runtime: Runtime<Command, Result>,
  machine: EngineMachine,
  order: AckOrder,
): Promise<Told> {
  const told: Told = { journaled: 0, others: 0, snapshots: () => snapshots };
  const { sequencer } = runtime;
  let waiting = 0;
  const send = (command: Command): void => {
    waiting += 1;
    const seen = sequencer.sequence;
    sequencer.submit(command, (answer) => {
      waiting -= 1;
      if (answer.kind !== 'done') throw new Error(answer.kind);
      const { taken, repeated } = answer.outcome;
      order.told('answered', taken ? answer.outcome.sequence : seen);
      if (taken && !repeated) told.journaled += 1;
      else told.others += 1;
    });
  };
  for (const command of worldWithIds()) send(command);
  const dice = new Sfc32(3);
  const random = new RandomCommands(machine.engine, dice, ACCOUNTS);
  while (told.journaled < COMMANDS || waiting > 0) {
    const turn = told.journaled < COMMANDS ? 1 + dice.below(TURN_MAX) : 0;
    for (let i = 0; i < turn && sequencer.unavailable === undefined; i += 1) send(random.next());
    await new Promise((resolve) => setImmediate(resolve));
  }
  return told;
}
