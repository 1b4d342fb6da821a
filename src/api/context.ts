// What the routes stand on: made by the app, handed to every route.

import type { Command, Exchange } from './exchange.ts';
import type { Credentials } from './credentials.ts';
import type { Gate } from './gate.ts';
import type { HistoryPort } from './history-port.ts';
import type { Metrics } from './metrics.ts';
import type { Pairs } from './pairs.ts';
import type { Rates } from './rate-limit.ts';
import type { Submitter } from './submit.ts';

/** A structured log. Tokens, cookies and bodies are never given to it. */
export interface Log {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The demo's paper money. */
export interface Faucet {
  readonly asset: string;
  /** A decimal of that asset. */
  readonly amount: string;
}

export interface ApiSettings {
  readonly version: string;
  readonly rates: Rates;
  /** The largest body in bytes. */
  readonly bodyBytes: number;
  /** Holds every answer against its schema: for tests. */
  readonly checkAnswers: boolean;
}

export interface ApiContext {
  readonly exchange: Exchange;
  readonly history: HistoryPort;
  readonly pairs: Pairs;
  readonly credentials: Credentials;
  readonly gate: Gate;
  readonly submitter: Submitter;
  readonly settings: ApiSettings;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Undefined without the demo. */
  readonly faucet: () => Faucet | undefined;
  /** Told whenever somebody asks for something: the demo trades for somebody only. */
  readonly onPresence: () => void;
  /** An invariant is broken: the process must stop, and nobody may go on with its state. */
  readonly onBroken: (error: unknown) => void;
  readonly nowMs: () => number;
  /** Has the port in it: cookies of two servers on one machine are kept apart. */
  readonly cookieName: () => string;
}

export type { Command };
