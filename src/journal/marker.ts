// The marker of a clean stop: a file that says where the journal ended and what the state's hash
// was. It exists only while nobody writes: a start removes it, durably, before the first append.

import { type Disk, writeFully, withFile } from './disk.ts';
import { encodeHeader, type HeaderSector } from './header-sector.ts';
import { MARKER_MAGIC } from './layout.ts';
import { MARKER_NAME, MARKER_TEMPORARY_NAME } from './names.ts';
import type { JournalEnd } from './replay.ts';
import type { SnapshotPoint } from './snapshot-file.ts';
import { type Finding, finding } from './verdict.ts';

/** Writes the marker, durably. `offset` is where the last batch ends. */
export async function writeMarker(
  disk: Disk,
  directory: string,
  point: SnapshotPoint,
  offset: number,
  stateHash: string,
): Promise<void> {
  const header: HeaderSector = {
    magic: MARKER_MAGIC,
    ...point,
    durableSequence: point.sequence,
    bytes: offset,
    parts: 0,
    partsCrc: 0,
    stateHash,
  };
  const path = `${directory}/${MARKER_TEMPORARY_NAME}`;
  await withFile(disk, path, 'create', async (file) => {
    await writeFully(file, encodeHeader(header), 0);
    await file.datasync();
  });
  await disk.rename(path, `${directory}/${MARKER_NAME}`);
  await disk.syncDirectory(directory);
}

/** Removes the marker, durably: from here on the journal may grow. */
export async function removeMarker(disk: Disk, directory: string): Promise<void> {
  await disk.unlink(`${directory}/${MARKER_NAME}`);
  await disk.syncDirectory(directory);
}

/** The verdict on a marker that does not agree with the journal's end; undefined when it agrees. */
export function judgeMarker(
  marker: HeaderSector,
  end: JournalEnd,
  stateHash: string | undefined,
): Finding | undefined {
  const place = { file: MARKER_NAME, sequence: marker.sequence };
  if (marker.sequence !== end.sequence || marker.chain !== end.chain) {
    const what =
      `The last stop was clean after sequence ${marker.sequence}; ` +
      `the journal now ends with ${end.sequence}.`;
    const remedy =
      'Restore the directory from a copy; or delete this file to go on with what is there.';
    return finding(14, place, what, remedy);
  }
  if (stateHash !== undefined && stateHash !== marker.stateHash) {
    const what = `The state's hash is ${stateHash}; at the clean stop it was ${marker.stateHash}.`;
    return finding(10, place, what, 'Start the release that wrote it; keep this directory.');
  }
  return undefined;
}
