// One snapshot as a file: header sector, table of part lengths, parts. Written in pieces, so that
// the event loop goes on, and read back before anybody relies on it. Never given its name before
// that.

import { crc32 } from 'node:zlib';

import { assert } from '../units/assert.ts';
import { type Disk, type DiskFile, readFully, withFile, writeFully } from './disk.ts';
import { decodeHeader, encodeHeader, type HeaderSector } from './header-sector.ts';
import { SECTOR_BYTES, sectorsUp, SNAPSHOT_MAGIC } from './layout.ts';
import {
  SNAPSHOT_CHUNK_BYTES,
  SNAPSHOT_PART_BYTES_MAX,
  SNAPSHOT_PARTS_MAX,
  SNAPSHOT_READ_BYTES,
  SNAPSHOT_SYNC_BYTES,
} from './limits.ts';
import type { MachineSnapshot } from './machine.ts';
import { snapshotName, snapshotTemporaryName } from './names.ts';
import { readFrom } from './read-file.ts';

/** Which state a snapshot is of. */
export interface SnapshotPoint {
  /** The last command in it, the end of a batch that is durable. */
  readonly sequence: number;
  readonly chain: number;
  readonly timeMs: number;
  readonly rulesVersion: number;
  readonly salt: number;
  readonly fingerprint: string;
}

export type ReadSnapshot =
  | { readonly kind: 'ok'; readonly header: HeaderSector; readonly parts: Uint8Array[] }
  | { readonly kind: 'newer'; readonly formatVersion: number }
  | { readonly kind: 'damaged'; readonly why: string };

/**
 * Writes `snapshot` under its temporary name, durably, and reads it back. False when it reads
 * otherwise.
 */
export async function writeSnapshotFile(
  disk: Disk,
  directory: string,
  point: SnapshotPoint,
  snapshot: MachineSnapshot,
): Promise<boolean> {
  const { parts } = snapshot;
  assert(parts.length <= SNAPSHOT_PARTS_MAX, 'a snapshot has at most SNAPSHOT_PARTS_MAX parts');
  const path = `${directory}/${snapshotTemporaryName(point.sequence)}`;
  const table = encodeTable(parts);
  const header = await withFile(disk, path, 'create', async (file) => {
    const writer = new PartWriter(file);
    await writer.write(table);
    for (const part of parts) {
      await writer.write(part);
      await writer.pad(paddedLength(part.length) - part.length);
    }
    const stateHash = await snapshot.stateHash();
    const written = headerOf(point, parts, writer.position, writer.crc, stateHash);
    await writeFully(file, encodeHeader(written), 0);
    await file.datasync();
    return written;
  });
  const back = await readSnapshotFile(
    disk,
    directory,
    snapshotTemporaryName(point.sequence),
    false,
  );
  return back.kind === 'ok' && back.header.partsCrc === header.partsCrc;
}

/** Gives a written snapshot its name, durably. */
export async function publishSnapshotFile(
  disk: Disk,
  directory: string,
  sequence: number,
): Promise<void> {
  const from = `${directory}/${snapshotTemporaryName(sequence)}`;
  await disk.rename(from, `${directory}/${snapshotName(sequence)}`);
  await disk.syncDirectory(directory);
}

/** Reads and checks a snapshot. With `keep` false the parts are checked and thrown away. */
export async function readSnapshotFile(
  disk: Disk,
  directory: string,
  name: string,
  keep: boolean,
): Promise<ReadSnapshot> {
  return readFrom(disk, directory, name, async (file) => {
    const sector = new Uint8Array(SECTOR_BYTES);
    const count = await readFully(file, sector, 0);
    const decoded = decodeHeader(sector.subarray(0, count), SNAPSHOT_MAGIC);
    if (decoded.kind !== 'ok') return decoded;
    const { header } = decoded;
    if ((await file.size()) !== header.bytes) return damaged('the file has another length');
    if (header.parts > SNAPSHOT_PARTS_MAX) return damaged('it has too many parts');
    const table = new Uint8Array(sectorsUp(header.parts * 8));
    if ((await readFully(file, table, SECTOR_BYTES)) < table.length)
      return damaged('it is cut off');
    const lengths = decodeTable(table, header.parts);
    if (layoutEnd(lengths) !== header.bytes) return damaged('its parts have other lengths');
    return readParts(file, header, table, lengths, keep);
  });
}

