// Every table of the history, once: from here follow the statements that create it, the inserts,
// the types that queries are checked by and how rows are read back. Amounts, prices and sizes are
// whole numbers of the market's or asset's own units; nothing here is ever a fraction.

import {
  FUNDING_PAYMENTS,
  FUNDING_RATES,
  INSURANCE_CHANGES,
  INTEREST,
  LIQUIDATIONS,
} from './risk-tables.ts';
import { type RowOf, table } from './table.ts';

export type { AnyTable, ColumnKind, Index, RowOf } from './table.ts';

/** One row: how far the history is, of which journal, and what it no longer has. */
export const HISTORY = table(
  'history',
  0,
  {
    only: 'code',
    version: 'code',
    journal: 'text',
    sequence: 'number',
    time: 'number',
    /** Rows of records up to here were pruned. */
    pruned_sequence: 'number',
    bytes: 'amount',
  },
  ['only'],
);

/** Records that the history has never seen, because the journal did not reach back to them. */
export const GAPS = table(
  'gaps',
  0,
  {
    first_sequence: 'number',
    last_sequence: 'number',
    time: 'number',
  },
  ['first_sequence'],
);

/** The first id of a minute: what translates times to ids. */
export const MINUTES = table('minutes', 0, { start: 'number', id: 'id' }, ['start']);

export const ASSETS = table(
  'assets',
  0,
  {
    asset: 'number',
    symbol: 'text',
    decimals: 'code',
    settlement: 'code',
    created_at: 'number?',
  },
  ['asset'],
);

export const MARKETS = table(
  'markets',
  0,
  {
    market: 'number',
    symbol: 'text',
    kind: 'code',
    base: 'number',
    quote: 'number',
    price_unit: 'text',
    size_unit: 'text',
    multiplier: 'amount',
    base_multiplier: 'amount',
    tick_size: 'amount',
    lot_size: 'amount',
    status: 'code',
    created_at: 'number?',
  },
  ['market'],
);

export const ACCOUNTS = table(
  'accounts',
  0,
  {
    account: 'number',
    name: 'text',
    owner: 'text',
    created_at: 'number?',
  },
  ['account'],
  { name: 'accounts_name', columns: ['name'], unique: true },
);

/** What each account has now, as of the history's sequence. */
export const BALANCES = table(
  'balances',
  0,
  {
    account: 'number',
    asset: 'number',
    free: 'amount',
    held: 'amount',
    updated_id: 'id',
  },
  ['account', 'asset'],
);

/** All fees so far, by asset. */
export const FEE_TOTALS = table('fee_totals', 0, { asset: 'number', total: 'amount' }, ['asset']);

/** The current row of every order, open or closed. */
export const ORDERS = table(
  'orders',
  200,
  {
    order_id: 'number',
    account: 'number',
    market: 'number',
    side: 'code',
    type: 'code',
    price: 'amount',
    size: 'amount',
    time_in_force: 'code',
    expires_at: 'number',
    flags: 'code',
    self_trade: 'code',
    trigger_price: 'amount',
    trigger_by: 'code',
    take_profit: 'amount',
    stop_loss: 'amount',
    client_order_id: 'text',
    status: 'code',
    open: 'amount',
    filled: 'amount',
    /** Σ price × size × multiplier of its fills; null where some of them were never seen. */
    filled_value: 'amount?',
    fees: 'amount?',
    /** CANCEL_WHYS and the refusal's number; null unless it was cancelled. */
    why: 'code?',
    refusal: 'code?',
    /**
     * Ids of its acceptance, last change and end, which no other order has; `placed_at` null: it
     * was placed in a gap.
     */
    placed_id: 'id',
    updated_id: 'id',
    closed_id: 'id?',
    placed_at: 'number?',
    updated_at: 'number',
    triggered_at: 'number?',
    closed_at: 'number?',
  },
  ['order_id'],
  { name: 'orders_account', columns: ['account', 'order_id'] },
  { name: 'orders_open', columns: ['account', 'order_id'], where: 'closed_id is null' },
  {
    name: 'orders_client',
    columns: ['account', 'client_order_id', 'order_id'],
    where: "client_order_id <> ''",
  },
  { name: 'orders_closed', columns: ['closed_id'], where: 'closed_id is not null' },
  { name: 'orders_ended', columns: ['account', 'closed_id'], where: 'closed_id is not null' },
);

/** The public tape. */
export const TRADES = table(
  'trades',
  85,
  {
    id: 'id',
    market: 'number',
    time: 'number',
    taker_side: 'code',
    price: 'amount',
    size: 'amount',
    value: 'amount',
    maker_order: 'number',
    taker_order: 'number',
  },
  ['id'],
  { name: 'trades_market', columns: ['market', 'id'] },
);

/** Both sides of every trade. `realised` is null in spot markets. */
export const FILLS = table(
  'fills',
  95,
  {
    id: 'id',
    account: 'number',
    market: 'number',
    order_id: 'number',
    time: 'number',
    side: 'code',
    liquidity: 'code',
    price: 'amount',
    size: 'amount',
    value: 'amount',
    fee: 'amount',
    realised: 'amount?',
  },
  ['id'],
  { name: 'fills_account', columns: ['account', 'id'] },
);

/** Every change of a balance but those that only put money aside for an order, or give it back. */
export const BALANCE_CHANGES = table(
  'balance_changes',
  90,
  {
    id: 'id',
    account: 'number',
    asset: 'number',
    why: 'code',
    time: 'number',
    change: 'amount',
    held_change: 'amount',
    free: 'amount',
    held: 'amount',
  },
  ['id'],
  { name: 'balance_changes_account', columns: ['account', 'id'] },
  { name: 'money_moves', columns: ['account', 'id'], where: 'why between 1 and 4' },
);

