// The ways in which a plug can be pulled: what of the unsynced changes reached the platters.

import { seeded } from './script.ts';
import type { CrashChoice } from './virtual-disk.ts';

/** Nothing that was not synced is there. */
export const KEEP_NOTHING: CrashChoice = {
  keepWrite: () => false,
  keepName: () => false,
  keepSize: false,
};

/** Everything happens to be there. */
export const KEEP_ALL: CrashChoice = {
  keepWrite: () => true,
  keepName: () => true,
  keepSize: true,
};

/**
 * Each sector and each change of a name is there or not, independently: a later one may survive an
 * earlier.
 */
export function keepRandom(seed: number): CrashChoice {
  const random = seeded(seed);
  const share = random();
  return {
    keepWrite: () => random() < share,
    keepName: () => random() < 0.5,
    keepSize: random() < 0.5,
  };
}

/**
 * The first `bytes` bytes of what was being written are there, the last of them in the middle of a
 * sector.
 */
export function keepPrefix(bytes: number): CrashChoice {
  let left = bytes;
  return {
    keepWrite: (write) => {
      const size = write.bytes.length;
      const kept = Math.min(left, size);
      left -= kept;
      if (kept === size) return true;
      return kept === 0 ? false : { ...write, bytes: write.bytes.slice(0, kept) };
    },
    keepName: () => true,
    keepSize: true,
  };
}

/** The other way round: the last `bytes` bytes are there, and what comes before them is not. */
export function keepSuffix(bytes: number, total: number): CrashChoice {
  let skip = total - bytes;
  return {
    keepWrite: (write) => {
      const size = write.bytes.length;
      const skipped = Math.min(skip, size);
      skip -= skipped;
      if (skipped === size) return false;
      if (skipped === 0) return true;
      return { ...write, from: write.from + skipped, bytes: write.bytes.slice(skipped) };
    },
    keepName: () => true,
    keepSize: true,
  };
}
