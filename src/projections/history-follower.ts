// The history behind the running engine: takes every durable command at once, writes when the
// database is ready. Its queue is bounded. When it is full the queue is let go and what was in it
// is read from the journal again: the engine is never held up and no row is ever left out in
// silence.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../engine/engine.ts';
import { AssertionError } from '../units/assert.ts';
import { type History, HistoryRefused, type HistorySource, HistoryTaken } from './history.ts';
import {
  BATCH_RECORDS_MAX,
  QUEUE_RECORDS_MAX,
  QUEUE_VALUES_MAX,
  RETRY_MS_MAX,
  RETRY_MS_MIN,
  WAITERS_MAX,
} from './limits.ts';
import { type HistoryOutcome, type HistoryRecord, recordOf } from './record.ts';

export interface HistoryFollowerOptions {
  readonly history: History;
  readonly source: HistorySource;
  /** The live engine, for names; asked anew each time because a restore replaces it. */
  readonly engine: () => Engine;
  /** Told when a write failed, when the queue overflowed and when the history is given up. */
  readonly onTrouble?: (trouble: HistoryTrouble) => void;
  readonly queueRecords?: number;
  readonly queueValues?: number;
  readonly retryMs?: number;
}

/**
 * `retry`: it tries again by itself; `overflow`: it goes on from the journal; `failed`: the end.
 */
export interface HistoryTrouble {
  readonly kind: 'retry' | 'overflow' | 'failed';
  readonly sequence: number;
  readonly error: unknown;
}

export interface HistoryLag {
  /** `catching_up`: it reads the journal; `failed`: it needs a restart or a rebuild. */
  readonly mode: 'live' | 'catching_up' | 'retrying' | 'failed';
  readonly sequence: number;
  readonly head: number;
  /** Records, and milliseconds of the exchange's time, that it is behind. */
  readonly records: number;
  readonly behindMs: number;
  readonly queued: number;
  readonly overflows: number;
}

interface Waiter {
  readonly sequence: number;
  readonly resolve: (reached: boolean) => void;
}

export class HistoryFollower {
  readonly name = 'history';
  private readonly options: HistoryFollowerOptions;
  /** Without a gap, and up to `head`; what is missing before it is in the journal. */
  private queue: HistoryRecord[] = [];
  private values = 0;
  private head: number;
  private headTime: number;
  private mode: HistoryLag['mode'] = 'live';
  private overflows = 0;
  private stopping = false;
  private readonly stopped = new AbortController();
  private wake: (() => void) | undefined;
  private waiters: Waiter[] = [];
  private readonly done: Promise<void>;

  /**
   * Begins to write at once. Add it to the followers before the next command is taken.
   * @throws HistoryRefused when the history has what the journal has not.
   */
  constructor(options: HistoryFollowerOptions) {
    const { history, source } = options;
    this.options = options;
    this.head = source.sequence();
    this.headTime = history.time();
    history.checkBehind(source);
    this.done = this.run();
  }

  apply(sequence: number, timeMs: number, outcome: HistoryOutcome): void {
    this.head = sequence;
    this.headTime = timeMs;
    if (this.mode === 'failed') return;
    const { engine, queueRecords = QUEUE_RECORDS_MAX } = this.options;
    const { queueValues = QUEUE_VALUES_MAX } = this.options;
    const { length } = outcome.events;
    const full = this.queue.length >= queueRecords || this.values + length > queueValues;
    if (full && this.queue.length > 0) this.overflow();
    this.queue.push(recordOf(sequence, timeMs, outcome, engine()));
    this.values += length;
    this.wake?.();
  }

  lag(): HistoryLag {
    const { mode, head, overflows } = this;
    const { history } = this.options;
    const sequence = history.sequence();
    const records = head - sequence;
    const behindMs = records === 0 ? 0 : Math.max(0, this.headTime - history.time());
    return { mode, sequence, head, records, behindMs, queued: this.queue.length, overflows };
  }

