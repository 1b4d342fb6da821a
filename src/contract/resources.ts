// The things that answers are made of: markets, orders, positions, money. Amounts are decimal
// strings, times ISO 8601; null means that there is none, never zero.

import * as z from 'zod';
import { INSURANCE_WHYS, LIQUIDATION_BYS } from '../engine/event.ts';
import * as A from './atoms.ts';
import { MARKET_TERMS } from './market-terms.ts';
import * as W from './words.ts';

export const asset = z
  .strictObject({
    asset: A.assetSymbol,
    decimals: A.whole,
    settlement: z.boolean(),
    weight: A.decimal,
    liability_weight: A.decimal,
    price: A.decimal.nullable(),
    interest: A.decimal,
    auto_convert_limit: A.decimal,
  })
  .meta({ id: 'Asset' });

export const market = z
  .strictObject({
    market: A.marketSymbol,
    kind: A.marketKind,
    status: A.marketStatus.describe('What an operator has set.'),
    imposed: z
      .array(z.enum(W.IMPOSITIONS))
      .describe('What the engine restricts by itself: close-only, or cancel-only at a step bound.'),
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
    funding_rate: A.signedDecimal
      .nullable()
      .describe('Of the running interval, as its premium samples are so far.'),
    next_funding_at: A.time.nullable(),
    leverage_max: A.whole,
    ...MARKET_TERMS,
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
    liquidation: z
      .boolean()
      .describe('A liquidation took it: it counts for no candle and no last price.'),
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
    triggered: z
      .boolean()
      .nullable()
      .describe('Whether its price has been reached; null: it waits for none.'),
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
    order_id: A.orderId.nullable().describe('null: taken by a liquidation of the account.'),
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
    funding_owed: A.signedDecimal.describe(
      'Since it was last settled; below zero it is due to it.',
    ),
    initial_margin: A.decimal,
    maintenance_margin: A.decimal,
    status: z.enum(['open', 'margin_call', 'liquidating']),
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
    status: z
      .enum(['active', 'margin_call', 'liquidating'])
      .describe('Of its cross margin; an isolated position has its own.'),
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
    interval: A.whole.describe('Its number since 1970.'),
    rate: A.signedDecimal.describe('Of the interval: longs pay it, below zero shorts do.'),
    mark: A.decimal,
    missed: A.whole.describe('Intervals before it that passed without a settlement.'),
    paid_at: A.time,
  })
  .meta({ id: 'Funding' });

export const fundingPayment = z
  .strictObject({
    id: z.string(),
    account: A.id,
    market: A.marketSymbol,
    position_size: A.signedDecimal,
    amount: A.signedDecimal.describe('What was paid; below zero it was received.'),
    asset: A.assetSymbol,
    paid_at: A.time,
  })
  .meta({ id: 'FundingPayment' });

export const interestCharge = z
  .strictObject({
    id: z.string(),
    account: A.id,
    asset: A.assetSymbol,
    amount: A.decimal,
    charged_at: A.time,
  })
  .meta({ id: 'InterestCharge' });

/** The insurance fund: what it has, and what it holds of positions it took over. */
export const insurance = z
  .strictObject({
    balances: z.array(
      z.strictObject({
        asset: A.assetSymbol,
        balance: A.sum.describe('Below zero by what it paid beyond what it had.'),
        collateral: A.sum.describe('Behind its positions.'),
      }),
    ),
    positions: z.array(
      z.strictObject({
        market: A.marketSymbol,
        size: A.signedDecimal,
        entry_price: A.decimal.nullable(),
        collateral: A.decimal,
        unrealized_pnl: A.signedDecimal,
      }),
    ),
    sequence: A.whole,
  })
  .meta({ id: 'Insurance' });

export const insuranceChange = z
  .strictObject({
    id: z.string(),
    asset: A.assetSymbol,
    why: z.enum(INSURANCE_WHYS),
    change: A.signedDecimal,
    balance: A.signedDecimal,
    changed_at: A.time,
  })
  .meta({ id: 'InsuranceChange' });

export const liquidation = z
  .strictObject({
    id: z.string(),
    account: A.id,
    market: A.marketSymbol,
    receipt: A.whole.describe('The number of its receipt.'),
    by: z.enum(LIQUIDATION_BYS).describe('Who took it: an order in the book, the fund, others.'),
    counterparty: A.id
      .nullable()
      .describe('The insurance fund where it took it; null: the book, or another trader.'),
    position_size: A.signedDecimal.describe('Before it.'),
    closed_size: A.decimal.describe('"0": nobody took it there, and the next step came.'),
    liquidation_price: A.decimal.nullable(),
    limit_price: A.decimal.nullable(),
    fill_price: A.decimal.nullable().describe('The average; null: nothing was closed.'),
    bankruptcy_price: A.decimal.nullable(),
    fee: A.signedDecimal,
    shortfall: A.decimal.describe('What the insurance fund paid.'),
    equity_before: A.signedDecimal,
    maintenance_before: A.decimal,
    equity: A.signedDecimal,
    maintenance: A.decimal,
    timestamp: A.time,
  })
  .meta({ id: 'Liquidation' });

/** What everybody may see of a liquidation. */
export const publicLiquidation = z
  .strictObject({
    id: z.string(),
    market: A.marketSymbol,
    side: z.enum(['long', 'short']).describe('Of the position that was closed.'),
    by: z.enum(LIQUIDATION_BYS),
    closed_size: A.decimal,
    fill_price: A.decimal,
    timestamp: A.time,
  })
  .meta({ id: 'PublicLiquidation' });

/** An event as the engine told it: its name and its fields. */
export const event = z
  .looseObject({ event: z.string() })
  .meta({ id: 'Event', description: 'See the reference of events.' });

export const nextCursor = z.string().nullable().describe('null: there is no older one.');
