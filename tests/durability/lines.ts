// Whole lines from a stream. Not node:readline: that passes errors of its input on as its own, and
// hands out half a line when the other side dies.

import type { Readable } from 'node:stream';

/** Calls `take` for every line that has its end. */
export function onLine(input: Readable, take: (line: string) => void): void {
  let rest = '';
  input.setEncoding('utf8');
  input.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
}
