// How a handler says no: it throws one of these, and the server answers with its problem. Nothing
// else that is thrown ever reaches a client.

import { edgeProblem, type EdgeCode, type Problem } from '../contract/problem.ts';

export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  /** For Retry-After, in whole seconds. */
  readonly retryAfter: number | undefined;

  constructor(problem: Problem, retryAfter?: number) {
    super(problem.code);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

const RETRY_SECONDS = 1;

/** A problem of the edge as an error. */
export function refuse(code: EdgeCode, detail?: string, field?: string): ProblemError {
  const problem = edgeProblem(code, detail, field);
  return new ProblemError(problem, problem.status === 503 ? RETRY_SECONDS : undefined);
}
