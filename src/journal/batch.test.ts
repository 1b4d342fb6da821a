// Proves that what is encoded is what is read, for any commands; and that a batch with any byte
// changed, or of another journal, is no batch.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  bodyIsIntact,
  countZeroSectors,
  readBatchHeader,
  RecordCursor,
  sealBatch,
  sealedLength,
} from './batch.ts';
import { decodeHeader, encodeHeader } from './header-sector.ts';
import { SECTOR_BYTES, SEGMENT_MAGIC } from './layout.ts';
import { RecordBatch } from './record-batch.ts';

const CONTEXT = { salt: 77, previousCrc: 0xdeadbeef, rulesVersion: 3, durableSequence: 4 };

const anyRecords = fc.array(
  fc.record({
    command: fc.uint8Array({ maxLength: 700 }),
    wait: fc.nat(10_000),
    digest: fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff)),
  }),
  { minLength: 1, maxLength: 20 },
);
const anyStart = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 2 ** 52 }));

function isBatch(bytes: Uint8Array, salt: number): boolean {
  const header = readBatchHeader(bytes, 0, salt);
  return header !== undefined && bodyIsIntact(bytes, 0, header);
}

describe('a batch', () => {
  it('gives back every record it was made of', () => {
    const batch = new RecordBatch(64 * 1024);
    fc.assert(
      fc.property(anyRecords, anyStart, (records, first) => {
        batch.reset();
        let timeMs = 1_700_000_000_000;
        records.forEach(({ command, wait, digest }, i) => {
          timeMs += wait;
          batch.pushCopy(first + i, timeMs, command, Uint32Array.from(digest));
        });
        const durableSequence = first - 1;
        const headerCrc = sealBatch(batch, { ...CONTEXT, durableSequence });
        const bytes = batch.bytes.slice(0, sealedLength(batch));
        const header = readBatchHeader(bytes, 0, CONTEXT.salt)!;
        expect(bodyIsIntact(bytes, 0, header)).toBe(true);
        expect(header).toMatchObject({
          firstSequence: first,
          lastSequence: first + records.length - 1,
          headerCrc,
          previousCrc: CONTEXT.previousCrc,
          rulesVersion: 3,
          durableSequence,
          zeroSectors: countZeroSectors(bytes, 0, bytes.length),
        });
        const cursor = new RecordCursor();
        cursor.open(bytes, 0, header);
        timeMs = 1_700_000_000_000;
        records.forEach(({ command, wait, digest }, i) => {
          timeMs += wait;
          expect(cursor.next()).toBe(true);
          expect(cursor).toMatchObject({ sequence: first + i, timeMs });
          expect([cursor.digest0, cursor.digest1]).toEqual(digest);
          expect(cursor.command()).toEqual(command);
        });
        expect(cursor.next()).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it('with any bit changed, or of another journal, is none', () => {
    const batch = new RecordBatch(4096);
    batch.pushCopy(5, 1_700_000_000_000, new Uint8Array(600).fill(7), new Uint32Array(2));
    sealBatch(batch, CONTEXT);
    const bytes = batch.bytes.slice(0, sealedLength(batch));
    expect(bytes.length).toBe(2 * SECTOR_BYTES);
    expect(isBatch(bytes, CONTEXT.salt)).toBe(true);
    expect(isBatch(bytes, CONTEXT.salt + 1)).toBe(false);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      bytes[bit >> 3] ^= 1 << (bit & 7);
      expect(isBatch(bytes, CONTEXT.salt), `bit ${bit}`).toBe(false);
      bytes[bit >> 3] ^= 1 << (bit & 7);
    }
  });

  it('inside a command of another batch is not found: its salt would have to be guessed', () => {
    const forged = new RecordBatch(1024);
    forged.pushCopy(9, 1, new Uint8Array(8), new Uint32Array(2));
    sealBatch(forged, { ...CONTEXT, salt: 1 });
    expect(readBatchHeader(forged.bytes, 0, CONTEXT.salt)).toBeUndefined();
  });

  it('refuses what does not fit, does not follow or runs back in time', () => {
    const batch = new RecordBatch(1024);
    expect(batch.hasRoom(900)).toBe(true);
    expect(batch.hasRoom(1000)).toBe(false);
    const none = new Uint8Array(0);
    const digest = new Uint32Array(2);
    batch.pushCopy(1, 100, none, digest);
    expect(() => batch.pushCopy(3, 100, none, digest)).toThrow('follow');
    expect(() => batch.pushCopy(2, 99, none, digest)).toThrow('backwards');
    expect(() => batch.pushCopy(2, 100, new Uint8Array(1000), digest)).toThrow('fits');
    expect(() => sealBatch(batch, { ...CONTEXT, durableSequence: 1 })).toThrow('durable');
    expect(() => sealBatch(new RecordBatch(1024), CONTEXT)).toThrow('empty');
  });
});

describe('a header sector', () => {
  it('gives back what it was made of, and refuses any other byte', () => {
    const header = {
      magic: SEGMENT_MAGIC,
      rulesVersion: 7,
      sequence: 2 ** 53 - 1,
      timeMs: 1_700_000_000_000,
      durableSequence: 2 ** 40,
      chain: 0xffffffff,
      salt: 1,
      bytes: 2 ** 33,
      parts: 5,
      partsCrc: 6,
      fingerprint: 'f'.repeat(32),
      stateHash: 'a'.repeat(128),
    };
    const bytes = encodeHeader(header);
    expect(decodeHeader(bytes, SEGMENT_MAGIC)).toEqual({ kind: 'ok', header });
    expect(decodeHeader(bytes, 'PLIMSNAP').kind).toBe('damaged');
    expect(decodeHeader(bytes.subarray(1), SEGMENT_MAGIC).kind).toBe('damaged');
    for (let at = 0; at < bytes.length; at += 1) {
      bytes[at] ^= 0x10;
      expect(decodeHeader(bytes, SEGMENT_MAGIC).kind).toBe('damaged');
      bytes[at] ^= 0x10;
    }
    expect(() => encodeHeader({ ...header, fingerprint: 'ü' })).toThrow('ASCII');
    expect(() => encodeHeader({ ...header, stateHash: 'a'.repeat(129) })).toThrow('ASCII');
  });
});
