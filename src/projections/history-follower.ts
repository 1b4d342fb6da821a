// The history as the engine's thread sees it: puts every durable command into the queue and knows
// how far the writer is, wherever that runs. It never waits and never holds rows: when the queue is
// full a command is left to the journal, and the writer reads it from there.

import type { Engine } from '../engine/engine.ts';
import { type HistoryMode, HistoryStatus, type StatusMemory } from './history-status.ts';
import { WAITERS_MAX } from './limits.ts';
import { factsOf, type HistoryOutcome } from './record.ts';
import { type QueueMemory, RecordQueue } from './record-queue.ts';

/** What the two threads of a history share. */
export interface HistoryMemory {
  readonly queue: QueueMemory;
  readonly status: StatusMemory;
}

export interface HistoryFollowerOptions {
  readonly memory: HistoryMemory;
  /** The last durable sequence; the writer has it or reads it from the journal. */
  readonly sequence: number;
  readonly timeMs: number;
  /** The live engine, for names; asked anew each time because a restore replaces it. */
  readonly engine: () => Engine;
  /** Wakes the writer, which is asleep. */
  readonly wake: () => void;
  /** Asks the writer to say whenever it has written, until it has come to `sequence`. */
  readonly hurry: (sequence: number) => void;
  /** Told when the queue has become full. */
  readonly onOverflow?: (sequence: number) => void;
}

export interface HistoryLag {
  readonly mode: HistoryMode;
  readonly sequence: number;
  readonly head: number;
  /** Records, and milliseconds of the exchange's time, that it is behind. */
  readonly records: number;
  readonly behindMs: number;
  readonly overflows: number;
}

interface Waiter {
  readonly sequence: number;
  readonly resolve: (reached: boolean) => void;
}

export class HistoryFollower {
  readonly name = 'history';
  private readonly options: HistoryFollowerOptions;
  private readonly queue: RecordQueue;
  private readonly status: HistoryStatus;
  private head: number;
  private headTime: number;
  private overflows = 0;
  /** The queue was full, and is not taken up again before it is empty: few gaps, not many. */
  private isSkipping = false;
  private hasEnded = false;
  private waiters: Waiter[] = [];

  /** Add it to the followers before the next command is taken. */
  constructor(options: HistoryFollowerOptions) {
    this.options = options;
    this.queue = new RecordQueue(options.memory.queue);
    this.status = new HistoryStatus(options.memory.status);
    this.head = options.sequence;
    this.headTime = options.timeMs;
  }

  apply(sequence: number, timeMs: number, outcome: HistoryOutcome): void {
    this.head = sequence;
    this.headTime = timeMs;
    if (this.hasEnded) return;
    try {
      if (!this.push(sequence, timeMs, outcome)) this.status.head = sequence;
    } catch (error) {
      this.onEnded(); // whoever feeds it takes it off: nothing comes any more
      throw error;
    }
    if (this.status.takeSleep()) this.options.wake();
  }

  lag(): HistoryLag {
    const { head, overflows, status } = this;
    const { sequence, time } = status;
    const mode = this.hasEnded ? 'failed' : status.mode;
    const records = Math.max(0, head - sequence);
    const behindMs = records === 0 ? 0 : Math.max(0, this.headTime - time);
    return { mode, sequence, head, records, behindMs, overflows };
  }

  /**
   * Waits until rows up to `sequence` can be read; false when that takes longer than `timeoutMs`.
   */
  async reached(sequence: number, timeoutMs: number): Promise<boolean> {
    if (this.status.sequence >= sequence) return true;
    if (this.hasEnded || this.waiters.length >= WAITERS_MAX) return false;
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
        resolve(this.status.sequence >= sequence);
      }, timeoutMs);
      this.waiters.push(waiter);
      this.options.hurry(sequence);
    });
  }

  /** The writer has written. */
  onWritten(): void {
    const { sequence } = this.status;
    const waiting: Waiter[] = [];
    for (const waiter of this.waiters) {
      if (waiter.sequence <= sequence) waiter.resolve(true);
      else waiting.push(waiter);
    }
    this.waiters = waiting;
  }

  /** The writer is no more: nothing is queued for it, and whoever waits for it waits in vain. */
  onEnded(): void {
    this.hasEnded = true;
    this.onWritten();
    for (const waiter of this.waiters.splice(0)) waiter.resolve(false);
  }

  private push(sequence: number, timeMs: number, outcome: HistoryOutcome): boolean {
    if (this.isSkipping && !this.queue.isEmpty) return false;
    const facts = factsOf(outcome.events, this.options.engine());
    const isIn = this.queue.push(sequence, timeMs, outcome, facts);
    if (!isIn && !this.isSkipping) {
      this.overflows += 1;
      this.options.onOverflow?.(sequence);
    }
    this.isSkipping = !isIn;
    return isIn;
  }
}
