// What is measured: every case with its flow, its schedule and what it is held against. A case runs
// in a process of its own (worker.ts); this is the list that run.ts and worker.ts share.

import type { FlowOptions } from '../src/testing/flow/flow.ts';
import type { Schedule } from './subject.ts';

export type CaseName =
  | 'fast-book'
  | 'fast-book-million'
  | 'naive-book'
  | 'nodejs-order-book'
  | 'hft-limit-order-book'
  | 'engine'
  | 'engine-ids'
  | 'replay'
  | 'snapshot';

export interface BenchCase {
  readonly name: CaseName;
  /** How the table calls it. */
  readonly label: string;
  readonly flow: Omit<FlowOptions, 'commands' | 'seed'>;
  readonly schedule: Schedule;
  /** For --quick: a smaller schedule, and a smaller flow where the usual one takes long to make. */
  readonly quick: Schedule;
  readonly quickFlow?: Omit<FlowOptions, 'commands' | 'seed'>;
  /** What the project has set itself; ratios are against `PEER` in the same run. */
  readonly target?: { readonly perSecond?: number; readonly ratio?: number };
}

/** Ratios are against this one. */
export const PEER: CaseName = 'nodejs-order-book';

const usual = { resting: 10_000, accounts: 100_000 } as const;
const quick: Schedule = { warm: 20_000, timed: 100_000, single: 20_000 };
const small = { resting: 2_000, accounts: 2_000 } as const;
const peer: Schedule = { warm: 20_000, timed: 100_000, single: 50_000 };
const quickPeer: Schedule = { warm: 5_000, timed: 20_000, single: 10_000 };

export const CASES: readonly BenchCase[] = [
  {
    name: 'fast-book',
    label: 'book',
    flow: usual,
    schedule: { warm: 500_000, timed: 3_000_000, single: 500_000 },
    quick,
    target: { perSecond: 8_000_000, ratio: 50 },
  },
  {
    name: 'fast-book-million',
    label: 'book, deep',
    flow: { resting: 1_000_000, accounts: 100_000 },
    schedule: { warm: 100_000, timed: 1_000_000, single: 500_000 },
    quick,
    quickFlow: { resting: 50_000, accounts: 2_000 },
    target: { perSecond: 2_500_000 },
  },
  {
    name: 'naive-book',
    label: 'naive book',
    flow: { resting: 300, accounts: 100 },
    schedule: { warm: 200, timed: 2_000, single: 1_000 },
    quick: { warm: 100, timed: 500, single: 200 },
  },
  {
    name: 'nodejs-order-book',
    label: 'npm nodejs-order-book 10.1.1',
    flow: usual,
    schedule: peer,
    quick: quickPeer,
  },
  {
    name: 'hft-limit-order-book',
    label: 'npm hft-limit-order-book 7.0.2',
    flow: usual,
    schedule: peer,
    quick: quickPeer,
  },
  {
    name: 'engine',
    label: 'engine: margin and events',
    flow: usual,
    schedule: { warm: 300_000, timed: 1_000_000, single: 300_000 },
    quick,
    quickFlow: small,
    target: { perSecond: 1_500_000, ratio: 9 },
  },
  {
    name: 'engine-ids',
    label: 'engine, with command ids',
    flow: usual,
    schedule: { warm: 300_000, timed: 1_000_000, single: 300_000 },
    quick,
    quickFlow: small,
    target: { ratio: 9 },
  },
  {
    name: 'replay',
    label: 'replay of a CSV file',
    flow: { resting: 10_000, accounts: 1_000 },
    schedule: { warm: 0, timed: 300_000, single: 0 },
    quick: { warm: 0, timed: 20_000, single: 0 },
    quickFlow: small,
  },
  {
    name: 'snapshot',
    label: 'snapshot copy',
    flow: { resting: 1_000_000, accounts: 100_000 },
    schedule: { warm: 0, timed: 20_000, single: 0 },
    quick: { warm: 0, timed: 1_000, single: 0 },
    quickFlow: small,
  },
];
