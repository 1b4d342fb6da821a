// Proves the fourteen rows of the start-up table, each by the number and name it has there. For
// every refusal also that the directory is left as it was found.

import { crc32 } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { KEEP_ALL } from '../testing/disk/crash-choices.ts';
import {
  batchesOn,
  changeHeader,
  contentOf,
  flip,
  forgeBatch,
  makeLab,
  makeNewer,
  overwrite,
  restart,
  segmentPaths,
  sendGroup,
  snapshotPaths,
  zero,
} from '../testing/disk/lab.ts';
import { deposit, Ledger } from '../testing/disk/ledger.ts';
import type { VirtualDisk } from '../testing/disk/virtual-disk.ts';
import { DIRECTORY, runtimeOf, VirtualHost, verdictsOf } from '../testing/disk/world.ts';
import { MARKER_MAGIC, SECTOR_BYTES, SNAPSHOT_MAGIC } from './layout.ts';
import { describe as explain, type Finding } from './verdict.ts';

type Change = Parameters<typeof restart>[1];

/** Starts, expects a refusal that leaves the directory alone, and returns it. */
async function refusal(disk: VirtualDisk, change: Change = {}): Promise<Finding> {
  const before = contentOf(disk);
  const { started } = await restart(disk, change);
  if (started.kind !== 'refused') throw new Error('it started');
  expect(contentOf(disk)).toEqual(before);
  expect(disk.paths().some((path) => path.includes('/lock-'))).toBe(false);
  expect(explain(started.refusal)).toContain(`verdict ${started.refusal.verdict}:`);
  return started.refusal;
}

/** Starts, expects success, and returns the verdicts, the state's hash and the runtime. */
async function success(disk: VirtualDisk, change: Change = {}) {
  const world = await restart(disk, change);
  const runtime = runtimeOf(world);
  return { verdicts: verdictsOf(world), hash: world.ledger.stateHash(), runtime, world };
}

describe('verdict 1: all valid → start', () => {
  it('after a clean stop, after a crash and on an empty directory', async () => {
    const clean = await makeLab({ groups: [3, 2], stop: true });
    expect(await success(clean.disk)).toMatchObject({ hash: clean.hashes[2] });
    const crashed = await makeLab({ groups: [3, 2] });
    const again = await success(crashed.disk);
    expect(again).toMatchObject({ verdicts: [1, 6, 8], hash: crashed.hashes[2] });
    const empty = await makeLab({ groups: [] });
    expect(await success(empty.disk)).toMatchObject({ verdicts: [1], hash: empty.hashes[0] });
  });

  it('goes on where it ended, and the next start finds all of it', async () => {
    const lab = await makeLab({ groups: [3, 2], stop: true });
    const first = await success(lab.disk);
    expect(await sendGroup(first.runtime, [deposit('more', 1, 5)])).toEqual(['done']);
    lab.disk.crash(KEEP_ALL);
    const second = await success(lab.disk);
    expect(second.runtime.sequencer.sequence).toBe(6);
    expect(second.hash).toBe(first.world.ledger.stateHash());
  });
});

