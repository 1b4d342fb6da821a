// The rolling digest over everything that a state machine did: four 32-bit lanes, one
// multiplication for two words. It is computed for every command, so it is as cheap as a digest can
// be that notices any changed, missing or moved word; the state hash, which is computed seldom,
// uses `Digest`. Never for secrets, never against a forger.

import { assert } from './assert.ts';

// Odd constants of MurmurHash3 (A. Appleby, public domain): a multiplication by an odd number loses
// nothing.
const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

/**
 * Takes words[0] … words[length − 1], a multiple of two, into the four lanes: pairs, the two halves
 * of a double, turn by turn. Each step is a bijection of its lane and of each word by itself, and
 * rotates and multiplies, so that the order of the words counts; at the end every lane is mixed
 * into every other.
 */
export function rollWords(lanes: Uint32Array, words: Uint32Array, length: number): void {
  assert(length <= words.length && (length & 1) === 0, 'words to roll outside the array');
  const end = length | 0; // an integer for the compiler
  let a = lanes[0];
  let b = lanes[1];
  let c = lanes[2];
  let d = lanes[3];
  let i = 0;
  for (; i <= end - 8; i += 8) {
    a = Math.imul((rotate(a ^ words[i]) + words[i + 1]) | 0, C1);
    b = Math.imul((rotate(b ^ words[i + 2]) + words[i + 3]) | 0, C2);
    c = Math.imul((rotate(c ^ words[i + 4]) + words[i + 5]) | 0, C3);
    d = Math.imul((rotate(d ^ words[i + 6]) + words[i + 7]) | 0, C4);
  }
  if (i < end) a = Math.imul((rotate(a ^ words[i]) + words[i + 1]) | 0, C1);
  if (i + 2 < end) b = Math.imul((rotate(b ^ words[i + 2]) + words[i + 3]) | 0, C2);
  if (i + 4 < end) c = Math.imul((rotate(c ^ words[i + 4]) + words[i + 5]) | 0, C3);
  // Each lane by itself, so that the four run side by side, and then each into every other.
  a = scatter(a ^ length);
  b = scatter(b);
  c = scatter(c);
  d = scatter(d);
  a = (a + b + c + d) | 0;
  lanes[0] = a;
  lanes[1] = b + a;
  lanes[2] = c + a;
  lanes[3] = d + a;
}

const rotate = (x: number): number => (x << 15) | (x >>> 17);

function scatter(x: number): number {
  let h = x;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
