// Where pairs are kept; the app injects the database. Whatever resolves is on the disk.

import type { PairEnd, PairRow } from '../contract/pair-row.ts';

/** A row with the keys of the requests that opened and closed it. */
export interface KeptPair extends PairRow {
  /** '' = none. */
  readonly openKey: string;
  /** Of the body that came with `openKey`. */
  readonly openDigest: string;
  readonly closeKey: string;
}

export interface PairPage {
  /** Undefined: both. */
  readonly closed: boolean | undefined;
  /** Only those with a lower number. */
  readonly before: number | undefined;
  readonly limit: number;
}

export interface PairStore {
  /** Every open pair, the last number that was given, and how many each account ever had. */
  known(): Promise<{
    readonly open: readonly KeptPair[];
    readonly last: number;
    readonly counts: ReadonlyMap<string, number>;
  }>;
  /** When it throws, it may have been written all the same. */
  insert(row: KeptPair): Promise<void>;
  /** As `insert`. */
  close(number: number, end: PairEnd, closeKey: string): Promise<void>;
  /** Newest first. */
  list(account: string, page: PairPage): Promise<readonly KeptPair[]>;
  byKey(account: string, key: string): Promise<KeptPair | undefined>;
}
