// A start: lock, look, restore, replay, decide. Nothing on the disk is changed before everything
// has been decided, so a refused start leaves the directory as it was found (but for its lock).

import { randomInt } from 'node:crypto';

import { assert } from '../units/assert.ts';
import { type Chosen, restoreNewest } from './choose-snapshot.ts';
import { type Disk, withFile, writeFully } from './disk.ts';
import { FileLog } from './file-log.ts';
import { Journal } from './journal.ts';
import { TWO_32 } from './layout.ts';
import {
  BATCH_BYTES_MAX,
  FINGERPRINT_CHARS_MAX,
  PREPARE_CHUNK_BYTES,
  SEGMENT_BYTES,
  SEGMENT_BYTES_MAX,
  SEGMENT_BYTES_MIN,
} from './limits.ts';
import { type DirectoryLock, lockDirectory } from './lock.ts';
import type { Machine } from './machine.ts';
import { judgeMarker, removeMarker } from './marker.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { Unreadable } from './read-file.ts';
import { type JournalEnd, replay, type Replayed } from './replay.ts';
import { surveyDirectory, type Survey } from './survey.ts';
import { type Finding, finding } from './verdict.ts';

export interface JournalOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly identity: ProcessIdentity;
  /** In its empty state; stands at the end of the journal when the start succeeded. */
  readonly machine: Machine;
  /**
   * What the journal was made for (markets, genesis): `[!-~]{0,32}`. A journal of another is
   * refused.
   */
  readonly fingerprint?: string;
  readonly segmentBytes?: number;
  /** Never removes segments. */
  readonly keepAll?: boolean;
  /**
   * Called for every replayed command, right after the machine took it: read models catch up here.
   */
  readonly onApplied?: (sequence: number, timeMs: number, command: Uint8Array) => void;
  /** For tests: the number that keeps batches of different journals apart. */
  readonly salt?: number;
}

export type Opened =
  | {
      readonly kind: 'started';
      readonly journal: Journal;
      /** What was found, by verdict; 1 when there is nothing to say. */
      readonly findings: readonly Finding[];
    }
  | { readonly kind: 'refused'; readonly refusal: Finding };

/** Recovers the journal of a directory, or begins one. */
export async function openJournal(options: JournalOptions): Promise<Opened> {
  checkOptions(options);
  const { disk, directory } = options;
  await disk.makeDirectory(directory);
  const locked = await lockDirectory(disk, directory, options.identity);
  if (locked.kind === 'refused') return locked;
  let opened: Opened | undefined;
  try {
    opened = await recover(options, locked.lock);
    return opened;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { kind: 'refused', refusal: error.finding };
  } finally {
    if (opened?.kind !== 'started') await locked.lock.release();
  }
}

async function recover(options: JournalOptions, lock: DirectoryLock): Promise<Opened> {
  const { disk, directory, machine, fingerprint = '' } = options;
  const expect = { fingerprint, rulesVersion: machine.rulesVersion };
  const surveyed = await surveyDirectory(disk, directory, expect);
  if (surveyed.kind === 'refused') return surveyed;
  const { survey } = surveyed;
  const chosen = await restoreNewest(disk, survey, machine, expect);
  if (chosen.kind === 'refused') return chosen;
  const { start } = chosen;
  const replayed = await replay({ disk, survey, start, machine, onApplied: options.onApplied });
  if (replayed.kind === 'refused') return replayed;
  const refusal = checkMarker(survey, replayed.end, machine, chosen);
  if (refusal !== undefined) return { kind: 'refused', refusal };

  // Decided: from here on the directory is changed.
  await cutTail(disk, survey, replayed);
  await clean(disk, survey);
  const journal = await openLog(options, lock, survey, replayed.end, chosen);
  return { kind: 'started', journal, findings: findingsOf(survey, chosen, replayed) };
}

function checkMarker(
  survey: Survey,
  end: JournalEnd,
  machine: Machine,
  chosen: Extract<Chosen, { kind: 'ok' }>,
): Finding | undefined {
  const { marker } = survey;
  if (marker === undefined) return undefined;
  // A hash is only as good as the rules it was computed by; and one that was just compared is not
  // repeated.
  const comparable = marker.rulesVersion === machine.rulesVersion;
  const compared =
    chosen.start.sequence === marker.sequence && chosen.header?.stateHash === marker.stateHash;
  return judgeMarker(marker, end, comparable && !compared ? machine.stateHash() : undefined);
}

