// The past as the routes ask for it, read from SQL. A question waits until the history has what was
// durable when it was asked; one that would have to wait too long is refused.

import type { HistoryLag, HistoryPort, LiquidationsOf, OrderFilter } from '../api/history-port.ts';
import type { FillFilter, FundingFilter, Page, Span } from '../api/history-port.ts';
import { ProblemError, refuse } from '../api/problem-error.ts';
import type * as H from '../contract/history-rows.ts';
import type { HistoryFollower } from '../projections/history-follower.ts';
import type { CandleSeconds } from '../projections/fold/candles.ts';
import type { HistoryReader } from '../projections/read/reader.ts';
import { STATUS_CANCELLED, STATUS_FILLED, STATUS_LOST } from '../projections/sql/tables.ts';
import type { OrderRow } from '../projections/sql/tables.ts';
import { candleRow, fillRow, idOfKey, orderRow, tradeRow, transferRow } from './history-rows.ts';
import {
  fundingPaymentRow,
  fundingRow,
  insuranceRow,
  interestRow,
  liquidationRow,
} from './risk-rows.ts';
import type { PlacesPerEvent } from './history-rows.ts';
import type { Logger } from './log.ts';

/** How long a question waits for the history. */
const WAIT_MS = 5_000;
/** For what is only an addition to what the engine says itself. */
const WAIT_FOR_MORE_MS = 1_000;
/** Deposits, withdrawals, transfers and adjustments among BALANCE_WHYS. */
const TRANSFER_WHYS = [1, 2, 3, 4];
const SECOND_MS = 1_000;

export interface SqlHistoryOptions {
  readonly reader: HistoryReader;
  readonly follower: HistoryFollower;
  readonly log: Logger;
  /** The last durable command. */
  readonly durable: () => number;
  /** Of a market's prices and sizes to units of its quote. */
  readonly multiplierOf: (market: number) => number;
}

type Which = { readonly order: number } | { readonly clientOrderId: string };

export class SqlHistory implements HistoryPort {
  private readonly options: SqlHistoryOptions;

  constructor(options: SqlHistoryOptions) {
    this.options = options;
  }

  lag(): HistoryLag {
    return this.options.follower.lag();
  }

  async trades(market: number, page: Page): Promise<H.TradeRow[]> {
    const { rows } = await this.ask((reader) => reader.trades({ market, ...pageQuery(page, 1) }));
    return rows.map(tradeRow);
  }

  candles(market: number, intervalMs: number, span: Span, limit: number): Promise<H.CandleRow[]> {
    const seconds = (intervalMs / SECOND_MS) as CandleSeconds;
    return this.ask(async (reader) => {
      const { fromMs: from } = span;
      const last = span.toMs ?? (await reader.lastCandle(market, seconds))?.start;
      if (last === undefined) return [];
      const to = span.toMs ?? last + 1;
      return (await reader.candles({ market, seconds, from, to, limit })).map(candleRow);
    });
  }

  async funding(market: number, page: Page): Promise<H.FundingRow[]> {
    const query = { market, ...pageQuery(page, 1) };
    return (await this.ask(({ risk }) => risk.fundingRates(query))).rows.map(fundingRow);
  }

  async fundingPayments(
    account: number,
    { market, fromMs: from, toMs: to }: FundingFilter,
    page: Page,
  ): Promise<H.FundingPaymentRow[]> {
    const query = { account, market, from, to, ...pageQuery(page, 1) };
    const { rows } = await this.ask(({ risk }) => risk.fundingPayments(query));
    return rows.map(fundingPaymentRow);
  }

  async interest(account: number, page: Page): Promise<H.InterestRow[]> {
    const query = { account, ...pageQuery(page, 1) };
    return (await this.ask(({ risk }) => risk.interest(query))).rows.map(interestRow);
  }

  async liquidations(of: LiquidationsOf, page: Page): Promise<H.LiquidationRow[]> {
    const query = { ...of, ...pageQuery(page, 1) };
    return (await this.ask(({ risk }) => risk.liquidations(query))).rows.map(liquidationRow);
  }

  async insuranceChanges(page: Page): Promise<H.InsuranceRow[]> {
    const query = pageQuery(page, 1);
    return (await this.ask(({ risk }) => risk.insuranceChanges(query))).rows.map(insuranceRow);
  }

  async fills(account: number, filter: FillFilter, page: Page): Promise<H.FillRow[]> {
    const { market, order: orderId, fromMs: from, toMs: to } = filter;
    const query = { account, market, orderId, from, to, ...pageQuery(page, 2) };
    return (await this.ask((reader) => reader.fills(query))).rows.map(fillRow);
  }

  async closedOrders(account: number, filter: OrderFilter, page: Page): Promise<H.OrderRow[]> {
    const { market, side, filled, fromMs: from, toMs: to } = filter;
    const ends = filled === true ? [STATUS_FILLED] : [STATUS_CANCELLED, STATUS_LOST];
    const statuses = filled === undefined ? undefined : ends;
    const query = { account, market, side, statuses, from, to, ...pageQuery(page, 2) };
    const { rows } = await this.ask((reader) => reader.closedOrders(query));
    return rows.map((row) => this.orderRow(row));
  }

  async openOrders(orders: readonly number[]): Promise<ReadonlyMap<number, H.OrderRow>> {
    const found = new Map<number, H.OrderRow>();
    if (orders.length === 0) return found;
    try {
      const rows = await this.ask((reader) => reader.ordersByNumber(orders), WAIT_FOR_MORE_MS);
      for (const row of rows) found.set(row.order_id, this.orderRow(row));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error; // the engine knows them without it
    }
    return found;
  }

  async order(account: number, which: Which): Promise<H.OrderRow | undefined> {
    const row = await this.ask((reader) =>
      'order' in which
        ? reader.order(which.order)
        : reader.orderByClientId(account, which.clientOrderId),
    );
    return row?.account === account ? this.orderRow(row) : undefined;
  }

  async transfers(
    account: number,
    asset: number | undefined,
    page: Page,
  ): Promise<H.TransferRow[]> {
    const query = { account, asset, whys: TRANSFER_WHYS, ...pageQuery(page, 1) };
    const { rows } = await this.ask((reader) => reader.balanceChanges(query));
    return rows.map(transferRow);
  }

  private orderRow(row: OrderRow): H.OrderRow {
    return orderRow(row, BigInt(this.options.multiplierOf(row.market)));
  }

  /** @throws ProblemError */
  private async ask<T>(
    question: (reader: HistoryReader) => Promise<T>,
    waitMs = WAIT_MS,
  ): Promise<T> {
    const { reader, follower, log, durable } = this.options;
    if (!(await follower.reached(durable(), waitMs))) {
      throw refuse('BEHIND', 'The history does not keep up, so this cannot be answered now.');
    }
    try {
      return await question(reader);
    } catch (error) {
      log.error({ err: error }, 'the history cannot be read');
      throw refuse('BEHIND', 'The history cannot be read now.');
    }
  }
}

function pageQuery(
  { limit, before }: Page,
  places: PlacesPerEvent,
): { limit: number; after: bigint | undefined } {
  return { limit, after: before === undefined ? undefined : idOfKey(before, places) };
}
