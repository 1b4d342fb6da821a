// Order rows in and out of the state, with everything that counts them: book or trigger heap, the
// account's list, the running sums, the expiry heap. Only commit calls these, so every sum has one
// place where it changes.

import * as table from '../../units/table.ts';
import * as words from '../command.ts';
import type { TriggerBy } from '../command.ts';
import * as events from '../event.ts';
import type { Market } from '../state/market.ts';
import { dueStop, triggerHeap } from '../state/market.ts';
import * as orderFields from '../state/orders.ts';
import * as rowFields from '../state/positions.ts';
import type { State } from '../state/state.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;
const { MARKET_SPOT, ORDER_STOP_MARKET, TIF_GTD, TRIGGER_BY_MARK } = words;
const { FLAG_ATTACHED, FLAG_REDUCE_ONLY } = events;
const {
  ORDER_ACCOUNT,
  ORDER_BEFORE,
  ORDER_BEHIND,
  ORDER_EXPIRES,
  ORDER_FLAGS,
  ORDER_HOLD,
  ORDER_FACTS,
  ORDER_MARKET,
  ORDER_FIGURES,
  ORDER_OPENING,
  ORDER_ROW,
  ORDER_SIDE,
  ORDER_TIF,
  ORDER_TRIGGER,
  ORDER_TRIGGER_BY,
  ORDER_TYPE,
  ORDER_WAITS,
} = orderFields;
const {
  BUYS,
  BUY_NOTIONAL,
  HIGHEST_BUY,
  HOLDS,
  LINKS,
  LOWEST_SELL,
  NUMBERS,
  ORDER_COUNT,
  ORDER_HEAD,
  ORDER_TAIL,
  REDUCE_ONLY_COUNT,
  RESTING_COUNT,
  SELLS,
  SELL_NOTIONAL,
  SIZE,
  STOP_LOSS,
  TAKE_PROFIT,
} = rowFields;

/** `ORDER_WAITS` of a stop that is due and stands in the state's queue of due stops. */
export const WAITS_DUE = 4;

/** Whether a stop of this type and side waits for a rise of the price. */
export function waitsForRise(type: number, side: number): boolean {
  const isTakeProfit = type > ORDER_STOP_MARKET + 1;
  return side > 0 !== isTakeProfit;
}

/** A row whose own fields are written already joins the account's list and the expiry heap. */
export function joinAccount(state: State, market: Market, slot: number): void {
  const { orders, positions, expiries } = state;
  const at = slot * ORDER_FACTS;
  const row = orders.facts[at + ORDER_ROW] * LINKS;
  const last = positions.links[row + ORDER_TAIL];
  orders.facts[at + ORDER_BEFORE] = last;
  orders.facts[at + ORDER_BEHIND] = NONE;
  if (last === NONE) positions.links[row + ORDER_HEAD] = slot;
  else orders.facts[last * ORDER_FACTS + ORDER_BEHIND] = slot;
  positions.links[row + ORDER_TAIL] = slot;
  positions.links[row + ORDER_COUNT] += 1;
  market.orders += 1;
  const n = slot * ORDER_FIGURES;
  if (orders.facts[at + ORDER_TIF] === TIF_GTD) {
    expiries.push(slot, orders.figures[n + ORDER_EXPIRES], orders.idOf(slot));
  }
}

/** The order is over: out of wherever it stands, and its row is free. */
export function removeOrder(state: State, market: Market, slot: number): void {
  const { orders, positions, expiries, orderIndex } = state;
  const at = slot * ORDER_FACTS;
  const positionRow = orders.facts[at + ORDER_ROW];
  const row = positionRow * LINKS;
  if (orders.facts[at + ORDER_WAITS] === NONE) leaveBook(state, market, slot);
  else leaveTrigger(state, market, slot);
  if (orders.facts[at + ORDER_TIF] === TIF_GTD) expiries.remove(slot);
  if (positions.links[row + TAKE_PROFIT] === slot) positions.links[row + TAKE_PROFIT] = NONE;
  if (positions.links[row + STOP_LOSS] === slot) positions.links[row + STOP_LOSS] = NONE;
  const before = orders.facts[at + ORDER_BEFORE];
  const behind = orders.facts[at + ORDER_BEHIND];
  if (before === NONE) positions.links[row + ORDER_HEAD] = behind;
  else orders.facts[before * ORDER_FACTS + ORDER_BEHIND] = behind;
  if (behind === NONE) positions.links[row + ORDER_TAIL] = before;
  else orders.facts[behind * ORDER_FACTS + ORDER_BEFORE] = before;
  positions.links[row + ORDER_COUNT] -= 1;
  market.orders -= 1;
  orderIndex.remove(slot);
  orders.release(slot);
}

