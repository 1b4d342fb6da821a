// The commands that go to the disk together, with those who wait for them. Two of them take turns:
// one collects while the other is being written.

import { RecordBatch } from '../journal/record-batch.ts';
import type { SnapshotMoment } from '../journal/journal.ts';

/**
 * Why a command was not even executed. `too_large` stays so; the others pass by themselves,
 * `stopped` and `closing` with a restart.
 */
export type Unavailable = 'busy' | 'storage_full' | 'closing' | 'stopped' | 'too_large';

/**
 * `done`: executed, durable, published. `refused`: certainly not executed. `unknown`: executed, and
 * the process stops before it is known to be durable; ask again with the same id after the restart.
 */
export type Answer<Outcome> =
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'refused'; readonly why: Unavailable }
  | { readonly kind: 'unknown' };

export type OnAnswer<Outcome> = (answer: Answer<Outcome>) => void;

interface Waiting<Outcome> {
  /** 0 for what was not journaled: it waits only because it may tell what was. */
  readonly sequence: number;
  readonly timeMs: number;
  readonly outcome: Outcome;
  readonly onAnswer: OnAnswer<Outcome>;
}

/** Told when everything up to a copy is durable; undefined when the process stops before. */
export type OnDurable = (moment: SnapshotMoment | undefined) => void;

export class Group<Outcome> {
  readonly batch: RecordBatch;
  private waiting: Waiting<Outcome>[] = [];
  private copies: OnDurable[] = [];

  constructor(bytes: number) {
    this.batch = new RecordBatch(bytes);
  }

  get commands(): number {
    return this.waiting.length;
  }

  add(sequence: number, timeMs: number, outcome: Outcome, onAnswer: OnAnswer<Outcome>): void {
    this.waiting.push({ sequence, timeMs, outcome, onAnswer });
  }

  addCopy(onDurable: OnDurable): void {
    this.copies.push(onDurable);
  }

  /**
   * First everything is published, then everybody is answered: who has an answer can read its
   * effect.
   */
  complete(
    moment: SnapshotMoment,
    publish: (sequence: number, timeMs: number, outcome: Outcome) => void,
  ): void {
    const { waiting, copies } = this.take();
    this.batch.reset();
    for (const one of waiting) {
      if (one.sequence !== 0) publish(one.sequence, one.timeMs, one.outcome);
    }
    for (const one of waiting) one.onAnswer({ kind: 'done', outcome: one.outcome });
    for (const onDurable of copies) onDurable(moment);
  }

  /**
   * The process stops: nobody learns whether it was durable. The batch stays as it is, because the
   * log may still be writing it.
   */
  abandon(): void {
    const { waiting, copies } = this.take();
    for (const one of waiting) one.onAnswer({ kind: 'unknown' });
    for (const onDurable of copies) onDurable(undefined);
  }

  private take(): { waiting: Waiting<Outcome>[]; copies: OnDurable[] } {
    const { waiting, copies } = this;
    this.waiting = [];
    this.copies = [];
    return { waiting, copies };
  }
}
