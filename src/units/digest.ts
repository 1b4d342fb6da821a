// A 128-bit fingerprint of a stream of 32-bit words: MurmurHash3 x86_128 (A. Appleby, public
// domain), fed word by word. It tells two states or two ids apart by accident-proof odds; it must
// never be used where somebody gains by forging a collision. Nothing here allocates while hashing,
// and equal words give equal bits anywhere.
//
// Byte order: a double is fed as its low word, then its high word, and `words` takes views over
// typed arrays as they lie in memory, so this assumes a little-endian machine (every one that runs
// V8 today); asserted once.

import { assert, AssertionError } from './assert.ts';

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

const doubleScratch = new Float64Array(1);
const wordScratch = new Uint32Array(doubleScratch.buffer);
doubleScratch[0] = 1;
assert(wordScratch[1] === 0x3ff00000, 'the machine is little-endian');

/** A streaming digest. How the words are cut into calls makes no difference to the result. */
export class Digest {
  /** The four 32-bit lanes of the last `finish`. */
  readonly lanes = new Uint32Array(4);
  private h1 = 0;
  private h2 = 0;
  private h3 = 0;
  private h4 = 0;
  private count = 0;

  /** Back to the empty stream. */
  reset(): void {
    this.h1 = 0;
    this.h2 = 0;
    this.h3 = 0;
    this.h4 = 0;
    this.count = 0;
  }

  /** Feeds one word; only its low 32 bits count. */
  word(word: number): void {
    const lane = this.count & 3;
    this.count += 1;
    if (lane === 0) this.h1 = mix1(this.h1, this.h2, word);
    else if (lane === 1) this.h2 = mix2(this.h2, this.h3, word);
    else if (lane === 2) this.h3 = mix3(this.h3, this.h4, word);
    else this.h4 = mix4(this.h4, this.h1, word);
  }

  /** Feeds words[from] … words[to − 1]. */
  words(words: Uint32Array, from: number, to: number): void {
    assert(from >= 0 && to <= words.length, 'words to digest outside the array');
    let at = from;
    while (at < to && (this.count & 3) !== 0) this.word(words[at++]);
    let { h1, h2, h3, h4 } = this;
    const blocksEnd = at + ((to - at) & ~3);
    this.count += blocksEnd > at ? blocksEnd - at : 0;
    for (; at < blocksEnd; at += 4) {
      h1 = mix1(h1, h2, words[at]);
      h2 = mix2(h2, h3, words[at + 1]);
      h3 = mix3(h3, h4, words[at + 2]);
      h4 = mix4(h4, h1, words[at + 3]);
    }
    this.h1 = h1;
    this.h2 = h2;
    this.h3 = h3;
    this.h4 = h4;
    while (at < to) this.word(words[at++]);
  }

  /**
   * Feeds a double as two words.
   * @throws AssertionError for -0 and NaN: they have no one pattern of bits.
   */
  double(value: number): void {
    if (value === 0 ? Object.is(value, -0) : Number.isNaN(value)) {
      throw new AssertionError(`Invariant: ${Object.is(value, -0) ? '-0' : value} in a digest`);
    }
    doubleScratch[0] = value;
    this.word(wordScratch[0]);
    this.word(wordScratch[1]);
  }

  /** Writes the digest of everything fed so far into `lanes`; the stream may go on afterwards. */
  finish(): void {
    finishInto(this.lanes, this.h1, this.h2, this.h3, this.h4, (this.count * 4) | 0);
  }

  /** The digest of everything fed so far: 32 hexadecimal digits, lane by lane. */
  hex(): string {
    this.finish();
    let text = '';
    for (const lane of this.lanes) text += lane.toString(16).padStart(8, '0');
    return text;
  }
}

/**
 * MurmurHash3 x86_128 with seed 0 of an ASCII text, as four lanes in `out`: the key of an id in a
 * table.
 * @throws AssertionError when a character is not ASCII.
 */
