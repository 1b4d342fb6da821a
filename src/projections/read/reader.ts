// Everything that can be asked of the history. It reads on its own connections and sees whole
// batches only; how far they go, `position` says. Amounts are bigints in the units of the row's
// market or asset.

import type { Kysely } from 'kysely';
import { BALANCE_COLLATERAL } from '../../engine/event.ts';
import { decode } from '../sql/decode.ts';
import {
  type AccountRow,
  ACCOUNTS,
  ACTIVITY,
  ASSETS,
  type AssetRow,
  BALANCE_CHANGES,
  type BalanceChangeRow,
  type BalanceRow,
  BALANCES,
  type CandleRow,
  CANDLES,
  FEE_TOTALS,
  type FillRow,
  FILLS,
  GAPS,
  type HistoryTables,
  type HISTORY,
  type MarketRow,
  MARKETS,
  type MarkRow,
  MARKS,
  type OrderRow,
  ORDERS,
  POSITION_CHANGES,
  type PositionChangeRow,
  type RowOf,
  type TradeRow,
  TRADES,
} from '../sql/tables.ts';
import { readPosition } from '../sql/write.ts';
import {
  ACTIVITY_KINDS,
  type ActivityEntry,
  type ActivityKind,
  mergeActivity,
} from './activity.ts';
import { type CandleQuery, readCandles } from './candles.ts';
import { readOrders } from './orders.ts';
import { RiskReader } from './risk.ts';
import { type Page, type PageQuery, type Selection, selectPage, type TimeRange } from './page.ts';

export interface OrdersQuery extends PageQuery, TimeRange {
  readonly account?: number | undefined;
  readonly market?: number | undefined;
  readonly side?: number | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  /** ORDER_STATUSES by number. */
  readonly statuses?: readonly number[] | undefined;
}

/** By end; `from` and `to` are about when that was. */
export interface ClosedOrdersQuery extends PageQuery, TimeRange {
  readonly account: number;
  readonly market?: number | undefined;
  readonly side?: number | undefined;
  /** ORDER_STATUSES by number. */
  readonly statuses?: readonly number[] | undefined;
}

export interface FillsQuery extends PageQuery, TimeRange {
  readonly account?: number | undefined;
  readonly market?: number | undefined;
  readonly orderId?: number | undefined;
}

export interface TradesQuery extends PageQuery, TimeRange {
  readonly market: number;
}

export interface BalanceChangesQuery extends PageQuery, TimeRange {
  readonly account?: number | undefined;
  readonly asset?: number | undefined;
  /** BALANCE_WHYS by number. */
  readonly whys?: readonly number[] | undefined;
}

export interface PositionChangesQuery extends PageQuery, TimeRange {
  readonly account?: number | undefined;
  readonly market?: number | undefined;
}

export interface ActivityQuery extends PageQuery {
  readonly account: number;
  readonly market?: number | undefined;
  readonly kinds?: readonly ActivityKind[] | undefined;
}

export interface MarksQuery extends TimeRange {
  readonly market: number;
  readonly limit: number;
}

type TimedLog = typeof TRADES | typeof FILLS | typeof BALANCE_CHANGES | typeof POSITION_CHANGES;

/** The whys that move money in, out or between accounts, and the index that knows them. */
const isMoneyMove = (why: number): boolean => why >= 1 && why <= 4;
const MONEY_MOVES = 'why between 1 and 4';

export class HistoryReader {
  /** Funding, interest, liquidations and the insurance fund. */
  readonly risk: RiskReader;
  private readonly db: Kysely<HistoryTables>;

  constructor(db: Kysely<HistoryTables>) {
    this.db = db;
    this.risk = new RiskReader(db);
  }

  /** How far the history is: what a page was read from is at least as new. */
  async position(): Promise<RowOf<typeof HISTORY> | undefined> {
    return readPosition(this.db);
  }

  /** Sequences that the history has never seen. */
  async gaps(): Promise<RowOf<typeof GAPS>[]> {
    return decode(
      GAPS,
      await this.db.selectFrom('gaps').selectAll().orderBy('first_sequence').execute(),
    );
  }

  async assets(): Promise<AssetRow[]> {
    return decode(
      ASSETS,
      await this.db.selectFrom('assets').selectAll().orderBy('asset').execute(),
    );
  }

