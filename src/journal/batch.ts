// One batch as bytes: sealing it for the disk, and checking and walking one that was read.
// Never repairs anything: a batch either checks out in every byte or it is no batch.

import { crc32 } from 'node:zlib';

import { assert } from '../units/assert.ts';
import {
  BATCH,
  BATCH_END,
  BATCH_HEADER_BYTES,
  BATCH_HEADER_END,
  BATCH_MARK,
  BATCH_TRAILER_BYTES,
  eightsUp,
  RECORD_COMMAND_BYTES,
  RECORD_DIGEST,
  RECORD_HEADER_BYTES,
  RECORD_SEQUENCE,
  RECORD_TIME,
  SECTOR_BYTES,
  sectorsUp,
  TWO_32,
} from './layout.ts';
import { BATCH_BYTES_MAX } from './limits.ts';
import type { RecordBatch } from './record-batch.ts';

/** What surrounds a batch when it is written. */
export interface SealContext {
  readonly salt: number;
  readonly previousCrc: number;
  readonly rulesVersion: number;
  readonly durableSequence: number;
}

export interface BatchHeader {
  readonly length: number;
  readonly crc: number;
  readonly previousCrc: number;
  readonly rulesVersion: number;
  readonly count: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly durableSequence: number;
  readonly recordBytes: number;
  readonly zeroSectors: number;
  /** Stands for the whole batch: the next one names it. */
  readonly headerCrc: number;
}

/** The bytes that a batch takes on the disk. */
export const sealedLength = (batch: RecordBatch): number =>
  sectorsUp(batch.end + BATCH_TRAILER_BYTES);

/** Writes header, padding and trailer around the records. Returns the batch's checksum. */
export function sealBatch(batch: RecordBatch, context: SealContext): number {
  assert(batch.count > 0, 'an empty batch is not written');
  assert(
    context.durableSequence < batch.firstSequence,
    'a batch is not durable before it is written',
  );
  const { bytes, words } = batch;
  const length = sealedLength(batch);
  bytes.fill(0, batch.end, length);
  words[(length - BATCH_TRAILER_BYTES) >> 2] = BATCH_END;
  words[BATCH.mark >> 2] = BATCH_MARK;
  words[BATCH.length >> 2] = length;
  words[BATCH.crc >> 2] = crc32(bytes.subarray(BATCH_HEADER_BYTES, length));
  words[BATCH.previousCrc >> 2] = context.previousCrc;
  words[BATCH.rulesVersion >> 2] = context.rulesVersion;
  words[BATCH.count >> 2] = batch.count;
  putWhole(words, BATCH.firstSequence >> 2, batch.firstSequence);
  putWhole(words, BATCH.durableSequence >> 2, context.durableSequence);
  words[BATCH.recordBytes >> 2] = batch.end - BATCH_HEADER_BYTES;
  words[BATCH.zeroSectors >> 2] = countZeroSectors(bytes, SECTOR_BYTES, length);
  words[BATCH.reserved >> 2] = 0;
  words[(BATCH.reserved >> 2) + 1] = 0;
  const headerCrc = crc32(bytes.subarray(0, BATCH.headerCrc), context.salt);
  words[BATCH.headerCrc >> 2] = headerCrc;
  words[BATCH.headerEnd >> 2] = BATCH_HEADER_END;
  return headerCrc;
}

