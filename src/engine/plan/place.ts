// A new order: what it must look like, whether the market takes it now, and then the plan of it;
// stops only wait.

import * as table from '../../units/table.ts';
import * as words from '../command.ts';
import type { PlaceOrder } from '../command.ts';
import { waitsForRise } from '../commit/order-rows.ts';
import * as events from '../event.ts';
import * as bounds from '../limits.ts';
import * as reasons from '../reason.ts';
import type { Market } from '../state/market.ts';
import * as rowFields from '../state/positions.ts';
import type { PlanContext } from './context.ts';
import { writeAccepted } from './write.ts';
import { planOrder } from './order-plan.ts';
import type { OrderResult } from './order-plan.ts';
import {
  ID_PATTERN,
  checkAccount,
  checkMarket,
  checkNotLiquidating,
  checkRange,
  checkValue,
  findClientOrder,
  invalid,
  isCount,
} from './validate.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;
const {
  ORDER_LIMIT,
  ORDER_MARKET,
  ORDER_STOP_LIMIT,
  ORDER_STOP_MARKET,
  ORDER_TAKE_PROFIT_LIMIT,
  STATUS_CANCEL_ONLY,
  STATUS_CLOSE_ONLY,
  STATUS_HALTED,
  STATUS_POST_ONLY,
  STATUS_SETTLED,
  STP_NONE,
  TIF_FOK,
  TIF_GTC,
  TIF_GTD,
  TIF_IOC,
} = words;
const { FLAG_CLIENT_ID, FLAG_POST_ONLY, FLAG_REDUCE_ONLY } = events;
const { VALUE_MAX } = bounds;
const {
  BELOW_MINIMUM,
  BOOK_FULL,
  CANCEL_ONLY,
  CLOSE_ONLY,
  DUPLICATE_CLIENT_ORDER_ID,
  EXPIRED,
  LIMIT_REACHED,
  MARKET_HALTED,
  MARKET_SETTLED,
  MODE_NOT_AVAILABLE,
  NO_MARK_PRICE,
  OK,
  OPEN_ORDERS_LIMIT,
  POST_ONLY_MARKET,
  REDUCE_ONLY_REJECTED,
  SELF_TRADE_NOT_ALLOWED,
  STEP_MISMATCH,
  TRIGGER_PASSED,
} = reasons;
const { BUYS, LINKS, NUMBERS, ORDER_COUNT, SELLS, SIZE } = rowFields;

/** True for the types that wait for a trigger. */
export const isStopType = (type: number): boolean => type >= ORDER_STOP_MARKET;
/** True for the types that name a limit price. */
export const isLimitType = (type: number): boolean =>
  type === ORDER_LIMIT || type === ORDER_STOP_LIMIT || type === ORDER_TAKE_PROFIT_LIMIT;

export function planPlace(context: PlanContext, command: PlaceOrder, result: OrderResult): number {
  const { state } = context;
  let refused = checkShape(context, command);
  if (refused !== OK) return refused;
  refused =
    checkMarket(context, command.market) ||
    checkAccount(context, command.account) ||
    checkNotLiquidating(context, command.account, command.market);
  if (refused !== OK) return refused;
  const market = state.markets[command.market];
  refused = checkSteps(context, market, command) || checkOpen(context, market, command);
  if (refused !== OK) return refused;
  refused = checkClientId(context, command);
  if (refused !== OK) return refused;
  fillIncoming(context, command);
  context.created = state.nextOrder;
  return isStopType(command.type)
    ? planStop(context, market, command)
    : planOrder(context, market, context.incoming, result);
}

/** Values that are never allowed, whatever the market. */
function checkShape(context: PlanContext, c: PlaceOrder): number {
  if (c.side !== 1 && c.side !== -1) return invalid(context, 'side', c.side);
  if (!isPlain(c)) return checkFields(context, c);
  if (isLimitType(c.type) !== c.price > 0) return invalid(context, 'price', c.price);
  if (isStopType(c.type) !== c.triggerPrice > 0)
    return invalid(context, 'trigger_price', c.triggerPrice);
  if ((c.timeInForce === TIF_GTD) !== c.expiresAt > 0)
    return invalid(context, 'expires_at', c.expiresAt);
  if (
    c.postOnly &&
    (!isLimitType(c.type) || c.timeInForce === TIF_IOC || c.timeInForce === TIF_FOK)
  ) {
    return invalid(context, 'post_only', 1);
  }
  if (isStopType(c.type) || c.reduceOnly) {
    if (c.takeProfit !== 0) return invalid(context, 'take_profit', c.takeProfit);
    if (c.stopLoss !== 0) return invalid(context, 'stop_loss', c.stopLoss);
  }
  return OK;
}

