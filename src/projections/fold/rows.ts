// What a batch of records comes to in rows. Orders, balances, candles and marks are kept once per
// key, as they stand at the end of the batch; everything else is one row per event.

import type {
  FundingPaymentRow,
  FundingRateRow,
  InsuranceChangeRow,
  InterestRow,
  LiquidationRow,
} from '../sql/risk-tables.ts';
import type { MINUTES } from '../sql/tables.ts';
import type {
  AccountRow,
  ActivityRow,
  AssetRow,
  BalanceChangeRow,
  BalanceRow,
  CandleRow,
  FillRow,
  MarketRow,
  MarkRow,
  OrderRow,
  PositionChangeRow,
  RowOf,
  TradeRow,
} from '../sql/tables.ts';

export class Rows {
  readonly assets: AssetRow[] = [];
  readonly markets: MarketRow[] = [];
  readonly accounts: AccountRow[] = [];
  /** Status by market, where it changed. */
  readonly statuses = new Map<number, number>();
  readonly orders = new Map<number, OrderRow>();
  readonly trades: TradeRow[] = [];
  readonly fills: FillRow[] = [];
  readonly balances = new Map<string, BalanceRow>();
  readonly balanceChanges: BalanceChangeRow[] = [];
  readonly positionChanges: PositionChangeRow[] = [];
  readonly activity: ActivityRow[] = [];
  /** What fees changed by in this batch, by asset. */
  readonly fees = new Map<number, bigint>();
  /** What trades of this batch add to each candle. */
  readonly candles: CandleRow[] = [];
  readonly marks = new Map<string, MarkRow>();
  readonly minutes: RowOf<typeof MINUTES>[] = [];
  readonly fundingRates: FundingRateRow[] = [];
  readonly fundingPayments: FundingPaymentRow[] = [];
  readonly interest: InterestRow[] = [];
  readonly liquidations: LiquidationRow[] = [];
  readonly insuranceChanges: InsuranceChangeRow[] = [];
  /** Balances of which only what is free has changed, where `balances` has none. */
  readonly free = new Map<string, BalanceRow>();

  /** A balance as it is now. */
  setBalance(row: BalanceRow): void {
    const key = `${row.account} ${row.asset}`;
    this.balances.set(key, row);
    this.free.delete(key);
  }

  /** What is free now; what is held stays as it was. */
  setFree(account: number, asset: number, free: bigint, id: bigint): void {
    const key = `${account} ${asset}`;
    const known = this.balances.get(key);
    if (known === undefined) this.free.set(key, { account, asset, free, held: 0n, updated_id: id });
    else this.balances.set(key, { ...known, free, updated_id: id });
  }
}

/** An entry of the activity feed that says nothing yet. */
export const NO_ACTIVITY = {
  order_id: null,
  price: null,
  size: null,
  why: null,
  refusal: null,
  leverage: null,
  mode: null,
};
