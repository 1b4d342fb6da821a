// The rolling digest: what it must notice.

import { expect, test } from 'vitest';
import { Draw } from './draw.suite.ts';
import { rollWords } from './rolling.ts';

function digestOf(words: ArrayLike<number>, lanes = new Uint32Array([1, 2, 3, 4])): string {
  const after = lanes.slice();
  rollWords(after, Uint32Array.from(words), words.length);
  return after.join();
}

test('every bit, every exchange of two words, a missing and a further pair are noticed', () => {
  const draw = new Draw(5);
  for (let length = 2; length <= 40; length += 2) {
    const words = Array.from({ length }, () => draw.whole(0, 2 ** 32 - 1));
    const digest = digestOf(words);
    for (let i = 0; i < length; i++) {
      for (let bit = 0; bit < 32; bit++)
        expect(digestOf(words.with(i, (words[i]! ^ (1 << bit)) >>> 0))).not.toBe(digest);
      for (let j = 0; j < i; j++)
        expect(digestOf(words.with(i, words[j]!).with(j, words[i]!))).not.toBe(digest);
    }
    expect(digestOf(words.slice(2))).not.toBe(digest);
    expect(digestOf([...words, 0, 0])).not.toBe(digest);
  }
});

test('all four lanes depend on every word, and on what came before', () => {
  const words = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];
  const lanes = digestOf(words).split(',');
  words.forEach((word, i) => {
    const changed = digestOf(words.with(i, word + 1)).split(',');
    changed.forEach((lane, l) => expect(lane).not.toBe(lanes[l]));
  });
  expect(digestOf(words, new Uint32Array([1, 2, 3, 5]))).not.toBe(digestOf(words));
});

test('no words that are not there are taken', () => {
  expect(() => rollWords(new Uint32Array(4), new Uint32Array(2), 4)).toThrow('Invariant');
  expect(() => rollWords(new Uint32Array(4), new Uint32Array(4), 3)).toThrow('Invariant');
});
