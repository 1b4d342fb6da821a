// What the records of pairs must do, whichever database they are in: what was written is there
// after the database was opened again, a rebuild of the history does not touch it, and the pairs of
// another journal are neither seen nor lost.

import { expect, test } from 'vitest';
import { journal, type NewDatabase, withHistory } from './fixture.suite.ts';
import { TestSource } from './journal.suite.ts';
import { PairRecords, type PairRow } from './pairs.ts';

export const BIG = 9_007_199_254_740_993n; // one that no double holds

export function pairRow(pair: number, more: Partial<PairRow> = {}): PairRow {
  return {
    pair,
    account: 'alice',
    long_market: 'BTC-PERP',
    short_market: 'ETH-PERP',
    capital: 500_000_000n,
    leverage: 300_000,
    long_weight: 500_000,
    long_size: BIG,
    short_size: 250n,
    long_entry: 600_000n,
    short_entry: 30_000n,
    opened_at: 1_800_000_000_000 + pair,
    closed_at: null,
    long_exit: null,
    short_exit: null,
    realised: null,
    open_key: null,
    open_digest: null,
    close_key: null,
    ...more,
  };
}

const CLOSE = {
  closed_at: 1_800_000_100_000,
  long_exit: 610_000n,
  short_exit: 29_000n,
  realised: -45_500_000n,
  close_key: 'close-2',
};

async function withPairs(
  url: string,
  use: (records: PairRecords) => Promise<void>,
  name = 'test',
): Promise<void> {
  const records = await PairRecords.open(url, name);
  try {
    await use(records);
  } finally {
    await records.stop();
  }
}

export function provePairs(newDatabase: NewDatabase): void {
  test('pairs are there again when the database is opened again', async () => {
    const url = newDatabase();
    await withPairs(url, async (records) => {
      expect(await records.known()).toEqual({ open: [], last: 0, counts: new Map() });
      await records.insert(pairRow(1));
      await records.insert(pairRow(2, { open_key: 'open-2', open_digest: 'd' }));
      await records.insert(pairRow(7, { account: 'bob' }));
      expect(await records.close(2, CLOSE)).toBe(true);
      expect(await records.close(2, CLOSE)).toBe(false);
      expect(await records.close(3, CLOSE)).toBe(false);
    });
    await withPairs(url, async (records) => {
      const second = pairRow(2, { open_key: 'open-2', open_digest: 'd', ...CLOSE });
      const counts = new Map([
        ['alice', 2],
        ['bob', 1],
      ]);
      const open = [pairRow(1), pairRow(7, { account: 'bob' })];
      expect(await records.known()).toEqual({ open, last: 7, counts });
      expect(await records.list('alice', { limit: 5 })).toEqual([second, pairRow(1)]);
      expect(await records.list('alice', { closed: true, limit: 5 })).toEqual([second]);
      expect(await records.list('alice', { closed: false, limit: 5 })).toEqual([pairRow(1)]);
      expect(await records.list('alice', { limit: 1, before: 2 })).toEqual([pairRow(1)]);
      expect(await records.byKey('alice', 'open-2')).toEqual(second);
      expect(await records.byKey('alice', 'close-2')).toEqual(second);
      expect(await records.byKey('bob', 'open-2')).toBeUndefined();
    });
  });

  test('a number and a key are given once', async () => {
    await withPairs(newDatabase(), async (records) => {
      await records.insert(pairRow(1, { open_key: 'k' }));
      await expect(records.insert(pairRow(1))).rejects.toThrow(/unique/i);
      await expect(records.insert(pairRow(2, { open_key: 'k' }))).rejects.toThrow(/unique/i);
      await records.insert(pairRow(3, { open_key: 'k', account: 'bob' }));
      expect((await records.known()).open).toHaveLength(2);
    });
  });

  test('a rebuild of the history leaves them, also in the same database', async () => {
    const url = newDatabase();
    await withHistory(url, (history) => history.apply(journal.records.slice(0, 50)));
    await withPairs(url, (records) => records.insert(pairRow(1)));
    await withHistory(url, (history) => history.rebuild(new TestSource(journal)));
    await withPairs(url, async (records) => {
      expect((await records.known()).open).toEqual([pairRow(1)]);
    });
    await withHistory(url, (history) => Promise.resolve(expect(history.sequence()).toBe(2_000)));
  });

  test('the pairs of another journal are neither seen nor lost', async () => {
    const url = newDatabase();
    await withPairs(url, (records) => records.insert(pairRow(1)));
    await withPairs(
      url,
      async (records) => {
        expect(await records.known()).toEqual({ open: [], last: 0, counts: new Map() });
        expect(await records.close(1, CLOSE)).toBe(false);
        await records.insert(pairRow(1, { account: 'carol' }));
      },
      'other',
    );
    await withPairs(url, async (records) => {
      expect((await records.known()).open).toEqual([pairRow(1)]);
    });
  });
}
