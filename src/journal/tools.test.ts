// Proves the operator's tools: verify finds what a start would not look at and changes nothing, cut
// does only what it was told and loses no byte, stateAt and archive give the past as it was.

import { describe, expect, it } from 'vitest';

import { KEEP_ALL } from '../testing/disk/crash-choices.ts';
import {
  batchesOn,
  changeHeader,
  contentOf,
  flip,
  type Lab,
  makeLab,
  restart,
  segmentPaths,
  snapshotPaths,
  zero,
} from '../testing/disk/lab.ts';
import { decodeLedgerCommand, Ledger } from '../testing/disk/ledger.ts';
import type { VirtualDisk } from '../testing/disk/virtual-disk.ts';
import { DIRECTORY, runtimeOf, VirtualHost, verdictsOf } from '../testing/disk/world.ts';
import { cutJournal } from './cut.ts';
import type { InspectOptions } from './inspect.ts';
import { SECTOR_BYTES, SNAPSHOT_MAGIC } from './layout.ts';
import { archiveJournal, stateAt } from './state-at.ts';
import { verifyJournal } from './verify.ts';

const look = (disk: VirtualDisk): InspectOptions => ({
  disk,
  directory: DIRECTORY,
  identity: new VirtualHost().startProcess(),
  createMachine: () => new Ledger(),
});

const OPTIONS = { groups: [4, 4, 4, 4, 4, 4], ballast: 800, segmentBytes: 8192 };

async function verify(disk: VirtualDisk) {
  const before = contentOf(disk);
  const report = await verifyJournal(look(disk));
  if (report.kind === 'refused') throw new Error(report.refusal.what);
  expect(contentOf(disk)).toEqual(before);
  return report;
}

describe('verify', () => {
  it('a good journal: everything is replayed, every snapshot compared', async () => {
    const lab = await makeLab({ ...OPTIONS, snapshotsAfter: [2, 4], stop: true, keepAll: true });
    expect(await verify(lab.disk)).toMatchObject({
      good: true,
      findings: [],
      firstSequence: 1,
      lastSequence: 24,
      replayedFrom: 1,
      snapshots: [8, 16, 24],
      stateHash: lab.hashes.at(-1),
    });
  });

  it('damage that a start does not meet, because a newer snapshot lies behind it', async () => {
    const lab = await makeLab({ ...OPTIONS, snapshotsAfter: [5] });
    const [first] = batchesOn(lab.disk);
    flip(lab.disk, first.path, first.offset + 100);
    expect((await restart(lab.disk.fork(), { segmentBytes: 8192 })).started.kind).toBe('started');
    const report = await verify(lab.disk);
    expect(report).toMatchObject({ good: false, stateHash: undefined });
    expect(report.findings[0]).toMatchObject({ verdict: 4, offset: first.offset, sequence: 1 });
  });

  it('a bad old snapshot, one with another hash, and one of another history', async () => {
    const lab = await makeLab({ ...OPTIONS, snapshotsAfter: [2, 4] });
    const [old] = snapshotPaths(lab.disk);
    const bad = lab.disk.fork();
    flip(bad, old, 700);
    expect(await verify(bad)).toMatchObject({ good: false, snapshots: [16] });
    changeHeader(lab.disk, old, { stateHash: 'beef' }, SNAPSHOT_MAGIC);
    expect((await verify(lab.disk)).findings[0]).toMatchObject({ verdict: 10, sequence: 8 });
    changeHeader(lab.disk, old, { chain: 5 }, SNAPSHOT_MAGIC);
    expect((await verify(lab.disk)).findings[0]).toMatchObject({ verdict: 5, sequence: 8 });
  });

  it('a torn tail is reported and left alone; a directory in use is not looked at', async () => {
    const lab = await makeLab({ groups: [2, 5], ballast: 300 });
    const last = batchesOn(lab.disk).at(-1)!;
    zero(lab.disk, last.path, last.offset + 512, last.offset + 1024);
    expect((await verify(lab.disk)).findings[0]).toMatchObject({ verdict: 2, sequence: 3 });
    const host = new VirtualHost();
    runtimeOf(await restart(lab.disk, { host }));
    const identity = host.startProcess();
    expect(await verifyJournal({ ...look(lab.disk), identity })).toMatchObject({
      kind: 'refused',
      refusal: { verdict: 13 },
    });
  });

  it('after an upgrade: replayed as far back as its own rules go', async () => {
    const lab = await makeLab({ groups: [2, 2], stop: true });
    const upgraded = await restart(lab.disk, { ledger: new Ledger(2) });
    const { sequencer } = runtimeOf(upgraded);
    await sequencer.execute({
      id: 'n',
      kind: 'deposit',
      from: 0,
      to: 1,
      amount: 1,
      note: new Uint8Array(0),
    });
    lab.disk.crash(KEEP_ALL);
    const report = await verifyJournal({ ...look(lab.disk), createMachine: () => new Ledger(2) });
    expect(report).toMatchObject({
      good: true,
      firstSequence: 1,
      lastSequence: 5,
      replayedFrom: 5,
    });
  });
});

