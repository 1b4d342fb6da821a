// From a command to its answer: executed once, answered when it is on the disk, and answered again
// in the same words when its Idempotency-Key comes back.

import { Reading, type EdgeRefusal } from '../contract/reading.ts';
import { readingProblem, ruleProblem, type EdgeCode, type Problem } from '../contract/problem.ts';
import type { Result } from '../runtime/engine-machine.ts';
import type { Answer, Unavailable } from '../runtime/group.ts';
import { asciiJson } from './ascii-json.ts';
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

/**
 * Somebody who wants the answer to one command as JSON. One of `onAnswer` and `onRefused` is
 * called.
 */
export interface WrittenFor<T, C extends Command> {
  readonly requestId: string;
  /** As of a `Submission`. */
  answer(result: Result, command: C): T;
  /** What `answer` and its receipt are as JSON in ASCII, or undefined: then those are used. */
  write(result: Result): string | undefined;
  /** Must not throw, as little as `onRefused`. */
  onAnswer(json: string): void;
  onRefused(error: unknown): void;
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
    const { call, answer: answerOf } = submission;
    const { requestId } = call;
    let command: C;
    try {
      command = submission.command(reading);
    } catch (error) {
      return onRefused(error);
    }
    if (reading.refusal !== undefined) return onRefused(unreadable(reading.refusal, requestId));
    this.exchange.submit(command, (given) => {
      let answer: T & Receipt;
      try {
        const result = resultOf(given, requestId, command, reading);
        answer = this.answerTo(result, requestId, command, answerOf);
      } catch (error) {
        return onRefused(error);
      }
      onAnswer(answer);
    });
  }

  /**
   * The same for a command that was read, with the answer as JSON in ASCII and without objects of
   * its own: what waits for the disk is all that is kept.
   */
  startWritten<T extends object, C extends Command>(
    command: C,
    reading: Reading,
    asked: WrittenFor<T, C>,
  ): void {
    const { requestId } = asked;
    if (reading.refusal !== undefined) {
      return asked.onRefused(unreadable(reading.refusal, requestId));
    }
    this.exchange.submit(command, (given) => {
      let json: string;
      try {
        const result = resultOf(given, requestId, command, reading);
        // who gave a key may ask for the same words again
        const isPlain = command.id === '' && !result.repeated;
        json =
          (isPlain ? asked.write(result) : undefined) ??
          asciiJson(
            this.answerTo(result, requestId, command, (of, made: C) => asked.answer(of, made)),
          );
      } catch (error) {
        return asked.onRefused(error);
      }
      asked.onAnswer(json);
    });
  }

  private answerTo<T extends object, C extends Command>(
    result: Result,
    request_id: string,
    command: C,
    answerOf: (result: Result, command: C) => T,
  ): T & Receipt {
    const { sequence, repeated } = result;
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

/** A command that was carried out. @throws ProblemError when it was refused */
function resultOf(
  given: Answer<Result>,
  request_id: string,
  command: Command,
  reading: Reading,
): Result {
  if (given.kind === 'refused') throw refuse(UNAVAILABLE[given.why]);
  if (given.kind === 'unknown') throw refuse('OUTCOME_UNKNOWN');
  const { outcome } = given;
  if (outcome.reason === 0) return outcome;
  const { sequence, taken, repeated } = outcome;
  const problem = problemOf(outcome, command, reading);
  const traced = taken || repeated ? { request_id, sequence, repeated } : { request_id };
  throw new ProblemError({ ...problem, ...traced });
}

function unreadable(refusal: EdgeRefusal, request_id: string): ProblemError {
  return new ProblemError({ ...readingProblem(refusal), request_id });
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
