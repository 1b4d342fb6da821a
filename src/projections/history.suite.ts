// What a history must do, whichever database it is in: every answer equals the same filter over the
// lists of the naive one, batches and restarts leave no trace, and a rebuild comes to the same
// rows.

import { describe, expect, test } from 'vitest';
import { ORDER_STOP_MARKET } from '../engine/command.ts';
import { FEES_CHANGED } from '../engine/event.ts';
import { Sfc32 } from '../testing/flow/sfc32.ts';
import { proveAnswers } from './answers.suite.ts';
import { dump, journal, LENGTH, naive, type NewDatabase, withHistory } from './fixture.suite.ts';
import { History, HistoryRefused, HistoryTaken } from './history.ts';
import { TestSource } from './journal.suite.ts';
import { ID_UNIT } from './naive.suite.ts';
import { eachRow } from './read/page.ts';
import type { HistoryReader } from './read/reader.ts';
import { proveRetention } from './retention.suite.ts';
import { openDatabase } from './sql/database.ts';

export function proveHistory(newDatabase: NewDatabase): void {
  describe('answers equal filters over the naive lists', () => {
    proveAnswers(newDatabase);
  });
  proveWriting(newDatabase);
  proveOpening(newDatabase);
  proveRetention(newDatabase);
}

function proveWriting(newDatabase: NewDatabase): void {
  test('how records come in batches, and restarts between them, leave no trace', async () => {
    const [whole, pieces] = [newDatabase(), newDatabase()];
    await withHistory(whole, (history) => history.apply(journal.records));
    const random = new Sfc32(5);
    for (let at = 0; at < LENGTH;) {
      await withHistory(pieces, async (history) => {
        for (let i = 0; i < 6 && at < LENGTH; i++) {
          const size = 1 + random.below(300);
          await history.apply(journal.records.slice(at, at + size));
          at = Math.min(at + size, LENGTH);
        }
      });
    }
    expect(await dump(pieces)).toEqual(await dump(whole));
  });

  test('catching up and a rebuild come to the rows that live writing came to', async () => {
    const url = newDatabase();
    const source = new TestSource(journal);
    await withHistory(url, (history) => history.apply(journal.records));
    const live = await dump(url);
    await withHistory(url, (history) => history.rebuild(source));
    expect(await dump(url)).toEqual(live);
    const late = newDatabase();
    await withHistory(late, async (history) => {
      await history.apply(journal.records.slice(0, 700));
      await history.catchUp(source);
    });
    expect(await dump(late)).toEqual(live);
  });

  test('sums beyond 2^53 are exact', async () => {
    const url = newDatabase();
    const events = Float64Array.of(FEES_CHANGED, 0, 2 ** 53 - 1);
    const facts = [] as const;
    const records = Array.from({ length: 9 }, (_, i) => {
      return { sequence: i + 1, time: 1_000, events, clientOrderId: '', facts };
    });
    await withHistory(url, async (history) => {
      await history.apply(records.slice(0, 4));
      await history.apply(records.slice(4));
      expect(await history.reader.feeTotals()).toEqual([
        { asset: 0, total: 9n * (2n ** 53n - 1n) },
      ]);
    });
  });

  test('a failed batch changes nothing, and writing goes on after it', async () => {
    const url = newDatabase();
    const { records } = journal;
    await withHistory(url, async (history) => {
      await history.apply(records.slice(0, 300));
      const before = await dump(url);
      const broken = { ...records[300], events: Float64Array.of(FEES_CHANGED, 0, 0.5) };
      await expect(history.apply([broken])).rejects.toThrow(/integer/i);
      await history.reload();
      expect(await dump(url)).toEqual(before);
      await history.apply(records.slice(300, 310));
      expect(history.sequence()).toBe(310);
    });
  });

  test('a second writer is found out, and a gap in the records is refused', async () => {
    const url = newDatabase();
    const { records } = journal;
    await withHistory(url, async (first) => {
      await withHistory(url, async (second) => {
        await first.apply(records.slice(0, 10));
        await expect(second.apply(records.slice(0, 10))).rejects.toThrow(HistoryTaken);
        await second.reload();
        await second.apply(records.slice(10, 20));
        await expect(second.apply(records.slice(21, 22))).rejects.toThrow('go on where');
      });
      await expect(first.apply(records.slice(10, 20))).rejects.toThrow(HistoryTaken);
    });
  });
}