  async markets(): Promise<MarketRow[]> {
    return decode(
      MARKETS,
      await this.db.selectFrom('markets').selectAll().orderBy('market').execute(),
    );
  }

  async accountByName(name: string): Promise<AccountRow | undefined> {
    const rows = await this.db
      .selectFrom('accounts')
      .selectAll()
      .where('name', '=', name)
      .execute();
    return decode(ACCOUNTS, rows)[0];
  }

  async balances(account: number): Promise<BalanceRow[]> {
    const query = this.db.selectFrom('balances').selectAll().where('account', '=', account);
    return decode(BALANCES, await query.orderBy('asset').execute());
  }

  async feeTotals(): Promise<RowOf<typeof FEE_TOTALS>[]> {
    return decode(
      FEE_TOTALS,
      await this.db.selectFrom('fee_totals').selectAll().orderBy('asset').execute(),
    );
  }

  /**
   * By placement; the cursor is an order's number, and `from` and `to` are about when it was
   * placed.
   */
  async orders(query: OrdersQuery): Promise<Page<OrderRow>> {
    const { account, market, side, state, statuses, from, to } = query;
    const literal =
      state === undefined ? undefined : `closed_id is ${state === 'open' ? '' : 'not '}null`;
    const time = { column: 'placed_at', from, to };
    const selection = {
      equal: { account, market, side },
      among: { status: statuses },
      literal,
      time,
    };
    return selectPage(this.db, ORDERS, 'order_id', selection, query);
  }

  /** Orders that ended, by their end; the cursor is the id of that. */
  async closedOrders(query: ClosedOrdersQuery): Promise<Page<OrderRow>> {
    const { account, market, side, statuses, from, to } = query;
    const selection = {
      equal: { account, market, side },
      among: { status: statuses },
      literal: 'closed_id is not null',
      least: from === undefined ? undefined : await this.minute('<=', from),
      below: to === undefined ? undefined : await this.minute('>=', to),
      time: { column: 'closed_at', from, to },
    };
    return selectPage(this.db, ORDERS, 'closed_id', selection, query);
  }

  /** Those of some orders that are known, in no order. */
  async ordersByNumber(numbers: readonly number[]): Promise<OrderRow[]> {
    return readOrders(this.db, numbers);
  }

  async order(order: number): Promise<OrderRow | undefined> {
    const rows = await this.db
      .selectFrom('orders')
      .selectAll()
      .where('order_id', '=', order)
      .execute();
    return decode(ORDERS, rows)[0];
  }

  /** The newest of an account's orders with this client order id: ids may be used again. */
  async orderByClientId(account: number, clientOrderId: string): Promise<OrderRow | undefined> {
    if (clientOrderId === '') return undefined;
    const selection = {
      equal: { account, client_order_id: clientOrderId },
      literal: "client_order_id <> ''",
    };
    return (await selectPage(this.db, ORDERS, 'order_id', selection, { limit: 1 })).rows[0];
  }

  async fills(query: FillsQuery): Promise<Page<FillRow>> {
    const { account, market, orderId } = query;
    return this.log(FILLS, { account, market, order_id: orderId }, query);
  }

  async trades(query: TradesQuery): Promise<Page<TradeRow>> {
    return this.log(TRADES, { market: query.market }, query);
  }

  async balanceChanges(query: BalanceChangesQuery): Promise<Page<BalanceChangeRow>> {
    const { account, asset, whys } = query;
    const literal = whys?.length && whys.every(isMoneyMove) ? MONEY_MOVES : undefined;
    return this.log(BALANCE_CHANGES, { account, asset }, query, { whys, literal });
  }

  async positionChanges(query: PositionChangesQuery): Promise<Page<PositionChangeRow>> {
    const { account, market } = query;
    return this.log(POSITION_CHANGES, { account, market }, query);
  }

  /** The last candle that something traded in. */
  async lastCandle(market: number, seconds: number): Promise<CandleRow | undefined> {
    const rows = await this.db
      .selectFrom('candles')
      .selectAll()
      .where('market', '=', market)
      .where('seconds', '=', seconds)
      .orderBy('start', 'desc')
      .limit(1)
      .execute();
    return decode(CANDLES, rows)[0];
  }

  async candles(query: CandleQuery): Promise<CandleRow[]> {
    return readCandles(this.db, query);
  }

