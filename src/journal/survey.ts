// A first look at a journal directory: which files there are, what their headers say, and whether
// they belong together. Reads only, and judges only what does not need the batches.

import { type Disk, readFully } from './disk.ts';
import { decodeHeader, type HeaderSector } from './header-sector.ts';
import { MARKER_MAGIC, SECTOR_BYTES, SEGMENT_MAGIC } from './layout.ts';
import { DIRECTORY_ENTRIES_MAX, SEGMENT_BYTES_MAX, SEGMENT_BYTES_MIN } from './limits.ts';
import { MARKER_NAME, parseName } from './names.ts';
import { readFrom } from './read-file.ts';
import { type Finding, finding, REMEDY_RESTORE } from './verdict.ts';

export interface SegmentEntry {
  readonly name: string;
  readonly header: HeaderSector;
  /** Length of the file; `header.bytes` is what it should be. */
  readonly fileBytes: number;
}

export interface Survey {
  readonly directory: string;
  /** By first sequence. */
  readonly segments: readonly SegmentEntry[];
  /** Sequences of the snapshots, ascending. */
  readonly snapshots: readonly number[];
  /** Files that an interrupted process left behind and nobody needs. */
  readonly leftovers: readonly string[];
  /** What the clean-stop marker says. */
  readonly marker: HeaderSector | undefined;
}

export type Surveyed =
  | { readonly kind: 'ok'; readonly survey: Survey }
  | { readonly kind: 'refused'; readonly refusal: Finding };

/** What the process that asks expects of the files. */
export interface Expectation {
  readonly fingerprint: string;
  /** Not checked when undefined: for reading a journal whoever wrote it. */
  readonly rulesVersion: number | undefined;
}

export async function surveyDirectory(
  disk: Disk,
  directory: string,
  expect: Expectation,
): Promise<Surveyed> {
  const names = (await disk.list(directory)).sort();
  if (names.length > DIRECTORY_ENTRIES_MAX) throw new Error(`${directory} is no journal directory`);
  const segments: SegmentEntry[] = [];
  const snapshots: number[] = [];
  const leftovers: string[] = [];
  let marker: HeaderSector | undefined;
  for (const file of names.map(parseName)) {
    if (file.kind === 'temporary') leftovers.push(file.name);
    else if (file.kind === 'snapshot') snapshots.push(file.sequence);
    else if (file.kind === 'marker') {
      const read = await readHeader(disk, directory, MARKER_NAME, MARKER_MAGIC);
      if (read.kind !== 'ok') return refuse(markerRefusal(read));
      marker = read.header;
    } else if (file.kind === 'segment') {
      const read = await readHeader(disk, directory, file.name, SEGMENT_MAGIC);
      const refusal = segmentRefusal(file.name, file.sequence, read, expect, segments.at(-1));
      if (refusal !== undefined) return refuse(refusal);
      if (read.kind === 'ok') segments.push({ name: file.name, ...read });
    }
  }
  return { kind: 'ok', survey: { directory, segments, snapshots, leftovers, marker } };
}

const refuse = (refusal: Finding): Surveyed => ({ kind: 'refused', refusal });

/** A header with the length of its file. */
type ReadHeader =
  | { readonly kind: 'ok'; readonly header: HeaderSector; readonly fileBytes: number }
  | { readonly kind: 'newer'; readonly formatVersion: number }
  | { readonly kind: 'damaged'; readonly why: string };

async function readHeader(
  disk: Disk,
  directory: string,
  name: string,
  magic: string,
): Promise<ReadHeader> {
  return readFrom(disk, directory, name, async (file) => {
    const sector = new Uint8Array(SECTOR_BYTES);
    const count = await readFully(file, sector, 0);
    const decoded = decodeHeader(sector.subarray(0, count), magic);
    return decoded.kind === 'ok' ? { ...decoded, fileBytes: await file.size() } : decoded;
  });
}

function segmentRefusal(
  name: string,
  sequence: number,
  read: ReadHeader,
  expect: Expectation,
  before: SegmentEntry | undefined,
): Finding | undefined {
  const place = { file: name, offset: 0, sequence };
  if (read.kind === 'damaged') {
    return finding(4, place, `The segment cannot be used: ${read.why}.`, REMEDY_RESTORE);
  }
  if (read.kind === 'newer') return formatRefusal(name, read.formatVersion);
  const { header } = read;
  if (header.fingerprint !== expect.fingerprint) {
    return fingerprintRefusal(name, header.fingerprint, expect.fingerprint);
  }
  if (header.bytes < SEGMENT_BYTES_MIN || header.bytes > SEGMENT_BYTES_MAX) {
    return finding(4, place, `A segment of ${header.bytes} bytes was never made.`, REMEDY_RESTORE);
  }
  if (header.sequence !== sequence) {
    const what = `It holds sequences from ${header.sequence} on: it was renamed or copied here.`;
    return finding(5, place, what, REMEDY_RESTORE);
  }
  if (before !== undefined && before.header.salt !== header.salt) {
    return finding(5, place, `It belongs to another journal than ${before.name}.`, REMEDY_RESTORE);
  }
  return undefined;
}

function markerRefusal(read: Exclude<ReadHeader, { kind: 'ok' }>): Finding {
  if (read.kind === 'newer') return formatRefusal(MARKER_NAME, read.formatVersion);
  const what = `The marker of the clean stop cannot be used: ${read.why}.`;
  return finding(
    14,
    { file: MARKER_NAME, offset: 0 },
    what,
    'Run `plimsoll verify`; if the journal is whole, delete this file and start.',
  );
}

export function formatRefusal(file: string, formatVersion: number): Finding {
  return finding(
    12,
    { file, offset: 8 },
    `The file has format ${formatVersion}, which this release does not know.`,
    'Start the release that wrote it.',
  );
}

export function fingerprintRefusal(file: string, found: string, expected: string): Finding {
  return finding(
    12,
    { file, offset: 64 },
    `The journal was made for "${found}", and this process is configured for "${expected}".`,
    'Start it with the configuration the journal was made for, or with another directory.',
  );
}