/** Every number is a count and every code is one of its list: one look in place of a dozen. */
function isPlain(c: PlaceOrder): boolean {
  return (
    isCount(c.price) &&
    isCount(c.size) &&
    c.size > 0 &&
    isCount(c.expiresAt) &&
    isCount(c.triggerPrice) &&
    isCount(c.takeProfit) &&
    isCount(c.stopLoss) &&
    isCount(c.type) &&
    c.type <= ORDER_TAKE_PROFIT_LIMIT &&
    isCount(c.timeInForce) &&
    c.timeInForce <= TIF_GTD &&
    isCount(c.selfTrade) &&
    c.selfTrade <= STP_NONE &&
    isCount(c.triggerBy) &&
    c.triggerBy <= 1
  );
}

/** Which field it is that is not allowed. */
function checkFields(context: PlanContext, c: PlaceOrder): number {
  return (
    checkRange(context, 'type', c.type, ORDER_LIMIT, ORDER_TAKE_PROFIT_LIMIT) ||
    checkRange(context, 'time_in_force', c.timeInForce, TIF_GTC, TIF_GTD) ||
    checkRange(context, 'self_trade', c.selfTrade, 0, STP_NONE) ||
    checkRange(context, 'trigger_by', c.triggerBy, 0, 1) ||
    checkRange(context, 'size', c.size, 1, VALUE_MAX) ||
    checkValue(context, 'price', c.price) ||
    checkValue(context, 'expires_at', c.expiresAt) ||
    checkValue(context, 'trigger_price', c.triggerPrice) ||
    checkValue(context, 'take_profit', c.takeProfit) ||
    checkValue(context, 'stop_loss', c.stopLoss)
  );
}

/** Steps and minimums. */
function checkSteps(context: PlanContext, market: Market, c: PlaceOrder): number {
  const { refusal } = context;
  const { tickSize, lotSize, terms } = market;
  const offTick =
    isOffStep(c.price, tickSize) ||
    isOffStep(c.triggerPrice, tickSize) ||
    isOffStep(c.takeProfit, tickSize) ||
    isOffStep(c.stopLoss, tickSize);
  if (offTick || isOffStep(c.size, lotSize))
    return refusal.because(STEP_MISMATCH, tickSize, lotSize);
  if (market.isSpot && c.reduceOnly) return invalid(context, 'reduce_only', 1);
  if (market.isSpot && c.takeProfit !== 0) return invalid(context, 'take_profit', c.takeProfit);
  if (market.isSpot && c.stopLoss !== 0) return invalid(context, 'stop_loss', c.stopLoss);
  const price = c.price === 0 ? market.reference() : c.price;
  const value = price * c.size * market.multiplier;
  const small = c.size < terms.minimumSize || (price !== 0 && value < terms.minimumNotional);
  if (small && !c.reduceOnly && !isClosing(context, market, c)) {
    return refusal.because(BELOW_MINIMUM, terms.minimumSize, terms.minimumNotional);
  }
  return OK;
}

/** Divides only where it must: most fields are 0, many steps are 1. */
function isOffStep(value: number, step: number): boolean {
  return value !== 0 && step !== 1 && value % step !== 0;
}

/** Minimums never block a close: an order that takes the whole position back may be of any size. */
function isClosing(context: PlanContext, market: Market, c: PlaceOrder): boolean {
  const row = context.state.row(c.account, market.number);
  return row !== NONE && context.state.positions.numbers[row * NUMBERS + SIZE] === -c.side * c.size;
}

/** Whether the market and the clock take this order now. */
function checkOpen(context: PlanContext, market: Market, c: PlaceOrder): number {
  const { refusal } = context;
  const open = checkStatus(context, market, c.postOnly);
  if (open !== OK) return open;
  if (market.openness() === STATUS_CLOSE_ONLY && !reducesOnly(context, market, c))
    return refusal.because(CLOSE_ONLY);
  if (!market.isSpot && market.mark === 0) return refusal.because(NO_MARK_PRICE);
  if (c.expiresAt !== 0 && c.expiresAt <= context.now)
    return refusal.because(EXPIRED, c.expiresAt, context.now);
  if (c.selfTrade === STP_NONE && !market.terms.selfTradeAllowed)
    return refusal.because(SELF_TRADE_NOT_ALLOWED);
  return isModeMissing(context, market, c) ? refusal.because(MODE_NOT_AVAILABLE) : OK;
}

