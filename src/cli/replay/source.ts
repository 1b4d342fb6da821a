// What every kind of replay has in common: it says what it prepares, runs rows into a session until
// it is told to stop, and adds its own lines to the report. One implementation per format, made
// anew for every run.

import type { EngineLimits } from '../../engine/limits.ts';
import type { Session } from './session.ts';

/** Told to the source while it runs. */
export interface Control {
  /** Rows after which to stop. */
  readonly rowsMax: number;
  /** True once the user wants it to end. */
  stopped(): boolean;
  /** Called now and then. */
  progress(bytesRead: number, bytesTotal: number, rows: number): void;
}

/** What was asked for on the command line. */
export interface SourceOptions {
  readonly path: string;
  /** Undefined: the format's own default. */
  readonly accounts: number | undefined;
  readonly seed: number;
  /** Every so many commands all invariants are recomputed from scratch. */
  readonly checkEvery?: number | undefined;
  /** After so many commands the run goes on in an engine restored from a snapshot. */
  readonly resumeAt?: number | undefined;
  readonly candles?: CandleOptions | undefined;
}

/** What candles alone may be given. */
export interface CandleOptions {
  readonly funding?: string | undefined;
  readonly brackets?: string | undefined;
  readonly symbol?: string | undefined;
  /** Whole USDT that the insurance fund begins with. */
  readonly fund?: number | undefined;
  /** How many accounts of a hundred put up the coin itself. */
  readonly coins?: number | undefined;
  /** Positions too small to be liquidated, to compare with. */
  readonly calm?: boolean | undefined;
}

/** A named figure or line of the report; `json` is how a program wants it. */
export interface Detail {
  readonly name: string;
  readonly text: string;
  readonly json: unknown;
}

export interface Source {
  readonly format: 'order-flow' | 'binance' | 'plimsoll-flow' | 'candles';
  /** The first line of the report: every liberty that is taken with the data. */
  readonly preparation: string;
  readonly limits: Partial<EngineLimits>;
  /** Rows read so far. */
  readonly rows: number;
  /** False when the user or `rowsMax` stopped it. */
  run(session: Session, control: Control): Promise<void>;
  /** Lines for the report beside those that every replay has. */
  details(session: Session): Detail[];
}