describe('verdict 2: the last batch was not written completely → cut, say so, start', () => {
  const cases: [string, (offset: number, length: number) => [number, number]][] = [
    ['its end is zero', (offset, length) => [offset + length - 700, offset + length]],
    ['only its very last byte is zero', (offset, length) => [offset + length - 1, offset + length]],
    ['a sector in its middle is zero', (offset) => [offset + 512, offset + 1024]],
    ['its first sector is zero', (offset) => [offset, offset + 512]],
    ['its header was torn', (offset, length) => [offset + 13, offset + length]],
    ['nothing but its first byte is there', (offset, length) => [offset + 1, offset + length]],
  ];
  it.each(cases)('%s', async (_name, range) => {
    const lab = await makeLab({ groups: [2, 2, 5], ballast: 300 });
    const last = batchesOn(lab.disk).at(-1)!;
    expect(last.length).toBeGreaterThanOrEqual(4 * SECTOR_BYTES);
    zero(lab.disk, last.path, ...range(last.offset, last.length));
    const { verdicts, hash, world } = await success(lab.disk);
    expect(verdicts).toEqual([2, 8]);
    expect(hash).toBe(lab.hashes[2]);
    if (world.started.kind === 'refused') throw new Error();
    expect(world.started.findings[0]).toMatchObject({
      verdict: 2,
      file: last.path.split('/').at(-1),
      offset: last.offset,
      sequence: 5,
    });
    lab.disk.crash(KEEP_ALL);
    expect(
      lab.disk
        .file(last.path)
        .bytes()
        .subarray(last.offset)
        .every((b) => b === 0),
    ).toBe(true);
    expect((await success(lab.disk)).verdicts).toEqual([1, 6, 8]);
  });

  it('a sector that is zero by nature is not taken for a lost one', async () => {
    const lab = await makeLab({ groups: [2] });
    const { runtime } = await success(lab.disk);
    const zeros = { ...deposit('zeros', 0, 0), kind: 'note' as const, note: new Uint8Array(1000) };
    await sendGroup(runtime, [zeros]);
    lab.disk.crash(KEEP_ALL);
    const last = batchesOn(lab.disk).at(-1)!;
    expect(last.zeroSectors).toBe(1);
    flip(lab.disk, last.path, last.offset + 70);
    expect((await refusal(lab.disk)).verdict).toBe(4);
  });
});

describe('verdict 3: as 2, but vouched for → refuse: acknowledged data is gone', () => {
  it('the next segment was begun after it', async () => {
    const lab = await makeLab({ groups: [4, 4, 4, 4], ballast: 800, segmentBytes: 8192 });
    const [first, second] = segmentPaths(lab.disk);
    const last = batchesOn(lab.disk)
      .filter((one) => one.path === first)
      .at(-1)!;
    zero(lab.disk, second, SECTOR_BYTES, 8192);
    zero(lab.disk, first, last.offset + 512, last.offset + 1024);
    expect(await refusal(lab.disk, { segmentBytes: 8192 })).toMatchObject({
      verdict: 3,
      offset: last.offset,
      sequence: last.firstSequence,
    });
  });

  it('a snapshot contains it', async () => {
    const lab = await makeLab({ groups: [2, 5], ballast: 300, snapshotsAfter: [2] });
    const last = batchesOn(lab.disk).at(-1)!;
    zero(lab.disk, last.path, last.offset + 512, last.offset + 1024);
    expect(await refusal(lab.disk)).toMatchObject({ verdict: 3, sequence: 3 });
  });

  it('a later batch, itself torn, calls it durable', async () => {
    const lab = await makeLab({ groups: [2, 5, 5], ballast: 300 });
    const [, second, third] = batchesOn(lab.disk);
    zero(lab.disk, second.path, second.offset + 512, second.offset + 1024);
    zero(lab.disk, third.path, third.offset + 512, third.offset + 1024);
    expect(await refusal(lab.disk)).toMatchObject({ verdict: 3, sequence: 3 });
  });

  it('but bytes behind it that no batch explains are damage', async () => {
    const lab = await makeLab({ groups: [2, 5], ballast: 300 });
    const last = batchesOn(lab.disk).at(-1)!;
    zero(lab.disk, last.path, last.offset + 512, last.offset + 1024);
    flip(lab.disk, last.path, last.offset + last.length + 600);
    expect(await refusal(lab.disk)).toMatchObject({ verdict: 4, sequence: 3 });
  });
});