export function hashAscii(text: string, out: Uint32Array): void {
  const length = text.length;
  const blocksEnd = length & ~15;
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  for (let at = 0; at < blocksEnd; at += 16) {
    h1 = mix1(h1, h2, wordAt(text, at));
    h2 = mix2(h2, h3, wordAt(text, at + 4));
    h3 = mix3(h3, h4, wordAt(text, at + 8));
    h4 = mix4(h4, h1, wordAt(text, at + 12));
  }
  // An absent lane would be a zero word, which scrambles to zero: skipping it changes nothing.
  const rest = length - blocksEnd;
  if (rest > 12) h4 ^= scramble(tailAt(text, blocksEnd + 12), C4, 18, C1);
  if (rest > 8) h3 ^= scramble(tailAt(text, blocksEnd + 8), C3, 17, C4);
  if (rest > 4) h2 ^= scramble(tailAt(text, blocksEnd + 4), C2, 16, C3);
  if (rest > 0) h1 ^= scramble(tailAt(text, blocksEnd), C1, 15, C2);
  finishInto(out, h1, h2, h3, h4, length);
}

/** Four characters as a word, the first one lowest. */
function wordAt(text: string, at: number): number {
  const a = text.charCodeAt(at);
  const b = text.charCodeAt(at + 1);
  const c = text.charCodeAt(at + 2);
  const d = text.charCodeAt(at + 3);
  if ((a | b | c | d) > 127) throw notAscii();
  return a | (b << 8) | (c << 16) | (d << 24);
}

/** As `wordAt`, where the text may end before the fourth character. */
function tailAt(text: string, at: number): number {
  const rest = text.length - at;
  if (rest >= 4) return wordAt(text, at);
  const a = text.charCodeAt(at);
  const b = rest > 1 ? text.charCodeAt(at + 1) : 0;
  const c = rest > 2 ? text.charCodeAt(at + 2) : 0;
  if ((a | b | c) > 127) throw notAscii();
  return a | (b << 8) | (c << 16);
}

function notAscii(): AssertionError {
  return new AssertionError('Invariant: only ASCII can be hashed');
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

function scramble(word: number, before: number, bits: number, after: number): number {
  return Math.imul(rotate(Math.imul(word, before), bits), after);
}

function mix1(h: number, next: number, word: number): number {
  return (Math.imul(rotate(h ^ scramble(word, C1, 15, C2), 19) + next, 5) + 0x561ccd1b) | 0;
}

function mix2(h: number, next: number, word: number): number {
  return (Math.imul(rotate(h ^ scramble(word, C2, 16, C3), 17) + next, 5) + 0x0bcaa747) | 0;
}

function mix3(h: number, next: number, word: number): number {
  return (Math.imul(rotate(h ^ scramble(word, C3, 17, C4), 15) + next, 5) + 0x96cd1c35) | 0;
}

function mix4(h: number, next: number, word: number): number {
  return (Math.imul(rotate(h ^ scramble(word, C4, 18, C1), 13) + next, 5) + 0x32ac3b17) | 0;
}

function avalanche(h: number): number {
  const a = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return b ^ (b >>> 16);
}

/** Appleby's finish: the length in bytes goes into every lane, then every lane into every other. */
function finishInto(
  out: Uint32Array,
  h1: number,
  h2: number,
  h3: number,
  h4: number,
  bytes: number,
): void {
  const sum = ((h1 ^ bytes) + (h2 ^ bytes) + (h3 ^ bytes) + (h4 ^ bytes)) | 0;
  const a1 = avalanche(sum);
  const a2 = avalanche(((h2 ^ bytes) + sum) | 0);
  const a3 = avalanche(((h3 ^ bytes) + sum) | 0);
  const a4 = avalanche(((h4 ^ bytes) + sum) | 0);
  const total = (a1 + a2 + a3 + a4) | 0;
  out[0] = total;
  out[1] = a2 + total;
  out[2] = a3 + total;
  out[3] = a4 + total;
}