/** Puts zeros where a torn batch was, durably, before anything is written there again. */
async function cutTail(
  disk: Disk,
  survey: Survey,
  replayed: Extract<Replayed, { kind: 'ok' }>,
): Promise<void> {
  const { torn, end } = replayed;
  if (torn === undefined || end.segment === undefined) return;
  const path = `${survey.directory}/${end.segment.name}`;
  await withFile(disk, path, 'durable', async (file) => {
    for (let at = end.offset; at < torn.residueEnd; at += PREPARE_CHUNK_BYTES) {
      const size = Math.min(PREPARE_CHUNK_BYTES, torn.residueEnd - at);
      await writeFully(file, new Uint8Array(size), at);
    }
  });
}

async function clean(disk: Disk, survey: Survey): Promise<void> {
  for (const name of survey.leftovers) await disk.unlink(`${survey.directory}/${name}`);
  // The marker last: while it stands, nothing may be appended.
  if (survey.marker !== undefined) await removeMarker(disk, survey.directory);
  else if (survey.leftovers.length > 0) await disk.syncDirectory(survey.directory);
}

async function openLog(
  options: JournalOptions,
  lock: DirectoryLock,
  survey: Survey,
  end: JournalEnd,
  chosen: Extract<Chosen, { kind: 'ok' }>,
): Promise<Journal> {
  const { disk, directory, machine, fingerprint = '' } = options;
  // Under new rules the old segment is finished: the first append begins a new one.
  const goesOn = end.segment?.header.rulesVersion === machine.rulesVersion;
  const file = goesOn ? await disk.open(`${directory}/${end.segment.name}`, 'durable') : undefined;
  const salt = end.segment?.header.salt ?? chosen.header?.salt ?? options.salt ?? randomInt(TWO_32);
  const { segmentBytes = SEGMENT_BYTES } = options;
  const { rulesVersion } = machine;
  const { segments } = survey;
  const log = new FileLog(
    { disk, directory, lock, rulesVersion, salt, fingerprint, segmentBytes, segments, end },
    file,
  );
  const snapshots = survey.snapshots.filter((one) => !chosen.bad.includes(one));
  return new Journal({
    disk,
    directory,
    lock,
    log,
    machine,
    salt,
    fingerprint,
    snapshots,
    keepAll: options.keepAll ?? false,
    sequence: end.sequence,
    timeMs: end.timeMs,
  });
}

function findingsOf(
  survey: Survey,
  chosen: Extract<Chosen, { kind: 'ok' }>,
  replayed: Extract<Replayed, { kind: 'ok' }>,
): readonly Finding[] {
  const { end, torn } = replayed;
  const found = [...chosen.findings];
  if (torn !== undefined) found.push(torn.finding);
  else if (end.segment !== undefined && end.offset < end.segment.header.bytes) {
    const place = { file: end.segment.name, offset: end.offset, sequence: end.sequence };
    found.push(finding(6, place, `The journal ends after sequence ${end.sequence}.`));
  }
  if (survey.leftovers.length > 0) {
    const what = `Deleted: ${survey.leftovers.join(', ')}.`;
    found.push(finding(11, { file: survey.leftovers[0] }, what));
  }
  const troubled = found.some((one) => one.verdict === 2 || one.verdict === 7);
  if (!troubled) {
    const what = `The state is that after sequence ${end.sequence}.`;
    found.push(finding(1, { file: '', sequence: end.sequence }, what));
  }
  return found.sort((a, b) => a.verdict - b.verdict);
}

function checkOptions(options: JournalOptions): void {
  const { segmentBytes = SEGMENT_BYTES, fingerprint = '' } = options;
  assert(segmentBytes >= SEGMENT_BYTES_MIN, 'a segment has at least SEGMENT_BYTES_MIN');
  assert(segmentBytes <= SEGMENT_BYTES_MAX, 'a segment has at most SEGMENT_BYTES_MAX');
  assert(segmentBytes % 512 === 0, 'a segment consists of sectors');
  assert(fingerprint.length <= FINGERPRINT_CHARS_MAX, 'a fingerprint is short');
  assert(BATCH_BYTES_MAX <= SEGMENT_BYTES, 'a batch fits into a segment');
}
