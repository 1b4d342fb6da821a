// What is measured of durability, with the sizes of each case and what the project has set itself.
// Each runs in a process of its own (worker.ts); this is what durable.ts and worker.ts share.

export type DurableCase =
  | 'max'
  | 'max-ids'
  | 'open-10k'
  | 'open-100k'
  | 'open-500k'
  | 'recovery'
  | 'snapshot'
  | 'restart';

/** In the order in which a round runs them: `recovery` reads what `max` has written. */
export const DURABLE_CASES: readonly DurableCase[] = [
  'max',
  'recovery',
  'max-ids',
  'open-10k',
  'open-100k',
  'open-500k',
  'snapshot',
  'restart',
];

/** Cases that work on the directory which an earlier case of the round has left. */
export const CONTINUES: Partial<Record<DurableCase, DurableCase>> = {
  recovery: 'max',
  restart: 'snapshot',
};

export const OPEN_RATES: Partial<Record<DurableCase, number>> = {
  'open-10k': 10_000,
  'open-100k': 100_000,
  'open-500k': 500_000,
};

export interface Sizes {
  readonly accounts: number;
  readonly resting: number;
  readonly warm: number;
  readonly timed: number;
  /** Of an open loop. */
  readonly seconds: number;
  readonly snapshotAccounts: number;
  readonly snapshotOrders: number;
}

export const FULL: Sizes = {
  accounts: 100_000,
  resting: 10_000,
  warm: 300_000,
  timed: 1_500_000,
  seconds: 3,
  snapshotAccounts: 1_000_000,
  snapshotOrders: 1_000_000,
};

export const QUICK: Sizes = {
  accounts: 2_000,
  resting: 2_000,
  warm: 20_000,
  timed: 100_000,
  seconds: 0.5,
  snapshotAccounts: 20_000,
  snapshotOrders: 20_000,
};

/** What one case measured; what it does not measure is left out. */
export interface DurableFigures {
  readonly commands?: number;
  readonly perSecond?: number;
  /** Of the order flow alone, without the accounts' set-up before it. */
  readonly flowPerSecond?: number;
  /** Share of the time in which the main thread had a processor. */
  readonly cpu?: number;
  readonly bytesEach?: number;
  /** Milliseconds from arrival to the durable answer. */
  readonly p50?: number;
  readonly p99?: number;
  readonly p999?: number;
  readonly maxMs?: number;
  readonly pauseMs?: number;
  readonly firstPauseMs?: number;
  readonly durableMs?: number;
  readonly restartMs?: number;
  readonly megabytes?: number;
  readonly accounts?: number;
  readonly orders?: number;
}
