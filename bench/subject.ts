// What a benchmark needs of a thing under test, and the loop that runs a flow through it. Each
// subject runs alone in its process, so the calls below are monomorphic and inlined. The loop must
// never do work that only some pay for.

import { generateFlow } from '../src/testing/flow/generator.ts';
import type { Flow, FlowOptions, FlowTotals } from '../src/testing/flow/flow.ts';
import { measureLatency, type Latency } from './latency.ts';

/** Runs rows of a flow and counts what traded. */
export interface Subject {
  /** Executes one row and reads what it did. */
  apply(row: number): void;
  readonly totals: { trades: number; quantity: number };
  /** Orders at rest now. */
  resting(): number;
}

/** How many rows of the flow are used for what; the prefill comes before. */
export interface Schedule {
  readonly warm: number;
  readonly timed: number;
  /** Rows that are timed one by one, after the others. */
  readonly single: number;
}

export interface Measurement {
  readonly timed: number;
  readonly seconds: number;
  /** Processor time ÷ time while it was timed: well below 1 when others used the machine. */
  readonly cpu: number;
  readonly latency: Latency | undefined;
  readonly resting: number;
  readonly accounts: number;
  readonly trades: number;
  readonly quantity: number;
  /** What the generator's own book says after the same rows: anything else is an error. */
  readonly expected: Pick<FlowTotals, 'trades' | 'quantity'>;
  /** Only of the snapshot case. */
  readonly copy?: { readonly bytes: number; readonly ms: number };
}

export function measure(
  make: (flow: Flow) => Subject,
  options: Omit<FlowOptions, 'commands'>,
  schedule: Schedule,
): Measurement {
  const { warm, timed, single } = schedule;
  const { flow, totals: expected } = generateFlow({ ...options, commands: warm + timed + single });
  const subject = make(flow);
  runRows(subject, 0, flow.prefill + warm);
  const start = flow.prefill + warm;
  const { seconds, cpu } = clocked(() => runRows(subject, start, start + timed));
  const latency = measureLatency(single, (i) => subject.apply(start + timed + i));
  const { trades, quantity } = subject.totals;
  const { accounts } = options;
  const resting = subject.resting();
  return { timed, seconds, cpu, latency, resting, accounts, trades, quantity, expected };
}

/** Time and share of a processor that some work took. */
export function clocked(work: () => void): { seconds: number; cpu: number } {
  const before = process.cpuUsage();
  const began = performance.now();
  work();
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(before);
  return { seconds, cpu: (user + system) / 1e6 / seconds };
}

function runRows(subject: Subject, from: number, to: number): void {
  for (let row = from; row < to; row++) subject.apply(row);
}
