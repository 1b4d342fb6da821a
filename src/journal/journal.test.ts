// Proves what snapshots and retention leave behind: three snapshots, no segment that nobody needs,
// every kept snapshot leading to the same end, and reads that keep working meanwhile.

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
import { deposit } from '../testing/disk/ledger.ts';
import { VirtualDisk } from '../testing/disk/virtual-disk.ts';
import { runtimeOf, startWorld } from '../testing/disk/world.ts';

const MANY = { groups: Array.from({ length: 20 }, () => 4), ballast: 800 };
const SNAPSHOTS = { snapshotsAfter: [4, 8, 12, 16], segmentBytes: 8192 };

const endOf = (paths: readonly string[]): number[] => paths.map((path) => Number(path.slice(-16)));

describe('snapshots', () => {
  it('the last three stay; segments that end before the oldest of them go', async () => {
    const lab = await makeLab({ ...MANY, ...SNAPSHOTS });
    expect(endOf(snapshotPaths(lab.disk))).toEqual(
      [8, 12, 16].map((group) => lab.sequences[group]),
    );
    const first = endOf(segmentPaths(lab.disk))[0];
    const next = endOf(segmentPaths(lab.disk))[1];
    expect(first).toBeGreaterThan(1);
    expect(first).toBeLessThanOrEqual(lab.sequences[8] + 1);
    expect(next).toBeGreaterThan(lab.sequences[8] + 1);
  });

  it('every kept one leads to the same end', async () => {
    const lab = await makeLab({ ...MANY, ...SNAPSHOTS });
    for (let without = 0; without < 3; without += 1) {
      const disk = lab.disk.fork();
      for (const path of snapshotPaths(disk).slice(3 - without)) disk.remove(path);
      const world = await restart(disk, { segmentBytes: 8192 });
      runtimeOf(world);
      expect(world.ledger.stateHash()).toBe(lab.hashes.at(-1));
    }
  });

  it('with keepAll no segment goes', async () => {
    const lab = await makeLab({ ...MANY, ...SNAPSHOTS, keepAll: true });
    expect(endOf(segmentPaths(lab.disk))[0]).toBe(1);
    expect(snapshotPaths(lab.disk)).toHaveLength(3);
  });

  it('while there are fewer than three no segment goes', async () => {
    const lab = await makeLab({ ...MANY, segmentBytes: 8192, snapshotsAfter: [10, 18] });
    expect(endOf(segmentPaths(lab.disk))[0]).toBe(1);
  });

  it('are taken by themselves, one at a time, while commands go on', async () => {
    const disk = new VirtualDisk();
    const saved: number[] = [];
    const world = await startWorld(disk, {
      snapshotEvery: 25,
      onSnapshot: ({ saved: one, pauseMs }) => {
        if (one.kind === 'saved') saved.push(one.sequence);
        expect(pauseMs).toBeGreaterThanOrEqual(0);
      },
    });
    for (let i = 0; i < 40; i += 1) await sendGroup(runtimeOf(world), commandsOf(i, 3, 20));
    expect(saved.length).toBeGreaterThanOrEqual(4);
    const two = await Promise.all([runtimeOf(world).snapshot(), runtimeOf(world).snapshot()]);
    expect(two[0]).toBe(two[1]);
    disk.crash(KEEP_NOTHING);
    expect((await restart(disk)).ledger.stateHash()).toBe(world.ledger.stateHash());
  });

  it('are on the disk when they are said to be, and so is the marker of a clean stop', async () => {
    const disk = new VirtualDisk();
    const world = await startWorld(disk);
    await sendGroup(runtimeOf(world), commandsOf(0, 3, 20));
    expect((await runtimeOf(world).snapshot())?.saved).toEqual({ kind: 'saved', sequence: 3 });
    const crashed = disk.fork();
    crashed.crash(KEEP_NOTHING);
    expect(endOf(snapshotPaths(crashed))).toEqual([3]);
    await sendGroup(runtimeOf(world), commandsOf(1, 3, 20));
    expect(await runtimeOf(world).stop()).toBe(true);
    disk.crash(KEEP_NOTHING);
    expect(endOf(snapshotPaths(disk))).toEqual([3, 6]);
    expect(disk.paths().some((path) => path.endsWith('/clean-stop'))).toBe(true);
  });

  it('of a sequence that is not durable are refused', async () => {
    const world = await startWorld(new VirtualDisk());
    const { journal } = runtimeOf(world);
    const moment = { sequence: 5, chain: 0, timeMs: 0 };
    expect(() => journal.saveSnapshot(moment, world.ledger.snapshot())).toThrow('not durable');
  });
});

describe('reading the log', () => {
  it('gives every durable record from any sequence, across segments, while it grows', async () => {
    const disk = new VirtualDisk();
    const world = await startWorld(disk, { segmentBytes: 8192 });
    const runtime = runtimeOf(world);
    for (let i = 0; i < 12; i += 1) await sendGroup(runtime, commandsOf(i, 4, 800));
    expect(segmentPaths(disk).length).toBeGreaterThan(2);
    for (const from of [1, 2, 17, 48, 49]) {
      const found: number[] = [];
      for await (const batch of runtime.journal.log.read(from)) {
        for (const record of batch) found.push(record.sequence);
        if (found.length < 8) await runtime.sequencer.execute(deposit(`during-${from}`, 1, 1));
      }
      const until = found.at(-1) ?? from - 1;
      expect(found).toEqual(Array.from({ length: until - from + 1 }, (_, i) => from + i));
      expect(until).toBeGreaterThanOrEqual(48);
    }
  });

  it('is refused where history was removed', async () => {
    const lab = await makeLab({ ...MANY, ...SNAPSHOTS });
    lab.disk.crash(KEEP_ALL);
    const world = await restart(lab.disk, { segmentBytes: 8192 });
    const read = runtimeOf(world).journal.log.read(1);
    await expect(read.next()).rejects.toThrow('no longer holds sequence 1');
  });
});
