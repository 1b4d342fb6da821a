// Proves that the digest is MurmurHash3 x86_128, against a byte-wise reference that itself
// reproduces the published verification value, and that how a stream is cut makes no difference.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Digest, hashAscii } from './digest.ts';
import { Draw } from './draw.suite.ts';

const MASK = 0xffffffffn;

/** Appleby's MurmurHash3_x86_128, transcribed into bigint: slow and plain. */
function reference(bytes: readonly number[], seed = 0): number[] {
  const c = [0x239b961bn, 0xab0e9789n, 0x38b34ae5n, 0xa1e38b93n];
  const inner = [15n, 16n, 17n, 18n];
  const outer = [19n, 17n, 15n, 13n];
  const add = [0x561ccd1bn, 0x0bcaa747n, 0x96cd1c35n, 0x32ac3b17n];
  const rotate = (x: bigint, r: bigint): bigint => ((x << r) | (x >> (32n - r))) & MASK;
  const h = [0, 1, 2, 3].map(() => BigInt(seed));
  const scramble = (k: bigint, i: number): bigint =>
    (rotate((k * c[i]) & MASK, inner[i]) * c[(i + 1) % 4]) & MASK;
  const word = (at: number): bigint =>
    [0, 1, 2, 3].reduce((sum, i) => sum | (BigInt(bytes[at + i] ?? 0) << BigInt(8 * i)), 0n);
  const blocks = Math.floor(bytes.length / 16);
  for (let block = 0; block < blocks; block += 1) {
    for (let i = 0; i < 4; i += 1) {
      h[i] ^= scramble(word(block * 16 + i * 4), i);
      h[i] = ((rotate(h[i], outer[i]) + h[(i + 1) % 4]) * 5n + add[i]) & MASK;
    }
  }
  for (let i = 0; i < 4; i += 1) {
    h[i] = h[i] ^ scramble(word(blocks * 16 + i * 4), i) ^ BigInt(bytes.length);
  }
  const stir = (): void => {
    h[0] = (h[0] + h[1] + h[2] + h[3]) & MASK;
    for (let i = 1; i < 4; i += 1) h[i] = (h[i] + h[0]) & MASK;
  };
  stir();
  for (let i = 0; i < 4; i += 1) {
    let x = h[i];
    x = ((x ^ (x >> 16n)) * 0x85ebca6bn) & MASK;
    x = ((x ^ (x >> 13n)) * 0xc2b2ae35n) & MASK;
    h[i] = x ^ (x >> 16n);
  }
  stir();
  return h.map(Number);
}

const bytesOf = (words: readonly number[]): number[] => words.flatMap((w) => littleEndian(w));
const littleEndian = (w: number): number[] => [0, 8, 16, 24].map((shift) => (w >>> shift) & 255);

const codesOf = (text: string): number[] =>
  Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));

function lanesOf(words: readonly number[]): number[] {
  const digest = new Digest();
  for (const word of words) digest.word(word);
  digest.finish();
  return [...digest.lanes];
}

function hashOf(text: string): number[] {
  const out = new Uint32Array(4);
  hashAscii(text, out);
  return [...out];
}

const u32 = fc.integer({ min: 0, max: 0xffffffff });

describe('the reference', () => {
  test('reproduces the verification value of SMHasher for MurmurHash3_x86_128', () => {
    const hashes: number[] = [];
    for (let length = 0; length < 256; length += 1) {
      const key = Array.from({ length }, (_, i) => i);
      hashes.push(...bytesOf(reference(key, 256 - length)));
    }
    expect(reference(hashes)[0]).toBe(0xb3ece62a);
  });
});

