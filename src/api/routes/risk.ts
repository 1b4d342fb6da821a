// Routes of what risk costs: funding, interest, liquidations, and the insurance fund that everybody
// may look at.

import { exportFunding, FUNDING_COLUMNS } from '../../contract/operations/export-funding.ts';
import { getInsurance } from '../../contract/operations/get-insurance.ts';
import { listFunding } from '../../contract/operations/list-funding.ts';
import {
  listFundingPayments,
  type fundingQuery,
} from '../../contract/operations/list-funding-payments.ts';
import { listInsuranceChanges } from '../../contract/operations/list-insurance-changes.ts';
import { listInterest } from '../../contract/operations/list-interest.ts';
import { listLiquidations } from '../../contract/operations/list-liquidations.ts';
import type { FundingPaymentRow } from '../../contract/history-rows.ts';
import { ACCOUNT_INSURANCE, livePositions } from '../../contract/live-risk.ts';
import * as V from '../../contract/risk-views.ts';
import type { z } from 'zod';
import type { Call } from '../call.ts';
import type { ApiContext } from '../context.ts';
import { csv } from '../csv.ts';
import { msOf, nextCursor, pageOf } from '../paging.ts';
import type { Routes } from '../routes.ts';
import { marketOf } from './market-data.ts';
import { accountNumber } from './order-queries.ts';

export function riskRoutes(routes: Routes, context: ApiContext): void {
  ofEverybody(routes, context);
  ofAnAccount(routes, context);
}

function ofEverybody(routes: Routes, context: ApiContext): void {
  const { exchange, history } = context;

  routes.on(listFunding, async ({ params, query }) => {
    const { number } = marketOf(context, params.market);
    const rows = await history.funding(number, pageOf(query));
    const funding = rows.map((row) => V.fundingView(row, exchange.catalog));
    return { funding, next_cursor: nextCursor(rows, query.limit) };
  });

  routes.on(getInsurance, () =>
    exchange.read((engine, sequence) =>
      V.insuranceView(
        engine.account(ACCOUNT_INSURANCE),
        livePositions(engine, ACCOUNT_INSURANCE),
        sequence,
        exchange.catalog,
      ),
    ),
  );

  routes.on(listInsuranceChanges, async ({ query }) => {
    const rows = await history.insuranceChanges(pageOf(query));
    const changes = rows.map((row) => V.insuranceChangeView(row, exchange.catalog));
    return { changes, next_cursor: nextCursor(rows, query.limit) };
  });
}

function ofAnAccount(routes: Routes, context: ApiContext): void {
  const { exchange, history } = context;

  routes.on(listFundingPayments, async ({ query }, call) => {
    const rows = await paymentRows(query, call, context);
    const funding = rows.map((row) => V.fundingPaymentView(row, exchange.catalog));
    return { funding, next_cursor: nextCursor(rows, query.limit) };
  });

  routes.on(exportFunding, async ({ query }, call) => {
    const rows = await paymentRows(query, call, context);
    const payments = rows.map((row) => V.fundingPaymentView(row, exchange.catalog));
    return csv('funding.csv', FUNDING_COLUMNS, payments, call);
  });

  routes.on(listInterest, async ({ query }, call) => {
    const account = accountNumber(context, call, query.account);
    const rows = await history.interest(account, pageOf(query));
    const interest = rows.map((row) => V.interestView(row, exchange.catalog));
    return { interest, next_cursor: nextCursor(rows, query.limit) };
  });

  routes.on(listLiquidations, async ({ query }, call) => {
    const account = accountNumber(context, call, query.account);
    const rows = await history.liquidations({ account }, pageOf(query));
    const liquidations = rows.map((row) => V.liquidationView(row, exchange.catalog));
    return { liquidations, next_cursor: nextCursor(rows, query.limit) };
  });
}

function paymentRows(
  query: z.output<typeof fundingQuery>,
  call: Call,
  context: ApiContext,
): Promise<readonly FundingPaymentRow[]> {
  const account = accountNumber(context, call, query.account);
  const market = query.market === undefined ? undefined : marketOf(context, query.market).number;
  const filter = { market, fromMs: msOf(query.from), toMs: msOf(query.to) };
  return context.history.fundingPayments(account, filter, pageOf(query));
}