describe('verdict 4: damage, not a torn tail → refuse', () => {
  it('a bad batch with an intact batch behind it, also when it looks torn', async () => {
    for (const harm of ['flip', 'zero'] as const) {
      const lab = await makeLab({ groups: [2, 5, 5], ballast: 300 });
      const [, second] = batchesOn(lab.disk);
      if (harm === 'flip') flip(lab.disk, second.path, second.offset + 100);
      else zero(lab.disk, second.path, second.offset + 512, second.offset + second.length);
      expect(await refusal(lab.disk)).toMatchObject({
        verdict: 4,
        offset: second.offset,
        sequence: second.firstSequence,
      });
    }
  });

  it('a bad batch at the end of a segment that another one continues', async () => {
    const lab = await makeLab({ groups: [4, 4, 4, 4], ballast: 800, segmentBytes: 8192 });
    const [first] = segmentPaths(lab.disk);
    const last = batchesOn(lab.disk)
      .filter((one) => one.path === first)
      .at(-1)!;
    zero(lab.disk, first, last.offset + 512, last.offset + last.length);
    expect((await refusal(lab.disk, { segmentBytes: 8192 })).verdict).toBe(4);
  });

  it('a last batch with all its bytes and a wrong checksum', async () => {
    for (const at of [5, 9, 30, 57, 64, 100, 700]) {
      const lab = await makeLab({ groups: [2, 5], ballast: 300 });
      const last = batchesOn(lab.disk).at(-1)!;
      flip(lab.disk, last.path, last.offset + at, 3);
      expect(await refusal(lab.disk)).toMatchObject({ verdict: 4, offset: last.offset });
    }
  });

  it('a segment that is shorter than it was made, also where a batch ends', async () => {
    const lab = await makeLab({ groups: [2, 2, 2] });
    const [, second] = batchesOn(lab.disk);
    lab.disk.file(second.path).truncate(second.offset + second.length);
    expect(await refusal(lab.disk)).toMatchObject({ verdict: 4, sequence: 5 });
  });

  it('a header sector that rotted, and a file that cannot be read', async () => {
    const lab = await makeLab({ groups: [2] });
    const [path] = segmentPaths(lab.disk);
    flip(lab.disk, path, 300);
    expect(await refusal(lab.disk)).toMatchObject({ verdict: 4, offset: 0 });
    flip(lab.disk, path, 300);
    lab.disk.onCall = (call) => {
      if (call.operation === 'read' && call.path === path && call.length > SECTOR_BYTES) {
        throw Object.assign(new Error('EIO'), { code: 'EIO' });
      }
    };
    expect((await refusal(lab.disk)).what).toContain('EIO');
    lab.disk.onCall = undefined;
    expect((await success(lab.disk)).hash).toBe(lab.hashes[1]);
  });
});

describe('verdict 5: gap or repeat, wrong previous checksum, missing segment → refuse', () => {
  it('a repeat: an intact batch once more', async () => {
    const lab = await makeLab({ groups: [2, 2] });
    const [first, second] = batchesOn(lab.disk);
    const copy = lab.disk
      .file(first.path)
      .bytes()
      .slice(first.offset, first.offset + first.length);
    overwrite(lab.disk, first.path, second.offset + second.length, copy);
    expect(await refusal(lab.disk)).toMatchObject({ verdict: 5, sequence: 5 });
  });

  it('a gap: an intact batch that begins too late', async () => {
    const lab = await makeLab({ groups: [2] });
    const [first] = batchesOn(lab.disk);
    const forged = forgeBatch(new Ledger(), 4, { previousCrc: first.headerCrc });
    overwrite(lab.disk, first.path, first.offset + first.length, forged);
    expect(await refusal(lab.disk)).toMatchObject({ verdict: 5, sequence: 3 });
  });

  it('a wrong previous checksum: an intact batch of another history', async () => {
    const lab = await makeLab({ groups: [2] });
    const [first] = batchesOn(lab.disk);
    const forged = forgeBatch(new Ledger(), 3, { previousCrc: first.headerCrc ^ 1 });
    overwrite(lab.disk, first.path, first.offset + first.length, forged);
    expect(await refusal(lab.disk)).toMatchObject({ verdict: 5, sequence: 3 });
  });

  it('a missing segment, in the middle and at the beginning', async () => {
    const options = { groups: [4, 4, 4, 4, 4, 4], ballast: 800, segmentBytes: 8192 };
    for (const missing of [0, 1]) {
      const lab = await makeLab(options);
      const paths = segmentPaths(lab.disk);
      expect(paths.length).toBeGreaterThan(2);
      lab.disk.remove(paths[missing]);
      expect((await refusal(lab.disk, { segmentBytes: 8192 })).verdict).toBe(5);
    }
  });

  it('a segment of another journal, a renamed one, and a snapshot of another history', async () => {
    const lab = await makeLab({ groups: [4, 4, 4, 4], ballast: 800, segmentBytes: 8192 });
    const [, second] = segmentPaths(lab.disk);
    changeHeader(lab.disk, second, { salt: 1 });
    expect((await refusal(lab.disk, { segmentBytes: 8192 })).verdict).toBe(5);
    const renamed = await makeLab({ groups: [2] });
    renamed.disk.put(
      `${DIRECTORY}/segment-0000000000000009`,
      renamed.disk.file(segmentPaths(renamed.disk)[0]).bytes(),
    );
    expect((await refusal(renamed.disk)).verdict).toBe(5);
    const other = await makeLab({ groups: [2, 2], snapshotsAfter: [1] });
    changeHeader(other.disk, snapshotPaths(other.disk)[0], { chain: 7 }, SNAPSHOT_MAGIC);
    expect(await refusal(other.disk)).toMatchObject({ verdict: 5, sequence: 2 });
  });
});