  /**
   * Waits until rows up to `sequence` can be read; false when that takes longer than `timeoutMs`.
   */
  async reached(sequence: number, timeoutMs: number): Promise<boolean> {
    if (this.options.history.sequence() >= sequence) return true;
    if (this.mode === 'failed' || this.waiters.length >= WAITERS_MAX) return false;
    return new Promise((resolve) => {
      const waiter: Waiter = {
        sequence,
        resolve: (reached) => {
          clearTimeout(timer);
          resolve(reached);
        },
      };
      const timer = setTimeout(() => {
        this.waiters = this.waiters.filter((one) => one !== waiter);
        resolve(false);
      }, timeoutMs);
      this.waiters.push(waiter);
    });
  }

  /**
   * Writes what waits in the queue, then ends; at once when the database does not answer or the
   * journal would have to be read for it.
   */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.mode === 'retrying') this.stopped.abort();
    this.wake?.();
    await this.done;
  }

  private overflow(): void {
    this.overflows += 1;
    this.queue = [];
    this.values = 0;
    this.trouble('overflow', undefined);
  }

  private async run(): Promise<void> {
    let retryMs = this.options.retryMs ?? RETRY_MS_MIN;
    for (;;) {
      try {
        if (!(await this.writeSome())) break;
        retryMs = this.options.retryMs ?? RETRY_MS_MIN;
      } catch (error) {
        if (isFinal(error) || this.stopping) {
          this.fail(error);
          break;
        }
        this.mode = 'retrying';
        this.trouble('retry', error);
        await sleep(retryMs, undefined, { signal: this.stopped.signal }).catch(() => undefined);
        retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
      }
    }
    this.answerWaiters(true);
  }

  /** One batch, or the way to the queue; waits when there is nothing. False when it is to end. */
  private async writeSome(): Promise<boolean> {
    const { history } = this.options;
    // It may be unknown whether a batch that failed is there.
    if (this.mode === 'retrying') await history.reload();
    this.dropWritten();
    this.answerWaiters(false);
    const first = this.queue[0]?.sequence ?? this.head + 1;
    if (history.sequence() + 1 < first) {
      if (this.stopping) return false; // the next start goes on from the journal
      await this.readJournal();
    } else if (this.queue.length > 0) {
      this.mode = 'live';
      await history.apply(this.queue.slice(0, BATCH_RECORDS_MAX));
    } else {
      this.mode = 'live';
      if (this.stopping) return false;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = undefined;
      return true;
    }
    return true;
  }

  /** From the journal up to where the queue begins, which may move away meanwhile. */
  private async readJournal(): Promise<void> {
    const { history, source } = this.options;
    this.mode = 'catching_up';
    const until = source.sequence();
    await history.catchUp({
      sequence: () => {
        if (this.stopping) return history.sequence();
        return Math.min(until, this.queue[0] === undefined ? until : this.queue[0].sequence - 1);
      },
      open: async (sequence) => {
        const start = await source.open(sequence);
        return { ...start, records: this.untilStopped(start.records) };
      },
    });
  }

  private async *untilStopped(
    records: AsyncIterable<readonly HistoryRecord[]>,
  ): AsyncGenerator<readonly HistoryRecord[]> {
    for await (const some of records) {
      if (this.stopping) return;
      yield some;
    }
  }

  private dropWritten(): void {
    const written = this.options.history.sequence();
    let count = 0;
    while (count < this.queue.length && this.queue[count].sequence <= written) {
      this.values -= this.queue[count].events.length;
      count += 1;
    }
    if (count > 0) this.queue.splice(0, count);
  }

  private answerWaiters(ended: boolean): void {
    const sequence = this.options.history.sequence();
    const waiting: Waiter[] = [];
    for (const waiter of this.waiters) {
      if (waiter.sequence <= sequence) waiter.resolve(true);
      else if (ended) waiter.resolve(false);
      else waiting.push(waiter);
    }
    this.waiters = waiting;
  }

  private fail(error: unknown): void {
    this.mode = 'failed';
    this.queue = [];
    this.values = 0;
    this.trouble('failed', error);
  }

  private trouble(kind: HistoryTrouble['kind'], error: unknown): void {
    this.options.onTrouble?.({ kind, sequence: this.options.history.sequence(), error });
  }
}

/** What trying again cannot mend: our own mistake, or a history that is not ours. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof AssertionError ||
    error instanceof HistoryRefused ||
    error instanceof HistoryTaken
  );
}
