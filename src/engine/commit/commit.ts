// The only code that changes the state: a fold over the events of a plan. It computes no price, fee
// or margin and cannot fail; what it writes are the absolute values that the events carry.

import * as table from '../../units/table.ts';
import * as words from '../command.ts';
import * as events from '../event.ts';
import type { PlanContext } from '../plan/context.ts';
import { noteDebt, settleRow } from './accruals.ts';
import { applyRiskEvent } from './risk.ts';
import * as orderFields from '../state/orders.ts';
import * as rowFields from '../state/positions.ts';
import type { State } from '../state/state.ts';
import {
  commitAsset,
  commitAccount,
  commitMarket,
  commitMarketChange,
  commitRamp,
} from './creations.ts';
import {
  enterBook,
  enterTrigger,
  joinAccount,
  leaveBook,
  leaveTrigger,
  noteExposure,
  removeOrder,
  setHold,
  shrinkOrder,
} from './order-rows.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;
const { MODE_ISOLATED, ORDER_STOP_MARKET } = words;
const {
  ACCOUNT_CREATED,
  ASSET_CREATED,
  ASSET_PRICED,
  ATTACHED_CHANGED,
  BALANCE_ADJUSTMENT,
  BALANCE_CHANGED,
  BALANCE_DEPOSIT,
  BALANCE_WITHDRAWAL,
  DEAD_MAN_CHANGED,
  EVENT_WIDTHS,
  FEES_CHANGED,
  FLAG_CLIENT_ID,
  LEVERAGE_CHANGED,
  MARKET_CHANGED,
  MARKET_CREATED,
  MARKET_RAMPED,
  MARK_CHANGED,
  ORDER_ACCEPTED,
  ORDER_AMENDED,
  ORDER_CANCELLED,
  ORDER_FILLED,
  ORDER_HOLD_CHANGED,
  ORDER_TRIGGERED,
  POSITION_CHANGED,
} = events;
const {
  ORDER_ACCOUNT,
  ORDER_EXPIRES,
  ORDER_FLAGS,
  ORDER_HOLD,
  ORDER_LIMIT_PRICE,
  ORDER_FACTS,
  ORDER_MARKET,
  ORDER_FIGURES,
  ORDER_OPENING,
  ORDER_ROW,
  ORDER_SIDE,
  ORDER_SIZE,
  ORDER_STOP_LOSS,
  ORDER_STP,
  ORDER_TAKE_PROFIT,
  ORDER_TIF,
  ORDER_TRIGGER,
  ORDER_TRIGGER_BY,
  ORDER_TYPE,
  ORDER_WAITS,
} = orderFields;
const {
  COLLATERAL,
  COST,
  LEVERAGE,
  LINKS,
  MODE,
  NUMBERS,
  REALISED,
  REDUCE_ONLY_COUNT,
  RESTING_COUNT,
  SIZE,
  STOP_LOSS,
  TAKE_PROFIT,
} = rowFields;

/** Applies the events of the step that is planned, in order. */
export function commit(context: PlanContext): void {
  const { log } = context;
  const { data } = log;
  for (let at = context.stepStart; at < log.length;) {
    // an integer for the compiler: a switch over doubles compares them all
    const kind = data[at] | 0;
    applyEvent(context, data, kind, at + 1);
    at += EVENT_WIDTHS[kind];
  }
}

function applyEvent(context: PlanContext, data: Float64Array, kind: number, at: number): void {
  const { state } = context;
  switch (kind) {
    case ORDER_FILLED:
      return applyFilled(state, data, at);
    case BALANCE_CHANGED:
      return applyBalance(state, data, at);
    case POSITION_CHANGED:
      return applyPosition(state, data, at);
    case ORDER_ACCEPTED:
      return applyAccepted(context, data, at);
    case ORDER_CANCELLED:
      return applyCancelled(state, data, at);
    case FEES_CHANGED:
      return state.fees.add(data[at], data[at + 1]);
    case ORDER_AMENDED:
      return applyAmended(state, data, at);
    case ORDER_TRIGGERED:
      return applyTriggered(state, data, at);
    case ORDER_HOLD_CHANGED:
      return applyHold(state, data, at);
    case MARK_CHANGED:
      return applyMark(state, data, at);
    case LEVERAGE_CHANGED:
      return applyLeverage(state, data, at);
    case DEAD_MAN_CHANGED:
      return applyDeadMan(state, data, at);
    case ATTACHED_CHANGED:
      return applyAttached(state, data, at);
    case ASSET_CREATED:
      return commitAsset(context);
    case ASSET_PRICED:
      return applyAssetPrice(state, data, at);
    case MARKET_CREATED:
      return commitMarket(context);
    case MARKET_CHANGED:
      return commitMarketChange(context, data[at], data[at + 1], data[at + 2], data[at + 3]);
    case MARKET_RAMPED:
      return commitRamp(context, data[at], data[at + 1]);
    case ACCOUNT_CREATED:
      return commitAccount(context, data[at + 1]);
    default:
      return applyRiskEvent(state, data, kind, at);
  }
}

