// Tables of what risk costs: funding by interval and by account, interest, the steps of
// liquidations, and the insurance fund. One row per event, kept as long as trades are.

import { type RowOf, table } from './table.ts';

/** Funding of a market by interval. Rates count 10^−12. */
export const FUNDING_RATES = table(
  'funding_rates',
  70,
  {
    id: 'id',
    market: 'number',
    time: 'number',
    interval: 'number',
    rate: 'amount',
    mark: 'amount',
    missed: 'number',
  },
  ['id'],
  { name: 'funding_rates_market', columns: ['market', 'id'] },
);

/** What a position paid when it was touched; below zero it received. */
export const FUNDING_PAYMENTS = table(
  'funding_payments',
  75,
  {
    id: 'id',
    account: 'number',
    market: 'number',
    time: 'number',
    size: 'amount',
    amount: 'amount',
  },
  ['id'],
  { name: 'funding_payments_account', columns: ['account', 'id'] },
);

/** Interest charged on balances below zero. */
export const INTEREST = table(
  'interest',
  65,
  { id: 'id', account: 'number', asset: 'number', time: 'number', amount: 'amount' },
  ['id'],
  { name: 'interest_account', columns: ['account', 'id'] },
);

/** One row per step of a liquidation: its receipt without the inputs, which the journal has. */
export const LIQUIDATIONS = table(
  'liquidations',
  160,
  {
    id: 'id',
    account: 'number',
    market: 'number',
    time: 'number',
    receipt: 'number',
    /** LIQUIDATION_BYS by number. */
    by: 'code',
    /** Null: the book. */
    counterparty: 'number?',
    size: 'amount',
    closed: 'amount',
    asked: 'amount',
    limit_price: 'amount?',
    bankruptcy_price: 'amount?',
    liquidation_price: 'amount?',
    value: 'amount',
    fee: 'amount',
    shortfall: 'amount',
    equity_before: 'amount',
    maintenance_before: 'amount',
    equity: 'amount',
    maintenance: 'amount',
  },
  ['id'],
  { name: 'liquidations_account', columns: ['account', 'id'] },
  { name: 'liquidations_market', columns: ['market', 'id'], where: 'closed > 0' },
);

/** Every change of the insurance fund's money that was not an operator's. */
export const INSURANCE_CHANGES = table(
  'insurance_changes',
  60,
  {
    id: 'id',
    asset: 'number',
    time: 'number',
    /** INSURANCE_WHYS by number. */
    why: 'code',
    change: 'amount',
    balance: 'amount',
  },
  ['id'],
);

export type FundingRateRow = RowOf<typeof FUNDING_RATES>;
export type FundingPaymentRow = RowOf<typeof FUNDING_PAYMENTS>;
export type InterestRow = RowOf<typeof INTEREST>;
export type LiquidationRow = RowOf<typeof LIQUIDATIONS>;
export type InsuranceChangeRow = RowOf<typeof INSURANCE_CHANGES>;
