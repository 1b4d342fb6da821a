// Proves the instrument: a virtual disk that could not lose anything would make every other test
// pass.

import { describe, expect, it } from 'vitest';

import { codeOf, withFile, writeFully } from '../../journal/disk.ts';
import { KEEP_ALL, KEEP_NOTHING, keepPrefix, keepRandom, keepSuffix } from './crash-choices.ts';
import { describeDisk } from './disk.suite.ts';
import { type DiskCall, VirtualDisk } from './virtual-disk.ts';

describeDisk('virtual', async () => ({ disk: new VirtualDisk(), directory: '/d' }));

const filled = (byte: number, length = 1200): Uint8Array => new Uint8Array(length).fill(byte);

/** A disk with one durable file of ones. */
async function withDurableFile(): Promise<VirtualDisk> {
  const disk = new VirtualDisk();
  await withFile(disk, '/d/a', 'create', async (file) => {
    await writeFully(file, filled(1), 0);
    await file.datasync();
  });
  await disk.syncDirectory('/d');
  return disk;
}

describe('virtual disk: a crash', () => {
  it('loses what was not synced, and keeps what was', async () => {
    const disk = await withDurableFile();
    const file = await disk.open('/d/b', 'create');
    await writeFully(file, filled(2), 0);
    await disk.syncDirectory('/d');
    disk.crash(KEEP_NOTHING);
    expect(disk.file('/d/a').bytes()).toEqual(filled(1));
    expect(disk.file('/d/b').bytes()).toEqual(new Uint8Array(0));
  });

  it('forgets a name whose directory was not synced, though its bytes were', async () => {
    const disk = await withDurableFile();
    await withFile(disk, '/d/b', 'create', async (file) => {
      await writeFully(file, filled(2), 0);
      await file.datasync();
    });
    await disk.rename('/d/a', '/d/c');
    expect(disk.paths()).toEqual(['/d/b', '/d/c']);
    disk.crash(KEEP_NOTHING);
    expect(disk.paths()).toEqual(['/d/a']);
  });

  it('brings back a file that was unlinked without a sync', async () => {
    const disk = await withDurableFile();
    await disk.unlink('/d/a');
    const other = disk.fork();
    disk.crash(KEEP_NOTHING);
    expect(disk.paths()).toEqual(['/d/a']);
    await other.syncDirectory('/d');
    other.crash(KEEP_NOTHING);
    expect(other.paths()).toEqual([]);
  });

  it('keeps a later sector and loses an earlier one', async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 60; seed += 1) {
      const disk = await withDurableFile();
      disk.onCall = (call, phase) => {
        if (call.operation === 'write' && phase === 'within') throw new Error('plug');
      };
      const file = await disk.open('/d/a', 'durable');
      await file.write(filled(2), 0).catch(() => undefined);
      disk.crash(keepRandom(seed));
      const bytes = disk.file('/d/a').bytes();
      outcomes.add([bytes[0], bytes[600], bytes[1100]].join(''));
    }
    expect(outcomes.size).toBe(8);
  });

  it('tears in the middle of a sector, from either side', async () => {
    const cases = [
      { choice: keepPrefix(700), expected: [...filled(2, 700), ...filled(1, 500)] },
      { choice: keepSuffix(500, 1200), expected: [...filled(1, 700), ...filled(2, 500)] },
    ];
    for (const { choice, expected } of cases) {
      const disk = await withDurableFile();
      disk.onCall = (call, phase) => {
        if (call.operation === 'write' && phase === 'within') throw new Error('plug');
      };
      const file = await disk.open('/d/a', 'durable');
      await file.write(filled(2), 0).catch(() => undefined);
      disk.crash(choice);
      expect([...disk.file('/d/a').bytes()]).toEqual(expected);
    }
  });

  it('keeps everything when it happens to', async () => {
    const disk = await withDurableFile();
    const file = await disk.open('/d/b', 'create');
    await writeFully(file, filled(2), 0);
    disk.crash(KEEP_ALL);
    expect(disk.file('/d/b').bytes()).toEqual(filled(2));
  });

  it('happens to one copy and not to the other', async () => {
    const disk = await withDurableFile();
    const file = await disk.open('/d/a', 'read');
    const copy = disk.fork();
    await withFile(disk, '/d/a', 'durable', (open) => writeFully(open, filled(3), 0));
    expect(copy.file('/d/a').bytes()).toEqual(filled(1));
    expect(await file.size()).toBe(1200);
  });
});