/** Rests the order: into its side of the book, and into the account's sums. */
export function enterBook(state: State, market: Market, slot: number): void {
  const { orders, positions } = state;
  const { facts } = orders;
  const at = slot * ORDER_FACTS;
  const isBuy = facts[at + ORDER_SIDE] > 0;
  facts[at + ORDER_WAITS] = NONE;
  (isBuy ? market.bids : market.asks).push(slot);
  const row = facts[at + ORDER_ROW];
  const hold = orders.figures[slot * ORDER_FIGURES + ORDER_HOLD];
  if (hold !== 0) holdOf(state, market, slot, hold);
  if ((facts[at + ORDER_FLAGS] & FLAG_REDUCE_ONLY) !== 0) {
    positions.links[row * LINKS + REDUCE_ONLY_COUNT] += 1;
    return;
  }
  positions.links[row * LINKS + RESTING_COUNT] += 1;
  const { numbers } = positions;
  const r = row * NUMBERS;
  const price = orders.priceOf(slot);
  const open = orders.openOf(slot);
  const value = price * open * market.multiplier;
  if (isBuy) {
    numbers[r + BUYS] += open;
    numbers[r + BUY_NOTIONAL] += value;
    if (price > numbers[r + HIGHEST_BUY]) numbers[r + HIGHEST_BUY] = price;
  } else {
    numbers[r + SELLS] += open;
    numbers[r + SELL_NOTIONAL] += value;
    const lowest = numbers[r + LOWEST_SELL];
    if (lowest === 0 || price < lowest) numbers[r + LOWEST_SELL] = price;
  }
  noteExposure(state, market, row);
}

/** Out of the book and the sums; the row keeps its fields. */
export function leaveBook(state: State, market: Market, slot: number): void {
  const { orders, positions } = state;
  const { facts } = orders;
  const at = slot * ORDER_FACTS;
  const isBuy = facts[at + ORDER_SIDE] > 0;
  (isBuy ? market.bids : market.asks).remove(slot);
  const row = facts[at + ORDER_ROW];
  const hold = orders.figures[slot * ORDER_FIGURES + ORDER_HOLD];
  if (hold !== 0) holdOf(state, market, slot, -hold);
  if ((facts[at + ORDER_FLAGS] & FLAG_REDUCE_ONLY) !== 0) {
    positions.links[row * LINKS + REDUCE_ONLY_COUNT] -= 1;
    return;
  }
  positions.links[row * LINKS + RESTING_COUNT] -= 1;
  const { numbers } = positions;
  const r = row * NUMBERS;
  const open = orders.openOf(slot);
  const value = orders.priceOf(slot) * open * market.multiplier;
  if (isBuy) {
    numbers[r + BUYS] -= open;
    numbers[r + BUY_NOTIONAL] -= value;
    if (numbers[r + BUYS] === 0) numbers[r + HIGHEST_BUY] = 0;
  } else {
    numbers[r + SELLS] -= open;
    numbers[r + SELL_NOTIONAL] -= value;
    if (numbers[r + SELLS] === 0) numbers[r + LOWEST_SELL] = 0;
  }
}

/**
 * The order shrinks in its place: by a fill, or by an amendment. `hold` is what it holds from now
 * on.
 */
export function shrinkOrder(
  state: State,
  market: Market,
  slot: number,
  by: number,
  hold: number,
): void {
  const { orders } = state;
  const n = slot * ORDER_FIGURES;
  if (by > 0)
    market.own(orders.facts[slot * ORDER_FACTS + ORDER_SIDE] > 0 ? 1 : -1).reduce(slot, by);
  if (by > 0) uncount(state, market, slot, by);
  const opening = orders.figures[n + ORDER_OPENING];
  if (opening > orders.openOf(slot)) orders.figures[n + ORDER_OPENING] = orders.openOf(slot);
  setHold(state, market, slot, hold);
}

/** Changes what an order holds; the balances are events of their own. */
export function setHold(state: State, market: Market, slot: number, hold: number): void {
  const n = slot * ORDER_FIGURES + ORDER_HOLD;
  holdOf(state, market, slot, hold - state.orders.figures[n]);
  state.orders.figures[n] = hold;
}

