// What the journal replays into: a deterministic state machine whose commands are opaque bytes
// here. The journal knows nothing of markets or money, so the engine may change without touching
// it.

/** A copy of a machine's state. */
export interface MachineSnapshot {
  /**
   * The bytes, in the machine's own order. They must stay as they are until the machine is asked
   * for its next snapshot, and the journal asks for one only after it has finished with the last.
   */
  readonly parts: readonly Uint8Array[];
  /** The hash of the copied state; asked for after the pause, so it may take its time. */
  stateHash(): string | Promise<string>;
}

/** A deterministic state machine: the same commands in the same order give the same bytes. */
export interface Machine {
  /**
   * The rules its commands are computed by. A journal written under other rules is not replayed.
   */
  readonly rulesVersion: number;
  /**
   * Applies one command; `command` is valid only during the call. Writes the 64-bit digest of its
   * events into `digestOut` as two unsigned words.
   */
  apply(sequence: number, timeMs: number, command: Uint8Array, digestOut: Uint32Array): void;
  /** Copies the state. Nothing else runs meanwhile: this call is the whole pause. */
  snapshot(): MachineSnapshot;
  /** Replaces the state by what `snapshot` gave under `rulesVersion`. */
  restore(parts: readonly Uint8Array[], rulesVersion: number): void;
  /** `^[0-9A-Za-z]{1,128}$`; equal states have equal hashes. */
  stateHash(): string;
}
