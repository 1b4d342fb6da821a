// The past in memory, within bounds, as a follower of the sequencer: it sees durable commands only,
// once and in order. After a restart it begins with what is replayed; older rows are gone until the
// SQL history keeps them.

import { readEvents, type RawEvent } from '../contract/events.ts';
import type * as H from '../contract/history-rows.ts';
import { OrderFold, type Moment } from '../contract/order-fold.ts';
import { INTERVALS } from '../contract/operations/list-candles.ts';
import type { Engine } from './exchange.ts';
import type { Result } from '../runtime/engine-machine.ts';
import type { Follower } from '../runtime/followers.ts';
import type { FillFilter, HistoryPort, OrderFilter, Page, Span } from './history-port.ts';
import * as L from './limits.ts';
import { Ring } from './ring.ts';

/** Places in the engine's list of reasons for balance changes that are transfers of money. */
const TRANSFER_WHYS = [1, 2, 3, 4];

export class MemoryHistory implements HistoryPort, Follower<Result> {
  readonly name = 'memory-history';
  private readonly orders = new OrderFold((row) => this.ended.push(row));
  private readonly ended = new Ring<H.OrderRow>(L.CLOSED_ORDERS_KEPT);
  private readonly fillRows = new Ring<H.FillRow>(L.FILLS_KEPT);
  private readonly transferRows = new Ring<H.TransferRow>(L.TRANSFERS_KEPT);
  private readonly tradeRows = new Map<number, Ring<H.TradeRow>>();
  private readonly candleRows = new Map<string, Ring<H.CandleRow>>();

  apply(sequence: number, timeMs: number, result: Result): void {
    if (result.reason !== 0) return;
    this.take(result.events, { sequence, timeMs, clientOrderId: result.clientOrderId });
  }

  /** An order that was open before anything that this history has seen. */
  adopt(view: ReturnType<Engine['orders']>[number]): void {
    const { filled } = view;
    const value = filled === 0 ? 0n : -1n;
    const unseen = { sequence: 0, index: 0, timeMs: 0, createdMs: 0, closedMs: 0 };
    this.orders.adopt({ ...view, ...unseen, value, isTriggered: false, why: '' });
  }

  /** The events of one command; also called for what is replayed at the start. */
  take(events: Float64Array, moment: Moment): void {
    readEvents(events).forEach((event, index) => {
      this.orders.apply(event, index, moment);
      if (event.name === 'order_filled') this.fill(event, index, moment);
      else if (event.name === 'balance_changed') this.balance(event, index, moment);
    });
  }

  openOrders(orders: readonly number[]): Promise<ReadonlyMap<number, H.OrderRow>> {
    const found = new Map<number, H.OrderRow>();
    for (const order of orders) {
      const row = this.orders.open.get(order);
      if (row !== undefined) found.set(order, row);
    }
    return Promise.resolve(found);
  }

  trades(market: number, page: Page): Promise<H.TradeRow[]> {
    const rows = this.tradeRows.get(market);
    return Promise.resolve(rows?.newest(page.limit, (row) => isBefore(row, page)) ?? []);
  }

  candles(market: number, intervalMs: number, span: Span, limit: number): Promise<H.CandleRow[]> {
    const rows = this.candleRows.get(candleKey(market, intervalMs));
    const passes = (row: H.CandleRow): boolean => isWithin(row.openMs, span);
    return Promise.resolve(rows?.newest(limit, passes).toReversed() ?? []);
  }

  /** The engine settles no funding yet. */
  funding(): Promise<H.FundingRow[]> {
    return Promise.resolve([]);
  }

  /** The engine liquidates nobody yet. */
  liquidations(): Promise<H.LiquidationRow[]> {
    return Promise.resolve([]);
  }

  fills(account: number, filter: FillFilter, page: Page): Promise<H.FillRow[]> {
    const rows = this.fillRows.newest(
      page.limit,
      (row) =>
        row.account === account &&
        (filter.market === undefined || row.market === filter.market) &&
        (filter.order === undefined || row.order === filter.order) &&
        isWithin(row.timeMs, filter) &&
        isBefore(row, page),
    );
    return Promise.resolve(rows);
  }