describe('cut', () => {
  /** A journal whose third batch rotted, with two segments behind it. */
  async function damaged(): Promise<{ lab: Lab; sequence: number }> {
    const lab = await makeLab({ ...OPTIONS, snapshotsAfter: [1, 6], stop: true });
    const third = batchesOn(lab.disk)[2];
    flip(lab.disk, third.path, third.offset + 100);
    for (const path of snapshotPaths(lab.disk).slice(1)) flip(lab.disk, path, 9);
    return { lab, sequence: third.firstSequence };
  }

  it('ends the journal before the damage and puts away what was behind it', async () => {
    const { lab, sequence } = await damaged();
    expect((await restart(lab.disk, { segmentBytes: 8192 })).started.kind).toBe('refused');
    const before = contentOf(lab.disk);
    const report = await cutJournal({ ...look(lab.disk), sequence });
    expect(report).toMatchObject({ kind: 'cut', lastSequence: sequence - 1 });
    if (report.kind !== 'cut') throw new Error();
    expect(report.intactLost.length).toBeGreaterThan(0);
    const kept = contentOf(lab.disk);
    for (const name of report.putAway) {
      const original = before.get(`${DIRECTORY}/${name.slice('cut-'.length)}`);
      const copied = kept.get(`${DIRECTORY}/${name}`);
      const [path, offset] = name.split('-from-');
      const whole = original ?? before.get(`${DIRECTORY}/${path.slice('cut-'.length)}`);
      expect(copied).toBe(whole?.slice(offset === undefined ? 0 : Number(offset)));
    }
    const world = await restart(lab.disk, { segmentBytes: 8192 });
    expect(runtimeOf(world).sequencer.sequence).toBe(sequence - 1);
    expect(world.ledger.stateHash()).toBe(lab.hashes[2]);
    expect(verdictsOf(world)).toContain(1);
  });

  it('does nothing for another sequence, or when nothing is damaged', async () => {
    const { lab, sequence } = await damaged();
    const before = contentOf(lab.disk);
    expect(await cutJournal({ ...look(lab.disk), sequence: sequence + 1 })).toMatchObject({
      kind: 'other_sequence',
      finding: { verdict: 4, sequence },
    });
    expect(contentOf(lab.disk)).toEqual(before);
    const good = await makeLab(OPTIONS);
    expect(await cutJournal({ ...look(good.disk), sequence: 9 })).toEqual({
      kind: 'nothing_to_cut',
    });
  });

  it('does not touch what cutting cannot cure: a missing segment', async () => {
    const lab = await makeLab(OPTIONS);
    lab.disk.remove(segmentPaths(lab.disk)[1]);
    expect(await cutJournal({ ...look(lab.disk), sequence: 9 })).toMatchObject({
      kind: 'not_cuttable',
      finding: { verdict: 5 },
    });
  });

  it('interrupted at any disk call it can be repeated', async () => {
    const { lab, sequence } = await damaged();
    const points: VirtualDisk[] = [];
    const disk = lab.disk.fork();
    disk.onCall = (_call, phase) => {
      if (phase !== 'after') points.push(disk.fork());
    };
    await cutJournal({ ...look(disk), sequence });
    expect(points.length).toBeGreaterThan(20);
    for (const point of points) {
      point.crash(KEEP_ALL);
      const started = await restart(point.fork(), { segmentBytes: 8192 });
      if (started.started.kind === 'started') {
        expect(started.ledger.stateHash()).toBe(lab.hashes[2]);
      }
      const again = await cutJournal({ ...look(point), sequence });
      expect(['cut', 'nothing_to_cut']).toContain(again.kind);
      const world = await restart(point, { segmentBytes: 8192 });
      runtimeOf(world);
      expect(world.ledger.stateHash()).toBe(lab.hashes[2]);
    }
  });

  it('of a segment that was shortened gives it back its length', async () => {
    const lab = await makeLab({ groups: [2, 2, 2] });
    const [, , third] = batchesOn(lab.disk);
    lab.disk.file(third.path).truncate(third.offset + 100);
    expect((await cutJournal({ ...look(lab.disk), sequence: 5 })).kind).toBe('cut');
    const world = await restart(lab.disk);
    expect(world.ledger.stateHash()).toBe(lab.hashes[2]);
    expect(lab.disk.file(third.path).liveSize % SECTOR_BYTES).toBe(0);
    expect((await runtimeOf(world).snapshot())?.saved.kind).toBe('saved');
  });
});

