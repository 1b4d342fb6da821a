// Walks the batches of one segment and says how it ends: cleanly, torn, damaged or out of order.
// Reads only. It never decides what that means for a start: see judge.ts.

import { assert } from '../units/assert.ts';
import { type BatchHeader, bodyIsIntact, countZeroSectors, readBatchHeader } from './batch.ts';
import type { HeaderSector } from './header-sector.ts';
import { BATCH_HEADER_BYTES, SECTOR_BYTES } from './layout.ts';
import { BATCH_BYTES_MAX } from './limits.ts';

/** How far a journal has been followed. */
export interface ChainPoint {
  readonly sequence: number;
  readonly chain: number;
}

/** How a segment ends. */
export type Tail =
  /** Zeros, or the end of the file. */
  | { readonly kind: 'end' }
  /** A batch that was being written: some of it is still zero. */
  | ({ readonly kind: 'torn'; readonly why: string } & Behind)
  /** A batch that is there, and wrong. */
  | ({ readonly kind: 'damaged'; readonly why: string } & Behind)
  /** An intact batch that does not follow. */
  | { readonly kind: 'disorder'; readonly why: string };

/** What lies at and behind a bad batch. */
interface Behind {
  /** The first intact batch behind it. */
  readonly intactAt: number | undefined;
  /** The highest sequence that a header behind it calls durable; 0 = none. */
  readonly durableSequence: number;
  /** Behind the last byte that is not zero, rounded up to a sector. */
  readonly residueEnd: number;
}

export interface SegmentScan extends ChainPoint {
  /** Where the next batch goes, or where the trouble begins. */
  readonly offset: number;
  readonly tail: Tail;
}

/** Called for every intact batch that follows; false stops the walk. */
export type OnBatch = (offset: number, header: BatchHeader) => boolean;

/** Walks a segment that begins after `from`. */
export function scanSegment(
  bytes: Uint8Array<ArrayBuffer>,
  segment: HeaderSector,
  from: ChainPoint,
  onBatch: OnBatch,
): SegmentScan {
  let { sequence, chain } = from;
  let offset = SECTOR_BYTES;
  while (offset < bytes.length) {
    const header = readBatchHeader(bytes, offset, segment.salt);
    if (header === undefined || !bodyIsIntact(bytes, offset, header)) {
      return { sequence, chain, offset, tail: examineTail(bytes, offset, segment.salt, header) };
    }
    const why = disorderOf(header, segment, { sequence, chain });
    if (why !== undefined) return { sequence, chain, offset, tail: { kind: 'disorder', why } };
    sequence = header.lastSequence;
    chain = header.headerCrc;
    const goOn = onBatch(offset, header);
    offset += header.length;
    if (!goOn) break;
  }
  return { sequence, chain, offset, tail: { kind: 'end' } };
}

/** True when a segment holds an intact batch at its very beginning. */
export function hasIntactBatch(bytes: Uint8Array, salt: number): boolean {
  const header = readBatchHeader(bytes, SECTOR_BYTES, salt);
  return header !== undefined && bodyIsIntact(bytes, SECTOR_BYTES, header);
}

function disorderOf(
  header: BatchHeader,
  segment: HeaderSector,
  after: ChainPoint,
): string | undefined {
  if (header.firstSequence !== after.sequence + 1) {
    return `The batch begins with ${header.firstSequence} where ${after.sequence + 1} follows.`;
  }
  if (header.previousCrc !== after.chain) {
    return 'The batch names another batch as the one before it.';
  }
  if (header.rulesVersion !== segment.rulesVersion) {
    return `Batch and segment have rules ${header.rulesVersion} and ${segment.rulesVersion}.`;
  }
  if (header.durableSequence >= header.firstSequence) {
    return 'The batch claims to have been durable before it was written.';
  }
  return undefined;
}

/** Looks at everything from the bad batch at `offset` to the end of the segment. */
function examineTail(
  bytes: Uint8Array,
  offset: number,
  salt: number,
  header: BatchHeader | undefined,
): Tail {
  const residueEnd = endOfResidue(bytes, offset);
  if (residueEnd === offset) return { kind: 'end' };
  let durableSequence = 0;
  let intactAt: number | undefined;
  for (let at = offset + SECTOR_BYTES; at < residueEnd; at += SECTOR_BYTES) {
    const other = readBatchHeader(bytes, at, salt);
    if (other === undefined) continue;
    durableSequence = Math.max(durableSequence, other.durableSequence);
    if (!bodyIsIntact(bytes, at, other)) continue;
    intactAt = at;
    break;
  }
  const behind: Behind = { intactAt, durableSequence, residueEnd };
  const torn = header === undefined ? tornStart(bytes, offset) : tornBatch(bytes, offset, header);
  const reach = offset + (header === undefined ? BATCH_BYTES_MAX : header.length);
  // A readable header behind that vouches for this batch says more than the distance does: see
  // judge.ts.
  if (residueEnd > reach && durableSequence === 0) {
    return { kind: 'damaged', why: 'Bytes lie farther behind the end than one batch.', ...behind };
  }
  if (torn !== undefined) return { kind: 'torn', why: torn, ...behind };
  const why =
    header === undefined
      ? 'What should be the header of a batch is none.'
      : 'All bytes of the batch are there, and its checksum does not match.';
  return { kind: 'damaged', why, ...behind };
}

/** Why a batch with a good header was not written completely; undefined when it was. */
function tornBatch(bytes: Uint8Array, offset: number, header: BatchHeader): string | undefined {
  const end = offset + header.length;
  if (bytes[end - 1] === 0) return 'The end of the batch was never written.';
  const zeros = countZeroSectors(bytes, offset, end);
  return zeros > header.zeroSectors
    ? `${zeros - header.zeroSectors} of its sectors were never written.`
    : undefined;
}

/** The same where not even the header is good: its first and last byte are never zero by nature. */
function tornStart(bytes: Uint8Array, offset: number): string | undefined {
  if (bytes[offset] === 0 || bytes[offset + BATCH_HEADER_BYTES - 1] === 0) {
    return 'The beginning of the batch was never written.';
  }
  return undefined;
}

/** The offset behind the last sector from `from` on that is not zero; `from` when all are. */
function endOfResidue(bytes: Uint8Array, from: number): number {
  assert(from % SECTOR_BYTES === 0, 'batches begin at sectors');
  const words = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length >> 3);
  let at = words.length - 1;
  const first = from >> 3;
  // -0 and 0 are both "== 0" as doubles, so a word of 0x8000… needs the second look.
  while (at >= first && words[at] === 0 && !Object.is(words[at], -0)) at -= 1;
  if (at < first) return from;
  return (Math.floor((at << 3) / SECTOR_BYTES) + 1) * SECTOR_BYTES;
}
