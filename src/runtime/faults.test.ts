// Proves what happens to commands when the disk misbehaves under the running process: short writes,
// a full disk, a failing sync, a lock that was taken away. Nothing is acknowledged that is not on
// the disk.

import { describe, expect, it } from 'vitest';

import { KEEP_ALL, KEEP_NOTHING } from '../testing/disk/crash-choices.ts';
import {
  commandsOf,
  makeLab,
  restart,
  segmentPaths,
  sendGroup,
  snapshotPaths,
} from '../testing/disk/lab.ts';
import { deposit, type LedgerOutcome } from '../testing/disk/ledger.ts';
import { systemError, VirtualDisk } from '../testing/disk/virtual-disk.ts';
import { DIRECTORY, runtimeOf, startWorld, type World } from '../testing/disk/world.ts';
import type { Answer } from './group.ts';

const flush = async (): Promise<void> => {
  for (let i = 0; i < 200; i += 1) await Promise.resolve();
};

/** Submits one command; the list grows when it is answered. */
function submit(world: World, id: string, answers: string[]): void {
  runtimeOf(world).sequencer.submit(deposit(id, 1, 1), (answer) => answers.push(answer.kind));
}

describe('short writes', () => {
  it('a batch that is written in pieces is complete before it is acknowledged', async () => {
    for (const piece of [1, 13, 511, 512, 700]) {
      const disk = new VirtualDisk();
      const world = await startWorld(disk);
      disk.shorten = (length) => Math.min(length, piece);
      expect(await sendGroup(runtimeOf(world), commandsOf(0, 5, 300))).toEqual(
        Array(5).fill('done'),
      );
      disk.crash(KEEP_NOTHING);
      const again = await restart(disk);
      expect(runtimeOf(again).sequencer.sequence).toBe(5);
      expect(again.ledger.stateHash()).toBe(world.ledger.stateHash());
    }
  });
});

