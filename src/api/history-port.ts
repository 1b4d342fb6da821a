// What the routes ask of the past. Memory implements it now, within bounds; a SQL history
// implements the same later. Rows are whole numbers of the engine, newest first, and a page ends
// with the key of its last row.

import type {
  CandleRow,
  FillRow,
  FundingRow,
  LiquidationRow,
  OrderRow,
  RowKey,
  TradeRow,
  TransferRow,
} from '../contract/history-rows.ts';

export interface Page {
  readonly limit: number;
  /** Only rows older than this one. */
  readonly before?: RowKey | undefined;
}

export interface Span {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

export interface OrderFilter extends Span {
  readonly market?: number | undefined;
  readonly side?: number | undefined;
  readonly filled?: boolean | undefined;
}

export interface FillFilter extends Span {
  readonly market?: number | undefined;
  readonly order?: number | undefined;
}

/** Every answer is of durable commands only. */
export interface HistoryPort {
  trades(market: number, page: Page): Promise<readonly TradeRow[]>;
  /** Oldest first, only those with trades; the caller fills the gaps. */
  candles(
    market: number,
    intervalMs: number,
    span: Span,
    limit: number,
  ): Promise<readonly CandleRow[]>;
  funding(market: number, page: Page): Promise<readonly FundingRow[]>;
  fills(account: number, filter: FillFilter, page: Page): Promise<readonly FillRow[]>;
  closedOrders(account: number, filter: OrderFilter, page: Page): Promise<readonly OrderRow[]>;
  /** What is remembered of orders that are open, by number. */
  openOrders(orders: readonly number[]): Promise<ReadonlyMap<number, OrderRow>>;
  /** One order that ended, by number or by the client order id that it had. */
  order(
    account: number,
    which: { readonly order: number } | { readonly clientOrderId: string },
  ): Promise<OrderRow | undefined>;
  transfers(
    account: number,
    asset: number | undefined,
    page: Page,
  ): Promise<readonly TransferRow[]>;
  liquidations(account: number, page: Page): Promise<readonly LiquidationRow[]>;
}