function proveOpening(newDatabase: NewDatabase): void {
  test('the history of another journal is refused, and can be rebuilt', async () => {
    const url = newDatabase();
    await withHistory(url, (history) => history.apply(journal.records.slice(0, 50)));
    const other = { url, journal: 'other' };
    await expect(History.open(other)).rejects.toThrow(HistoryRefused);
    const history = await History.open(other, true);
    expect(history.sequence()).toBe(0);
    await history.close();
  });

  test('tables of somebody else are never touched', async () => {
    const url = newDatabase();
    await withHistory(url, (history) => history.apply(journal.records.slice(0, 50)));
    const database = openDatabase(url);
    await database.writer.schema.dropTable('history').execute();
    await database.close();
    const before = History.open({ url, journal: 'test' }, true);
    await expect(before).rejects.toMatchObject({ fault: 'foreign_tables' });
  });

  test('the history of another version is refused, and can be rebuilt', async () => {
    const url = newDatabase();
    await withHistory(url, (history) => history.apply(journal.records.slice(0, 50)));
    const database = openDatabase(url);
    await database.writer.schema.dropTable('marks').execute();
    await database.writer.schema.alterTable('history').dropColumn('bytes').execute();
    await database.writer.updateTable('history').set({ version: 0 }).execute();
    await database.close();
    const old = History.open({ url, journal: 'test' });
    await expect(old).rejects.toMatchObject({ fault: 'other_version' });
    const history = await History.open({ url, journal: 'test' }, true);
    await history.catchUp(new TestSource(journal, 60));
    expect(history.sequence()).toBe(60);
    await history.close();
  });

  test('a history that is ahead of its journal is refused', async () => {
    await withHistory(newDatabase(), async (history) => {
      await history.apply(journal.records.slice(0, 50));
      const source = new TestSource(journal, 49);
      await expect(history.catchUp(source)).rejects.toMatchObject({ fault: 'ahead_of_journal' });
    });
  });

  test('what the journal no longer has is a gap that is written down', async () => {
    const url = newDatabase();
    await withHistory(url, async (history) => {
      await history.apply(journal.records.slice(0, 900));
      await history.catchUp(new TestSource(journal, LENGTH, 1_401));
      const { reader } = history;
      const time = journal.records[1_399].time;
      expect(await reader.gaps()).toEqual([{ first_sequence: 901, last_sequence: 1_400, time }]);
      const inGap = (id: bigint): boolean => id >= 901n * ID_UNIT && id < 1_401n * ID_UNIT;
      const fills = [];
      for await (const row of eachRow((page) => reader.fills(page))) fills.push(row);
      expect(fills).toEqual(naive.fills.filter(({ id }) => !inGap(id)));
      await expectOrdersAfterGap(reader, inGap);
      expect((await reader.feeTotals()).map(({ asset, total }) => [asset, total])).toEqual([
        ...naive.fees,
      ]);
    });
  });
}

/** Every order is as it would be without the gap, or says that it is not known. */
async function expectOrdersAfterGap(
  reader: HistoryReader,
  inGap: (id: bigint) => boolean,
): Promise<void> {
  let [lost, partly, adopted] = [0, 0, 0];
  for await (const row of eachRow((page) => reader.orders(page))) {
    const wanted = naive.orders.get(row.order_id);
    expect(wanted).toBeDefined();
    if (wanted === undefined) continue;
    if (row.status === 4) {
      lost += 1;
      expect(wanted.closed_id !== null && inGap(wanted.closed_id)).toBe(true);
      continue;
    }
    if (row.filled_value === null) partly += 1;
    else expect(row.filled_value).toBe(wanted.filled_value);
    const own = ['status', 'open', 'filled', 'size', 'price', 'why', 'client_order_id'] as const;
    for (const name of own) expect(row[name]).toEqual(wanted[name]);
    if (row.placed_at === null) adopted += 1;
    else expect(row.placed_id).toBe(wanted.placed_id);
  }
  expect(Math.min(lost, partly, adopted)).toBeGreaterThan(0);
}

/** The flow has what the comparison is about, so that an empty list never proves anything. */
export function proveFlow(): void {
  test('the flow has orders of every end, both modes of margin, stops and pairs', () => {
    const orders = [...naive.orders.values()];
    const whys = new Set(orders.map(({ why }) => why));
    expect(whys.size).toBeGreaterThan(8);
    for (const status of [0, 1, 2, 3]) {
      expect(orders.filter((row) => row.status === status).length).toBeGreaterThan(0);
    }
    expect(orders.some((row) => row.type >= ORDER_STOP_MARKET && row.filled > 0n)).toBe(true);
    expect(naive.positionChanges.some(({ why }) => why === 6)).toBe(true);
    expect(naive.fills.length).toBeGreaterThan(500);
    expect(naive.fills.some(({ realised }) => (realised ?? 0n) !== 0n)).toBe(true);
    const bys = new Set(naive.liquidations.filter((row) => row.closed > 0n).map(({ by }) => by));
    // the book, the fund, a counterparty
    expect([...bys].toSorted((a, b) => a - b)).toEqual([0, 2, 3]);
    expect(naive.trades.some((row) => row.taker_order === 0)).toBe(true);
    expect(naive.positionChanges.some(({ why }) => why === 7)).toBe(true);
    expect(naive.fundingPayments.some(({ amount }) => amount > 0n)).toBe(true);
    expect(naive.fundingPayments.some(({ amount }) => amount < 0n)).toBe(true);
    expect(naive.interest.length).toBeGreaterThan(0);
  });
}
