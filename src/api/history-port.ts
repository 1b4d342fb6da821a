// What the routes ask of the past; the app injects the SQL history that answers. Rows are whole
// numbers of the engine, newest first, and a page ends with the key of its last row.

import type {
  CandleRow,
  FillRow,
  FundingPaymentRow,
  FundingRow,
  InsuranceRow,
  InterestRow,
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

export interface FundingFilter extends Span {
  readonly market?: number | undefined;
}

/** Every step of an account's liquidations, or those in a market that closed something. */
export type LiquidationsOf = { readonly account: number } | { readonly market: number };

/** How far the past is behind the present. */
export interface HistoryLag {
  readonly mode: 'live' | 'catching_up' | 'retrying' | 'failed';
  /** The last command whose rows can be read. */
  readonly sequence: number;
  /** Commands, and milliseconds of the exchange's time, that it is behind. */
  readonly records: number;
  readonly behindMs: number;
}

/**
 * Every answer is of durable commands only, and of all that were acknowledged before the question.
 * What cannot be answered now is refused with a problem.
 */
export interface HistoryPort {
  lag(): HistoryLag;
  trades(market: number, page: Page): Promise<readonly TradeRow[]>;
  /**
   * Oldest first, the newest `limit` that begin within the span. An interval without a trade
   * repeats the close before it with no volume. Without `toMs` they end with the last one that has
   * a trade.
   */
  candles(
    market: number,
    intervalMs: number,
    span: Span,
    limit: number,
  ): Promise<readonly CandleRow[]>;
  funding(market: number, page: Page): Promise<readonly FundingRow[]>;
  fills(account: number, filter: FillFilter, page: Page): Promise<readonly FillRow[]>;
  closedOrders(account: number, filter: OrderFilter, page: Page): Promise<readonly OrderRow[]>;
  /** What is remembered of orders that are open, by number; never refused. */
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
  liquidations(of: LiquidationsOf, page: Page): Promise<readonly LiquidationRow[]>;
  fundingPayments(
    account: number,
    filter: FundingFilter,
    page: Page,
  ): Promise<readonly FundingPaymentRow[]>;
  interest(account: number, page: Page): Promise<readonly InterestRow[]>;
  insuranceChanges(page: Page): Promise<readonly InsuranceRow[]>;
}
