// Proves P5 for a journal at rest: every bit of two segments is flipped, every file is cut at every
// byte, and every last batch is zeroed from every byte on. A start then refuses, or cuts what was
// never acknowledged and says so; it never ends in another state.

import { describe, expect, it } from 'vitest';

import {
  batchesOn,
  flip,
  type Lab,
  makeLab,
  restart,
  segmentPaths,
  zero,
} from '../testing/disk/lab.ts';
import type { VirtualDisk } from '../testing/disk/virtual-disk.ts';
import { verdictsOf, type World } from '../testing/disk/world.ts';

const SEGMENT_BYTES = 3072;
const TIMEOUT_MS = 180_000;

/** Two segments; the first is full, the second has two batches and a zero rest. */
async function smallLab(): Promise<Lab> {
  const lab = await makeLab({ groups: [2, 1, 3, 2, 1], ballast: 180, segmentBytes: SEGMENT_BYTES });
  expect(segmentPaths(lab.disk)).toHaveLength(2);
  return lab;
}

/** A start on a copy of the disk that was damaged. */
async function startDamaged(lab: Lab, damage: (disk: VirtualDisk) => void): Promise<World> {
  const disk = lab.disk.fork();
  damage(disk);
  return restart(disk, { segmentBytes: SEGMENT_BYTES });
}

function count(tally: Map<string, number>, world: World): void {
  const key = `${world.started.kind} ${verdictsOf(world).join()}`;
  tally.set(key, (tally.get(key) ?? 0) + 1);
}

describe('a journal that rots', () => {
  it('every bit of two segments flipped', { timeout: TIMEOUT_MS }, async () => {
    const lab = await smallLab();
    const tally = new Map<string, number>();
    for (const path of segmentPaths(lab.disk)) {
      for (let bit = 0; bit < SEGMENT_BYTES * 8; bit += 1) {
        const world = await startDamaged(lab, (disk) => flip(disk, path, bit >> 3, bit & 7));
        count(tally, world);
        if (world.started.kind === 'refused') continue;
        // Only in the zeros behind the end, and there nothing is lost.
        expect(verdictsOf(world), `bit ${bit} of ${path}`).toContain(2);
        expect(world.ledger.stateHash(), `bit ${bit} of ${path}`).toBe(lab.hashes.at(-1));
      }
    }
    console.info('flipped bits', tally);
    expect([...tally.values()].reduce((a, b) => a + b)).toBe(2 * 8 * SEGMENT_BYTES);
  });

  it('every segment cut at every byte', { timeout: TIMEOUT_MS }, async () => {
    const lab = await smallLab();
    for (const path of segmentPaths(lab.disk)) {
      for (let size = 0; size < SEGMENT_BYTES; size += 1) {
        const world = await startDamaged(lab, (disk) => disk.file(path).truncate(size));
        expect(world.started.kind, `${path} cut at ${size}`).toBe('refused');
      }
    }
  });

  it(
    'the last batch of either segment lost from every byte on',
    { timeout: TIMEOUT_MS },
    async () => {
      const lab = await smallLab();
      const [first, second] = segmentPaths(lab.disk).map((path) =>
        batchesOn(lab.disk)
          .filter((one) => one.path === path)
          .at(-1)!,
      );
      for (let at = 0; at < first.length; at += 1) {
        const from = first.offset + at;
        const world = await startDamaged(lab, (disk) =>
          zero(disk, first.path, from, SEGMENT_BYTES),
        );
        expect(world.started.kind, `from byte ${at}`).toBe('refused');
      }
      for (let at = 0; at < second.length; at += 1) {
        const from = second.offset + at;
        const world = await startDamaged(lab, (disk) =>
          zero(disk, second.path, from, SEGMENT_BYTES),
        );
        expect(world.started.kind).toBe('started');
        expect(verdictsOf(world)).toContain(at === 0 ? 6 : 2);
        expect(world.ledger.stateHash()).toBe(lab.hashes.at(-2));
      }
    },
  );
});
