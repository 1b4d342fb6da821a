// Proves that lines come out the same however the bytes were cut into chunks, and that what is too
// long or no UTF-8 is one fault for one line, whatever surrounds it.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LINE_BYTES_MAX, LineSplitter } from './chunks.ts';

function linesOf(chunks: readonly Buffer[]): string[] {
  const splitter = new LineSplitter();
  const found: string[] = [];
  const take = (): void => {
    while (splitter.next()) {
      const { text, from, to, fault } = splitter;
      found.push(fault === '' ? text.slice(from, to) : `!${fault}`);
    }
  };
  for (const chunk of chunks) {
    splitter.push(chunk);
    take();
  }
  splitter.end();
  take();
  return found;
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  );
  let from = 0;
  return sorted.map((to) => {
    const chunk = Buffer.from(bytes.subarray(from, to));
    from = to;
    return chunk;
  });
}

const TOO_LONG = `!The line has more than ${LINE_BYTES_MAX} bytes.`;

test('lines do not depend on chunks', () => {
  const lines = fc.array(fc.string({ unit: fc.constantFrom('a', '{', 'é', '漢', '😀', ' ') }));
  fc.assert(
    fc.property(lines, fc.array(fc.nat(), { maxLength: 6 }), (texts, places) => {
      const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
      expect(linesOf(cut(bytes, places))).toEqual(texts);
    }),
  );
});

test('the last line needs no end', () => {
  expect(linesOf([Buffer.from('a\nb')])).toEqual(['a', 'b']);
  expect(linesOf([Buffer.from('a\n')])).toEqual(['a']);
  expect(linesOf([])).toEqual([]);
});

test.each([[[]], [[10]], [[70_000]], [[65_536, 65_537, 65_540]], [[5, 66_000, 131_100]]])(
  'a line that is too long is one fault, cut at %j',
  (places) => {
    const bytes = Buffer.from(
      `a\n${'x'.repeat(LINE_BYTES_MAX + 1)}\nb\n${'y'.repeat(LINE_BYTES_MAX)}\n`,
    );
    expect(linesOf(cut(bytes, places))).toEqual(['a', TOO_LONG, 'b', 'y'.repeat(LINE_BYTES_MAX)]);
  },
);

test('a line that never ends costs no memory and is one fault', () => {
  const chunk = Buffer.alloc(65_536, 'x');
  expect(linesOf(Array.from({ length: 100 }, () => chunk))).toEqual([TOO_LONG]);
});

test('what is no UTF-8 is one fault for its own line', () => {
  const bad = [0xff, 0xc0, 0xed]; // never in UTF-8, overlong, half of a surrogate
  for (const byte of bad) {
    const bytes = Buffer.concat([
      Buffer.from('é\n"'),
      Buffer.from([byte, 0xa0, 0x80]),
      Buffer.from('"\nb\n'),
    ]);
    expect(linesOf(cut(bytes, [4, 6]))).toEqual(['é', '!The line is not UTF-8.', 'b']);
  }
});

test('a byte order mark is not taken away', () => {
  expect(linesOf([Buffer.from('\ufeff{}\n')])).toEqual(['\ufeff{}']);
});