  closedOrders(account: number, filter: OrderFilter, page: Page): Promise<H.OrderRow[]> {
    const rows = this.ended.newest(
      page.limit,
      (row) =>
        row.account === account &&
        (filter.market === undefined || row.market === filter.market) &&
        (filter.side === undefined || row.side === filter.side) &&
        (filter.filled === undefined || (row.why === 'filled') === filter.filled) &&
        isWithin(row.closedMs, filter) &&
        isBefore(row, page),
    );
    return Promise.resolve(rows);
  }

  order(
    account: number,
    which: { readonly order: number } | { readonly clientOrderId: string },
  ): Promise<H.OrderRow | undefined> {
    const isIt = (row: H.OrderRow): boolean =>
      row.account === account &&
      ('order' in which ? row.order === which.order : row.clientOrderId === which.clientOrderId);
    return Promise.resolve(this.ended.newest(1, isIt)[0]);
  }

  transfers(account: number, asset: number | undefined, page: Page): Promise<H.TransferRow[]> {
    const rows = this.transferRows.newest(
      page.limit,
      (row) =>
        row.account === account &&
        (asset === undefined || row.asset === asset) &&
        isBefore(row, page),
    );
    return Promise.resolve(rows);
  }

  private fill(event: RawEvent, index: number, { sequence, timeMs }: Moment): void {
    const key = { sequence, index, timeMs };
    const market = event.get('market');
    const price = event.get('price');
    const size = event.get('size');
    const takerSide = event.get('taker_side');
    const trade: H.TradeRow = { ...key, market, price, size, takerSide };
    ringOf(this.tradeRows, market, L.TRADES_KEPT).push(trade);
    for (const isMaker of [true, false]) {
      const role = isMaker ? 'maker' : 'taker';
      this.fillRows.push({
        ...key,
        index: index * 2 + (isMaker ? 0 : 1),
        account: event.get(role),
        market,
        order: event.get(`${role}_order`),
        isMaker,
        side: isMaker ? -takerSide : takerSide,
        price,
        size,
        fee: event.get(`${role}_fee`),
      });
    }
    for (const intervalMs of Object.values(INTERVALS)) this.candle(trade, intervalMs);
  }

  private candle({ market, price, size, timeMs }: H.TradeRow, intervalMs: number): void {
    const ring = ringOf(this.candleRows, candleKey(market, intervalMs), L.CANDLES_KEPT);
    const openMs = timeMs - (timeMs % intervalMs);
    const last = ring.last();
    if (last?.openMs !== openMs) {
      const all = { open: price, high: price, low: price, close: price };
      ring.push({ openMs, ...all, volume: size, trades: 1 });
      return;
    }
    ring.replaceLast({
      ...last,
      high: Math.max(last.high, price),
      low: Math.min(last.low, price),
      close: price,
      volume: last.volume + size,
      trades: last.trades + 1,
    });
  }

  private balance(event: RawEvent, index: number, { sequence, timeMs }: Moment): void {
    const why = event.get('why');
    if (!TRANSFER_WHYS.includes(why)) return;
    this.transferRows.push({
      sequence,
      index,
      timeMs,
      account: event.get('account'),
      asset: event.get('asset'),
      why,
      change: event.get('change'),
      free: event.get('free'),
    });
  }
}

const candleKey = (market: number, intervalMs: number): string => `${market}:${intervalMs}`;

function ringOf<K, T>(rings: Map<K, Ring<T>>, key: K, most: number): Ring<T> {
  let ring = rings.get(key);
  if (ring === undefined) {
    ring = new Ring(most);
    rings.set(key, ring);
  }
  return ring;
}

function isBefore(row: H.RowKey, { before }: Page): boolean {
  if (before === undefined) return true;
  return (
    row.sequence < before.sequence || (row.sequence === before.sequence && row.index < before.index)
  );
}

function isWithin(timeMs: number, { fromMs, toMs }: Span): boolean {
  return (fromMs === undefined || timeMs >= fromMs) && (toMs === undefined || timeMs < toMs);
}
