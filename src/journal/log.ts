// The durable log as the rest of the house sees it: batches go in and come out by sequence, and
// there is no file in sight, so that a replicated log (PostgreSQL, NATS JetStream) can stand in its
// place.

import type { RecordBatch } from './record-batch.ts';

/**
 * What became of a batch. `full`: nothing of it counts; the same batch may be given again later.
 */
export type Appended =
  | { readonly kind: 'durable'; readonly sequence: number; readonly chain: number }
  | { readonly kind: 'full' };

/** One record as it is read back. */
export interface RecordView {
  readonly sequence: number;
  readonly timeMs: number;
  readonly command: Uint8Array;
}

/**
 * One writer, any number of readers. A call that throws `LogFailed` leaves open whether its batch
 * is durable: the process has to stop and to ask the log again when it restarts.
 */
export interface DurableLog {
  /** The last sequence that is durable; 0 = none. */
  readonly durableSequence: number;
  /** Identifies everything up to `durableSequence`: the checksum that the next batch names. */
  readonly chain: number;
  /**
   * Makes a batch durable. Its first sequence is `durableSequence + 1`, and one call is under way
   * at a time. The batch belongs to the log until the promise settles.
   */
  append(batch: RecordBatch): Promise<Appended>;
  /**
   * Every durable record from `from` on, as of the call. @throws HistoryGone when it was removed.
   */
  read(from: number): AsyncIterable<Iterable<RecordView>>;
  /**
   * Proves that this writer is still the only one. @throws LogFailed when another has taken over.
   */
  fence(): Promise<void>;
}

/**
 * The log cannot go on: stop the process, restart, and recovery reads what the disk really holds.
 */
export class LogFailed extends Error {
  override readonly name = 'LogFailed';
}

/** The log does not reach back that far any more; the writer is not concerned. */
export class HistoryGone extends Error {
  override readonly name = 'HistoryGone';
}