describe('the past', () => {
  it('stateAt gives the state after any sequence that is still reached', async () => {
    const lab = await makeLab({ ...OPTIONS, snapshotsAfter: [2, 4], stop: true, keepAll: true });
    for (const group of [0, 1, 2, 3, 4, 5, 6]) {
      const sequence = lab.sequences[group];
      const found = await stateAt({ ...look(lab.disk), sequence });
      expect(found).toMatchObject({ kind: 'state', sequence, stateHash: lab.hashes[group] });
    }
    const within = await stateAt({ ...look(lab.disk), sequence: 10 });
    expect(within).toMatchObject({ kind: 'state', sequence: 10 });
    expect(await stateAt({ ...look(lab.disk), sequence: 99 })).toEqual({
      kind: 'absent',
      lastSequence: 24,
    });
    lab.disk.remove(segmentPaths(lab.disk)[0]);
    const gone = await stateAt({ ...look(lab.disk), sequence: 3 });
    expect(gone).toMatchObject({ kind: 'refused', refusal: { verdict: 5 } });
  });

  it('archive hands out every record with the machine that has just executed it', async () => {
    const lab = await makeLab({ ...OPTIONS, snapshotsAfter: [2, 4] });
    const found: string[] = [];
    const hashes = new Map<number, string>();
    const archive = (change: { from?: number; to?: number; live?: boolean } = {}) =>
      archiveJournal({
        ...look(lab.disk),
        ...change,
        onRecord: (sequence, _timeMs, command, machine) => {
          found.push(`${sequence} ${decodeLedgerCommand(command).id}`);
          hashes.set(sequence, machine.stateHash());
        },
      });
    expect(await archive()).toEqual({ kind: 'archived', firstSequence: 1, lastSequence: 24 });
    expect(found).toHaveLength(24);
    expect(found[5]).toBe('6 g1-1');
    for (const [group, sequence] of lab.sequences.entries()) {
      if (sequence > 0) expect(hashes.get(sequence)).toBe(lab.hashes[group]);
    }
    found.length = 0;
    expect(await archive({ from: 10, to: 12 })).toMatchObject({
      firstSequence: 10,
      lastSequence: 12,
    });
    expect(found.map((one) => one.split(' ')[0])).toEqual(['10', '11', '12']);
    runtimeOf(await restart(lab.disk, { segmentBytes: 8192 }));
    expect(await archive({ to: 20, live: true })).toMatchObject({ lastSequence: 20 });
  });
});
