// The answer to one command: accepted with what it made, or refused with the numbers. One object is
// reused by the engine; a caller that keeps an answer copies it.

import { OK } from './reason.ts';

/** What `execute` and `preview` return. */
export class Outcome {
  /** Commands that left a trace so far: accepted ones, and refused ones that had an id. */
  sequence = 0;
  /** The engine's clock after the command, ms. */
  time = 0;
  /** OK (0), or the number of a refusal. */
  reason = OK;
  /** The refusal's numbers, in the order of its row. */
  readonly params: [number, number, number] = [0, 0, 0];
  /** The number of the order, account, asset or market that the command made or named; 0 = none. */
  created = 0;
  /**
   * True when the command id was seen before: this is the first answer again, and nothing happened.
   */
  repeated = false;
  /** True when the command took a sequence and belongs into the journal. */
  taken = false;

  get accepted(): boolean {
    return this.reason === OK;
  }
}
