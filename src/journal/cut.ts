// `plimsoll verify --cut`: the operator's explicit way out of damage at the end of a journal.
// Everything from the damage on is put away under other names, never deleted, and the journal ends
// before it. It does only what it was told: the sequence that is given up first must be the one the
// operator has seen.

import { isMissing, withFile, writeFully } from './disk.ts';
import { inspect, type InspectOptions, type Refused } from './inspect.ts';
import { loadSegment } from './segment-load.ts';
import { SECTOR_BYTES } from './layout.ts';
import { PREPARE_CHUNK_BYTES } from './limits.ts';
import { cutName, MARKER_NAME, snapshotName } from './names.ts';
import { replay } from './replay.ts';
import { hasIntactBatch } from './segment-scan.ts';
import type { SegmentEntry, Survey } from './survey.ts';
import type { Finding, VerdictNumber } from './verdict.ts';

export interface CutOptions extends InspectOptions {
  /** The first sequence that is given up: what `verify` named. */
  readonly sequence: number;
}

export type CutReport =
  | {
      readonly kind: 'cut';
      /** The last sequence that is left. */
      readonly lastSequence: number;
      /** Where the bytes and files are now that were taken out. */
      readonly putAway: readonly string[];
      /** Segments with intact batches that were given up too. */
      readonly intactLost: readonly string[];
    }
  | { readonly kind: 'nothing_to_cut' }
  | { readonly kind: 'other_sequence'; readonly finding: Finding }
  | { readonly kind: 'not_cuttable'; readonly finding: Finding };

/**
 * What damage at the end looks like; a gap, a foreign file or a wrong replay is not cured by
 * cutting.
 */
const CUTTABLE: ReadonlySet<VerdictNumber> = new Set([3, 4, 14]);

export async function cutJournal(options: CutOptions): Promise<CutReport | Refused> {
  return inspect({ ...options, live: false }, undefined, (survey) => cutSurvey(options, survey));
}

async function cutSurvey(options: CutOptions, survey: Survey): Promise<CutReport> {
  const header = survey.segments[0]?.header;
  if (header === undefined) return { kind: 'nothing_to_cut' };
  const start = { sequence: header.sequence - 1, chain: header.chain, timeMs: 0, file: '' };
  const read = await replay({ disk: options.disk, survey, start });
  if (read.kind === 'ok') return { kind: 'nothing_to_cut' };
  const found = read.refusal;
  const index = survey.segments.findIndex((one) => one.name === found.file);
  const cuttable = CUTTABLE.has(found.verdict) && index >= 0 && found.offset !== undefined;
  if (!cuttable) return { kind: 'not_cuttable', finding: found };
  if (found.sequence !== options.sequence) return { kind: 'other_sequence', finding: found };
  return cutAt(options, survey, index, Math.floor(found.offset / SECTOR_BYTES) * SECTOR_BYTES);
}

async function cutAt(
  options: CutOptions,
  survey: Survey,
  index: number,
  offset: number,
): Promise<CutReport> {
  const { disk, directory, sequence } = options;
  const entry = survey.segments[index];
  const later = survey.segments.slice(index + 1);
  const intactLost = await namesOfIntact(options, later);
  const putAway = [await copyRest(options, entry, offset)];
  const names = [
    ...later.map((one) => one.name),
    ...survey.snapshots.filter((one) => one >= sequence).map(snapshotName),
    ...(survey.marker === undefined ? [] : [MARKER_NAME]),
  ];
  for (const name of names) {
    await disk.rename(`${directory}/${name}`, `${directory}/${cutName(name)}`);
    putAway.push(cutName(name));
  }
  // The files that vouch for the damaged bytes go first: if this is interrupted here, it can be
  // repeated.
  await disk.syncDirectory(directory);
  await zeroRest(options, entry, offset);
  return { kind: 'cut', lastSequence: sequence - 1, putAway, intactLost };
}

async function namesOfIntact(
  options: CutOptions,
  entries: readonly SegmentEntry[],
): Promise<string[]> {
  const names: string[] = [];
  for (const entry of entries) {
    const bytes = await loadSegment(options.disk, options.directory, entry);
    if (hasIntactBatch(bytes, entry.header.salt)) names.push(entry.name);
  }
  return names;
}

/**
 * Copies what is going to be zeroed; an earlier copy of the same is from an attempt that was
 * interrupted.
 */
async function copyRest(options: CutOptions, entry: SegmentEntry, offset: number): Promise<string> {
  const { disk, directory } = options;
  const name = `${cutName(entry.name)}-from-${offset}`;
  const bytes = await loadSegment(disk, directory, entry);
  try {
    await disk.unlink(`${directory}/${name}`);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  await withFile(disk, `${directory}/${name}`, 'create', async (file) => {
    await writeFully(file, bytes.subarray(offset), 0);
    await file.datasync();
  });
  return name;
}

async function zeroRest(options: CutOptions, entry: SegmentEntry, offset: number): Promise<void> {
  const { disk, directory } = options;
  await withFile(disk, `${directory}/${entry.name}`, 'durable', async (file) => {
    for (let at = offset; at < entry.header.bytes; at += PREPARE_CHUNK_BYTES) {
      const size = Math.min(PREPARE_CHUNK_BYTES, entry.header.bytes - at);
      await writeFully(file, new Uint8Array(size), at);
    }
  });
}
