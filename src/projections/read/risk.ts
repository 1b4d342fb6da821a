// Pages of funding, interest, liquidations and the insurance fund.

import type { Kysely } from 'kysely';
import {
  FUNDING_PAYMENTS,
  FUNDING_RATES,
  type FundingPaymentRow,
  type FundingRateRow,
  INSURANCE_CHANGES,
  type InsuranceChangeRow,
  INTEREST,
  type InterestRow,
  type LiquidationRow,
  LIQUIDATIONS,
} from '../sql/risk-tables.ts';
import type { HistoryTables } from '../sql/tables.ts';
import { type Page, type PageQuery, selectPage, type TimeRange } from './page.ts';

export interface FundingRatesQuery extends PageQuery {
  readonly market: number;
}

export interface FundingPaymentsQuery extends PageQuery, TimeRange {
  readonly account: number;
  readonly market?: number | undefined;
}

export interface InterestQuery extends PageQuery {
  readonly account: number;
}

/** Of an account every step; of a market those that closed something. */
export type LiquidationsQuery = PageQuery &
  ({ readonly account: number } | { readonly market: number });

export class RiskReader {
  private readonly db: Kysely<HistoryTables>;

  constructor(db: Kysely<HistoryTables>) {
    this.db = db;
  }

  async fundingRates(query: FundingRatesQuery): Promise<Page<FundingRateRow>> {
    const { market } = query;
    return selectPage(this.db, FUNDING_RATES, 'id', { equal: { market } }, query);
  }

  async fundingPayments(query: FundingPaymentsQuery): Promise<Page<FundingPaymentRow>> {
    const { account, market, from, to } = query;
    const selection = { equal: { account, market }, time: { column: 'time', from, to } };
    return selectPage(this.db, FUNDING_PAYMENTS, 'id', selection, query);
  }

  async interest(query: InterestQuery): Promise<Page<InterestRow>> {
    const { account } = query;
    return selectPage(this.db, INTEREST, 'id', { equal: { account } }, query);
  }

  async liquidations(query: LiquidationsQuery): Promise<Page<LiquidationRow>> {
    const selection =
      'account' in query
        ? { equal: { account: query.account } }
        : { equal: { market: query.market }, literal: 'closed > 0' };
    return selectPage(this.db, LIQUIDATIONS, 'id', selection, query);
  }

  async insuranceChanges(page: PageQuery): Promise<Page<InsuranceChangeRow>> {
    return selectPage(this.db, INSURANCE_CHANGES, 'id', { equal: {} }, page);
  }
}