describe('a full disk', () => {
  /** A world whose disk has no room for the next segment, in the middle of one. */
  async function fullWorld(): Promise<{ disk: VirtualDisk; world: World; storage: boolean[] }> {
    const disk = new VirtualDisk();
    const storage: boolean[] = [];
    const world = await startWorld(disk, { onStorage: (full) => storage.push(full) });
    await sendGroup(runtimeOf(world), commandsOf(0, 3, 300));
    disk.capacity = 13_000;
    return { disk, world, storage };
  }

  /** Sends until nothing is acknowledged any more; returns how many were. */
  async function sendUntilFull(world: World): Promise<{ done: number; waiting: string[] }> {
    for (let i = 0; ; i += 1) {
      const answers: Answer<LedgerOutcome>['kind'][] = [];
      const [command] = commandsOf(1000 + i, 1, 600);
      runtimeOf(world).sequencer.submit(command, (answer) => answers.push(answer.kind));
      await flush();
      if (answers.length === 0) return { done: i, waiting: answers };
    }
  }

  it('acknowledges nothing, refuses what is new, and resumes without a restart', async () => {
    const { disk, world, storage } = await fullWorld();
    const { done, waiting } = await sendUntilFull(world);
    expect(done).toBeGreaterThan(3);
    expect(storage).toEqual([true]);
    const refused: string[] = [];
    submit(world, 'new', refused);
    expect(refused).toEqual(['refused']);
    world.scheduler.runTimers();
    await flush();
    expect(waiting).toEqual([]);
    expect(world.scheduler.waiting).toBe(1);

    disk.capacity = 200_000;
    world.scheduler.runTimers();
    await flush();
    expect(waiting).toEqual(['done']);
    expect(storage).toEqual([true, false]);
    expect(await sendGroup(runtimeOf(world), [deposit('after', 1, 1)])).toEqual(['done']);
    disk.crash(KEEP_NOTHING);
    const again = await restart(disk);
    expect(again.ledger.stateHash()).toBe(world.ledger.stateHash());
    expect(again.ledger.answerTo('new')).toBeUndefined();
    expect(again.ledger.answerTo('after')).toMatchObject({ reason: 'ok' });
  });

  it('what was executed behind the stuck group follows in order when there is space', async () => {
    const { disk, world } = await fullWorld();
    const { sequencer } = runtimeOf(world);
    let failing = true;
    disk.onCall = (call, phase) => {
      if (!failing || call.operation !== 'write' || phase !== 'before') return;
      throw systemError('ENOSPC', call.path);
    };
    const order: string[] = [];
    const send = (id: string): void =>
      sequencer.submit(deposit(id, 1, 1), (answer) => order.push(`${id} ${answer.kind}`));
    send('a');
    await Promise.resolve(); // the first group is on its way now
    await Promise.resolve();
    send('b');
    await flush();
    send('c');
    expect(order).toEqual(['c refused']);
    failing = false;
    world.scheduler.runTimers();
    await flush();
    expect(order).toEqual(['c refused', 'a done', 'b done']);
    disk.crash(KEEP_NOTHING);
    const again = await restart(disk);
    expect(again.ledger.stateHash()).toBe(world.ledger.stateHash());
  });

  it('a batch that was written in part is whole or absent in the end', async () => {
    for (const cut of [100, 512, 1024]) {
      const disk = new VirtualDisk();
      const world = await startWorld(disk);
      await sendGroup(runtimeOf(world), commandsOf(0, 3, 300));
      const hash = world.ledger.stateHash();
      let written = 0;
      disk.onCall = (call, phase) => {
        if (call.operation !== 'write' || phase !== 'before') return;
        if (written > 0) throw systemError('ENOSPC', call.path);
        written += 1;
      };
      disk.shorten = () => cut;
      const answers: Answer<LedgerOutcome>['kind'][] = [];
      for (const command of commandsOf(1, 5, 300)) {
        runtimeOf(world).sequencer.submit(command, (answer) => answers.push(answer.kind));
      }
      await flush();
      expect(answers).toEqual([]);
      disk.onCall = undefined;
      disk.shorten = undefined;
      const crashed = disk.fork();
      crashed.crash(KEEP_ALL);
      expect((await restart(crashed)).ledger.stateHash()).toBe(hash);
      world.scheduler.runTimers();
      await flush();
      expect(answers).toEqual(Array(5).fill('done'));
      disk.crash(KEEP_NOTHING);
      expect((await restart(disk)).ledger.stateHash()).toBe(world.ledger.stateHash());
    }
  });

  it('a stop while the disk is full does not wait for space', async () => {
    const { disk, world } = await fullWorld();
    const before = world.ledger.known;
    const { done, waiting } = await sendUntilFull(world);
    expect(await runtimeOf(world).stop()).toBe(false);
    expect(waiting).toEqual(['unknown']);
    expect(world.stops).toEqual([]);
    disk.crash(KEEP_ALL);
    disk.capacity = 200_000;
    const again = await restart(disk);
    expect(again.ledger.known).toBe(before + done);
  });

  it('a snapshot that does not fit is given up, and the commands go on', async () => {
    const { disk, world } = await fullWorld();
    const report = await runtimeOf(world).snapshot();
    expect(report?.saved.kind).toBe('full');
    expect(disk.paths().filter((path) => path.includes('snapshot'))).toEqual([]);
    expect(await sendGroup(runtimeOf(world), [deposit('on', 1, 1)])).toEqual(['done']);
    disk.capacity = 200_000;
    expect((await runtimeOf(world).snapshot())?.saved.kind).toBe('saved');
  });
});

