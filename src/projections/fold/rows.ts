// What a batch of records comes to in rows. Orders, balances, candles and marks are kept once per
// key, as they stand at the end of the batch; everything else is one row per event.

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
}
