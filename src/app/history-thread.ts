// The history's thread as the rest of the process sees it: started with a journal at rest, followed
// by the queue, stopped at the end. When it ends by itself, trading goes on without it.

import { Worker } from 'node:worker_threads';
import { HistoryRefused } from '../projections/history.ts';
import { HistoryFollower, type HistoryMemory } from '../projections/history-follower.ts';
import { HistoryStatus, statusMemory } from '../projections/history-status.ts';
import { queueMemory } from '../projections/record-queue.ts';
import type { EngineMachine } from '../runtime/engine-machine.ts';
import type { FromHistory, HistorySetup, SaidError, ToHistory } from './history-words.ts';

const PROGRESS_MS = 5_000;

/** `overflow`: it goes on from the journal; `retry`: it tries again; `failed`: the end. */
export interface HistoryTrouble {
  readonly kind: 'overflow' | 'retry' | 'failed';
  readonly sequence: number;
  readonly error: unknown;
}

export interface HistoryThreadOptions extends Omit<HistorySetup, 'memory'> {
  /** The last durable sequence of the journal, and its time. */
  readonly sequence: number;
  readonly timeMs: number;
  readonly engine: () => EngineMachine['engine'];
  readonly onTrouble: (trouble: HistoryTrouble) => void;
  /** Told now and then while it reads what it lacks. */
  readonly onProgress?: (sequence: number) => void;
  readonly queueBytes?: number;
}

export class HistoryThread {
  /** To be given every durable command after `sequence`. */
  readonly follower: HistoryFollower;
  readonly worker: Worker;
  private readonly options: HistoryThreadOptions;
  private readonly status: HistoryStatus;
  private readonly ended: Promise<void>;
  /** `over`: it has failed, or has been told to stop. */
  private phase: 'starting' | 'running' | 'over' = 'starting';

  private constructor(options: HistoryThreadOptions) {
    const { sequence, timeMs, engine, queueBytes, onTrouble } = options;
    const memory: HistoryMemory = { queue: queueMemory(queueBytes), status: statusMemory() };
    this.options = options;
    this.status = new HistoryStatus(memory.status);
    this.status.head = sequence;
    const { url, journal, directory, limits, retention } = options;
    const setup: HistorySetup = { url, journal, directory, limits, retention, memory };
    this.worker = new Worker(new URL('./history-worker.ts', import.meta.url), {
      workerData: setup,
      name: 'history',
    });
    this.ended = new Promise((resolve) => this.worker.once('exit', () => resolve()));
    this.follower = new HistoryFollower({
      memory,
      sequence,
      timeMs,
      engine,
      wake: () => this.say({ kind: 'wake' }),
      hurry: (wanted) => this.say({ kind: 'hurry', sequence: wanted }),
      onOverflow: (at) => onTrouble({ kind: 'overflow', sequence: at, error: undefined }),
    });
  }

  /**
   * Resolves when the history has what the journal has. @throws HistoryRefused, and whatever the
   * database or the journal throws
   */
  static async start(options: HistoryThreadOptions): Promise<HistoryThread> {
    const thread = new HistoryThread(options);
    const timer = setInterval(() => {
      options.onProgress?.(thread.status.sequence);
    }, PROGRESS_MS);
    try {
      await thread.begin();
      return thread;
    } catch (error) {
      await thread.ended;
      throw error;
    } finally {
      clearInterval(timer);
    }
  }

  /** Writes what is in the queue and lets the database go. */
  async stop(): Promise<void> {
    this.phase = 'over';
    this.say({ kind: 'stop' });
    await this.ended;
    this.follower.onEnded();
  }

  private begin(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.worker.on('message', (word: FromHistory) => {
        if (word.kind === 'ready') {
          this.phase = 'running';
          resolve();
        } else if (word.kind === 'refused') reject(errorOf(word.error));
        else if (word.kind === 'written') this.follower.onWritten();
        else this.onTrouble(word.what, word.sequence, errorOf(word.error));
      });
      const onLost = (error: unknown): void => {
        reject(error as Error);
        if (this.phase === 'running') this.onTrouble('failed', this.status.sequence, error);
      };
      this.worker.on('error', onLost);
      this.worker.on('exit', (code) => onLost(new Error(`its thread ended with ${code}`)));
    });
  }

  private onTrouble(kind: 'retry' | 'failed', sequence: number, error: unknown): void {
    if (kind === 'failed') {
      this.phase = 'over';
      this.follower.onEnded();
    }
    this.options.onTrouble({ kind, sequence, error });
  }

  private say(word: ToHistory): void {
    this.worker.postMessage(word);
  }
}

function errorOf({ message, stack, fault }: SaidError): Error {
  const error = fault === undefined ? new Error(message) : new HistoryRefused(fault, message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