describe('a failing sync', () => {
  it('of a batch: the process stops, nothing is tried again', async () => {
    const disk = new VirtualDisk();
    const world = await startWorld(disk);
    await sendGroup(runtimeOf(world), commandsOf(0, 3, 0));
    const hash = world.ledger.stateHash();
    disk.failSync = () => true;
    let writes = 0;
    disk.onCall = (call, phase) => {
      if (call.operation === 'write' && phase === 'before') writes += 1;
    };
    const order: string[] = [];
    const { sequencer } = runtimeOf(world);
    sequencer.submit(deposit('lost', 1, 1), (answer) => order.push(answer.kind));
    await flush();
    expect(order).toEqual(['unknown']);
    expect(world.stops).toHaveLength(1);
    sequencer.submit(deposit('later', 1, 1), (answer) => order.push(answer.kind));
    await flush();
    expect(order).toEqual(['unknown', 'refused']);
    expect(sequencer.unavailable).toBe('stopped');
    expect(writes).toBe(1);
    expect(await runtimeOf(world).stop()).toBe(false);
    disk.crash(KEEP_ALL);
    expect((await restart(disk)).ledger.stateHash()).toBe(hash);
  });

  it('of a segment in the making, a directory or a snapshot: the process stops too', async () => {
    for (const part of ['next-segment', 'snapshot']) {
      const disk = new VirtualDisk();
      const world = await startWorld(disk);
      await sendGroup(runtimeOf(world), commandsOf(0, 3, 0));
      disk.failSync = (path) => path.includes(part);
      const failed = await runtimeOf(world)
        .snapshot()
        .catch(() => 'failed');
      if (part === 'snapshot') expect(world.stops).toHaveLength(1);
      for (let i = 1; i < 40; i += 1) {
        if (world.stops.length === 0) await sendGroup(runtimeOf(world), commandsOf(i, 1, 600));
      }
      expect(part === 'snapshot' ? failed : 'failed').toBe('failed');
      expect(world.stops).toHaveLength(1);
    }
    const disk = new VirtualDisk();
    const world = await startWorld(disk);
    disk.onCall = (call) => {
      if (call.operation === 'syncDirectory') throw systemError('EIO', call.path);
    };
    expect(await sendGroup(runtimeOf(world), commandsOf(0, 1, 0))).toEqual(['unknown']);
    expect(world.stops).toHaveLength(1);
  });
});

describe('other surprises', () => {
  it('a snapshot that reads back otherwise is thrown away', async () => {
    const lab = await makeLab({ groups: [3] });
    const world = await restart(lab.disk);
    lab.disk.onCall = (call, phase) => {
      const temporary = call.path.endsWith('.tmp') && call.path.includes('snapshot');
      if (call.operation !== 'datasync' || phase !== 'after' || !temporary) return;
      lab.disk.file(call.path).damage(1040, (byte) => byte ^ 4);
    };
    expect((await runtimeOf(world).snapshot())?.saved.kind).toBe('misread');
    expect(snapshotPaths(lab.disk)).toEqual([]);
    lab.disk.onCall = undefined;
    expect((await runtimeOf(world).snapshot())?.saved.kind).toBe('saved');
  });

  it('a lock that was taken away stops the process before it begins another segment', async () => {
    const disk = new VirtualDisk();
    const world = await startWorld(disk);
    await sendGroup(runtimeOf(world), commandsOf(0, 1, 600));
    for (const path of disk.paths()) if (path.includes('/lock-')) await disk.unlink(path);
    for (let i = 1; i < 40 && world.stops.length === 0; i += 1) {
      await sendGroup(runtimeOf(world), commandsOf(i, 1, 600));
    }
    expect(String(world.stops[0])).toContain('lock');
    expect(segmentPaths(disk)).toHaveLength(1);
  });

  it('a broken invariant stops everything before the group is acknowledged', async () => {
    const disk = new VirtualDisk();
    const world = await startWorld(disk);
    await sendGroup(runtimeOf(world), commandsOf(0, 3, 0));
    const execute = world.ledger.execute.bind(world.ledger);
    world.ledger.execute = (command, ...rest) => {
      if (command.id === 'bad') throw new Error('invariant');
      return execute(command, ...rest);
    };
    const { sequencer } = runtimeOf(world);
    const kinds = await Promise.all(
      ['good', 'bad', 'late'].map(async (id) => (await sequencer.execute(deposit(id, 1, 1))).kind),
    );
    expect(kinds).toEqual(['unknown', 'unknown', 'refused']);
    expect(world.stops).toHaveLength(1);
    disk.crash(KEEP_ALL);
    const again = await restart(disk);
    expect(again.ledger.known).toBe(3);
    expect(disk.paths().some((path) => path.startsWith(DIRECTORY))).toBe(true);
  });
});
