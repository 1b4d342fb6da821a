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
    const { call } = submission;
    const reading = new Reading(this.exchange.catalog);
    const command = submission.command(reading);
    if (reading.refusal !== undefined) {
      throw new ProblemError({ ...readingProblem(reading.refusal), request_id: call.requestId });
    }
    return new Promise((resolve, reject) => {
      this.exchange.submit(command, (given) => {
        try {
          const answer = (result: Result): T => submission.answer(result, command);
          resolve(this.answerTo(given, { call, command, reading, answer }));
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }

  private answerTo<T extends object>(given: Answer<Result>, asked: Asked<T>): T & Receipt {
    const { call, command, reading } = asked;
    if (given.kind === 'refused') throw refuse(UNAVAILABLE[given.why]);
    if (given.kind === 'unknown') throw refuse('OUTCOME_UNKNOWN');
    const result = given.outcome;
    const { sequence, repeated } = result;
    const receipt = { request_id: call.requestId, sequence, repeated };
    if (result.reason !== 0) {
      const problem = problemOf(result, command, reading);
      const traced = result.taken || repeated ? receipt : { request_id: call.requestId };
      throw new ProblemError({ ...problem, ...traced });
    }
    const owner = 'account' in command ? command.account : -1;
    if (repeated) {
      const known = this.answers.get(owner, command.id);
      if (known !== undefined) return { ...(known as T), ...receipt };
    }
    const answer = asked.answer(result);
    if (command.id !== '') this.answers.keep(owner, command.id, answer);
    return { ...answer, ...receipt };
  }
}

interface Asked<T> {
  readonly call: Call;
  readonly command: Command;
  readonly reading: Reading;
  readonly answer: (result: Result) => T;
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
