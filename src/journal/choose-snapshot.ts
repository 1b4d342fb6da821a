// Which snapshot a start begins with: the newest good one that the journal reaches back to, else
// the empty state. Reads only; a bad snapshot stays where it is and is named.

import type { Disk } from './disk.ts';
import type { HeaderSector } from './header-sector.ts';
import type { Machine } from './machine.ts';
import { snapshotName } from './names.ts';
import { EMPTY_START, type ReplayStart, segmentIndexOf } from './replay.ts';
import { readSnapshotFile } from './snapshot-file.ts';
import { type Expectation, fingerprintRefusal, formatRefusal, type Survey } from './survey.ts';
import { type Finding, finding, REMEDY_RESTORE } from './verdict.ts';

export type Chosen =
  | {
      readonly kind: 'ok';
      readonly start: ReplayStart;
      /** Of the snapshot; undefined for the empty state. */
      readonly header: HeaderSector | undefined;
      readonly findings: readonly Finding[];
      /** Snapshots that turned out bad. */
      readonly bad: readonly number[];
    }
  | { readonly kind: 'refused'; readonly refusal: Finding };

/** Puts `machine` into the state of the newest good snapshot at or before `until`. */
export async function restoreNewest(
  disk: Disk,
  survey: Survey,
  machine: Machine,
  expect: Expectation,
  until = Number.MAX_SAFE_INTEGER,
): Promise<Chosen> {
  const bad: number[] = [];
  const findings: Finding[] = [];
  for (const sequence of survey.snapshots.filter((one) => one <= until).toReversed()) {
    const name = snapshotName(sequence);
    const read = await readSnapshotFile(disk, survey.directory, name, true);
    if (read.kind === 'newer') {
      return { kind: 'refused', refusal: formatRefusal(name, read.formatVersion) };
    }
    if (read.kind === 'damaged') {
      bad.push(sequence);
      const what = `${name} cannot be used: ${read.why}.`;
      findings.push(finding(7, { file: name, sequence }, what, 'Look at the health of the disk.'));
      continue;
    }
    const refusal = snapshotRefusal(name, sequence, read.header, survey, expect);
    if (refusal !== undefined) return { kind: 'refused', refusal };
    machine.restore(read.parts, read.header.rulesVersion);
    const wrong = hashRefusal(name, read.header, machine);
    if (wrong !== undefined) return { kind: 'refused', refusal: wrong };
    const { chain, timeMs } = read.header;
    const start = { sequence, chain, timeMs, file: name };
    return { kind: 'ok', start, header: read.header, findings, bad };
  }
  return fromNothing(survey, bad, findings);
}

function fromNothing(survey: Survey, bad: readonly number[], warnings: readonly Finding[]): Chosen {
  const oldest = survey.segments[0];
  if (oldest === undefined ? bad.length > 0 : segmentIndexOf(survey, 1) < 0) {
    const place = { file: oldest?.name ?? '', sequence: 1 };
    const have =
      oldest === undefined ? 'There is no segment' : `The journal begins with ${oldest.name}`;
    const what = `${have}, and no good snapshot stands before it (${bad.length} bad).`;
    return { kind: 'refused', refusal: finding(5, place, what, REMEDY_RESTORE) };
  }
  // Without any good one the bad ones are part of row 8, not of row 7.
  const findings = oldest === undefined ? [] : [noSnapshot(oldest.name, warnings)];
  return { kind: 'ok', start: EMPTY_START, header: undefined, findings, bad };
}

function noSnapshot(file: string, warnings: readonly Finding[]): Finding {
  const what = ['The journal is complete from sequence 1.', ...warnings.map((one) => one.what)];
  return finding(8, { file, sequence: 1 }, what.join(' '));
}

function snapshotRefusal(
  name: string,
  sequence: number,
  header: HeaderSector,
  survey: Survey,
  expect: Expectation,
): Finding | undefined {
  if (header.fingerprint !== expect.fingerprint) {
    return fingerprintRefusal(name, header.fingerprint, expect.fingerprint);
  }
  const salt = survey.segments[0]?.header.salt ?? header.salt;
  if (header.sequence !== sequence || header.salt !== salt) {
    const what = 'The snapshot belongs to another journal, or was renamed.';
    return finding(5, { file: name, sequence }, what, REMEDY_RESTORE);
  }
  if (expect.rulesVersion !== undefined && header.rulesVersion > expect.rulesVersion) {
    const { rulesVersion: own } = expect;
    const what = `It was written under rules ${header.rulesVersion}; this release has ${own}.`;
    return finding(12, { file: name, sequence }, what, 'Start the newer release that wrote it.');
  }
  return undefined;
}

/** Under other rules the same state may have another hash; then there is nothing to compare. */
function hashRefusal(name: string, header: HeaderSector, machine: Machine): Finding | undefined {
  if (header.rulesVersion !== machine.rulesVersion) return undefined;
  const hash = machine.stateHash();
  if (hash === header.stateHash) return undefined;
  const what = `The restored state has the hash ${hash}, the snapshot says ${header.stateHash}.`;
  const place = { file: name, sequence: header.sequence };
  return finding(10, place, what, 'Start the release that wrote it; keep this directory.');
}
