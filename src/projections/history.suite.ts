// What a history must do, whichever database it is in: every answer equals the same filter over the
// lists of the naive one, batches and restarts leave no trace, and a rebuild comes to the same rows.

import { describe, expect, test } from 'vitest';
import { ORDER_STOP_MARKET } from '../engine/command.ts';
import { FEES_CHANGED } from '../engine/event.ts';
import { Sfc32 } from '../testing/flow/sfc32.ts';
import { CANDLE_SECONDS } from './fold/candles.ts';
import { History, HistoryRefused, HistoryTaken } from './history.ts';
import { makeJournal, TestSource } from './journal.suite.ts';
import { ID_UNIT, NaiveHistory } from './naive.suite.ts';
import { eachRow, type Page, type PageQuery } from './read/page.ts';
import type { HistoryReader } from './read/reader.ts';
import { openDatabase } from './sql/database.ts';
import { decode } from './sql/decode.ts';
import type { CandleRow, TradeRow } from './sql/tables.ts';
import { LOGS, TABLES } from './sql/tables.ts';

/** Gives the URL of a new, empty database. */
export type NewDatabase = () => string;

const LENGTH = 2_000;
const journal = makeJournal(11, LENGTH);
const naive = new NaiveHistory(journal);
const last = journal.records[LENGTH - 1];

async function withHistory(
  url: string,
  use: (history: History) => Promise<void>,
  more: Partial<Parameters<typeof History.open>[0]> = {},
): Promise<void> {
  const history = await History.open({ url, journal: 'test', ...more });
  try {
    await use(history);
  } finally {
    await history.close();
  }
}

/** Every row of every table, in the order of its key. */
export async function dump(url: string): Promise<Record<string, object[]>> {
  const database = openDatabase(url);
  const all: Record<string, object[]> = {};
  try {
    for (const table of TABLES) {
      let query = database.writer.selectFrom(table.name as 'orders').selectAll();
      for (const name of table.key) query = query.orderBy(name as 'order_id');
      all[table.name] = decode(table, await query.execute());
    }
  } finally {
    await database.close();
  }
  return all;
}

/** Walks all pages of a query both ways and compares them with a filtered list. */
async function expectPages<Row extends object>(
  read: (page: PageQuery) => Promise<Page<Row>>,
  list: readonly Row[],
  limit: number,
): Promise<void> {
  for (const first of ['oldest', 'newest'] as const) {
    const rows: Row[] = [];
    let after: bigint | undefined;
    do {
      const page = await read({ after, limit, first });
      expect(page.rows.length).toBeLessThanOrEqual(limit);
      rows.push(...page.rows);
      after = page.next;
    } while (after !== undefined);
    expect(rows).toEqual(first === 'oldest' ? list : list.toReversed());
  }
}

const within =
  (from?: number, to?: number) =>
  ({ time }: { time: number | null }): boolean =>
    time !== null && (from === undefined || time >= from) && (to === undefined || time < to);

export function proveHistory(newDatabase: NewDatabase): void {
  describe('answers equal filters over the naive lists', () => {
    proveAnswers(newDatabase);
  });
  proveWriting(newDatabase);
  proveOpening(newDatabase);
  proveRetention(newDatabase);
}