describe('virtual disk: faults', () => {
  it('a durable write is on the disk when it resolves, and not before', async () => {
    const disk = await withDurableFile();
    let before: VirtualDisk | undefined;
    disk.onCall = (call, phase) => {
      if (call.operation === 'write' && phase === 'within') before = disk.fork();
    };
    await withFile(disk, '/d/a', 'durable', (file) => writeFully(file, filled(2), 0));
    before!.crash(KEEP_NOTHING);
    expect(before!.file('/d/a').bytes()).toEqual(filled(1));
    disk.crash(KEEP_NOTHING);
    expect(disk.file('/d/a').bytes()).toEqual(filled(2));
  });

  it('a durable write makes nothing durable but itself', async () => {
    const disk = new VirtualDisk();
    const file = await disk.open('/d/a', 'create');
    await writeFully(file, filled(1), 0);
    await disk.syncDirectory('/d');
    await withFile(disk, '/d/a', 'durable', (open) => writeFully(open, filled(2, 10), 100));
    disk.crash(KEEP_NOTHING);
    const bytes = disk.file('/d/a').bytes();
    expect([...bytes]).toEqual([...new Uint8Array(100), ...filled(2, 10)]);
  });

  it('a failed sync is followed by one that says OK, and the data is gone', async () => {
    const disk = await withDurableFile();
    disk.failSync = (path) => path === '/d/b';
    const file = await disk.open('/d/b', 'create');
    await disk.syncDirectory('/d');
    await writeFully(file, filled(2), 0);
    expect(await file.datasync().catch(codeOf)).toBe('EIO');
    await file.datasync();
    expect(disk.file('/d/b').bytes()).toEqual(filled(2));
    disk.crash(KEEP_ALL);
    expect(disk.file('/d/b').bytes()).not.toEqual(filled(2));
  });

  it('fills up: first a short write, then ENOSPC, until there is space again', async () => {
    const disk = await withDurableFile();
    disk.capacity = 1500;
    const file = await disk.open('/d/b', 'create');
    expect(await file.write(filled(2), 0)).toBe(300);
    expect(await file.write(filled(2), 300).catch(codeOf)).toBe('ENOSPC');
    expect(await (await disk.open('/d/a', 'durable')).write(filled(2), 0)).toBe(1200);
    disk.capacity = 4000;
    expect(await file.write(filled(2), 300)).toBe(1200);
  });

  it('writes short, flips bits and counts calls', async () => {
    const disk = await withDurableFile();
    disk.shorten = () => 7;
    const seen: DiskCall[] = [];
    disk.onCall = (call, phase) => {
      if (phase === 'before') seen.push(call);
    };
    await withFile(disk, '/d/a', 'durable', (file) => writeFully(file, filled(2, 20), 0));
    expect(seen.map((one) => [one.operation, one.position, one.length])).toEqual([
      ['open', 0, 0],
      ['write', 0, 20],
      ['write', 7, 13],
      ['write', 14, 6],
      ['close', 0, 0],
    ]);
    disk.file('/d/a').damage(5, (byte) => byte ^ 0x80);
    expect(disk.file('/d/a').bytes()[5]).toBe(0x82);
    disk.crash(KEEP_NOTHING);
    expect(disk.file('/d/a').bytes()[5]).toBe(0x82);
  });
});