describe('verdict 6: the zero-filled rest of a preallocated file → end of the journal', () => {
  it('the journal ends where the zeros begin', async () => {
    const lab = await makeLab({ groups: [2, 2] });
    const last = batchesOn(lab.disk).at(-1)!;
    const { world, verdicts } = await success(lab.disk);
    expect(verdicts).toContain(6);
    if (world.started.kind === 'refused') throw new Error();
    const offset = last.offset + last.length;
    expect(world.started.findings.find((one) => one.verdict === 6)).toMatchObject({ offset });
  });
});

describe('verdict 7: newest snapshot bad, older one good → use the older, warn', () => {
  it('at every place where a snapshot can rot', async () => {
    for (const at of [3, 100, 400, 511, 512, 600, 1024, 1100, 1500]) {
      const lab = await makeLab({ groups: [3, 3, 3], snapshotsAfter: [1, 2] });
      const newest = snapshotPaths(lab.disk).at(-1)!;
      if (at >= lab.disk.file(newest).liveSize) continue;
      flip(lab.disk, newest, at);
      const { verdicts, hash } = await success(lab.disk);
      expect(verdicts).toContain(7);
      expect(hash).toBe(lab.hashes[3]);
    }
  });

  it('a snapshot that was cut off', async () => {
    const lab = await makeLab({ groups: [3, 3, 3], snapshotsAfter: [1, 2] });
    const newest = snapshotPaths(lab.disk).at(-1)!;
    for (const size of [lab.disk.file(newest).liveSize - 1, 700, 100, 0]) {
      lab.disk.file(newest).truncate(size);
      expect((await success(lab.disk)).verdicts).toContain(7);
      lab.disk.crash(KEEP_ALL);
    }
  });
});

describe('verdict 8: no good snapshot, journal from sequence 1 → full replay', () => {
  it('without any, and with none that is good', async () => {
    const lab = await makeLab({ groups: [3, 3, 3], snapshotsAfter: [1, 2] });
    for (const path of snapshotPaths(lab.disk)) flip(lab.disk, path, 40);
    const { verdicts, hash } = await success(lab.disk);
    expect(verdicts).toContain(8);
    expect(hash).toBe(lab.hashes[3]);
  });

  it('and refuses (5) when the journal does not reach back that far', async () => {
    const groups = Array.from({ length: 12 }, () => 4);
    const snapshotsAfter = [8, 9, 10];
    const lab = await makeLab({ groups, snapshotsAfter, ballast: 800, segmentBytes: 8192 });
    expect(segmentPaths(lab.disk)[0]).not.toContain('0000001');
    for (const path of snapshotPaths(lab.disk)) flip(lab.disk, path, 40);
    expect((await refusal(lab.disk, { segmentBytes: 8192 })).verdict).toBe(5);
  });
});

