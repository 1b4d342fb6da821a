// What a call can fail with: a refusal of the server, with its code and its numbers, or no answer
// at all. Both are classes, so that a caller can tell them apart.

import type { Problem } from '../contract/problem.ts';

/** The server has refused; `problem` says why and `code` names it. */
export class PlimsollError extends Error {
  override readonly name = 'PlimsollError';
  readonly problem: Problem;
  readonly code: string;
  readonly status: number;
  /** Whether the same request may be accepted later. */
  readonly isTransient: boolean;
  /** Undefined when the server did not say. */
  readonly retryAfterMs: number | undefined;

  constructor(problem: Problem, retryAfterMs?: number) {
    super(problem.detail);
    this.problem = problem;
    this.code = problem.code;
    this.status = problem.status;
    this.isTransient = problem.transient;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer came, or none that we understand. A change may have happened: its key says. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  /** The key of the change; asking again with it cannot execute twice. */
  readonly idempotencyKey: string | undefined;

  constructor(message: string, options: { cause?: unknown; idempotencyKey?: string } = {}) {
    super(message, { cause: options.cause });
    this.idempotencyKey = options.idempotencyKey;
  }
}
