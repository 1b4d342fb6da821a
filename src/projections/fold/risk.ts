// From the events of risk to their rows: funding, interest, liquidations, the insurance fund. What
// they do to positions and to other money comes as events of its own, but funding and interest also
// say what is free afterwards.

import {
  DELEVERAGED,
  FUNDING_PAID,
  FUNDING_SETTLED,
  INSURANCE_CHANGED,
  INTEREST_CHARGED,
  LIQUIDATED,
  LIQUIDATION_ENDED,
  LIQUIDATION_STARTED,
  MARGIN_CALL_ENDED,
  MARGIN_CALLED,
} from '../../engine/event.ts';
import type { Moment } from './orders.ts';
import { NO_ACTIVITY, type Rows } from './rows.ts';

/** Adds the rows of an event whose first field is at `at`; other kinds have none here. */
export function foldRisk(
  rows: Rows,
  kind: number,
  data: Float64Array,
  at: number,
  moment: Moment,
  quoteOf: (market: number) => number,
): void {
  switch (kind) {
    case FUNDING_SETTLED:
      fundingSettled(rows, data, at, moment);
      return;
    case FUNDING_PAID:
      fundingPaid(rows, data, at, moment, quoteOf(data[at + 1]));
      return;
    case INTEREST_CHARGED:
      interestCharged(rows, data, at, moment);
      return;
    case LIQUIDATED:
      liquidated(rows, data, at, moment);
      return;
    case INSURANCE_CHANGED:
      insuranceChanged(rows, data, at, moment);
      return;
    case DELEVERAGED:
      note(rows, kind, data, at, moment, {
        size: BigInt(data[at + 3]),
        price: BigInt(data[at + 4]),
      });
      return;
    case MARGIN_CALLED:
    case MARGIN_CALL_ENDED:
    case LIQUIDATION_STARTED:
    case LIQUIDATION_ENDED:
      note(rows, kind, data, at, moment, {});
      return;
    default:
      return; // samples, sources, stages and restrictions are state, not history
  }
}

function fundingSettled(rows: Rows, data: Float64Array, at: number, moment: Moment): void {
  rows.fundingRates.push({
    ...moment,
    market: data[at],
    interval: data[at + 1],
    rate: BigInt(data[at + 2]),
    mark: BigInt(data[at + 3]),
    missed: data[at + 4],
  });
}

function fundingPaid(
  rows: Rows,
  data: Float64Array,
  at: number,
  moment: Moment,
  quote: number,
): void {
  const account = data[at];
  rows.fundingPayments.push({
    ...moment,
    account,
    market: data[at + 1],
    size: BigInt(data[at + 2]),
    amount: BigInt(data[at + 3]),
  });
  rows.setFree(account, quote, BigInt(data[at + 4]), moment.id);
}

function interestCharged(rows: Rows, data: Float64Array, at: number, moment: Moment): void {
  const [account, asset] = [data[at], data[at + 1]];
  rows.interest.push({ ...moment, account, asset, amount: BigInt(data[at + 2]) });
  rows.setFree(account, asset, BigInt(data[at + 3]), moment.id);
}

function liquidated(rows: Rows, data: Float64Array, at: number, moment: Moment): void {
  const amount = (field: number): bigint => BigInt(data[at + field]);
  const price = (field: number): bigint | null => (data[at + field] === 0 ? null : amount(field));
  rows.liquidations.push({
    ...moment,
    receipt: data[at],
    account: data[at + 1],
    market: data[at + 2],
    by: data[at + 3],
    counterparty: data[at + 4] < 0 ? null : data[at + 4],
    size: amount(5),
    closed: amount(6),
    asked: amount(7),
    limit_price: price(8),
    bankruptcy_price: price(9),
    liquidation_price: price(10),
    value: amount(11),
    fee: amount(12),
    shortfall: amount(13),
    equity_before: amount(14),
    maintenance_before: amount(15),
    equity: amount(16),
    maintenance: amount(17),
  });
}

function insuranceChanged(rows: Rows, data: Float64Array, at: number, moment: Moment): void {
  rows.insuranceChanges.push({
    ...moment,
    asset: data[at],
    why: data[at + 1],
    change: BigInt(data[at + 2]),
    balance: BigInt(data[at + 3]),
  });
}

/** An event whose first fields are account and market; a whole account has no market: −1. */
function note(
  rows: Rows,
  kind: number,
  data: Float64Array,
  at: number,
  moment: Moment,
  more: { readonly size?: bigint; readonly price?: bigint },
): void {
  const [account, market] = [data[at], data[at + 1]];
  rows.activity.push({ ...NO_ACTIVITY, ...moment, account, market, kind, ...more });
}