describe('verdict 9: a snapshot newer than the end of the journal → refuse', () => {
  it('the batches before it are gone without a trace', async () => {
    const lab = await makeLab({ groups: [2, 2, 2], snapshotsAfter: [3] });
    const [, second, third] = batchesOn(lab.disk);
    zero(lab.disk, third.path, second.offset, third.offset + third.length);
    expect(await refusal(lab.disk)).toMatchObject({ verdict: 9, sequence: 6 });
  });
});

describe('verdict 10: digest or hash after the replay ≠ recorded → refuse, keep both', () => {
  it('a command that gives other events', async () => {
    const lab = await makeLab({ groups: [2] });
    const [first] = batchesOn(lab.disk);
    const forged = forgeBatch(new Ledger(), 3, {
      previousCrc: first.headerCrc,
      durableSequence: 2,
    });
    overwrite(lab.disk, first.path, first.offset + first.length, forged);
    expect(await refusal(lab.disk)).toMatchObject({ verdict: 10, sequence: 3 });
  });

  it('a machine that computes otherwise', async () => {
    class OtherLedger extends Ledger {
      override apply(...args: Parameters<Ledger['apply']>): void {
        super.apply(...args);
        if (args[0] === 3) args[3][1] ^= 1;
      }
    }
    const lab = await makeLab({ groups: [2, 2] });
    const found = await refusal(lab.disk, { ledger: new OtherLedger() });
    expect(found).toMatchObject({ verdict: 10, sequence: 3 });
  });

  it('a snapshot or a clean stop with another state hash', async () => {
    const lab = await makeLab({ groups: [2, 2], snapshotsAfter: [1] });
    changeHeader(lab.disk, snapshotPaths(lab.disk)[0], { stateHash: 'beef' }, SNAPSHOT_MAGIC);
    expect(await refusal(lab.disk)).toMatchObject({ verdict: 10, sequence: 2 });
    const stopped = await makeLab({ groups: [2, 2], stop: true });
    changeHeader(stopped.disk, `${DIRECTORY}/clean-stop`, { stateHash: 'beef' }, MARKER_MAGIC);
    expect(await refusal(stopped.disk)).toMatchObject({ verdict: 10, sequence: 4 });
  });
});

describe('verdict 11: a left-over temporary file → delete', () => {
  it('deletes it, says so, and starts', async () => {
    const lab = await makeLab({ groups: [2] });
    lab.disk.put(`${DIRECTORY}/snapshot-0000000000000002.tmp`, new Uint8Array(99));
    const { verdicts, hash } = await success(lab.disk);
    expect(verdicts).toContain(11);
    expect(hash).toBe(lab.hashes[1]);
    lab.disk.crash(KEEP_ALL);
    expect(lab.disk.paths().some((path) => path.endsWith('.tmp'))).toBe(false);
  });
});

