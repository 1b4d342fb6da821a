// From a command to its answer: executed once, answered when it is on the disk, and answered again
// in the same words when its Idempotency-Key comes back.

import { Reading } from '../contract/reading.ts';
import { readingProblem, ruleProblem, type EdgeCode, type Problem } from '../contract/problem.ts';
import type { Result } from '../runtime/engine-machine.ts';
import type { Answer, Unavailable } from '../runtime/group.ts';
import type { Answers } from './answers.ts';
import type { Call } from './call.ts';
import type { Command, Exchange } from './exchange.ts';
import { ProblemError, refuse } from './problem-error.ts';

export interface Receipt {
  readonly request_id: string;
  readonly sequence: number;
  readonly repeated: boolean;
}

export interface Submission<T, C extends Command = Command> {
  readonly call: Call;
  /** Builds the command; refusals of names and decimals are left in the reading. */
  readonly command: (reading: Reading) => C;
  /** The answer's own fields. Called once, at once, before the next command is answered. */
  readonly answer: (result: Result, command: C) => T;
}

export class Submitter {
  private readonly exchange: Exchange;
  private readonly answers: Answers;

  constructor(exchange: Exchange, answers: Answers) {
    this.exchange = exchange;
    this.answers = answers;
  }

  /** @throws ProblemError when it was refused */
  run<T extends object, C extends Command>(submission: Submission<T, C>): Promise<T & Receipt> {
    return new Promise((resolve, reject) => {
      this.start(submission, resolve, reject);
    });
  }

  /**
   * The same without a promise of its own, for many at once. One of the two is called, once; it
   * must not throw.
   */
  start<T extends object, C extends Command>(
    submission: Submission<T, C>,
    onAnswer: (answer: T & Receipt) => void,
    onRefused: (error: unknown) => void,
  ): void {
    const reading = new Reading(this.exchange.catalog);
    let command: C;
    try {
      command = submission.command(reading);
    } catch (error) {
      return onRefused(error);
    }
    if (reading.refusal !== undefined) {
      const { requestId: request_id } = submission.call;
      return onRefused(new ProblemError({ ...readingProblem(reading.refusal), request_id }));
    }
    this.exchange.submit(command, (given) => {
      let answer: T & Receipt;
      try {
        answer = this.answerTo(given, submission, command, reading);
      } catch (error) {
        return onRefused(error);
      }
      onAnswer(answer);
    });
  }

  private answerTo<T extends object, C extends Command>(
    given: Answer<Result>,
    { call, answer: answerOf }: Submission<T, C>,
    command: C,
    reading: Reading,
  ): T & Receipt {
    if (given.kind === 'refused') throw refuse(UNAVAILABLE[given.why]);
    if (given.kind === 'unknown') throw refuse('OUTCOME_UNKNOWN');
    const result = given.outcome;
    const { sequence, repeated } = result;
    const { requestId: request_id } = call;
    if (result.reason !== 0) {
      const problem = problemOf(result, command, reading);
      const isTraced = result.taken || repeated;
      const traced = isTraced ? { request_id, sequence, repeated } : { request_id };
      throw new ProblemError({ ...problem, ...traced });
    }
    const owner = 'account' in command ? command.account : -1;
    if (repeated) {
      const known = this.answers.get(owner, command.id);
      if (known !== undefined) return { ...(known as T), request_id, sequence, repeated };
    }
    const answer = answerOf(result, command);
    if (command.id !== '') this.answers.keep(owner, command.id, answer);
    return { ...answer, request_id, sequence, repeated };
  }
}

const UNAVAILABLE: Readonly<Record<Unavailable, EdgeCode>> = {
  busy: 'BUSY',
  storage_full: 'STORAGE_FULL',
  closing: 'CLOSING',
  stopped: 'CLOSING',
  too_large: 'BODY_TOO_LARGE',
};

/** A refusal of the engine in the units of the command's market and asset. */
export function problemOf(
  result: Pick<Result, 'reason' | 'params'>,
  command: Command,
  reading: Reading,
): Problem {
  const sells = command.kind === 'place_order' && command.side < 0;
  return ruleProblem(result.reason, result.params, {
    market: reading.entered,
    asset: reading.enteredAsset,
    settlement: reading.catalog.settlement(),
    sells,
  });
}