function applyFilled(state: State, data: Float64Array, at: number): void {
  const slot = data[at + 12];
  const market = state.markets[data[at + 4]];
  // A liquidation's order has no number: its prints move neither last nor what follows last.
  if (data[at + 1] !== 0) market.last = data[at + 6];
  if (data[at + 10] === 0) removeOrder(state, market, slot);
  else shrinkOrder(state, market, slot, data[at + 7], data[at + 11]);
}

function applyBalance(state: State, data: Float64Array, at: number): void {
  const asset = data[at + 1];
  const place = state.balances.at(data[at], asset);
  const why = data[at + 2];
  const change = data[at + 3];
  state.balances.money[place] = data[at + 5];
  state.balances.money[place + 1] = data[at + 6];
  if (data[at + 5] < 0) noteDebt(state, data[at], asset);
  if (change !== 0 && isExposed(state, data[at], asset, data[at + 5]))
    state.triggers.markDirty(data[at]);
  if (why === BALANCE_DEPOSIT || (why === BALANCE_ADJUSTMENT && change > 0))
    state.deposited.add(asset, change);
  else if (why === BALANCE_WITHDRAWAL || why === BALANCE_ADJUSTMENT)
    state.withdrawn.add(asset, -change);
}

/** Whether a price can do harm to an account: it has positions, or debts that other assets back. */
function isExposed(state: State, account: number, asset: number, free: number): boolean {
  if (free < 0 || state.accounts.openPositions(account) > 0) return true;
  const { settlement, balances } = state;
  if (asset === settlement || settlement === NONE) return false;
  return balances.money[balances.at(account, settlement)] < 0;
}

function applyPosition(state: State, data: Float64Array, at: number): void {
  const market = state.markets[data[at + 1]];
  const row = state.ensureRow(data[at], market.number);
  const { numbers, links } = state.positions;
  const r = row * NUMBERS;
  const before = data[at + 2];
  const size = data[at + 5];
  numbers[r + SIZE] = size;
  numbers[r + COST] = data[at + 6];
  numbers[r + COLLATERAL] = data[at + 7];
  numbers[r + REALISED] = before === 0 ? data[at + 8] : numbers[r + REALISED] + data[at + 8];
  settleRow(state, market.number, row);
  state.triggers.markDirty(data[at]);
  market.openInterest += (size > 0 ? size : 0) - (before > 0 ? before : 0);
  const opened = (size === 0 ? 0 : 1) - (before === 0 ? 0 : 1);
  market.positions += opened;
  if (opened !== 0) state.accounts.countPositions(data[at], opened);
  if (size === before) return;
  noteExposure(state, market, row);
  const l = row * LINKS;
  const pairs = links[l + TAKE_PROFIT] !== NONE || links[l + STOP_LOSS] !== NONE;
  const holds = links[l + MODE] === MODE_ISOLATED && links[l + RESTING_COUNT] > 0;
  if (pairs || holds || links[l + REDUCE_ONLY_COUNT] > 0) state.upkeep.push(row);
}

function applyAccepted(context: PlanContext, data: Float64Array, at: number): void {
  const { state } = context;
  const order = data[at];
  state.nextOrder = order + 1;
  const type = data[at + 4];
  const waits = type >= ORDER_STOP_MARKET;
  const resting = data[at + 15];
  if (!waits && resting === 0) return;
  const market = state.markets[data[at + 2]];
  const row = state.ensureRow(data[at + 1], market.number);
  const { orders } = state;
  const slot = orders.allocate();
  const { figures, facts } = orders;
  const n = slot * ORDER_FIGURES;
  const l = slot * ORDER_FACTS;
  figures[n + ORDER_SIZE] = data[at + 6];
  figures[n + ORDER_HOLD] = data[at + 16];
  figures[n + ORDER_TRIGGER] = data[at + 11];
  figures[n + ORDER_EXPIRES] = data[at + 8];
  figures[n + ORDER_TAKE_PROFIT] = data[at + 13];
  figures[n + ORDER_STOP_LOSS] = data[at + 14];
  figures[n + ORDER_LIMIT_PRICE] = data[at + 5];
  figures[n + ORDER_OPENING] = data[at + 17];
  facts[l + ORDER_ACCOUNT] = data[at + 1];
  facts[l + ORDER_MARKET] = market.number;
  facts[l + ORDER_ROW] = row;
  facts[l + ORDER_SIDE] = data[at + 3];
  facts[l + ORDER_TYPE] = type;
  facts[l + ORDER_FLAGS] = data[at + 9];
  facts[l + ORDER_TIF] = data[at + 7];
  facts[l + ORDER_STP] = data[at + 10];
  facts[l + ORDER_TRIGGER_BY] = data[at + 12];
  orders.describe(slot, order, data[at + 1], state.accounts.groupOf(data[at + 1]), 0);
  orders.setPrice(slot, data[at + 5]);
  orders.setOpen(slot, waits ? data[at + 6] : resting);
  if ((data[at + 9] & FLAG_CLIENT_ID) !== 0) orders.setClientId(slot, context.staged.clientOrderId);
  state.orderIndex.add(slot);
  joinAccount(state, market, slot);
  if (waits) enterTrigger(state, market, slot);
  else enterBook(state, market, slot);
}