  /** The last index and mark of each second, ascending; the newest `limit` of the range. */
  async marks(query: MarksQuery): Promise<MarkRow[]> {
    const { market, from = 0, to = Number.MAX_SAFE_INTEGER, limit } = query;
    const rows = await this.db
      .selectFrom('marks')
      .selectAll()
      .where('market', '=', market)
      .where('start', '>=', from)
      .where('start', '<', to)
      .orderBy('start', 'desc')
      .limit(limit)
      .execute();
    return decode(MARKS, rows).toReversed();
  }

  /** Newest first, whatever `first` says. */
  async activity(query: ActivityQuery): Promise<Page<ActivityEntry>> {
    const kinds = query.kinds ?? ACTIVITY_KINDS;
    return mergeActivity(
      kinds,
      (kind, below, limit) => this.entries(query, kind, below, limit),
      query,
    );
  }

  private async entries(
    { account, market }: ActivityQuery,
    kind: ActivityKind,
    below: bigint | undefined,
    limit: number,
  ): Promise<ActivityEntry[]> {
    const { db } = this;
    const page = { limit };
    const equal = { account, market };
    switch (kind) {
      case 'order_placed': {
        const last = below === undefined ? undefined : await this.orderBefore(below);
        const literal = 'placed_at is not null';
        const selection = { equal, literal, below: last === undefined ? undefined : last + 1n };
        const { rows } = await selectPage(db, ORDERS, 'order_id', selection, page);
        return rows.map((row) => ({ kind, id: row.placed_id, row }));
      }
      case 'order_event': {
        const { rows } = await selectPage(db, ACTIVITY, 'id', { equal, below }, page);
        return rows.map((row) => ({ kind, id: row.id, row }));
      }
      case 'fill': {
        const { rows } = await selectPage(db, FILLS, 'id', { equal, below }, page);
        return rows.map((row) => ({ kind, id: row.id, row }));
      }
      case 'money': {
        if (market !== undefined) return [];
        const selection = { equal: { account }, literal: MONEY_MOVES, below };
        const { rows } = await selectPage(db, BALANCE_CHANGES, 'id', selection, page);
        return rows.map((row) => ({ kind, id: row.id, row }));
      }
      case 'collateral': {
        const selection = { equal: { ...equal, why: BALANCE_COLLATERAL }, below };
        const { rows } = await selectPage(db, POSITION_CHANGES, 'id', selection, page);
        return rows.map((row) => ({ kind, id: row.id, row }));
      }
    }
  }

  /**
   * A page of a log. Times are translated to ids first, so that old pages cost what new ones do.
   */
  private async log<T extends TimedLog>(
    table: T,
    equal: Selection['equal'],
    query: PageQuery & TimeRange,
    more: { whys?: readonly number[] | undefined; literal?: string | undefined } = {},
  ): Promise<Page<RowOf<T>>> {
    const { from, to } = query;
    const least = from === undefined ? undefined : await this.minute('<=', from);
    const below = to === undefined ? undefined : await this.minute('>=', to);
    const { whys, literal } = more;
    const time = { column: 'time', from, to };
    const selection = { equal, among: { why: whys }, literal, least, below, time };
    return selectPage(this.db, table, 'id', selection, query);
  }

  /** The first id of the last minute that begins by `time`, or of the first that does not. */
  private async minute(side: '<=' | '>=', time: number): Promise<bigint | undefined> {
    const row = await this.db
      .selectFrom('minutes')
      .select('id')
      .where('start', side, time)
      .orderBy('start', side === '<=' ? 'desc' : 'asc')
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? undefined : BigInt(row.id);
  }

  /** The last order that was placed before an id: numbers ascend as ids do. */
  private async orderBefore(id: bigint): Promise<bigint> {
    const at = async (
      most: bigint,
    ): Promise<{ order_id: bigint; placed_id: bigint } | undefined> => {
      const row = await this.db
        .selectFrom('orders')
        .select(['order_id', 'placed_id'])
        .where('order_id', '<=', Number(most))
        .orderBy('order_id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && { order_id: BigInt(row.order_id), placed_id: BigInt(row.placed_id) };
    };
    let low = 0n;
    let high = (await at(BigInt(Number.MAX_SAFE_INTEGER)))?.order_id ?? 0n;
    while (low < high) {
      const middle = (low + high + 1n) >> 1n;
      const row = await at(middle);
      if (row === undefined || row.placed_id < id) low = middle;
      else high = row.order_id - 1n;
    }
    return low;
  }
}
