// From the SQL rows of funding, interest, liquidations and the insurance fund to those of the
// contract.

import type * as H from '../contract/history-rows.ts';
import type * as S from '../projections/sql/risk-tables.ts';
import { keyOf } from './history-rows.ts';

export function fundingRow(row: S.FundingRateRow): H.FundingRow {
  const { market, interval, missed, time: timeMs } = row;
  const rateE12 = Number(row.rate);
  return { ...keyOf(row.id, 1), timeMs, market, interval, rateE12, mark: Number(row.mark), missed };
}

export function fundingPaymentRow(row: S.FundingPaymentRow): H.FundingPaymentRow {
  const { account, market, time: timeMs } = row;
  const key = keyOf(row.id, 1);
  return { ...key, timeMs, account, market, size: Number(row.size), amount: Number(row.amount) };
}

export function interestRow(row: S.InterestRow): H.InterestRow {
  const { account, asset, time: timeMs } = row;
  return { ...keyOf(row.id, 1), timeMs, account, asset, amount: Number(row.amount) };
}

export function insuranceRow(row: S.InsuranceChangeRow): H.InsuranceRow {
  const { asset, why, time: timeMs } = row;
  const [change, balance] = [Number(row.change), Number(row.balance)];
  return { ...keyOf(row.id, 1), timeMs, asset, why, change, balance };
}

export function liquidationRow(row: S.LiquidationRow): H.LiquidationRow {
  return {
    ...keyOf(row.id, 1),
    timeMs: row.time,
    receipt: row.receipt,
    account: row.account,
    market: row.market,
    by: row.by,
    counterparty: row.counterparty ?? -1,
    positionSize: Number(row.size),
    closed: Number(row.closed),
    liquidationPrice: Number(row.liquidation_price ?? 0n),
    limitPrice: Number(row.limit_price ?? 0n),
    bankruptcyPrice: Number(row.bankruptcy_price ?? 0n),
    value: Number(row.value),
    fee: Number(row.fee),
    shortfall: Number(row.shortfall),
    equityBefore: Number(row.equity_before),
    maintenanceBefore: Number(row.maintenance_before),
    equity: Number(row.equity),
    maintenance: Number(row.maintenance),
  };
}