describe('verdict 12: newer format, other rounding rules, other market set → refuse', () => {
  it('a newer format of segment, snapshot or marker', async () => {
    const lab = await makeLab({ groups: [2], stop: true });
    const files = [
      segmentPaths(lab.disk)[0],
      snapshotPaths(lab.disk)[0],
      `${DIRECTORY}/clean-stop`,
    ];
    for (const path of files) {
      const sector = lab.disk.file(path).bytes().slice(0, SECTOR_BYTES);
      makeNewer(lab.disk, path, (bytes) => crc32(bytes));
      expect(await refusal(lab.disk)).toMatchObject({ verdict: 12, file: path.split('/').at(-1) });
      overwrite(lab.disk, path, 0, sector);
    }
    expect((await success(lab.disk)).hash).toBe(lab.hashes[1]);
  });

  it('a tail under other rules, with the way out named; and newer rules than ours', async () => {
    const lab = await makeLab({ groups: [2, 2], snapshotsAfter: [1] });
    const found = await refusal(lab.disk, { ledger: new Ledger(2) });
    expect(found).toMatchObject({ verdict: 12, sequence: 3 });
    expect(found.remedy).toContain('plimsoll stop');
    const newer = await makeLab({ groups: [2], stop: true, ledger: new Ledger(3) });
    expect((await refusal(newer.disk, { ledger: new Ledger(2) })).verdict).toBe(12);
  });

  it('but new rules go on from a clean stop, in a segment of their own', async () => {
    const lab = await makeLab({ groups: [2, 2], stop: true });
    const idle = await success(lab.disk, { ledger: new Ledger(2) });
    await idle.runtime.stop();
    const upgraded = await success(lab.disk, { ledger: new Ledger(2) });
    expect(await sendGroup(upgraded.runtime, [deposit('new', 1, 1)])).toEqual(['done']);
    lab.disk.crash(KEEP_ALL);
    expect(segmentPaths(lab.disk)).toHaveLength(2);
    const again = await success(lab.disk, { ledger: new Ledger(2) });
    expect(again.runtime.sequencer.sequence).toBe(5);
    lab.disk.crash(KEEP_ALL);
    expect((await refusal(lab.disk, { ledger: new Ledger(1) })).verdict).toBe(12);
  });

  it('another market set, in the segments or only in a snapshot', async () => {
    const lab = await makeLab({ groups: [2], fingerprint: 'markets-a' });
    const found = await refusal(lab.disk, { fingerprint: 'markets-b' });
    expect(found).toMatchObject({ verdict: 12 });
    expect(found.what).toContain('markets-a');
    expect((await success(lab.disk, { fingerprint: 'markets-a' })).hash).toBe(lab.hashes[1]);
    const snap = await makeLab({ groups: [2], snapshotsAfter: [1] });
    changeHeader(snap.disk, snapshotPaths(snap.disk)[0], { fingerprint: 'x' }, SNAPSHOT_MAGIC);
    expect((await refusal(snap.disk)).verdict).toBe(12);
  });
});

describe('verdict 13: the directory lock is held → refuse', () => {
  it('by a living process; and not by a dead one', async () => {
    const lab = await makeLab({ groups: [2] });
    const host = new VirtualHost();
    const first = await success(lab.disk, { host });
    const { started } = await restart(lab.disk, { host });
    expect(started).toMatchObject({ kind: 'refused', refusal: { verdict: 13 } });
    expect(await sendGroup(first.runtime, [deposit('still', 1, 1)])).toEqual(['done']);
    host.killAll();
    lab.disk.crash(KEEP_ALL);
    expect((await success(lab.disk, { host })).runtime.sequencer.sequence).toBe(3);
  });
});

describe('verdict 14: clean-stop marker, but a damaged tail → refuse', () => {
  it('a tail that would have been cut after a crash', async () => {
    const lab = await makeLab({ groups: [2, 5], ballast: 300, stop: true });
    for (const path of snapshotPaths(lab.disk)) lab.disk.remove(path);
    const last = batchesOn(lab.disk).at(-1)!;
    zero(lab.disk, last.path, last.offset + 512, last.offset + 1024);
    expect(await refusal(lab.disk)).toMatchObject({
      verdict: 14,
      offset: last.offset,
      sequence: 3,
    });
  });

  it('a tail that is gone without a trace, or that has grown since', async () => {
    const lab = await makeLab({ groups: [2, 2], stop: true });
    for (const path of snapshotPaths(lab.disk)) lab.disk.remove(path);
    const last = batchesOn(lab.disk).at(-1)!;
    zero(lab.disk, last.path, last.offset, last.offset + last.length);
    expect(await refusal(lab.disk)).toMatchObject({ verdict: 14, sequence: 4 });
    const grown = await makeLab({ groups: [2, 2], stop: true });
    changeHeader(grown.disk, `${DIRECTORY}/clean-stop`, { sequence: 2 }, MARKER_MAGIC);
    expect((await refusal(grown.disk)).verdict).toBe(14);
  });

  it('a marker that itself rotted', async () => {
    const lab = await makeLab({ groups: [2, 2], stop: true });
    flip(lab.disk, `${DIRECTORY}/clean-stop`, 20);
    expect(await refusal(lab.disk)).toMatchObject({ verdict: 14, file: 'clean-stop' });
  });
});