const damaged = (why: string): ReadSnapshot => ({ kind: 'damaged', why });

async function readParts(
  file: DiskFile,
  header: HeaderSector,
  table: Uint8Array,
  lengths: readonly number[],
  keep: boolean,
): Promise<ReadSnapshot> {
  const parts: Uint8Array[] = [];
  // At a start nobody else waits for the event loop; while running, commands do.
  const chunk = keep ? SNAPSHOT_READ_BYTES : SNAPSHOT_CHUNK_BYTES;
  const scratch = new Uint8Array(keep ? 0 : Math.min(chunk, header.bytes));
  let crc = crc32(table);
  let position = SECTOR_BYTES + table.length;
  for (const length of lengths) {
    const part = keep ? new Uint8Array(length) : scratch;
    for (let at = 0; at < length; at += chunk) {
      const size = Math.min(chunk, length - at);
      const piece = keep ? part.subarray(at, at + size) : scratch.subarray(0, size);
      if ((await readFully(file, piece, position + at)) < size) return damaged('it is cut off');
      crc = crc32(piece, crc);
    }
    if (keep) parts.push(part);
    position += paddedLength(length);
  }
  if (crc !== header.partsCrc) return damaged('the checksum of its parts does not match');
  return { kind: 'ok', header, parts };
}

/** Writes one part after the other, in pieces that leave the event loop and the disk to others. */
class PartWriter {
  position = SECTOR_BYTES;
  crc = 0;
  private readonly file: DiskFile;
  private unsynced = 0;

  constructor(file: DiskFile) {
    this.file = file;
  }

  async write(part: Uint8Array): Promise<void> {
    for (let at = 0; at < part.length; at += SNAPSHOT_CHUNK_BYTES) {
      const piece = part.subarray(at, Math.min(at + SNAPSHOT_CHUNK_BYTES, part.length));
      this.crc = crc32(piece, this.crc);
      await writeFully(this.file, piece, this.position);
      this.position += piece.length;
      this.unsynced += piece.length;
      if (this.unsynced < SNAPSHOT_SYNC_BYTES) continue;
      await this.file.datasync();
      this.unsynced = 0;
    }
  }

  /** Zeros that the checksum does not cover; a reader skips them. */
  async pad(length: number): Promise<void> {
    if (length > 0) await writeFully(this.file, new Uint8Array(length), this.position);
    this.position += length;
  }
}

function headerOf(
  point: SnapshotPoint,
  parts: readonly Uint8Array[],
  bytes: number,
  partsCrc: number,
  stateHash: string,
): HeaderSector {
  return {
    magic: SNAPSHOT_MAGIC,
    ...point,
    durableSequence: point.sequence,
    bytes,
    parts: parts.length,
    partsCrc,
    stateHash,
  };
}

function encodeTable(parts: readonly Uint8Array[]): Uint8Array {
  const table = new Uint8Array(sectorsUp(parts.length * 8));
  const view = new DataView(table.buffer);
  parts.forEach((part, i) => {
    assert(part.length <= SNAPSHOT_PART_BYTES_MAX, 'a part is at most SNAPSHOT_PART_BYTES_MAX');
    view.setBigUint64(i * 8, BigInt(part.length), true);
  });
  return table;
}

function decodeTable(table: Uint8Array, parts: number): number[] {
  const view = new DataView(table.buffer);
  return Array.from({ length: parts }, (_, i) => Number(view.getBigUint64(i * 8, true)));
}

function layoutEnd(lengths: readonly number[]): number {
  let end = SECTOR_BYTES + sectorsUp(lengths.length * 8);
  for (const length of lengths) {
    if (length > SNAPSHOT_PART_BYTES_MAX) return -1;
    end += paddedLength(length);
  }
  return end;
}

/** Parts begin at multiples of eight, so that columns of doubles can be read where they lie. */
const paddedLength = (length: number): number => Math.ceil(length / 8) * 8;
