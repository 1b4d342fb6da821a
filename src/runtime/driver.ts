// What the sequencer asks of the machine that executes commands live. The same machine replays
// their bytes through the journal's `Machine`; both ways must do the same, and the digest proves
// it.

export interface CommandDriver<Command, Outcome> {
  /**
   * Writes the command into `into` at `at` and returns the number of bytes; more than the
   * sequencer's `commandBytes` is refused as `too_large`. Called before `execute`, so that nothing
   * is done that cannot be written down.
   */
  encode(command: Command, into: Uint8Array, at: number): number;
  /**
   * Executes the command and writes the 64-bit digest of its events into `digestOut`. The outcome
   * is kept until the command is durable, so it must not be an object that is used again. A throw
   * is a broken invariant: the process stops, and nothing of the group is acknowledged.
   */
  execute(command: Command, sequence: number, timeMs: number, digestOut: Uint32Array): Outcome;
  /**
   * Whether the command took its sequence and belongs into the journal. False only when it changed
   * nothing: a repeat of an id, or a refusal that needs no memory.
   */
  isJournaled(outcome: Outcome): boolean;
}