export const POSITION_CHANGES = table(
  'position_changes',
  105,
  {
    id: 'id',
    account: 'number',
    market: 'number',
    why: 'code',
    time: 'number',
    size_before: 'amount',
    cost_before: 'amount',
    collateral_before: 'amount',
    size: 'amount',
    cost: 'amount',
    collateral: 'amount',
    realised: 'amount',
  },
  ['id'],
  { name: 'position_changes_account', columns: ['account', 'id'] },
);

/** What happens to orders after they were placed, and settings: the rest of the activity feed. */
export const ACTIVITY = table(
  'activity',
  80,
  {
    id: 'id',
    account: 'number',
    market: 'number',
    time: 'number',
    kind: 'code',
    order_id: 'number?',
    price: 'amount?',
    size: 'amount?',
    why: 'code?',
    refusal: 'code?',
    leverage: 'code?',
    mode: 'code?',
  },
  ['id'],
  { name: 'activity_account', columns: ['account', 'id'] },
);

/** Only where something traded; a gap is filled when it is read. */
export const CANDLES = table(
  'candles',
  0,
  {
    market: 'number',
    seconds: 'number',
    start: 'number',
    open: 'amount',
    high: 'amount',
    low: 'amount',
    close: 'amount',
    size: 'amount',
    value: 'amount',
    trades: 'number',
  },
  ['market', 'seconds', 'start'],
);

/** The last index and mark of every second in which one of them came. */
export const MARKS = table(
  'marks',
  0,
  {
    market: 'number',
    start: 'number',
    index_price: 'amount',
    mark_price: 'amount',
  },
  ['market', 'start'],
);

export const TABLES = [
  HISTORY,
  GAPS,
  MINUTES,
  ASSETS,
  MARKETS,
  ACCOUNTS,
  BALANCES,
  FEE_TOTALS,
  ORDERS,
  TRADES,
  FILLS,
  BALANCE_CHANGES,
  POSITION_CHANGES,
  ACTIVITY,
  CANDLES,
  MARKS,
  FUNDING_RATES,
  FUNDING_PAYMENTS,
  INTEREST,
  LIQUIDATIONS,
  INSURANCE_CHANGES,
] as const;

/** Tables whose rows only ever come at the end, by id: the ones that retention shortens. */
export const LOGS = [
  TRADES,
  FILLS,
  BALANCE_CHANGES,
  POSITION_CHANGES,
  ACTIVITY,
  FUNDING_RATES,
  FUNDING_PAYMENTS,
  INTEREST,
  LIQUIDATIONS,
  INSURANCE_CHANGES,
] as const;

/** The tables as kysely is told of them. */
export interface HistoryTables {
  history: RowOf<typeof HISTORY>;
  gaps: RowOf<typeof GAPS>;
  minutes: RowOf<typeof MINUTES>;
  assets: RowOf<typeof ASSETS>;
  markets: RowOf<typeof MARKETS>;
  accounts: RowOf<typeof ACCOUNTS>;
  balances: RowOf<typeof BALANCES>;
  fee_totals: RowOf<typeof FEE_TOTALS>;
  orders: RowOf<typeof ORDERS>;
  trades: RowOf<typeof TRADES>;
  fills: RowOf<typeof FILLS>;
  balance_changes: RowOf<typeof BALANCE_CHANGES>;
  position_changes: RowOf<typeof POSITION_CHANGES>;
  activity: RowOf<typeof ACTIVITY>;
  candles: RowOf<typeof CANDLES>;
  marks: RowOf<typeof MARKS>;
  funding_rates: RowOf<typeof FUNDING_RATES>;
  funding_payments: RowOf<typeof FUNDING_PAYMENTS>;
  interest: RowOf<typeof INTEREST>;
  liquidations: RowOf<typeof LIQUIDATIONS>;
  insurance_changes: RowOf<typeof INSURANCE_CHANGES>;
}

export type AssetRow = RowOf<typeof ASSETS>;
export type MarketRow = RowOf<typeof MARKETS>;
export type AccountRow = RowOf<typeof ACCOUNTS>;
export type BalanceRow = RowOf<typeof BALANCES>;
export type OrderRow = RowOf<typeof ORDERS>;
export type TradeRow = RowOf<typeof TRADES>;
export type FillRow = RowOf<typeof FILLS>;
export type BalanceChangeRow = RowOf<typeof BALANCE_CHANGES>;
export type PositionChangeRow = RowOf<typeof POSITION_CHANGES>;
export type ActivityRow = RowOf<typeof ACTIVITY>;
export type CandleRow = RowOf<typeof CANDLES>;
export type MarkRow = RowOf<typeof MARKS>;

/** An order's `status`. `lost`: it ended in a gap, nobody knows how. */
export const ORDER_STATUSES = ['waiting', 'open', 'filled', 'cancelled', 'lost'] as const;
export const STATUS_WAITING = 0;
export const STATUS_OPEN = 1;
export const STATUS_FILLED = 2;
export const STATUS_CANCELLED = 3;
export const STATUS_LOST = 4;

/** A fill's `liquidity`. */
export const LIQUIDITIES = ['maker', 'taker'] as const;
export const LIQUIDITY_MAKER = 0;
export const LIQUIDITY_TAKER = 1;
