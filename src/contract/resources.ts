// The things that answers are made of: markets, orders, positions, money. Amounts are decimal
// strings, times ISO 8601; null means that there is none, never zero.

import * as z from 'zod';
import * as A from './atoms.ts';

export const bracket = z
  .strictObject({
    floor_notional: A.decimal.describe('The notional from which the rates hold.'),
    initial: A.decimal.describe('Share of the notional that a new position needs.'),
    maintenance: A.decimal.describe('Share of the notional that a position must keep.'),
  })
  .meta({ id: 'Bracket' });

export const asset = z
  .strictObject({
    asset: A.assetSymbol,
    decimals: A.whole,
    settlement: z.boolean(),
    weight: A.decimal,
    liability_weight: A.decimal,
    price: A.decimal.nullable(),
  })
  .meta({ id: 'Asset' });

export const market = z
  .strictObject({
    market: A.marketSymbol,
    kind: A.marketKind,
    status: A.marketStatus,
    base: A.assetSymbol.nullable(),
    quote: A.assetSymbol,
    tick_size: A.decimal,
    lot_size: A.decimal,
    price_unit: A.decimal,
    size_unit: A.decimal,
    last: A.decimal.nullable(),
    mark: A.decimal.nullable(),
    index: A.decimal.nullable(),
    best_bid: A.decimal.nullable(),
    best_ask: A.decimal.nullable(),
    open_interest: A.decimal,
    maker_fee: A.signedDecimal,
    taker_fee: A.decimal,
    liquidation_fee: A.decimal,
    price_band: A.decimal,
    minimum_size: A.decimal,
    minimum_notional: A.decimal,
    open_interest_cap: A.decimal,
    leverage_max: A.whole,
    brackets: z.array(bracket),
  })
  .meta({ id: 'Market' });

const level = z
  .strictObject({ price: A.decimal, size: A.decimal, orders: A.whole })
  .meta({ id: 'Level' });

export const book = z
  .strictObject({
    market: A.marketSymbol,
    sequence: A.whole,
    bids: z.array(level),
    asks: z.array(level),
    last: A.decimal.nullable(),
    mark: A.decimal.nullable(),
    index: A.decimal.nullable(),
  })
  .meta({ id: 'Book' });

export const trade = z
  .strictObject({
    id: z.string(),
    market: A.marketSymbol,
    price: A.decimal,
    size: A.decimal,
    taker_side: A.side,
    traded_at: A.time,
  })
  .meta({ id: 'Trade' });

export const candle = z
  .strictObject({
    opened_at: A.time,
    open: A.decimal,
    high: A.decimal,
    low: A.decimal,
    close: A.decimal,
    volume: A.decimal,
    trades: A.whole,
  })
  .meta({ id: 'Candle' });

export const orderStatus = z
  .enum(['open', 'waiting', 'filled', 'cancelled'])
  .meta({ id: 'OrderStatus', description: 'waiting: a stop whose trigger has not been reached.' });

export const order = z
  .strictObject({
    order_id: A.orderId,
    client_order_id: A.id.nullable(),
    account: A.id,
    market: A.marketSymbol,
    side: A.side,
    type: A.orderType,
    status: orderStatus,
    price: A.decimal.nullable(),
    size: A.decimal,
    filled: A.decimal,
    remaining: A.decimal,
    average_price: A.decimal.nullable(),
    time_in_force: A.timeInForce,
    expires_at: A.time.nullable(),
    post_only: z.boolean(),
    reduce_only: z.boolean(),
    attached: z.boolean(),
    self_trade: A.selfTrade,
    trigger_price: A.decimal.nullable(),
    trigger_by: A.triggerBy.nullable(),
    take_profit: A.decimal.nullable(),
    stop_loss: A.decimal.nullable(),
    created_at: A.time.nullable().describe('null: before what is remembered.'),
    closed_at: A.time.nullable(),
    closed_because: z.string().nullable(),
  })
  .meta({ id: 'Order' });

export const fill = z
  .strictObject({
    id: z.string(),
    order_id: A.orderId,
    market: A.marketSymbol,
    side: A.side,
    role: z.enum(['maker', 'taker']),
    price: A.decimal,
    size: A.decimal,
    fee: A.signedDecimal,
    fee_asset: A.assetSymbol,
    filled_at: A.time,
  })
  .meta({ id: 'Fill' });

export const position = z
  .strictObject({
    account: A.id,
    market: A.marketSymbol,
    side: z.enum(['long', 'short', 'flat']),
    mode: A.marginMode,
    leverage: A.whole,
    size: A.signedDecimal,
    entry_price: A.decimal.nullable(),
    mark_price: A.decimal.nullable(),
    liquidation_price: A.decimal.nullable(),
    notional: A.decimal,
    collateral: A.decimal,
    unrealized_pnl: A.signedDecimal,
    realized_pnl: A.signedDecimal,
    initial_margin: A.decimal,
    maintenance_margin: A.decimal,
    open_orders: A.whole,
    take_profit_order: A.orderId.nullable(),
    stop_loss_order: A.orderId.nullable(),
  })
  .meta({ id: 'Position' });

const balance = z
  .strictObject({
    asset: A.assetSymbol,
    total: A.sum,
    reserved: A.sum,
    available: A.sum,
  })
  .meta({ id: 'Balance' });

export const account = z
  .strictObject({
    account: A.id,
    owner: A.id,
    balances: z.array(balance),
    total_value: A.sum.nullable(),
    equity: A.signedDecimal.nullable(),
    used_margin: A.decimal.nullable(),
    available_margin: A.signedDecimal.nullable(),
    maintenance_margin: A.decimal.nullable(),
    withdrawable: A.signedDecimal.nullable(),
    health: A.signedDecimal.describe('0 to 100; at 0 positions are liquidated.'),
    status: z.enum(['active', 'in_liquidation']),
    dead_man_at: A.time.nullable(),
    sequence: A.whole,
  })
  .meta({ id: 'Account' });

export const transfer = z
  .strictObject({
    id: z.string(),
    account: A.id,
    asset: A.assetSymbol,
    kind: z.enum(['deposit', 'withdrawal', 'transfer', 'adjustment']),
    change: A.signedDecimal,
    balance: A.signedDecimal,
    made_at: A.time,
  })
  .meta({ id: 'Transfer' });

export const funding = z
  .strictObject({
    id: z.string(),
    market: A.marketSymbol,
    rate: A.signedDecimal,
    mark: A.decimal,
    paid_at: A.time,
  })
  .meta({ id: 'Funding' });

export const liquidation = z
  .strictObject({
    id: z.string(),
    account: A.id,
    market: A.marketSymbol,
    position_size: A.signedDecimal,
    liquidation_price: A.decimal.nullable(),
    fill_price: A.decimal.nullable(),
    bankruptcy_price: A.decimal.nullable(),
    fee: A.signedDecimal,
    shortfall: A.decimal,
    timestamp: A.time,
  })
  .meta({ id: 'Liquidation' });

/** An event as the engine told it: its name and its fields. */
export const event = z
  .looseObject({ event: z.string() })
  .meta({ id: 'Event', description: 'See the reference of events.' });

export const nextCursor = z.string().nullable().describe('null: there is no older one.');