/** Puts a stop where it waits for its trigger. */
export function enterTrigger(state: State, market: Market, slot: number): void {
  const { orders } = state;
  const at = slot * ORDER_FACTS;
  const n = slot * ORDER_FIGURES;
  const rises = waitsForRise(orders.facts[at + ORDER_TYPE], orders.facts[at + ORDER_SIDE]);
  const by: TriggerBy = orders.facts[at + ORDER_TRIGGER_BY] === TRIGGER_BY_MARK ? 0 : 1;
  const heap = triggerHeap(by, rises);
  const trigger = orders.figures[n + ORDER_TRIGGER];
  market.stops[heap].push(slot, rises ? trigger : -trigger, orders.idOf(slot));
  orders.facts[at + ORDER_WAITS] = heap;
  market.waiting += 1;
}

/** Out of the heap it waits in. */
export function leaveTrigger(state: State, market: Market, slot: number): void {
  const { orders } = state;
  const waits = orders.facts[slot * ORDER_FACTS + ORDER_WAITS];
  if (waits === WAITS_DUE) {
    state.dueStops.remove(slot);
    return;
  }
  market.stops[waits].remove(slot);
  market.waiting -= 1;
}

/** Moves the stops that the market's prices make due into the queue of due stops. */
export function collectDue(state: State, market: Market): void {
  const { orders, dueStops } = state;
  for (let which = 0; which < market.stops.length; which++) {
    const heap = market.stops[which];
    const price = market.triggerSource(which < 2 ? 0 : 1);
    for (
      let slot = dueStop(heap, which, price);
      slot !== NONE;
      slot = dueStop(heap, which, price)
    ) {
      leaveTrigger(state, market, slot);
      orders.facts[slot * ORDER_FACTS + ORDER_WAITS] = WAITS_DUE;
      dueStops.push(slot, orders.idOf(slot), 0);
    }
  }
}

/** The largest exposure that anybody had in a market, for the bound on its mark. */
export function noteExposure(state: State, market: Market, row: number): void {
  const numbers = state.positions.numbers;
  const r = row * NUMBERS;
  const most = larger(
    absolute(numbers[r + SIZE] + numbers[r + BUYS]),
    absolute(numbers[r + SIZE] - numbers[r + SELLS]),
  );
  if (most > market.exposureMax) market.exposureMax = most;
}

/** The open size of a resting order shrinks. */
function uncount(state: State, market: Market, slot: number, by: number): void {
  const { orders, positions } = state;
  if (isReduceOnly(state, slot)) return;
  const at = slot * ORDER_FACTS;
  const isBuy = orders.facts[at + ORDER_SIDE] > 0;
  const { numbers } = positions;
  const r = orders.facts[at + ORDER_ROW] * NUMBERS;
  numbers[r + (isBuy ? BUYS : SELLS)] -= by;
  numbers[r + (isBuy ? BUY_NOTIONAL : SELL_NOTIONAL)] -=
    orders.priceOf(slot) * by * market.multiplier;
}

/** Σ of holds of an isolated position's orders; spot holds stand in the balances alone. */
function holdOf(state: State, market: Market, slot: number, change: number): void {
  if (market.kind === MARKET_SPOT || change === 0) return;
  state.positions.numbers[state.orders.facts[slot * ORDER_FACTS + ORDER_ROW] * NUMBERS + HOLDS] +=
    change;
}

function isReduceOnly(state: State, slot: number): boolean {
  return (state.orders.facts[slot * ORDER_FACTS + ORDER_FLAGS] & FLAG_REDUCE_ONLY) !== 0;
}

/** Whether the order is one of a position's attached pair. */
export function isAttached(state: State, slot: number): boolean {
  return (state.orders.facts[slot * ORDER_FACTS + ORDER_FLAGS] & FLAG_ATTACHED) !== 0;
}

/** The market and the account of an order. */
export function marketOf(state: State, slot: number): Market {
  return state.markets[state.orders.facts[slot * ORDER_FACTS + ORDER_MARKET]];
}

export function accountOf(state: State, slot: number): number {
  return state.orders.facts[slot * ORDER_FACTS + ORDER_ACCOUNT];
}

const absolute = (value: number): number => (value < 0 ? -value : value);
const larger = (a: number, b: number): number => (a > b ? a : b);