/** One random question after another, all asked of one history. */
function proveAnswers(newDatabase: NewDatabase): void {
  const ask = (
    name: string,
    question: (reader: HistoryReader, random: Sfc32) => Promise<void>,
  ): void => {
    test(name, async () => {
      const random = new Sfc32(name.length);
      await withHistory(url(), async (history) => {
        for (let i = 0; i < 8; i++) await question(history.reader, random);
      });
    });
  };
  let made: string | undefined;
  const url = (): string => (made ??= newDatabase());

  test('of a journal that was written as it came', async () => {
    await withHistory(url(), async (history) => {
      await history.apply(journal.records);
      expect(history.sequence()).toBe(LENGTH);
      expect(await history.reader.position()).toMatchObject({ sequence: LENGTH, time: last.time });
    });
  });

  const one = (random: Sfc32, ...values: number[]): number => values[random.below(values.length)];
  const maybe = (random: Sfc32, value: number): number | undefined =>
    random.below(2) === 0 ? value : undefined;
  const range = (random: Sfc32): { from?: number; to?: number } => {
    const times = [0, 0].map(() => journal.records[random.below(LENGTH)].time);
    const [from, to] = times.sort((a, b) => a - b);
    return [{}, { from }, { to }, { from, to }][random.below(4)];
  };
  const is = (asked: number | undefined, value: number): boolean =>
    asked === undefined || asked === value;

  ask('fills by account, market, order and time', async (reader, random) => {
    const account = maybe(random, 3 + random.below(6));
    const market = maybe(random, random.below(2));
    const orderId = random.below(4) === 0 ? 1 + random.below(naive.orders.size) : undefined;
    const { from, to } = range(random);
    const query = { account, market, orderId, from, to };
    const wanted = naive.fills
      .filter((row) => is(account, row.account) && is(market, row.market))
      .filter((row) => is(orderId, row.order_id))
      .filter(within(from, to));
    const limit = one(random, 7, 50, 1_000);
    await expectPages((page) => reader.fills({ ...query, ...page }), wanted, limit);
  });

  ask('trades by market and time', async (reader, random) => {
    const market = random.below(2);
    const { from, to } = range(random);
    const wanted = naive.trades.filter((row) => row.market === market).filter(within(from, to));
    const limit = one(random, 3, 64, 1_000);
    await expectPages((page) => reader.trades({ market, from, to, ...page }), wanted, limit);
  });

  ask('orders by account, market, side, state, status and time', async (reader, random) => {
    const account = maybe(random, 3 + random.below(6));
    const market = maybe(random, random.below(2));
    const side = maybe(random, one(random, 1, -1));
    const state = ([undefined, 'open', 'closed'] as const)[random.below(3)];
    const statuses = [[], [0, 1], [2], [2, 3]][random.below(4)];
    const { from, to } = range(random);
    const query = { account, market, side, state, statuses, from, to };
    const wanted = [...naive.orders.values()]
      .filter((row) => is(account, row.account) && is(market, row.market) && is(side, row.side))
      .filter((row) => state === undefined || (state === 'open') === (row.closed_id === null))
      .filter((row) => statuses.length === 0 || statuses.includes(row.status))
      .filter((row) => within(from, to)({ time: row.placed_at }));
    const limit = one(random, 9, 100, 1_000);
    await expectPages((page) => reader.orders({ ...query, ...page }), wanted, limit);
  });

  ask('balance changes by account, asset, why and time', async (reader, random) => {
    const account = maybe(random, 3 + random.below(6));
    const asset = maybe(random, random.below(2));
    const whys = [undefined, [], [0], [1, 2], [3], [0, 4]][random.below(6)];
    const { from, to } = range(random);
    const query = { account, asset, whys, from, to };
    const wanted = naive.balanceChanges
      .filter((row) => is(account, row.account) && is(asset, row.asset))
      .filter((row) => whys === undefined || whys.length === 0 || whys.includes(row.why))
      .filter(within(from, to));
    await expectPages((page) => reader.balanceChanges({ ...query, ...page }), wanted, 40);
  });

  ask('position changes by account and market', async (reader, random) => {
    const account = maybe(random, 3 + random.below(6));
    const { from, to } = range(random);
    const wanted = naive.positionChanges
      .filter((row) => is(account, row.account))
      .filter(within(from, to));
    const read = (page: PageQuery): ReturnType<HistoryReader['positionChanges']> =>
      reader.positionChanges({ account, market: 0, from, to, ...page });
    await expectPages(read, wanted, one(random, 11, 1_000));
  });

  ask('activity as one feed', async (reader, random) => {
    const account = 3 + random.below(6);
    const of = (row: { account: number }): boolean => row.account === account;
    const money = naive.balanceChanges.filter(({ why }) => why >= 1 && why <= 4);
    const collateral = naive.positionChanges.filter(({ why }) => why === 6);
    const wanted = [
      ...[...naive.orders.values()].filter(of).map((row) => ['order_placed', row.placed_id]),
      ...naive.activity.filter(of).map(({ id }) => ['order_event', id]),
      ...naive.fills.filter(of).map(({ id }) => ['fill', id]),
      ...money.filter(of).map(({ id }) => ['money', id]),
      ...collateral.filter(of).map(({ id }) => ['collateral', id]),
    ] as [string, bigint][];
    const ids = wanted.map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    wanted.sort(([, a], [, b]) => (a < b ? 1 : -1));
    const found: [string, bigint][] = [];
    let after: bigint | undefined;
    do {
      const page = await reader.activity({ account, after, limit: one(random, 20, 333) });
      found.push(...page.rows.map(({ kind, id }): [string, bigint] => [kind, id]));
      after = page.next;
    } while (after !== undefined);
    expect(found).toEqual(wanted);
  });

  ask('one order by its number and by its client order id', async (reader, random) => {
    const order = naive.orders.get(1 + random.below(naive.orders.size));
    if (order === undefined) return;
    expect(await reader.order(order.order_id)).toEqual(order);
    const { account, client_order_id } = order;
    const same = [...naive.orders.values()].filter(
      (row) => row.account === account && row.client_order_id === client_order_id,
    );
    const wanted = client_order_id === '' ? undefined : same.at(-1);
    expect(await reader.orderByClientId(account, client_order_id)).toEqual(wanted);
  });

  ask('candles of every interval, gaps filled', async (reader, random) => {
    const market = random.below(2);
    const seconds = CANDLE_SECONDS[random.below(CANDLE_SECONDS.length)];
    const { from, to = last.time + 1 } = range(random);
    const limit = one(random, 1, 30, 5_000);
    const wanted = naiveCandles(naive.trades, market, seconds, to)
      .filter((row) => from === undefined || row.start >= from)
      .slice(-limit);
    expect(await reader.candles({ market, seconds, from, to, limit })).toEqual(wanted);
  });

  test('a file of all fills is every row once', async () => {
    await withHistory(url(), async ({ reader }) => {
      const rows = [];
      for await (const row of eachRow((page) => reader.fills(page))) rows.push(row);
      expect(rows).toEqual(naive.fills);
    });
  });

  test('open orders, balances, fees and names are those of the engine', async () => {
    await withHistory(url(), async ({ reader }) => {
      const { engine } = naive;
      for (let account = 3; account < 9; account++) {
        const views = engine.orders(account).toSorted((a, b) => a.order - b.order);
        const query = { account, state: 'open', first: 'oldest', limit: 1_000 } as const;
        const { rows } = await reader.orders(query);
        const facts = rows.map((row) => [row.order_id, row.size, row.open, row.client_order_id]);
        expect(facts).toEqual(
          views.map((one) => [one.order, BigInt(one.size), BigInt(one.open), one.clientOrderId]),
        );
        const balances = await reader.balances(account);
        expect(balances.map(({ asset, free, held }) => ({ asset, free, held }))).toEqual(
          engine.account(account).balances,
        );
        const name = engine.accountName(account);
        expect(await reader.accountByName(name)).toMatchObject({ account, name });
      }
      expect((await reader.feeTotals()).map(({ asset, total }) => [asset, total])).toEqual([
        ...naive.fees,
      ]);
      expect((await reader.markets()).map(({ symbol, status }) => [symbol, status])).toEqual(
        engine.markets().map(({ symbol, status }) => [symbol, status]),
      );
      expect((await reader.assets()).map(({ symbol }) => symbol)).toEqual(['USDT', 'BTC']);
      const [mark] = await reader.marks({ market: 0, limit: 1 });
      expect(mark.mark_price).toBe(BigInt(engine.markets()[0].mark));
    });
  });
}

