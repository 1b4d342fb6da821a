// The records of pairs as the API asks for them: the same database as the history where that is
// PostgreSQL; else a file of its own beside the journal, because a history in SQLite may be thrown
// away and made anew, and these may not.

import { join } from 'node:path';
import type { KeptPair, PairPage, PairStore } from '../api/pair-port.ts';
import type { PairEnd } from '../contract/pair-row.ts';
import { PairRecords, type PairRow } from '../projections/pairs.ts';
import { isPostgres } from '../projections/sql/database.ts';
import { assert } from '../units/assert.ts';
import { Pairs } from '../api/pairs.ts';
import type { Config } from './config.ts';
import type { Core } from './core.ts';
import { HistoryUnusable, shownUrl } from './history.ts';
import type { Logger } from './log.ts';

/** The file of what users keep, in the data directory. */
export const RECORDS_FILE = 'records.sqlite';

export function recordsUrl({ data, history }: Pick<Config, 'data' | 'history'>): string {
  const { url } = history;
  return url !== undefined && isPostgres(url) ? url : join(data, RECORDS_FILE);
}

export interface OpenedPairs {
  readonly pairs: Pairs;
  stop(): Promise<void>;
}

/** Opens the records of an exchange and reads what is open. @throws HistoryUnusable */
export async function openPairs(config: Config, core: Core, log: Logger): Promise<OpenedPairs> {
  const url = recordsUrl(config);
  let store: SqlPairStore | undefined;
  try {
    store = new SqlPairStore(await PairRecords.open(url, core.runtime.journal.identity));
    const onFailed = (error: unknown): void => {
      log.error({ err: error }, 'the records of pairs failed');
    };
    const pairs = new Pairs({ store, catalog: core.exchange.catalog, onFailed });
    await pairs.begin();
    const opened = store;
    return { pairs, stop: () => opened.stop() };
  } catch (error) {
    await store?.stop();
    const text = error instanceof Error ? error.message : String(error);
    const what = `The records in ${shownUrl(url)} cannot be used: ${text}`;
    throw new HistoryUnusable(what, { cause: error });
  }
}

class SqlPairStore implements PairStore {
  private readonly records: PairRecords;

  constructor(records: PairRecords) {
    this.records = records;
  }

  async known(): ReturnType<PairStore['known']> {
    const { open, last, counts } = await this.records.known();
    return { open: open.map(keptPair), last, counts };
  }

  insert(row: KeptPair): Promise<void> {
    return this.records.insert({
      pair: row.number,
      account: row.account,
      long_market: row.longMarket,
      short_market: row.shortMarket,
      capital: BigInt(row.capital),
      leverage: row.leverage,
      long_weight: row.longWeightPpm,
      long_size: BigInt(row.longSize),
      short_size: BigInt(row.shortSize),
      long_entry: BigInt(row.longEntry),
      short_entry: BigInt(row.shortEntry),
      opened_at: row.openedMs,
      closed_at: null,
      long_exit: null,
      short_exit: null,
      realised: null,
      open_key: row.openKey === '' ? null : row.openKey,
      open_digest: row.openKey === '' ? null : row.openDigest,
      close_key: null,
    });
  }

  async close(number: number, end: PairEnd, closeKey: string): Promise<void> {
    const isClosed = await this.records.close(number, {
      closed_at: end.closedMs,
      long_exit: BigInt(end.longExit),
      short_exit: BigInt(end.shortExit),
      realised: BigInt(end.realised),
      close_key: closeKey === '' ? null : closeKey,
    });
    if (!isClosed) throw new Error(`pair ${number} is not open in the records`);
  }

  async list(account: string, page: PairPage): Promise<readonly KeptPair[]> {
    const { closed, before, limit } = page;
    const which = closed === undefined ? { before, limit } : { closed, before, limit };
    return (await this.records.list(account, which)).map(keptPair);
  }

  async byKey(account: string, key: string): Promise<KeptPair | undefined> {
    const row = await this.records.byKey(account, key);
    return row === undefined ? undefined : keptPair(row);
  }

  stop(): Promise<void> {
    return this.records.stop();
  }
}

function keptPair(row: PairRow): KeptPair {
  const { closed_at: closedMs, long_exit: longExit, short_exit: shortExit, realised } = row;
  const isOpen = closedMs === null || longExit === null || shortExit === null || realised === null;
  return {
    number: row.pair,
    account: row.account,
    longMarket: row.long_market,
    shortMarket: row.short_market,
    capital: whole(row.capital),
    leverage: row.leverage,
    longWeightPpm: row.long_weight,
    longSize: whole(row.long_size),
    shortSize: whole(row.short_size),
    longEntry: whole(row.long_entry),
    shortEntry: whole(row.short_entry),
    openedMs: row.opened_at,
    end: isOpen
      ? undefined
      : {
          closedMs,
          longExit: whole(longExit),
          shortExit: whole(shortExit),
          realised: whole(realised),
        },
    openKey: row.open_key ?? '',
    openDigest: row.open_digest ?? '',
    closeKey: row.close_key ?? '',
  };
}

function whole(value: bigint): number {
  const number = Number(value);
  assert(Number.isSafeInteger(number), 'an amount of a pair is beyond a double');
  return number;
}
