// `plimsoll replay` from its options to its exit code: progress, interruption, a second run to
// compare, printing. 0: done and conserved; 1: a row or file that cannot be read, something not
// conserved, or two runs that differ; 130: interrupted, with what was done until then printed.

import { Progress, type Terminal } from './progress.ts';
import { ReplayError } from './replay-error.ts';
import { isConserved, reportJson, reportText, type ReplayReport } from './report.ts';
import { replay, sourceOf } from './run.ts';
import type { SourceOptions } from './source.ts';

export const SEED_DEFAULT = 1;
export const ACCOUNTS_MAX = 1_000_000;
const EXIT_FAILED = 1;
const EXIT_INTERRUPTED = 130;

export interface ReplayOptions {
  readonly json?: boolean;
  readonly accounts?: number;
  readonly seed: number;
  readonly twice?: boolean;
  readonly limit?: number;
}

/** Where it prints and how it learns that it should end; tests bring their own. */
export interface Surroundings {
  readonly out: Terminal;
  readonly err: Terminal;
  /** Calls back when the user wants it to end; returns what ends the listening. */
  onInterrupt(callback: () => void): () => void;
}

const OF_THIS_PROCESS: Surroundings = {
  out: process.stdout,
  err: process.stderr,
  onInterrupt(callback) {
    process.on('SIGINT', callback);
    process.on('SIGTERM', callback);
    return () => {
      process.off('SIGINT', callback);
      process.off('SIGTERM', callback);
    };
  },
};

/** Returns the exit code. */
export async function runReplay(
  path: string,
  options: ReplayOptions,
  surroundings: Surroundings = OF_THIS_PROCESS,
): Promise<number> {
  const job = new Job(path, options, surroundings);
  const release = surroundings.onInterrupt(() => job.interrupt());
  try {
    return await job.run();
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error;
    surroundings.err.write(`plimsoll replay: ${error.message}\n`);
    return EXIT_FAILED;
  } finally {
    release();
  }
}

class Job {
  private interrupted = false;
  private readonly asked: SourceOptions;
  private readonly options: ReplayOptions;
  private readonly surroundings: Surroundings;

  constructor(path: string, options: ReplayOptions, surroundings: Surroundings) {
    this.asked = { path, accounts: options.accounts, seed: options.seed };
    this.options = options;
    this.surroundings = surroundings;
  }

  interrupt(): void {
    this.interrupted = true;
  }

  async run(): Promise<number> {
    const first = await this.runOnce('replay', true);
    const again = this.options.twice === true && first.completed;
    const second = again ? await this.runOnce('second run', false) : undefined;
    this.print(first, second);
    if (this.interrupted) return EXIT_INTERRUPTED;
    const same = second === undefined || sameOutcome(first, second);
    return isConserved(first) && same ? 0 : EXIT_FAILED;
  }

  private async runOnce(label: string, announce: boolean): Promise<ReplayReport> {
    const { out, err } = this.surroundings;
    const source = await sourceOf(this.asked);
    if (announce && this.options.json !== true) out.write(`${source.preparation}\n`);
    const progress = new Progress(err, label);
    const control = {
      rowsMax: this.options.limit ?? Infinity,
      stopped: () => this.interrupted,
      progress: (done: number, total: number, rows: number) => {
        progress.update({ done, total, rows, now: performance.now() });
      },
    };
    try {
      return await replay(source, this.asked, control);
    } finally {
      progress.clear();
    }
  }

  private print(first: ReplayReport, second: ReplayReport | undefined): void {
    const { out } = this.surroundings;
    if (this.options.json === true) {
      const compared = second?.completed === true;
      const secondRun = compared ? { second_run_same: sameOutcome(first, second) } : {};
      out.write(`${JSON.stringify({ ...reportJson(first), ...secondRun })}\n`);
      return;
    }
    out.write(`${reportText(first)}\n`);
    if (!first.completed) out.write('Interrupted: this is what was done so far.\n');
    if (second !== undefined) out.write(`${comparison(first, second)}\n`);
  }
}

function comparison(first: ReplayReport, second: ReplayReport): string {
  if (!second.completed) return 'The second run was interrupted: there is nothing to compare.';
  if (sameOutcome(first, second)) return 'Second run: the same state hash and event digest.';
  return `Second run: DIFFERENT, state hash ${second.state_hash}, event digest ${second.event_digest}.`;
}

function sameOutcome(first: ReplayReport, second: ReplayReport): boolean {
  return first.state_hash === second.state_hash && first.event_digest === second.event_digest;
}
