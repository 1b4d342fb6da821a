// The lines of a text file, one after the other, however large the file is: a piece is read when it
// is needed. Synchronous, because a piece is small and usually in memory already.

import { closeSync, openSync, readSync } from 'node:fs';
import { FeedError } from './feed.ts';

const PIECE_BYTES = 65_536;
export const LINE_CHARS_MAX = 4_096;

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** Empty lines are left out. @throws FeedError when it cannot be read, or a line is too long */
export function* linesOf(path: string): Generator<Line, void, undefined> {
  const file = attempt(path, () => openSync(path, 'r'));
  try {
    const piece = new Uint8Array(PIECE_BYTES);
    const decoder = new TextDecoder(); // takes a byte order mark off
    let rest = '';
    let number = 0;
    for (let isEnd = false; !isEnd;) {
      const count = attempt(path, () => readSync(file, piece));
      isEnd = count === 0;
      rest += decoder.decode(piece.subarray(0, count), { stream: !isEnd });
      const lines = rest.split('\n');
      rest = isEnd ? '' : (lines.pop() ?? '');
      for (const line of lines) {
        number += 1;
        const text = line.endsWith('\r') ? line.slice(0, -1) : line;
        checkLength(path, number, text);
        if (text !== '') yield { number, text };
      }
      checkLength(path, number + 1, rest);
    }
  } finally {
    closeSync(file);
  }
}

function attempt<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw new FeedError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

function checkLength(path: string, number: number, text: string): void {
  if (text.length <= LINE_CHARS_MAX) return;
  throw new FeedError(`${path}:${number}: a line has at most ${LINE_CHARS_MAX} characters`);
}
