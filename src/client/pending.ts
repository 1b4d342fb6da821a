// Commands that were sent and are not answered. Each has a key, so it may be sent again on the next
// connection or after an unknown outcome: the exchange executes it once and repeats its answer.

import type { Problem } from '../contract/problem.ts';
import type {
  ClientMessageInput,
  StreamAnswer,
  StreamOperation,
} from '../contract/stream/messages.ts';
import { NoAnswerError, PlimsollError } from './errors.ts';
import { newKey } from './waiting.ts';

export type CommandRequest<O extends StreamOperation> = Omit<
  Extract<ClientMessageInput, { readonly op: O }>,
  'op' | 'id' | 'idempotency_key'
>;

export interface CommandOptions {
  /** Left out: a new one. */
  readonly key?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

interface Waiting {
  readonly message: object;
  readonly key: string;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
  again: ReturnType<typeof setTimeout> | undefined;
}

/** Refusals after which the same command may be sent again: it was not done, or nobody knows. */
const AGAIN: ReadonlySet<string> = new Set([
  'BUSY',
  'CLOSING',
  'STORAGE_FULL',
  'OUTCOME_UNKNOWN',
  'BEHIND',
]);
const AGAIN_MS = 250;

export class Pending {
  private readonly send: (message: object) => void;
  private readonly timeoutMs: number;
  private readonly waiting = new Map<string, Waiting>();
  private made = 0;

  constructor(send: (message: object) => void, timeoutMs: number) {
    this.send = send;
    this.timeoutMs = timeoutMs;
  }

  add<O extends StreamOperation>(
    op: O,
    request: CommandRequest<O>,
    { key = newKey(), signal, timeoutMs = this.timeoutMs }: CommandOptions,
  ): Promise<StreamAnswer<O>> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    const id = `c${(this.made += 1)}`;
    return new Promise<StreamAnswer<O>>((resolve, reject) => {
      const late = (): void => {
        const failure = `no answer within ${timeoutMs} ms: it may have been done`;
        this.fail(id, new NoAnswerError(failure, { idempotencyKey: key }));
      };
      const message = { op, id, idempotency_key: key, ...request };
      const timer = setTimeout(late, timeoutMs);
      const settle = resolve as (answer: unknown) => void;
      this.waiting.set(id, { message, key, resolve: settle, reject, timer, again: undefined });
      signal?.addEventListener('abort', () => this.fail(id, signal.reason as Error), {
        once: true,
      });
      this.send(message);
    });
  }

  /** The connection is there again. */
  resume(): void {
    for (const { message } of this.waiting.values()) this.send(message);
  }

  pause(): void {
    for (const one of this.waiting.values()) clearTimeout(one.again);
  }

  answer(id: string | null, answer: unknown): void {
    this.take(id)?.resolve(answer);
  }

  /** False when no command has this id. */
  refuse(id: string | null, problem: Problem, retryAfter?: number): boolean {
    const one = id === null ? undefined : this.waiting.get(id);
    if (one === undefined) return false;
    if (AGAIN.has(problem.code)) {
      clearTimeout(one.again);
      one.again = setTimeout(() => this.send(one.message), AGAIN_MS);
      return true;
    }
    const retryAfterMs = retryAfter === undefined ? undefined : retryAfter * 1000;
    this.take(id)?.reject(new PlimsollError(problem, retryAfterMs));
    return true;
  }

  abandon(why: string): void {
    for (const [id, { key }] of this.waiting) {
      this.fail(id, new NoAnswerError(`no answer came: ${why}`, { idempotencyKey: key }));
    }
  }

  private fail(id: string, error: Error): void {
    this.take(id)?.reject(error);
  }

  private take(id: string | null): Waiting | undefined {
    const one = id === null ? undefined : this.waiting.get(id);
    if (id === null || one === undefined) return undefined;
    clearTimeout(one.timer);
    clearTimeout(one.again);
    this.waiting.delete(id);
    return one;
  }
}
