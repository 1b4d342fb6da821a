// The writer of a history that follows a running engine: takes what is in the queue when the
// database is ready, and reads from the journal what the queue could not take. It knows no engine
// and waits for none; it is meant for a thread of its own, and works in any.

import { setTimeout as sleep } from 'node:timers/promises';
import { AssertionError } from '../units/assert.ts';
import { type History, HistoryRefused, type HistorySource, HistoryTaken } from './history.ts';
import type { HistoryMemory } from './history-follower.ts';
import { HistoryStatus } from './history-status.ts';
import {
  BATCH_RECORDS_MAX,
  BATCH_VALUES_MAX,
  LINGER_MS,
  RETRY_MS_MAX,
  RETRY_MS_MIN,
} from './limits.ts';
import type { HistoryRecord } from './record.ts';
import { RecordQueue } from './record-queue.ts';

export interface HistoryWriterOptions {
  readonly history: History;
  readonly memory: HistoryMemory;
  /** The journal up to what the status names as its head. */
  readonly source: HistorySource;
  /** Told after each write, while somebody waits for one. */
  readonly onWritten?: () => void;
  readonly onTrouble?: (trouble: HistoryTrouble) => void;
  readonly retryMs?: number;
  readonly lingerMs?: number;
}

/** `retry`: it tries again by itself; `failed`: the end. */
export interface HistoryTrouble {
  readonly kind: 'retry' | 'failed';
  readonly sequence: number;
  readonly error: unknown;
}

export class HistoryWriter {
  private readonly options: HistoryWriterOptions;
  private readonly queue: RecordQueue;
  private readonly status: HistoryStatus;
  private stopping = false;
  private readonly stopped = new AbortController();
  /** The sequence that somebody waits for. */
  private wanted = 0;
  /** The last one that was in the queue: a database may come back with less than it had. */
  private seen = 0;
  private wakeUp: (() => void) | undefined;
  private hurryUp: (() => void) | undefined;

  constructor(options: HistoryWriterOptions) {
    this.options = options;
    this.queue = new RecordQueue(options.memory.queue);
    this.status = new HistoryStatus(options.memory.status);
    this.tellStatus();
  }

  /**
   * Writes what the journal has up to its head. @throws HistoryRefused when the history has what
   * the journal has not, and whatever the database throws.
   */
  async catchUp(): Promise<void> {
    const { history, source } = this.options;
    history.checkBehind(source);
    this.status.mode = 'catching_up';
    await this.readJournal(source.sequence());
    this.status.mode = 'live';
  }

  /** Writes until it is stopped or cannot go on; never rejects. */
  async run(): Promise<void> {
    const { retryMs: first = RETRY_MS_MIN } = this.options;
    let retryMs = first;
    for (;;) {
      try {
        if (!(await this.writeSome())) return;
        retryMs = first;
      } catch (error) {
        if (isFinal(error) || this.stopping) {
          this.status.mode = 'failed';
          this.trouble('failed', error);
          return;
        }
        this.status.mode = 'retrying';
        this.trouble('retry', error);
        await sleep(retryMs, undefined, { signal: this.stopped.signal }).catch(() => undefined);
        retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
      }
    }
  }

  /** There is something in the queue, or behind it. */
  wake(): void {
    this.wakeUp?.();
  }

  /** Somebody waits for a sequence. */
  hurry(sequence: number): void {
    this.wanted = Math.max(this.wanted, sequence);
    if (this.status.sequence >= sequence) this.options.onWritten?.();
    this.hurryUp?.();
    this.wake();
  }

  /**
   * Writes what waits in the queue, then ends; at once when the database does not answer or the
   * journal would have to be read for it.
   */
  stop(): void {
    this.stopping = true;
    if (this.status.mode === 'retrying') this.stopped.abort();
    this.hurryUp?.();
    this.wake();
  }

  /** One batch, or the way to the queue; waits when there is nothing. False when it is to end. */
  private async writeSome(): Promise<boolean> {
    const { history, source } = this.options;
    // It may be unknown whether a batch that failed is there.
    if (this.status.mode === 'retrying') await history.reload();
    this.tellStatus();
    this.queue.dropTo(history.sequence());
    const first = this.queue.first();
    const before = first === undefined ? Math.max(source.sequence(), this.seen) : first - 1;
    if (history.sequence() < before) {
      if (this.stopping) return false; // the next start goes on from the journal
      this.status.mode = 'catching_up';
      await this.readJournal(before);
      return true;
    }
    this.status.mode = 'live';
    if (first !== undefined) await this.writeQueue();
    else if (this.stopping) return false;
    else await this.rest();
    return true;
  }

  private async writeQueue(): Promise<void> {
    const { history } = this.options;
    let records = this.queue.peek(BATCH_RECORDS_MAX, BATCH_VALUES_MAX);
    const isLate = this.stopping || this.wanted > history.sequence();
    if (records.length < BATCH_RECORDS_MAX && !isLate) {
      await this.linger();
      records = this.queue.peek(BATCH_RECORDS_MAX, BATCH_VALUES_MAX);
    }
    this.seen = records[records.length - 1].sequence;
    await history.apply(records);
    this.queue.dropTo(history.sequence());
    this.tellStatus();
  }

  /** From the journal up to where the queue begins. */
  private async readJournal(until: number): Promise<void> {
    const { history, source } = this.options;
    await history.catchUp({
      sequence: () => (this.stopping ? history.sequence() : until),
      open: async (sequence, end) => {
        const start = await source.open(sequence, end);
        return { ...start, records: this.watched(start.records) };
      },
    });
    this.tellStatus();
  }

  private async *watched(
    records: AsyncIterable<readonly HistoryRecord[]>,
  ): AsyncGenerator<readonly HistoryRecord[]> {
    for await (const some of records) {
      if (this.stopping) return;
      yield some;
      this.tellStatus();
    }
  }

  /** Until there is something to do. The queue is looked at again once it is known to sleep. */
  private async rest(): Promise<void> {
    const { source, history } = this.options;
    const woken = new Promise<void>((resolve) => {
      this.wakeUp = resolve;
    });
    this.status.isAsleep = true;
    if (this.queue.isEmpty && source.sequence() <= history.sequence()) await woken;
    this.status.isAsleep = false;
    this.wakeUp = undefined;
  }

  private async linger(): Promise<void> {
    const { lingerMs = LINGER_MS } = this.options;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, lingerMs);
      this.hurryUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.hurryUp = undefined;
  }

  private tellStatus(): void {
    const { history, onWritten } = this.options;
    const before = this.status.sequence;
    this.status.reached(history.sequence(), history.time());
    if (this.wanted > before) onWritten?.();
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