/** The header at `offset`, if there is an intact one whose batch ends within `bytes`. */
export function readBatchHeader(
  bytes: Uint8Array,
  offset: number,
  salt: number,
): BatchHeader | undefined {
  if (offset + BATCH_HEADER_BYTES > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, BATCH_HEADER_BYTES);
  if (view.getUint32(BATCH.mark, true) !== BATCH_MARK) return undefined;
  if (view.getUint32(BATCH.headerEnd, true) !== BATCH_HEADER_END) return undefined;
  const headerCrc = view.getUint32(BATCH.headerCrc, true);
  if (crc32(bytes.subarray(offset, offset + BATCH.headerCrc), salt) !== headerCrc) return undefined;
  const count = view.getUint32(BATCH.count, true);
  const firstSequence = wholeAt(view, BATCH.firstSequence);
  const header: BatchHeader = {
    length: view.getUint32(BATCH.length, true),
    crc: view.getUint32(BATCH.crc, true),
    previousCrc: view.getUint32(BATCH.previousCrc, true),
    rulesVersion: view.getUint32(BATCH.rulesVersion, true),
    count,
    firstSequence,
    lastSequence: firstSequence + count - 1,
    durableSequence: wholeAt(view, BATCH.durableSequence),
    recordBytes: view.getUint32(BATCH.recordBytes, true),
    zeroSectors: view.getUint32(BATCH.zeroSectors, true),
    headerCrc,
  };
  const { length, recordBytes } = header;
  if (length % SECTOR_BYTES !== 0 || length > BATCH_BYTES_MAX) return undefined;
  if (offset + length > bytes.length) return undefined;
  if (count === 0 || recordBytes < RECORD_HEADER_BYTES * count) return undefined;
  if (BATCH_HEADER_BYTES + recordBytes + BATCH_TRAILER_BYTES > length) return undefined;
  return header;
}

/** True when everything behind the header is what the header vouches for. */
export function bodyIsIntact(bytes: Uint8Array, offset: number, header: BatchHeader): boolean {
  const body = bytes.subarray(offset + BATCH_HEADER_BYTES, offset + header.length);
  return crc32(body) === header.crc;
}

/** Sectors between `from` and `to` that hold nothing but zeros. */
export function countZeroSectors(bytes: Uint8Array, from: number, to: number): number {
  let zeros = 0;
  for (let at = from; at < to; at += SECTOR_BYTES) {
    if (isZero(bytes, at, Math.min(at + SECTOR_BYTES, to))) zeros += 1;
  }
  return zeros;
}

export function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at] !== 0) return false;
  return true;
}

/**
 * Walks the records of an intact batch without allocating. The bytes must begin at a multiple of 4.
 */
export class RecordCursor {
  sequence = 0;
  timeMs = 0;
  digest0 = 0;
  digest1 = 0;
  commandStart = 0;
  commandEnd = 0;
  private words = new Uint32Array(0);
  private bytes = new Uint8Array(0);
  private at = 0;
  private end = 0;

  open(bytes: Uint8Array<ArrayBuffer>, offset: number, header: BatchHeader): void {
    if (this.bytes !== bytes) {
      this.words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
      this.bytes = bytes;
    }
    this.at = offset + BATCH_HEADER_BYTES;
    this.end = this.at + header.recordBytes;
    this.sequence = header.firstSequence - 1;
    this.timeMs = 0;
  }

  /** Moves to the next record. @throws AssertionError when an intact batch holds nonsense. */
  next(): boolean {
    if (this.at === this.end) return false;
    const words = this.words;
    const at = this.at >> 2;
    const sequence = words[at + RECORD_SEQUENCE] + words[at + RECORD_SEQUENCE + 1] * TWO_32;
    const timeMs = words[at + RECORD_TIME] + words[at + RECORD_TIME + 1] * TWO_32;
    assert(sequence === this.sequence + 1, 'records of a batch follow one another');
    assert(timeMs >= this.timeMs, 'time does not run backwards');
    this.sequence = sequence;
    this.timeMs = timeMs;
    this.digest0 = words[at + RECORD_DIGEST];
    this.digest1 = words[at + RECORD_DIGEST + 1];
    this.commandStart = this.at + RECORD_HEADER_BYTES;
    this.commandEnd = this.commandStart + words[at + RECORD_COMMAND_BYTES];
    this.at = eightsUp(this.commandEnd);
    assert(this.at <= this.end, 'records of a batch end where the batch says');
    return true;
  }

  /** The command of this record, valid while the batch is. */
  command(): Uint8Array {
    return this.bytes.subarray(this.commandStart, this.commandEnd);
  }
}

function putWhole(words: Uint32Array, at: number, value: number): void {
  words[at] = value % TWO_32;
  words[at + 1] = Math.floor(value / TWO_32);
}

function wholeAt(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * TWO_32 + view.getUint32(offset, true);
}