describe('a digest', () => {
  test('is MurmurHash3 x86_128 of whole blocks', () => {
    fc.assert(
      fc.property(fc.array(u32, { maxLength: 16 }), (some) => {
        const words = some.slice(0, some.length & ~3);
        expect(lanesOf(words)).toEqual(reference(bytesOf(words)));
      }),
    );
  });

  test('has pinned values', () => {
    const digest = new Digest();
    expect(digest.hex()).toBe('00000000000000000000000000000000');
    for (const word of [1, 2, 3, 0xffffffff, 5]) digest.word(word);
    digest.double(-1.5);
    expect(digest.hex()).toBe('94a9ebf0dbff7905ffec4b3d2f8b1d1f');
  });

  test('does not depend on how the stream is cut', () => {
    const cut = fc.array(fc.nat({ max: 9 }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(u32, { maxLength: 40 }), cut, (words, cuts) => {
        const digest = new Digest();
        const all = Uint32Array.from(words);
        let at = 0;
        for (const length of cuts) {
          const end = Math.min(all.length, at + length);
          if (length === 1 && end > at) digest.word(all[at]);
          else digest.words(all, at, end);
          at = end;
          digest.finish();
        }
        digest.words(all, at, all.length);
        digest.finish();
        expect([...digest.lanes]).toEqual(lanesOf(words));
      }),
    );
  });

  test('starts anew after a reset, and goes on after a finish', () => {
    const digest = new Digest();
    digest.word(7);
    const one = digest.hex();
    digest.word(8);
    expect(digest.hex()).not.toBe(one);
    digest.reset();
    digest.word(7);
    expect(digest.hex()).toBe(one);
  });

  test('tells a trailing zero word from none', () => {
    expect(lanesOf([1])).not.toEqual(lanesOf([1, 0]));
    expect(lanesOf([])).not.toEqual(lanesOf([0]));
  });

  test('takes a double as its low word and its high word', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        fc.pre(!Object.is(x, -0));
        const digest = new Digest();
        digest.double(x);
        digest.finish();
        expect([...digest.lanes]).toEqual(lanesOf([...new Uint32Array(Float64Array.of(x).buffer)]));
      }),
    );
  });

  test.each([-0, NaN])('refuses %d', (value) => {
    expect(() => new Digest().double(value)).toThrow('Invariant');
  });

  test('refuses words outside the array', () => {
    expect(() => new Digest().words(new Uint32Array(4), 0, 5)).toThrow('Invariant');
  });

  test('changes about half of its bits with one bit of input', () => {
    const draw = new Draw(11);
    let changed = 0;
    const rounds = 2_000;
    for (let i = 0; i < rounds; i += 1) {
      const words = Array.from({ length: draw.whole(1, 9) }, () => draw.bits());
      const before = lanesOf(words);
      words[draw.whole(0, words.length - 1)] ^= 1 << draw.whole(0, 31);
      const after = lanesOf(words);
      for (let lane = 0; lane < 4; lane += 1) changed += ones(before[lane] ^ after[lane]);
    }
    const mean = changed / rounds;
    expect(mean).toBeGreaterThan(62);
    expect(mean).toBeLessThan(66);
  });
});

describe('the hash of an id', () => {
  test('is MurmurHash3 x86_128 of its bytes, at every length', () => {
    const text = fc.string({ unit: 'binary-ascii', maxLength: 50 });
    fc.assert(
      fc.property(text, (id) => {
        expect(hashOf(id)).toEqual(reference(codesOf(id)));
      }),
    );
    for (let length = 0; length <= 36; length += 1) {
      const id = 'aZ09.:_-'.repeat(5).slice(0, length);
      expect(hashOf(id)).toEqual(reference(codesOf(id)));
    }
  });

  test('has a pinned value', () => {
    expect(hashOf('order-1')).toEqual([2139155856, 922056500, 882327137, 882327137]);
  });

  test.each(['é', 'abc\u0080', 'aaaaaaaaaaaaaaa\u4e2d', `${'a'.repeat(33)}\ud83d\ude00`])(
    'refuses %j',
    (text) => {
      expect(() => hashOf(text)).toThrow('ASCII');
    },
  );
});

function ones(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
