// A segment in memory. A replay reads the next segment while it executes this one, so the read has
// to be under way before the machine is busy. Reads only.

import type { Disk } from './disk.ts';
import { readInto, startReading } from './read-file.ts';
import type { SegmentEntry } from './survey.ts';

/** The bytes of a segment, as long as its header says, with zeros where the file is shorter. */
export type SegmentBytes = Uint8Array<ArrayBuffer>;

/** Reads a segment. */
export async function loadSegment(
  disk: Disk,
  directory: string,
  entry: SegmentEntry,
): Promise<SegmentBytes> {
  const bytes = new Uint8Array(entry.header.bytes);
  await readInto(disk, directory, entry.name, bytes);
  return bytes;
}

/** Two buffers that take turns: one is being read into while the other is being replayed. */
export class SegmentReader {
  private readonly disk: Disk;
  private readonly directory: string;
  private spare: SegmentBytes | undefined;
  private reading: Promise<SegmentBytes> | undefined;

  constructor(disk: Disk, directory: string) {
    this.disk = disk;
    this.directory = directory;
  }

  /** Returns when the system has been asked for the bytes, not when they are there. */
  async begin(entry: SegmentEntry): Promise<void> {
    const length = entry.header.bytes;
    const bytes = this.spare?.length === length ? this.spare : new Uint8Array(length);
    this.spare = undefined;
    const { counted } = await startReading(this.disk, this.directory, entry.name, bytes);
    this.reading = counted.then((count) => bytes.fill(0, count));
    this.reading.catch(() => undefined); // whoever calls `take` has the failure
  }

  /** The bytes of the segment that was begun. */
  take(): Promise<SegmentBytes> {
    const { reading } = this;
    if (reading === undefined) throw new Error('no segment was begun');
    this.reading = undefined;
    return reading;
  }

  /** Gives back a buffer whose content is not needed any more. */
  giveBack(bytes: SegmentBytes): void {
    this.spare = bytes;
  }

  /** Waits for a read that nobody takes, so that no file stays open. */
  async finish(): Promise<void> {
    await this.reading?.catch(() => undefined); // nobody needs it any more
    this.reading = undefined;
  }
}
