// The first sector of a segment, a snapshot and a clean-stop marker: one shape, one checksum.
// Never trusts a field before the checksum has been compared.

import { crc32 } from 'node:zlib';

import { assert, assertSafe } from '../units/assert.ts';
import { FINGERPRINT_CHARS_MAX, STATE_HASH_CHARS_MAX } from './limits.ts';
import { FORMAT_VERSION, HEADER, SECTOR_BYTES, TWO_32 } from './layout.ts';

/** What a header sector says; fields that a kind of file does not use are 0 or ''. */
export interface HeaderSector {
  readonly magic: string;
  readonly rulesVersion: number;
  readonly sequence: number;
  readonly timeMs: number;
  readonly durableSequence: number;
  readonly chain: number;
  readonly salt: number;
  readonly bytes: number;
  readonly parts: number;
  readonly partsCrc: number;
  /** Which markets, genesis or configuration the file belongs to. */
  readonly fingerprint: string;
  readonly stateHash: string;
}

export type DecodedHeader =
  | { readonly kind: 'ok'; readonly header: HeaderSector }
  | { readonly kind: 'newer'; readonly formatVersion: number }
  | { readonly kind: 'damaged'; readonly why: string };

export function encodeHeader(header: HeaderSector): Uint8Array {
  const bytes = new Uint8Array(SECTOR_BYTES);
  const view = new DataView(bytes.buffer);
  writeText(bytes, HEADER.magic, header.magic, 8);
  view.setUint32(HEADER.formatVersion, FORMAT_VERSION, true);
  view.setUint32(HEADER.rulesVersion, header.rulesVersion, true);
  writeWhole(view, HEADER.sequence, header.sequence);
  writeWhole(view, HEADER.timeMs, header.timeMs);
  writeWhole(view, HEADER.durableSequence, header.durableSequence);
  view.setUint32(HEADER.chain, header.chain, true);
  view.setUint32(HEADER.salt, header.salt, true);
  writeWhole(view, HEADER.bytes, header.bytes);
  view.setUint32(HEADER.parts, header.parts, true);
  view.setUint32(HEADER.partsCrc, header.partsCrc, true);
  writeText(bytes, HEADER.fingerprint, header.fingerprint, FINGERPRINT_CHARS_MAX);
  writeText(bytes, HEADER.stateHash, header.stateHash, STATE_HASH_CHARS_MAX);
  view.setUint32(HEADER.crc, crc32(bytes.subarray(0, HEADER.crc)), true);
  return bytes;
}

/** Reads a header sector of the kind `magic`. */
export function decodeHeader(bytes: Uint8Array, magic: string): DecodedHeader {
  if (bytes.length < SECTOR_BYTES) return { kind: 'damaged', why: 'the header is cut off' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, SECTOR_BYTES);
  if (view.getUint32(HEADER.crc, true) !== crc32(bytes.subarray(0, HEADER.crc))) {
    return { kind: 'damaged', why: 'the checksum of the header does not match' };
  }
  const found = readText(bytes, HEADER.magic, 8);
  if (found !== magic) return { kind: 'damaged', why: `it is a ${found}, not a ${magic}` };
  const formatVersion = view.getUint32(HEADER.formatVersion, true);
  if (formatVersion !== FORMAT_VERSION) return { kind: 'newer', formatVersion };
  const header: HeaderSector = {
    magic,
    rulesVersion: view.getUint32(HEADER.rulesVersion, true),
    sequence: readWhole(view, HEADER.sequence),
    timeMs: readWhole(view, HEADER.timeMs),
    durableSequence: readWhole(view, HEADER.durableSequence),
    chain: view.getUint32(HEADER.chain, true),
    salt: view.getUint32(HEADER.salt, true),
    bytes: readWhole(view, HEADER.bytes),
    parts: view.getUint32(HEADER.parts, true),
    partsCrc: view.getUint32(HEADER.partsCrc, true),
    fingerprint: readText(bytes, HEADER.fingerprint, FINGERPRINT_CHARS_MAX),
    stateHash: readText(bytes, HEADER.stateHash, STATE_HASH_CHARS_MAX),
  };
  return { kind: 'ok', header };
}

function writeWhole(view: DataView, offset: number, value: number): void {
  assertSafe(value, 'a whole number of a header');
  view.setUint32(offset, value % TWO_32, true);
  view.setUint32(offset + 4, Math.floor(value / TWO_32), true);
}

function readWhole(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * TWO_32 + view.getUint32(offset, true);
}

function writeText(bytes: Uint8Array, offset: number, text: string, room: number): void {
  assert(text.length <= room && /^[\x21-\x7e]*$/.test(text), 'a text of a header is short ASCII');
  for (let i = 0; i < text.length; i += 1) bytes[offset + i] = text.charCodeAt(i);
}

function readText(bytes: Uint8Array, offset: number, room: number): string {
  let end = offset;
  while (end < offset + room && bytes[end] !== 0) end += 1;
  return String.fromCharCode(...bytes.subarray(offset, end));
}
