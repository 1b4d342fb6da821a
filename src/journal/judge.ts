// Turns what a replay meets into one of the verdicts 2, 3, 4, 5, 10, 12 and 14. The rule behind all
// of them: bytes are cut only when it is certain that they were never acknowledged, else the start
// is refused.

import type { Disk } from './disk.ts';
import { loadSegment } from './segment-load.ts';
import { hasIntactBatch, type SegmentScan } from './segment-scan.ts';
import type { SegmentEntry, Survey } from './survey.ts';
import { type Finding, finding, type Place, REMEDY_CUT, REMEDY_RESTORE } from './verdict.ts';

/** What is known about the journal beyond the segment whose end is judged. */
export interface Evidence {
  /**
   * The highest sequence that anything vouches to have been on the disk: later segments, snapshots.
   */
  readonly durableSequence: number;
  /** A later segment with an intact batch. */
  readonly laterBatch: string | undefined;
}

/** Collects what lies behind segment `index`. */
export async function evidenceBehind(
  disk: Disk,
  survey: Survey,
  index: number,
  snapshotSequence: number,
): Promise<Evidence> {
  let durableSequence = snapshotSequence;
  let laterBatch: string | undefined;
  for (const entry of survey.segments.slice(index + 1)) {
    durableSequence = Math.max(durableSequence, entry.header.durableSequence);
    if (laterBatch !== undefined) continue;
    const bytes = await loadSegment(disk, survey.directory, entry);
    if (hasIntactBatch(bytes, entry.header.salt)) laterBatch = entry.name;
  }
  return { durableSequence, laterBatch };
}

/** The verdict on a segment that does not end cleanly. */
export function judgeTail(
  entry: SegmentEntry,
  scan: SegmentScan,
  evidence: Evidence,
  stoppedCleanly: boolean,
): Finding {
  const { tail } = scan;
  const place = { file: entry.name, offset: scan.offset, sequence: scan.sequence + 1 };
  if (tail.kind === 'end') throw new Error('a clean end needs no verdict');
  if (tail.kind === 'disorder') return finding(5, place, tail.why, REMEDY_RESTORE);
  if (tail.intactAt !== undefined) {
    const what = `${tail.why} An intact batch follows at byte ${tail.intactAt}.`;
    return finding(4, place, what, REMEDY_CUT);
  }
  if (evidence.laterBatch !== undefined) {
    return finding(4, place, `${tail.why} ${evidence.laterBatch} goes on.`, REMEDY_CUT);
  }
  if (stoppedCleanly) {
    const what = `${tail.why} The last stop was clean, so nothing was being written.`;
    return finding(14, place, what, REMEDY_CUT);
  }
  const durable = Math.max(evidence.durableSequence, tail.durableSequence);
  if (tail.kind === 'torn' && durable >= place.sequence) {
    const what = `${tail.why} Sequences up to ${durable} were on the disk once.`;
    return finding(3, place, what, REMEDY_CUT);
  }
  if (tail.kind === 'torn') {
    const what = `${tail.why} No sequence from ${place.sequence} on was acknowledged.`;
    return finding(2, place, what);
  }
  return finding(4, place, tail.why, REMEDY_CUT);
}

/** The verdict on two neighbouring segments that do not meet. */
export function judgeSeam(
  before: SegmentEntry,
  scan: SegmentScan,
  next: SegmentEntry,
): Finding | undefined {
  const place = { file: next.name, offset: 0, sequence: scan.sequence + 1 };
  if (next.header.sequence !== scan.sequence + 1) {
    const what = `${before.name} ends with ${scan.sequence}; this begins with ${next.header.sequence}.`;
    return finding(5, place, what, REMEDY_RESTORE);
  }
  if (next.header.chain !== scan.chain) {
    const what = `It names another batch than the last one of ${before.name} as the one before it.`;
    return finding(5, place, what, REMEDY_RESTORE);
  }
  return undefined;
}

/**
 * The verdict on a file that is shorter than it was made; segments are made whole before they are
 * used.
 */
export function judgeLength(entry: SegmentEntry, scan: SegmentScan): Finding | undefined {
  if (entry.fileBytes >= entry.header.bytes) return undefined;
  const what = `Made with ${entry.header.bytes} bytes, it has ${entry.fileBytes}: somebody cut it.`;
  const place = { file: entry.name, offset: scan.offset, sequence: scan.sequence + 1 };
  return finding(4, place, what, REMEDY_CUT);
}

/** The verdict on a command that does something else than it did when it was acknowledged. */
export function digestRefusal(place: Place): Finding {
  const what = 'The command gives other events than it gave when it was acknowledged.';
  const remedy =
    'Start the release that wrote it; keep this directory and the command for a bug report.';
  return finding(10, place, what, remedy);
}

/** The verdict on commands that were computed by other rules than the machine has. */
export function rulesRefusal(place: Place, recorded: number, own: number): Finding {
  const what = `Commands from here on are of rules ${recorded}; this release has rules ${own}.`;
  const remedy =
    recorded < own
      ? 'Start the release that wrote them, stop it cleanly (`plimsoll stop`), then start this one.'
      : 'Start the newer release that wrote them.';
  return finding(12, place, what, remedy);
}
