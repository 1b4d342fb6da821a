// The bytes of the journal: where each field of a segment, a batch, a record and a snapshot lies.
// Everything is little endian. A change here is a new FORMAT_VERSION, never an edit.

import { assert } from '../units/assert.ts';

export const FORMAT_VERSION = 1;

/**
 * What a disk writes as one. Every batch starts on a sector of its own, so that a torn write can
 * never touch a batch that was acknowledged earlier, and a search for batches need only look at
 * sectors.
 */
export const SECTOR_BYTES = 512;

/**
 * Marks that begin and end things. No byte of them is zero or one flipped bit away from zero, so a
 * zero in the place of a mark means "never written", not "rotted".
 */
export const BATCH_MARK = 0xb35a96c7;
export const BATCH_HEADER_END = 0x5c3ad6b9;
export const BATCH_END = 0x9ac5e67b;

/** Batch: header, records, zeros up to the last four bytes of a sector, BATCH_END. */
export const BATCH = {
  mark: 0,
  /** All bytes of the batch; a multiple of SECTOR_BYTES. */
  length: 4,
  /** CRC-32 of everything behind the header. */
  crc: 8,
  /** `headerCrc` of the batch before, across segments; 0 for the first. */
  previousCrc: 12,
  rulesVersion: 16,
  count: 20,
  firstSequence: 24,
  durableSequence: 32,
  recordBytes: 40,
  /**
   * Sectors of this batch that are zero by nature, so that a zero sector too many is known as lost.
   */
  zeroSectors: 44,
  reserved: 48,
  /** CRC-32 of the header up to here, salted; it covers `crc`, so it stands for the whole batch. */
  headerCrc: 56,
  headerEnd: 60,
} as const;
export const BATCH_HEADER_BYTES = 64;
export const BATCH_TRAILER_BYTES = 4;

/**
 * Record: this header, the command, zeros up to a multiple of eight. Offsets in words of four
 * bytes, each a constant of its own: V8 does not keep code that reads them from an object.
 */
export const RECORD_SEQUENCE = 0;
export const RECORD_TIME = 2;
export const RECORD_DIGEST = 4;
export const RECORD_COMMAND_BYTES = 6;
export const RECORD_RESERVED = 7;
export const RECORD_HEADER_BYTES = 32;

/**
 * The first sector of a segment, a snapshot and a marker. Magic, format and the checksum at the end
 * stay where they are in every format, so that a newer format is recognised as newer and not as
 * damage.
 */
export const HEADER = {
  magic: 0,
  formatVersion: 8,
  rulesVersion: 12,
  /** Segment: the first sequence. Snapshot and marker: the last one in it. */
  sequence: 16,
  timeMs: 24,
  /** Segment: last sequence known to be durable when it was begun. */
  durableSequence: 32,
  /** The chain before `sequence` (segment) or after it (snapshot, marker). */
  chain: 40,
  salt: 44,
  /** Segment: its length. Snapshot: bytes of its parts. Marker: where the last batch ends. */
  bytes: 48,
  /** Snapshot: number of parts. */
  parts: 56,
  /** Snapshot: CRC-32 of the table of part lengths and of the parts. */
  partsCrc: 60,
  fingerprint: 64,
  stateHash: 128,
  crc: 508,
} as const;

export const SEGMENT_MAGIC = 'PLIMSEGM';
export const SNAPSHOT_MAGIC = 'PLIMSNAP';
export const MARKER_MAGIC = 'PLIMSTOP';

export const TWO_32 = 2 ** 32;

export const sectorsUp = (bytes: number): number => Math.ceil(bytes / SECTOR_BYTES) * SECTOR_BYTES;

/** Within a segment: offsets below 2^31. */
export const eightsUp = (bytes: number): number => (bytes + 7) & ~7;

// The encoders write words in the machine's own order, which must be the format's.
assert(new Uint8Array(new Uint32Array([1]).buffer)[0] === 1, 'this machine is little endian');
