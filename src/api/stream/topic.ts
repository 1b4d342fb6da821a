// One thing to subscribe to, such as the book of a market: its newest deltas, and who reads them. A
// delta is written as text once, when the first reader wants it, and is the same bytes for all.

import type { Channel } from '../../contract/stream/channels.ts';
import { textFrame, type Outbox } from './outbox.ts';

/** What a topic is about, in words and in the engine's numbers. */
export interface Subject {
  readonly channel: Channel;
  readonly market?: string;
  readonly interval?: string;
  readonly account?: string;
  /** Of the market or of the account. */
  readonly number: number;
}

interface Entry {
  readonly sequence: number;
  readonly previous: number;
  readonly data: () => object;
  frame: Buffer | undefined;
}

export class Topic {
  readonly key: string;
  readonly subject: Subject;
  /** The members that name it, as JSON without braces. */
  readonly head: string;
  readonly readers = new Set<Outbox>();
  /** When the last reader left. */
  idleSinceMs = 0;
  private entries: Entry[] = [];
  private readonly retained: number;
  /** Every delta after this sequence is in `entries`. */
  private coveredFrom: number;
  private last: number;

  constructor(key: string, subject: Subject, sequence: number, retained: number) {
    this.key = key;
    this.subject = subject;
    const { number: _, ...words } = subject;
    this.head = JSON.stringify(words).slice(1, -1);
    this.retained = retained;
    this.coveredFrom = sequence;
    this.last = sequence;
  }

  /** The sequence of the newest delta, or of the beginning. */
  get sequence(): number {
    return this.last;
  }

  /** `data` must give the same whenever it is called. */
  publish(sequence: number, data: () => object): void {
    const entry: Entry = { sequence, previous: this.last, data, frame: undefined };
    this.last = sequence;
    this.entries.push(entry);
    if (this.entries.length >= this.retained * 2) this.forget();
    if (this.readers.size === 0) return;
    const frame = this.frameOf(entry);
    for (const reader of this.readers) reader.push(frame);
  }

  /** Whether everything after `sequence` is still here. */
  covers(sequence: number): boolean {
    return sequence >= this.coveredFrom;
  }

  /** Sends what came after `sequence` and everything from now on. */
  join(reader: Outbox, sequence: number): void {
    for (const entry of this.after(sequence)) reader.push(this.frameOf(entry));
    this.readers.add(reader);
  }

  leave(reader: Outbox, nowMs: number): void {
    this.readers.delete(reader);
    if (this.readers.size === 0) this.idleSinceMs = nowMs;
  }

  /** The data of the newest deltas, oldest first. */
  newest(count: number): object[] {
    return this.entries.slice(-count).map(({ data }) => data());
  }

  private after(sequence: number): Entry[] {
    let first = this.entries.length;
    while (first > 0 && this.entries[first - 1].sequence > sequence) first -= 1;
    return this.entries.slice(first);
  }

  private forget(): void {
    const kept = this.entries.slice(-this.retained);
    this.coveredFrom = this.entries[this.entries.length - kept.length - 1].sequence;
    this.entries = kept;
  }

  private frameOf(entry: Entry): Buffer {
    if (entry.frame === undefined) {
      const { sequence, previous, data } = entry;
      const tail = `"sequence":${sequence},"previous":${previous}`;
      const text = `{"type":"delta",${this.head},${tail},"data":${JSON.stringify(data())}}`;
      entry.frame = textFrame(text);
    }
    return entry.frame;
  }
}
