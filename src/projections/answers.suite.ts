// Every question of the reader, asked at random, against the same filter over the lists of the
// naive history; every page, both ways.

import { expect, test } from 'vitest';
import { Sfc32 } from '../testing/flow/sfc32.ts';
import { journal, last, LENGTH, naive, type NewDatabase, withHistory } from './fixture.suite.ts';
import { CANDLE_SECONDS } from './fold/candles.ts';
import { eachRow, type Page, type PageQuery } from './read/page.ts';
import type { HistoryReader } from './read/reader.ts';
import type { CandleRow, TradeRow } from './sql/tables.ts';

/** One random question after another, all asked of one history. */
export function proveAnswers(newDatabase: NewDatabase): void {
  const ask = (
    name: string,
    expectAnswer: (reader: HistoryReader, random: Sfc32) => Promise<void>,
  ): void => {
    test(name, async () => {
      const random = new Sfc32(name.length);
      await withHistory(url(), async (history) => {
        for (let i = 0; i < 8; i++) await expectAnswer(history.reader, random);
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

  ask('closed orders by their end', async (reader, random) => {
    const account = 3 + random.below(6);
    const market = maybe(random, random.below(2));
    const side = maybe(random, one(random, 1, -1));
    const statuses = [undefined, [2], [3, 4]][random.below(3)];
    const { from, to } = range(random);
    const query = { account, market, side, statuses, from, to };
    const wanted = [...naive.orders.values()]
      .filter((row) => row.account === account && row.closed_id !== null)
      .filter((row) => is(market, row.market) && is(side, row.side))
      .filter((row) => statuses === undefined || statuses.includes(row.status))
      .filter((row) => within(from, to)({ time: row.closed_at }))
      .toSorted((a, b) => ((a.closed_id ?? 0n) < (b.closed_id ?? 0n) ? -1 : 1));
    const limit = one(random, 3, 100, 1_000);
    await expectPages((page) => reader.closedOrders({ ...query, ...page }), wanted, limit);
    const some = wanted.map(({ order_id }) => order_id);
    const known = await reader.ordersByNumber([...some, 9_999_999]);
    expect(known.map(({ order_id }) => order_id).sort((a, b) => a - b)).toEqual(
      some.sort((a, b) => a - b),
    );
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

  test('funding, interest, liquidations and the insurance fund', async () => {
    await withHistory(url(), async ({ reader: { risk } }) => {
      await expectPages((page) => risk.fundingRates({ market: 0, ...page }), naive.fundingRates, 3);
      await expectPages((page) => risk.insuranceChanges(page), naive.insuranceChanges, 7);
      for (let account = 2; account < 9; account++) {
        const own = <Row extends { account: number }>(rows: readonly Row[]): Row[] =>
          rows.filter((row) => row.account === account);
        await expectPages(
          (page) => risk.fundingPayments({ account, ...page }),
          own(naive.fundingPayments),
          4,
        );
        await expectPages((page) => risk.interest({ account, ...page }), own(naive.interest), 2);
        await expectPages(
          (page) => risk.liquidations({ account, ...page }),
          own(naive.liquidations),
          3,
        );
      }
      const closed = naive.liquidations.filter((row) => row.closed > 0n);
      await expectPages((page) => risk.liquidations({ market: 0, ...page }), closed, 5);
    });
  });

  test('open orders, balances, fees and names are those of the engine', async () => {
    await withHistory(url(), async ({ reader }) => {
      const { engine } = naive;
      for (let account = 2; account < 9; account++) {
        const views = engine.orders(account).toSorted((a, b) => a.order - b.order);
        const query = { account, state: 'open', first: 'oldest', limit: 1_000 } as const;
        const { rows } = await reader.orders(query);
        const facts = rows.map((row) => [row.order_id, row.size, row.open, row.client_order_id]);
        expect(facts).toEqual(
          views.map((one) => [one.order, BigInt(one.size), BigInt(one.open), one.clientOrderId]),
        );
        const balances = await reader.balances(account);
        const some = ({ free, held }: { free: bigint; held: bigint }): boolean =>
          free !== 0n || held !== 0n;
        const told = balances.map(({ asset, free, held }) => ({ asset, free, held }));
        expect(told.filter(some)).toEqual(engine.account(account).balances.filter(some));
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
  // what a liquidation took is on the tape, and in no candle
  const own = trades.filter((trade) => trade.market === market && trade.taker_order !== 0);
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
