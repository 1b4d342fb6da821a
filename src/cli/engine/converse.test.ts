// Proves that memory stays bounded: while nobody takes the answers, no further lines are taken, and
// when somebody does, every line is answered in order. And that an end in the middle loses no
// answer to what was executed.

import { PassThrough, Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { converse } from './converse.ts';
import { Talk } from './speak.suite.ts';

/** A stream that takes one write at a time, each only when it is let. */
class Slow extends Writable {
  text = '';
  private taken: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 1, decodeStrings: false });
  }

  override _write(chunk: string, _: BufferEncoding, done: () => void): void {
    this.text += chunk;
    this.taken = done;
  }

  /** Lets the pending write finish; false when there is none. */
  let(): boolean {
    const { taken } = this;
    this.taken = undefined;
    taken?.();
    return taken !== undefined;
  }
}

test('a slow reader stops the reading of lines and gets every answer', async () => {
  const count = 20_000;
  const { session } = new Talk();
  const first = session.lines;
  const chunks = Array.from({ length: 100 }, (_, i) =>
    Buffer.from(
      Array.from(
        { length: count / 100 },
        (__, j) => `{"query":"info","ref":${i * 200 + j}}\n`,
      ).join(''),
    ),
  );
  const output = new Slow();
  const stop = new AbortController().signal;
  const done = converse(session, { input: Readable.from(chunks), output, stop });
  await sleep(50);
  const waiting = session.lines - first;
  expect(waiting).toBeGreaterThan(0);
  expect(waiting).toBeLessThan(count / 10);
  let ended = false;
  void done.then(() => (ended = true));
  while (!ended) {
    output.let();
    await sleep(0);
  }
  output.let();
  const refs = output.text
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { ref: number }).ref);
  expect(refs).toEqual(Array.from({ length: count }, (_, i) => i));
});

test('a stop between two lines ends it, and what was executed is answered', async () => {
  const { session } = new Talk();
  const input = new PassThrough();
  const output = new PassThrough();
  const stop = new AbortController();
  const done = converse(session, { input, output, stop: stop.signal });
  input.write('{"command":"tick","ref":1}\n{"command":"tick","ref":2}\n{"comm');
  await sleep(20);
  stop.abort();
  await done;
  expect(String(output.read()).match(/"ref":\d/g)).toEqual(['"ref":1', '"ref":2']);
});

test('an engine that fails ends it with the error, after its last answers', async () => {
  const { session, engine } = new Talk();
  engine.hash = () => {
    throw new Error('Invariant: broken');
  };
  const output = new PassThrough();
  const input = Readable.from([Buffer.from('{"query":"info","ref":1}\n{"query":"hash"}\n')]);
  const stop = new AbortController().signal;
  await expect(converse(session, { input, output, stop })).rejects.toThrow('Invariant: broken');
  expect(String(output.read())).toContain('"ref":1');
});