/** Cross margin is counted in the settlement asset: other perpetuals are isolated only. */
function isModeMissing(context: PlanContext, market: Market, c: PlaceOrder): boolean {
  const { state, assessor } = context;
  if (market.isSpot || market.quote === state.settlement) return false;
  return !assessor.isIsolated(state.row(c.account, market.number));
}

/** Refusals of a market's status for orders and edits; close-only is the caller's question. */
export function checkStatus(context: PlanContext, market: Market, postOnly: boolean): number {
  const { refusal } = context;
  const status = market.openness();
  if (status === STATUS_HALTED) return refusal.because(MARKET_HALTED);
  if (status === STATUS_SETTLED) return refusal.because(MARKET_SETTLED);
  if (status === STATUS_CANCEL_ONLY) return refusal.because(CANCEL_ONLY);
  if (status === STATUS_POST_ONLY && !postOnly) return refusal.because(POST_ONLY_MARKET);
  return OK;
}

function reducesOnly(context: PlanContext, market: Market, c: PlaceOrder): boolean {
  if (c.reduceOnly) return true;
  const row = context.state.row(c.account, market.number);
  if (row === NONE) return false;
  const { numbers } = context.state.positions;
  const held = -c.side * numbers[row * NUMBERS + SIZE];
  return numbers[row * NUMBERS + (c.side > 0 ? BUYS : SELLS)] + c.size <= held;
}

function checkClientId(context: PlanContext, c: PlaceOrder): number {
  if (c.clientOrderId === '') return OK;
  if (!ID_PATTERN.test(c.clientOrderId))
    return invalid(context, 'client_order_id', c.clientOrderId.length);
  const slot = findClientOrder(context.state, c.account, c.clientOrderId);
  return slot === NONE
    ? OK
    : context.refusal.because(DUPLICATE_CLIENT_ORDER_ID, context.state.orders.idOf(slot));
}

function fillIncoming(context: PlanContext, c: PlaceOrder): void {
  const { incoming, staged, state } = context;
  incoming.reset();
  incoming.id = state.nextOrder;
  incoming.account = c.account;
  incoming.side = c.side;
  incoming.type = c.type;
  incoming.price = c.price;
  incoming.size = c.size;
  incoming.timeInForce =
    c.type === ORDER_MARKET && c.timeInForce !== TIF_FOK ? TIF_IOC : c.timeInForce;
  incoming.expiresAt = c.expiresAt;
  incoming.flags =
    (c.postOnly ? FLAG_POST_ONLY : 0) |
    (c.reduceOnly ? FLAG_REDUCE_ONLY : 0) |
    (c.clientOrderId === '' ? 0 : FLAG_CLIENT_ID);
  incoming.selfTrade = c.selfTrade;
  incoming.triggerPrice = c.triggerPrice;
  incoming.triggerBy = c.triggerBy;
  incoming.takeProfit = c.takeProfit;
  incoming.stopLoss = c.stopLoss;
  staged.clientOrderId = c.clientOrderId;
}

/** A stop holds nothing and is checked when it fires; it must not be past its trigger already. */
function planStop(context: PlanContext, market: Market, c: PlaceOrder): number {
  const { refusal, state, incoming, log } = context;
  const { limits } = state;
  const source = market.triggerSource(c.triggerBy);
  if (source === 0) return refusal.because(NO_MARK_PRICE);
  const passed = waitsForRise(c.type, c.side) ? source >= c.triggerPrice : source <= c.triggerPrice;
  if (passed) return refusal.because(TRIGGER_PASSED, c.triggerPrice, source);
  const row = state.row(c.account, market.number);
  if (row === NONE && state.positions.live >= limits.positions)
    return refusal.because(LIMIT_REACHED, limits.positions);
  const count = row === NONE ? 0 : state.positions.links[row * LINKS + ORDER_COUNT];
  if (count >= limits.ordersPerPosition)
    return refusal.because(OPEN_ORDERS_LIMIT, count, limits.ordersPerPosition);
  if (state.orders.live >= limits.orders) return refusal.because(BOOK_FULL, limits.orders);
  if (
    c.reduceOnly &&
    (row === NONE || state.positions.numbers[row * NUMBERS + SIZE] * c.side >= 0)
  ) {
    return refusal.because(
      REDUCE_ONLY_REJECTED,
      row === NONE ? 0 : state.positions.numbers[row * NUMBERS + SIZE],
    );
  }
  writeAccepted(log, market.number, incoming, c.size, c.size, 0, 0);
  return OK;
}
