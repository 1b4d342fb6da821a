// Proves that a disk that is really full costs nothing: what cannot be written is not acknowledged,
// new commands are refused with a value, and when there is space again the same process goes on
// with what it had. After a restart every acknowledged command is there. The disk is a tmpfs of a
// few megabytes under the real file calls.

import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import type { Command } from '../src/engine/command.ts';
import { isDiskFull } from '../src/journal/disk.ts';
import { nodeDisk } from '../src/journal/node-disk.ts';
import { currentProcess } from '../src/journal/process-identity.ts';
import { EngineMachine, type Result } from '../src/runtime/engine-machine.ts';
import type { Answer } from '../src/runtime/group.ts';
import { type Runtime, type SnapshotReport, startRuntime } from '../src/runtime/runtime.ts';
import { Sfc32 } from '../src/testing/flow/sfc32.ts';
import { RandomCommands } from '../src/testing/sim/random-commands.ts';
import { ACCOUNTS, worldWithIds } from './durability/command-source.ts';
import { verifyDirectory } from './durability/judge.ts';
import { SmallDisk, smallDiskMissing } from './durability/small-disk.ts';

const MEGABYTES = 6;
const BALLAST_BYTES = 3 * 1024 * 1024;
const SEGMENT_BYTES = 256 * 1024;
const TURN = 100;
const COMMANDS_MAX = 200_000;
const WAIT_MS = 20_000;

const missing = smallDiskMissing();
const reason = missing === '' ? '' : ` [${missing}]`;
const disk = missing === '' ? new SmallDisk(MEGABYTES) : undefined;
const ballast = join(disk?.path ?? '', 'ballast');

afterAll(() => disk?.remove());

interface Exchange {
  readonly machine: EngineMachine;
  readonly runtime: Runtime<Command, Result>;
  /** The last that was acknowledged. */
  acknowledged: number;
  readonly answers: Map<Answer<Result>['kind'], number>;
  readonly storage: boolean[];
}

describe('a disk that is full', () => {
  test.skipIf(disk === undefined)(
    `acknowledges nothing, refuses, and goes on when there is space${reason}`,
    async () => {
      const directory = join(disk!.path, 'journal');
      writeFileSync(ballast, new Uint8Array(BALLAST_BYTES));
      const exchange = await start(directory);
      const random = new RandomCommands(exchange.machine.engine, new Sfc32(5), ACCOUNTS);
      for (const command of worldWithIds()) send(exchange, command);
      await sendUntilFull(exchange, random);

      // Full: what was taken waits, what comes is refused, and nothing at all is acknowledged.
      const { sequencer, followers } = exchange.runtime;
      const stuck = { acknowledged: exchange.acknowledged, published: followers.sequence };
      expect(sequencer.sequence).toBeGreaterThan(stuck.acknowledged);
      await sleep(700); // three tries of the sequencer
      const refused = await sequencer.execute(random.next());
      expect(refused).toEqual({ kind: 'refused', why: 'storage_full' });
      expect(exchange.acknowledged).toBe(stuck.acknowledged);
      expect(followers.sequence).toBe(stuck.published);
      expect(exchange.storage).toEqual([true]);

      // Space: the same process goes on, with what had waited first.
      rmSync(ballast);
      await until(() => sequencer.unavailable === undefined);
      expect(exchange.storage).toEqual([true, false]);
      // the group that could not be written is answered, then the one that collected behind it
      await until(() => exchange.acknowledged === sequencer.sequence);
      for (let i = 0; i < 5; i += 1) await sendTurn(exchange, random);
      await until(() => exchange.acknowledged === sequencer.sequence);
      expect(exchange.answers.has('unknown')).toBe(false);
      await restartEqual(exchange, directory);
    },
  );

  test.skipIf(disk === undefined)(
    `a snapshot without space is given up, and the exchange goes on${reason}`,
    async () => {
      const directory = join(disk!.path, 'second');
      const exchange = await start(directory);
      for (const command of worldWithIds()) send(exchange, command);
      await until(() => exchange.acknowledged === exchange.runtime.sequencer.sequence);
      fillUp();
      const report = await exchange.runtime.snapshot();
      expect((report as SnapshotReport).saved).toEqual({ kind: 'full' });
      const random = new RandomCommands(exchange.machine.engine, new Sfc32(6), ACCOUNTS);
      await sendTurn(exchange, random); // the segment is there already: there is room for a few
      await until(() => exchange.acknowledged === exchange.runtime.sequencer.sequence);
      rmSync(ballast);
      expect((await exchange.runtime.snapshot())?.saved.kind).toBe('saved');
      await restartEqual(exchange, directory);
    },
  );
});

async function start(directory: string): Promise<Exchange> {
  const machine = new EngineMachine();
  const storage: boolean[] = [];
  const started = await startRuntime<Command, Result>({
    disk: nodeDisk,
    directory,
    identity: currentProcess(),
    machine,
    fingerprint: machine.fingerprint,
    segmentBytes: SEGMENT_BYTES,
    groupBytes: 128 * 1024,
    snapshotEvery: 0,
    onStorage: (full) => storage.push(full),
    onStop: (error) => {
      throw error;
    },
  });
  if (started.kind === 'refused') throw new Error(started.refusal.what);
  return { machine, runtime: started.runtime, acknowledged: 0, answers: new Map(), storage };
}

function send(exchange: Exchange, command: Command): void {
  exchange.runtime.sequencer.submit(command, (answer) => {
    exchange.answers.set(answer.kind, (exchange.answers.get(answer.kind) ?? 0) + 1);
    if (answer.kind !== 'done' || !answer.outcome.taken || answer.outcome.repeated) return;
    exchange.acknowledged = answer.outcome.sequence;
  });
}

async function sendTurn(exchange: Exchange, random: RandomCommands): Promise<void> {
  for (let i = 0; i < TURN; i += 1) send(exchange, random.next());
  await new Promise((resolve) => setImmediate(resolve));
}

async function sendUntilFull(exchange: Exchange, random: RandomCommands): Promise<void> {
  const { sequencer } = exchange.runtime;
  for (let sent = 0; sequencer.unavailable !== 'storage_full'; sent += TURN) {
    expect(sent).toBeLessThan(COMMANDS_MAX);
    await sendTurn(exchange, random);
  }
}

/** Every page that is left. */
function fillUp(): void {
  const page = new Uint8Array(4096);
  for (let pages = 0; pages <= (MEGABYTES * 1024 * 1024) / page.length; pages += 1) {
    try {
      appendFileSync(ballast, page);
    } catch (error) {
      if (isDiskFull(error)) return;
      throw error;
    }
  }
}

/** Ends like a crash, starts again, and finds the state that everybody was told of. */
async function restartEqual(exchange: Exchange, directory: string): Promise<void> {
  const { runtime, machine } = exchange;
  await runtime.journal.close();
  const again = await start(directory);
  expect(again.runtime.sequencer.sequence).toBe(exchange.acknowledged);
  expect(again.machine.stateHash()).toBe(machine.stateHash());
  await again.runtime.journal.close();
  const report = await verifyDirectory(directory);
  expect(report).toMatchObject({ good: true, lastSequence: exchange.acknowledged });
}

async function until(isSo: () => boolean): Promise<void> {
  const began = performance.now();
  while (!isSo()) {
    expect(performance.now() - began).toBeLessThan(WAIT_MS);
    await sleep(5);
  }
}
