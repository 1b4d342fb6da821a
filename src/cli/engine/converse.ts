// A session over two streams. Lines are read in chunks and answers written in chunks; a slow reader
// of the answers stops the reading of lines, so memory stays bounded whatever comes in.

import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { LineSplitter } from './chunks.ts';
import type { Session } from './session.ts';

/** Answers are handed to the stream when they come to so many characters. */
const FLUSH_AT = 1 << 16;

export interface Pipes {
  readonly input: Readable;
  readonly output: Writable;
  /** Ends the conversation after the line being answered. */
  readonly stop: AbortSignal;
}

/**
 * Answers every line of `input` on `output`, in order, until the input ends or `stop` is raised.
 */
export async function converse(session: Session, { input, output, stop }: Pipes): Promise<void> {
  const lines = new LineSplitter();
  const answers = new Answers(output, stop);
  const take = async (): Promise<void> => {
    while (!stop.aborted && lines.next()) {
      const { text, from, to, fault } = lines;
      const answer = fault === '' ? session.answer(text, from, to) : session.unreadable(fault);
      if (answers.add(answer)) await answers.flush();
    }
    await answers.flush();
  };
  const end = (): void => void input.destroy();
  stop.addEventListener('abort', end, { once: true });
  try {
    for await (const chunk of input) {
      lines.push(chunk as Buffer);
      await take();
    }
    lines.end();
    await take();
  } catch (error) {
    answers.last(); // what was executed is answered, whatever comes after
    if (!stop.aborted) throw error;
  } finally {
    stop.removeEventListener('abort', end);
  }
}

/** Answers on their way to a stream. */
class Answers {
  private readonly output: Writable;
  private readonly stop: AbortSignal;
  private text = '';

  constructor(output: Writable, stop: AbortSignal) {
    this.output = output;
    this.stop = stop;
  }

  /** True when it is time to flush. */
  add(answer: string): boolean {
    this.text += `${answer}\n`;
    return this.text.length >= FLUSH_AT;
  }

  /** Resolves once the stream takes more. */
  async flush(): Promise<void> {
    if (this.text === '' || this.last()) return;
    await once(this.output, 'drain', { signal: this.stop });
  }

  /** Hands over what there is without waiting; false when the stream is full. */
  last(): boolean {
    const { text, output } = this;
    this.text = '';
    return text === '' || !output.writable || output.write(text, 'utf8');
  }
}
