// Every bound of the stream with its reason. A reader that is too slow is closed with a code, a
// caller beyond a bound is refused; the exchange itself waits for nobody.

export interface StreamLimits {
  /** Subscriptions of one connection. */
  readonly subscriptions: number;
  /** Connections of one caller, by credential or address. */
  readonly connectionsPerCaller: number;
  /** Bytes that may wait for one reader before it is closed as too slow. */
  readonly bufferedBytes: number;
  /** Deltas kept per topic for a reader that comes back. */
  readonly retained: number;
  /** Topics at the same time; those without readers go first. */
  readonly topics: number;
  /** A topic without readers is kept this long for whoever comes back. */
  readonly idleMs: number;
  /** Between two heartbeats; two without an answer end the connection. */
  readonly heartbeatMs: number;
  /** Positions and accounts are told at most this often. */
  readonly refreshMs: number;
  /** How long a close waits for the other side. */
  readonly closeMs: number;
}

export const STREAM_LIMITS: StreamLimits = {
  subscriptions: 256,
  connectionsPerCaller: 64,
  bufferedBytes: 1024 * 1024,
  retained: 1024,
  topics: 8192,
  idleMs: 5 * 60_000,
  heartbeatMs: 15_000,
  refreshMs: 100,
  closeMs: 2_000,
};

/**
 * Results kept while the feed of an account is made, to catch it up: of some tenths of a second.
 */
export const RECENT_RESULTS = 32_768;

/** Levels of a side in a snapshot of a book: 5000 are some 450 KB of both sides. */
export const SNAPSHOT_LEVELS = 5_000;

/** Rows of trades, fills and liquidations, and candles, in a snapshot. */
export const SNAPSHOT_ROWS = 100;
export const SNAPSHOT_CANDLES = 300;

/** A snapshot that is overtaken by its own topic this often is refused. */
export const SNAPSHOT_TRIES = 3;

/** Refusals for the rate in a row before the connection is closed. */
export const RATE_REFUSALS_MAX = 200;

/** A sign-in is looked up again after this, so that a revoked key is out at once. */
export const SIGN_IN_LOOK_MS = 100;
