// What an attack on the exchange is, as data: a story, a script that is really executed, what it
// brought whom, and the bounds that this must stay within. An attack that stays within its bounds
// only because of a term that an operator sets can be run again with that term let go, and must
// then break them: so the script is known to attack something.

import type { Standing } from './arena.ts';

/** One figure and the most that it may be. */
export interface Bound {
  readonly what: string;
  readonly value: number;
  readonly atMost: number;
}

/** What a run brought, at fair prices, in whole dollars unless a bound says otherwise. */
export interface Measured extends Standing {
  readonly bounds: readonly Bound[];
}

export interface Attack {
  /** In the table and in the name of its test. */
  readonly name: string;
  /** What the attacker does, and what it did somewhere. Two sentences. */
  readonly story: string;
  /** Where it happened; '' = nowhere that is known. */
  readonly seen: string;
  /** What stops it here. */
  readonly defence: string;
  /** What is let go in a weakened run; '' = the defence is no setting. */
  readonly weakening: string;
  readonly run: (weakened: boolean) => Measured;
}

/** The bounds that a run has broken, in words. */
export function broken({ bounds }: Measured): string[] {
  return bounds
    .filter(({ value, atMost }) => value > atMost)
    .map(({ what, value, atMost }) => `${what}: ${value}, at most ${atMost}`);
}
