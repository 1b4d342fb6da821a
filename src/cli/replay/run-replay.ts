// `plimsoll replay` from its options to its exit code: progress, interruption, a second run to
// compare, printing. 0: done and conserved; 1: a row or file that cannot be read, something not
// conserved, or two runs that differ; 130: interrupted, with what was done until then printed.

import { thousands } from './format.ts';
import { Progress, type Terminal } from './progress.ts';
import { ReplayError } from './replay-error.ts';
import { isConserved, reportJson, reportText, type ReplayReport } from './report.ts';
import { replay, sourceOf } from './run.ts';
import type { SourceOptions } from './source.ts';

export const SEED_DEFAULT = 1;
export const ACCOUNTS_MAX = 1_000_000;
/** Whole USDT: a tenth of what one balance may hold. */
export const FUND_MAX = 400_000_000;
const EXIT_FAILED = 1;
const EXIT_INTERRUPTED = 130;

export interface ReplayOptions {
  readonly json?: boolean;
  readonly accounts?: number;
  readonly seed: number;
  readonly twice?: boolean;
  readonly limit?: number;
  readonly resumeAt?: number;
  readonly check?: number;
  readonly funding?: string;
  readonly brackets?: string;
  readonly symbol?: string;
  readonly fund?: number;
  readonly coins?: number;
  readonly calm?: boolean;
}

/** A further run of the same, to compare with the first. */
interface Again {
  readonly name: string;
  /** Whether it must end as the first did; else only its speed is compared. */
  readonly isSame: boolean;
  readonly report: ReplayReport;
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
    const { funding, brackets, symbol, fund, coins } = options;
    this.asked = {
      path,
      accounts: options.accounts,
      seed: options.seed,
      checkEvery: options.check,
      candles: { funding, brackets, symbol, fund, coins },
    };
    this.options = options;
    this.surroundings = surroundings;
  }

  interrupt(): void {
    this.interrupted = true;
  }

  async run(): Promise<number> {
    const { twice, resumeAt, calm } = this.options;
    const { asked } = this;
    const first = await this.runOnce('replay', asked, true);
    const again: Again[] = [];
    const run = async (name: string, isSame: boolean, options: SourceOptions): Promise<void> => {
      if (this.interrupted) return;
      const report = await this.runOnce(name.toLowerCase(), options, false);
      again.push({ name, isSame, report });
    };
    if (twice === true) await run('Second run', true, asked);
    if (resumeAt !== undefined && this.mayResume(first, resumeAt))
      await run(`Snapshot after ${thousands(resumeAt)} commands and tail`, true, {
        ...asked,
        resumeAt,
      });
    if (calm === true)
      await run('Calm run', false, { ...asked, candles: { ...asked.candles, calm } });
    this.print(first, again);
    if (this.interrupted) return EXIT_INTERRUPTED;
    const same = again.every((one) => !one.isSame || sameOutcome(first, one.report));
    return isConserved(first) && same ? 0 : EXIT_FAILED;
  }

  /** @throws ReplayError when the run has no such command: it would compare nothing. */
  private mayResume({ commands }: ReplayReport, resumeAt: number): boolean {
    if (this.interrupted || (resumeAt >= 1 && resumeAt < commands)) return true;
    throw new ReplayError(
      `--resume-at: expected 1 to ${commands - 1}, the run has ${commands} commands`,
    );
  }

  private async runOnce(
    label: string,
    asked: SourceOptions,
    announce: boolean,
  ): Promise<ReplayReport> {
    const { out, err } = this.surroundings;
    const source = await sourceOf(asked);
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
      return await replay(source, asked, control);
    } finally {
      progress.clear();
    }
  }

  private print(first: ReplayReport, again: readonly Again[]): void {
    const { out } = this.surroundings;
    if (this.options.json === true) {
      out.write(`${JSON.stringify({ ...reportJson(first), ...againJson(first, again) })}\n`);
      return;
    }
    out.write(`${reportText(first)}\n`);
    if (!first.completed) out.write('Interrupted: this is what was done so far.\n');
    for (const one of again) out.write(`${comparison(first, one)}\n`);
  }
}

function againJson(first: ReplayReport, again: readonly Again[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const { name, isSame, report } of again) {
    if (!report.completed) continue;
    if (!isSame) found['speed_against_calm'] = speedRatios(first, report);
    else if (name.startsWith('Second')) found['second_run_same'] = sameOutcome(first, report);
    else found['resumed_run_same'] = sameOutcome(first, report);
  }
  return found;
}

function comparison(first: ReplayReport, { name, isSame, report }: Again): string {
  if (!report.completed) return `${name}: interrupted, there is nothing to compare.`;
  if (!isSame) {
    const { rows, commands } = speedRatios(first, report);
    return (
      `${name}: ${thousands(report.commands)} commands, ${liquidations(report)} liquidations; the ` +
      `first run went through the file at ${rows} of its speed, with ${commands} of its commands ` +
      'a second.'
    );
  }
  if (sameOutcome(first, report)) return `${name}: the same state hash and event digest.`;
  return `${name}: DIFFERENT, state hash ${report.state_hash}, event digest ${report.event_digest}.`;
}

function liquidations({ details }: ReplayReport): string {
  const { text } = details.find(({ name }) => name === 'liquidations') ?? { text: 'no' };
  return text.split(' ')[0];
}

/** Rows and commands a second of the first over those of the other, both in this process. */
function speedRatios(
  first: ReplayReport,
  other: ReplayReport,
): { readonly rows: number; readonly commands: number } {
  const ratio = (a: number, b: number): number =>
    Number(((a * other.seconds) / Math.max(b * first.seconds, 1e-9)).toFixed(2));
  return {
    rows: ratio(first.rows, other.rows),
    commands: ratio(first.commands, other.commands),
  };
}

function sameOutcome(first: ReplayReport, second: ReplayReport): boolean {
  return first.state_hash === second.state_hash && first.event_digest === second.event_digest;
}
