// Making segments: filled with zeros ahead of time under a temporary name, then given a header and
// a name. A write into such a file changes no size and no block list, which makes one sync one disk
// write. Never gives a file its name before everything in it is on the disk.

import { codeOf, type Disk, type DiskFile, isDiskFull, withFile, writeFully } from './disk.ts';
import { encodeHeader, type HeaderSector } from './header-sector.ts';
import { PREPARE_CHUNK_BYTES } from './limits.ts';
import { segmentName, SPARE_NAME } from './names.ts';

/** `full`: no space; to be tried again later, where it stopped. */
export type Prepared = 'ready' | 'full';

/**
 * The next segment in the making. Calls must not overlap; `fill` hands out the one that is running.
 */
export class SpareSegment {
  private readonly disk: Disk;
  private readonly directory: string;
  private readonly bytes: number;
  private file: DiskFile | undefined;
  private filled = 0;
  private ready = false;
  private filling: Promise<Prepared> | undefined;

  constructor(disk: Disk, directory: string, bytes: number) {
    this.disk = disk;
    this.directory = directory;
    this.bytes = bytes;
  }

  get isReady(): boolean {
    return this.ready;
  }

  /** Writes what is missing of the zeros, durably. */
  fill(): Promise<Prepared> {
    this.filling ??= this.fillRest().finally(() => {
      this.filling = undefined;
    });
    return this.filling;
  }

  /** Turns the filled file into the segment that `header` describes and opens it for appending. */
  async promote(header: HeaderSector): Promise<DiskFile | 'full'> {
    const spare = `${this.directory}/${SPARE_NAME}`;
    const path = `${this.directory}/${segmentName(header.sequence)}`;
    try {
      await withFile(this.disk, spare, 'durable', (file) =>
        writeFully(file, encodeHeader(header), 0),
      );
      await this.disk.rename(spare, path);
    } catch (error) {
      if (isDiskFull(error)) return 'full';
      throw error;
    }
    await this.disk.syncDirectory(this.directory);
    this.ready = false;
    this.filled = 0;
    return this.disk.open(path, 'durable');
  }

  async close(): Promise<void> {
    await this.filling?.catch(codeOf); // whoever waits for it has its failure
    await this.file?.close();
    this.file = undefined;
  }

  private async fillRest(): Promise<Prepared> {
    if (this.ready) return 'ready';
    const zeros = new Uint8Array(Math.min(PREPARE_CHUNK_BYTES, this.bytes));
    try {
      this.file ??= await this.disk.open(`${this.directory}/${SPARE_NAME}`, 'create');
      while (this.filled < this.bytes) {
        const piece = zeros.subarray(0, Math.min(zeros.length, this.bytes - this.filled));
        await writeFully(this.file, piece, this.filled);
        this.filled += piece.length;
      }
    } catch (error) {
      if (isDiskFull(error)) return 'full';
      throw error;
    }
    // Out of the try: no error of a sync is ever taken for one that passes.
    await this.file.datasync();
    await this.file.close();
    this.file = undefined;
    this.ready = true;
    return 'ready';
  }
}