/** One candle after another from the first trade on, by looking through all trades for each. */
function naiveCandles(
  trades: readonly TradeRow[],
  market: number,
  seconds: number,
  to: number,
): CandleRow[] {
  const own = trades.filter((trade) => trade.market === market);
  const length = seconds * 1_000;
  const byStart = Map.groupBy(own, ({ time }) => time - (time % length));
  const candles: CandleRow[] = [];
  if (own.length === 0) return candles;
  let close = 0n;
  for (let start = own[0].time - (own[0].time % length); start < to; start += length) {
    const inside = byStart.get(start) ?? [];
    const prices = inside.map(({ price }) => price).sort((a, b) => (a < b ? -1 : 1));
    const sum = (name: 'size' | 'value'): bigint =>
      inside.reduce((total, trade) => total + trade[name], 0n);
    const open = inside[0]?.price ?? close;
    close = inside.at(-1)?.price ?? close;
    const [low, high] = [prices[0] ?? close, prices.at(-1) ?? close];
    const sums = { size: sum('size'), value: sum('value'), trades: inside.length };
    candles.push({ market, seconds, start, open, high, low, close, ...sums });
  }
  return candles;
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

function proveRetention(newDatabase: NewDatabase): void {
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
    expect(bytes).toBe(BigInt(counted + ended.length * 290));
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
  });
}
