// Assertions are for our own mistakes, never for a user's: a failed one stops the process before
// anything is acknowledged. They stay on in production, so keep the condition cheap. They must
// never be caught to go on.

/** A broken invariant. It must never be caught to continue. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Stops with an `AssertionError` unless the condition holds. */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new AssertionError(`Invariant: ${what}`);
}

/** Stops unless the value is a whole number that a double holds exactly (|x| ≤ 2^53 − 1). */
export function assertSafe(value: number, what: string): void {
  if (!Number.isSafeInteger(value))
    throw new AssertionError(`Invariant: ${what} is not a safe integer: ${value}`);
}

/** For the default branch of a switch that handles every case. */
export function unreachable(value: never): never {
  throw new AssertionError(`Invariant: unreachable value ${String(value)}`);
}

/**
 * Whether a number is −0, whose bits differ from those of 0. `Object.is` says the same and costs a
 * call.
 */
export function isMinusZero(value: number): boolean {
  return value === 0 && 1 / value < 0;
}
