// What the journal relies on, asked of any disk: the real one and the virtual one pass the same
// suite.

import { describe, expect, it } from 'vitest';

import { codeOf, type Disk, readFully, withFile, writeFully } from '../../journal/disk.ts';

/** Runs the suite in a directory that exists and is empty. */
export function describeDisk(
  name: string,
  make: () => Promise<{ disk: Disk; directory: string }>,
): void {
  describe(`disk: ${name}`, () => {
    const bytes = Uint8Array.from({ length: 1500 }, (_, i) => i % 251);

    it('gives back what was written, also over what was there, and zeros in holes', async () => {
      const { disk, directory } = await make();
      const path = `${directory}/a`;
      await withFile(disk, path, 'create', async (file) => {
        await writeFully(file, bytes, 700);
        await writeFully(file, bytes.subarray(0, 10), 1000);
        await file.datasync();
        expect(await file.size()).toBe(2200);
      });
      const all = new Uint8Array(3000);
      const count = await withFile(disk, path, 'read', (file) => readFully(file, all, 0));
      expect(count).toBe(2200);
      const expected = new Uint8Array(2200);
      expected.set(bytes, 700);
      expected.set(bytes.subarray(0, 10), 1000);
      expect(all.subarray(0, count)).toEqual(expected);
    });

    it('reads short at the end and 0 behind it', async () => {
      const { disk, directory } = await make();
      await withFile(disk, `${directory}/a`, 'create', (file) => writeFully(file, bytes, 0));
      await withFile(disk, `${directory}/a`, 'read', async (file) => {
        expect(await file.read(new Uint8Array(100), 1450)).toBe(50);
        expect(await file.read(new Uint8Array(100), 1500)).toBe(0);
      });
    });

    it('writes durably into a file that exists', async () => {
      const { disk, directory } = await make();
      await withFile(disk, `${directory}/a`, 'create', (file) => writeFully(file, bytes, 0));
      await withFile(disk, `${directory}/a`, 'durable', async (file) => {
        expect(await file.write(bytes.subarray(0, 5), 1498)).toBe(5);
        expect(await file.size()).toBe(1503);
      });
    });

    it('creates only what is new, and opens only what is there', async () => {
      const { disk, directory } = await make();
      await withFile(disk, `${directory}/a`, 'create', async () => undefined);
      const failures = await Promise.all([
        disk.open(`${directory}/a`, 'create').catch(codeOf),
        disk.open(`${directory}/b`, 'read').catch(codeOf),
        disk.open(`${directory}/b`, 'durable').catch(codeOf),
        disk.unlink(`${directory}/b`).catch(codeOf),
        disk.rename(`${directory}/b`, `${directory}/c`).catch(codeOf),
      ]);
      expect(failures).toEqual(['EEXIST', 'ENOENT', 'ENOENT', 'ENOENT', 'ENOENT']);
    });

    it('renames over what is there, unlinks and lists', async () => {
      const { disk, directory } = await make();
      await withFile(disk, `${directory}/a`, 'create', (file) => writeFully(file, bytes, 0));
      await withFile(disk, `${directory}/b`, 'create', async () => undefined);
      await disk.rename(`${directory}/a`, `${directory}/b`);
      await withFile(disk, `${directory}/c`, 'create', async () => undefined);
      await disk.unlink(`${directory}/c`);
      await disk.syncDirectory(directory);
      expect(await disk.list(directory)).toEqual(['b']);
      expect(await withFile(disk, `${directory}/b`, 'read', (file) => file.size())).toBe(1500);
      expect(await disk.list(`${directory}/nowhere`)).toEqual([]);
    });

    it('makes directories with their parents, and again', async () => {
      const { disk, directory } = await make();
      await disk.makeDirectory(`${directory}/x/y`);
      await disk.makeDirectory(`${directory}/x/y`);
      await withFile(disk, `${directory}/x/y/a`, 'create', async () => undefined);
      expect(await disk.list(`${directory}/x/y`)).toEqual(['a']);
    });
  });
}
