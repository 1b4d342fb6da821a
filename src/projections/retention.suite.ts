// What retention leaves: the newest rows and every open order, whichever limit it goes by.

import { expect, test } from 'vitest';
import {
  dump,
  journal,
  last,
  LENGTH,
  naive,
  type NewDatabase,
  withHistory,
} from './fixture.suite.ts';
import { ID_UNIT } from './naive.suite.ts';
import { LOGS, ORDERS } from './sql/tables.ts';

export function proveRetention(newDatabase: NewDatabase): void {
  const kept = async (retention: {
    bytesMax?: number;
    ageMsMax?: number;
    fineMsMax?: number;
  }): Promise<Record<string, object[]>> => {
    const url = newDatabase();
    await withHistory(
      url,
      async (history) => {
        await history.apply(journal.records);
        while (await history.prune());
      },
      { retention },
    );
    return dump(url);
  };

  /** Rows of the logs are those behind the horizon, and open orders are all there. */
  const expectSuffix = (all: Record<string, object[]>): number => {
    const [{ pruned_sequence: pruned }] = all['history'] as [{ pruned_sequence: number }];
    const least = BigInt(pruned + 1) * ID_UNIT;
    const after = <Row extends { id: bigint }>(rows: Row[]): Row[] =>
      rows.filter(({ id }) => id >= least);
    expect(all['trades']).toEqual(after(naive.trades));
    expect(all['fills']).toEqual(after(naive.fills));
    expect(all['balance_changes']).toEqual(after(naive.balanceChanges));
    expect(all['position_changes']).toEqual(after(naive.positionChanges));
    expect(all['activity']).toEqual(after(naive.activity));
    expect(all['orders']).toEqual(
      [...naive.orders.values()].filter(
        ({ closed_id }) => closed_id === null || closed_id >= least,
      ),
    );
    return pruned;
  };

  test('retention by bytes keeps the newest, and every open order', async () => {
    const bytesMax = 300_000;
    const all = await kept({ bytesMax });
    const pruned = expectSuffix(all);
    expect(pruned).toBeGreaterThan(0);
    expect(pruned).toBeLessThan(LENGTH);
    const [{ bytes }] = all['history'] as [{ bytes: bigint }];
    expect(bytes).toBeLessThanOrEqual(BigInt(bytesMax));
    const closed = [...naive.orders.values()].filter((row) => row.closed_id !== null);
    expect(closed.length).toBeGreaterThan(all['orders'].length);
    let counted = 0;
    for (const log of LOGS) counted += all[log.name].length * log.bytes;
    const ended = (all['orders'] as { closed_id: bigint | null }[]).filter((row) => row.closed_id);
    expect(bytes).toBe(BigInt(counted + ended.length * ORDERS.bytes));
  });

  test('retention by age goes by the time of the history', async () => {
    const ageMsMax = 3_600_000;
    const pruned = expectSuffix(await kept({ ageMsMax }));
    expect(pruned).toBeGreaterThan(0);
    expect(journal.records[pruned - 1].time).toBeLessThanOrEqual(last.time - ageMsMax);
  });

  test('marks and fine candles have their own age; coarse candles stay', async () => {
    const fineMsMax = 600_000;
    const all = await kept({ fineMsMax });
    const complete = await kept({});
    const since = last.time - fineMsMax;
    const starts = (name: string): { start: number; seconds: number }[] =>
      all[name] as { start: number; seconds: number }[];
    expect(starts('marks').every(({ start }) => start >= since)).toBe(true);
    const fine = starts('candles').filter(({ seconds }) => seconds === 1);
    expect(fine.length).toBeGreaterThan(0);
    expect(fine.every(({ start }) => start >= since)).toBe(true);
    const coarse = (row: object): boolean => 'seconds' in row && Number(row.seconds) >= 300;
    expect(all['candles'].filter(coarse)).toEqual(complete['candles'].filter(coarse));
  });
}