function applyCancelled(state: State, data: Float64Array, at: number): void {
  const slot = data[at + 6];
  if (slot !== NONE) removeOrder(state, state.markets[data[at + 2]], slot);
}

function applyAmended(state: State, data: Float64Array, at: number): void {
  const slot = data[at + 9];
  const market = state.markets[data[at + 2]];
  const { orders } = state;
  const n = slot * ORDER_FIGURES;
  const resting = data[at + 5];
  orders.figures[n + ORDER_SIZE] = data[at + 4];
  if (data[at + 7] === 1) {
    orders.figures[n + ORDER_OPENING] = data[at + 8];
    shrinkOrder(state, market, slot, orders.openOf(slot) - resting, data[at + 6]);
    return;
  }
  if (resting === 0) {
    removeOrder(state, market, slot);
    return;
  }
  leaveBook(state, market, slot);
  restAnew(state, slot, data[at + 3], resting, data[at + 6], data[at + 8]);
  enterBook(state, market, slot);
}

function applyTriggered(state: State, data: Float64Array, at: number): void {
  const slot = data[at + 8];
  const market = state.markets[data[at + 2]];
  const resting = data[at + 5];
  if (resting === 0) {
    removeOrder(state, market, slot);
    return;
  }
  leaveTrigger(state, market, slot);
  state.orders.figures[slot * ORDER_FIGURES + ORDER_SIZE] = data[at + 9];
  const limit = state.orders.figures[slot * ORDER_FIGURES + ORDER_LIMIT_PRICE];
  restAnew(state, slot, limit, resting, data[at + 6], data[at + 7]);
  enterBook(state, market, slot);
}

function restAnew(
  state: State,
  slot: number,
  price: number,
  resting: number,
  hold: number,
  opening: number,
): void {
  const { orders } = state;
  const n = slot * ORDER_FIGURES;
  orders.setPrice(slot, price);
  orders.setOpen(slot, resting);
  orders.figures[n + ORDER_LIMIT_PRICE] = price;
  orders.figures[n + ORDER_HOLD] = hold;
  orders.figures[n + ORDER_OPENING] = opening;
  orders.facts[slot * ORDER_FACTS + ORDER_WAITS] = NONE;
}

function applyHold(state: State, data: Float64Array, at: number): void {
  const slot = data[at + 5];
  state.orders.figures[slot * ORDER_FIGURES + ORDER_OPENING] = data[at + 4];
  setHold(state, state.markets[data[at + 2]], slot, data[at + 3]);
}

function applyMark(state: State, data: Float64Array, at: number): void {
  const market = state.markets[data[at]];
  market.index = data[at + 1];
  market.mark = data[at + 2];
  market.indexAt = state.clock;
  state.triggers.wokenMarkets.add(market.number);
}

function applyLeverage(state: State, data: Float64Array, at: number): void {
  const row = state.ensureRow(data[at], data[at + 1]) * LINKS;
  state.positions.links[row + LEVERAGE] = data[at + 2];
  state.positions.links[row + MODE] = data[at + 3];
}

function applyDeadMan(state: State, data: Float64Array, at: number): void {
  const account = data[at];
  const deadline = data[at + 1];
  if (state.accounts.deadManAt[account] !== 0) state.deadMen.remove(account);
  state.accounts.deadManAt[account] = deadline;
  if (deadline !== 0) state.deadMen.push(account, deadline, account);
}

function applyAttached(state: State, data: Float64Array, at: number): void {
  const row = state.ensureRow(data[at], data[at + 1]) * LINKS;
  const takeProfit = data[at + 2];
  const stopLoss = data[at + 3];
  state.positions.links[row + TAKE_PROFIT] =
    takeProfit === 0 ? NONE : state.orderIndex.find(takeProfit);
  state.positions.links[row + STOP_LOSS] = stopLoss === 0 ? NONE : state.orderIndex.find(stopLoss);
}

function applyAssetPrice(state: State, data: Float64Array, at: number): void {
  const asset = state.assets[data[at]];
  asset.price = data[at + 1] as typeof asset.price;
  state.triggers.wokenAssets.add(data[at]);
}
