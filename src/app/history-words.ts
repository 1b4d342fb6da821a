// What the engine's thread and the history's thread say to each other. Commands are not among it:
// they go through the queue that both share.

import type { EngineLimits } from '../engine/limits.ts';
import type { HistoryFault } from '../projections/history.ts';
import type { HistoryMemory } from '../projections/history-follower.ts';
import type { Retention } from '../projections/prune.ts';

/** What the history's thread is made with. */
export interface HistorySetup {
  readonly url: string;
  /** The identity of the journal, and where it lies. */
  readonly journal: string;
  readonly directory: string;
  readonly limits: Partial<EngineLimits>;
  readonly retention: Retention | undefined;
  readonly memory: HistoryMemory;
}

export type ToHistory =
  /** Said to one that is asleep. */
  { readonly kind: 'wake' | 'stop' } | { readonly kind: 'hurry'; readonly sequence: number };

/** An error, without what does not cross to another thread. */
export interface SaidError {
  readonly message: string;
  readonly stack: string | undefined;
  /** Of a HistoryRefused. */
  readonly fault: HistoryFault | undefined;
}

export type FromHistory =
  /** It is open and has all that the journal had. */
  | { readonly kind: 'ready' }
  /** Said while somebody waits for it. */
  | { readonly kind: 'written' }
  /** It could not be opened or caught up. */
  | { readonly kind: 'refused'; readonly error: SaidError }
  | {
      readonly kind: 'trouble';
      readonly what: 'retry' | 'failed';
      readonly sequence: number;
      readonly error: SaidError;
    };
