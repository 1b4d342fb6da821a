// Writes a planned order down as events: the order itself, each maker in turn, what is cancelled,
// the pair that an order brings with its first fill, and at the end what every touched account has
// now. Decides nothing.

import { DROP, EXPIRE, FILL, FILL_AND_DROP } from '../../book/match.ts';
import { NONE } from '../../units/table.ts';
import { ORDER_STOP_MARKET, ORDER_TAKE_PROFIT_MARKET, STP_EXPIRE_MAKER, TIF_GTC, TRIGGER_BY_MARK } from '../command.ts';
import {
  ATTACHED_CHANGED, BALANCE_CHANGED, BALANCE_HOLD, BALANCE_TRADE, FEES_CHANGED, FLAG_ATTACHED, FLAG_REDUCE_ONLY,
  ORDER_ACCEPTED, ORDER_AMENDED, ORDER_CANCELLED, ORDER_FILLED, ORDER_TRIGGERED, POSITION_CHANGED, WHY_REPLACED,
  WHY_SELF_TRADE,
} from '../event.ts';
import type { EventLog } from '../event.ts';
import type { Market } from '../state/market.ts';
import {
  ORDER_ACCOUNT, ORDER_FACTS, ORDER_FIGURES, ORDER_SIZE, ORDER_STOP_LOSS, ORDER_TAKE_PROFIT,
} from '../state/orders.ts';
import { LINKS, STOP_LOSS, TAKE_PROFIT } from '../state/positions.ts';
import type { PlanContext } from './context.ts';
import type { Incoming } from './incoming.ts';
import type { OrderResult } from './order-plan.ts';
import {
  O_BASE_FREE, O_BEFORE, O_COLLATERAL, O_COST, O_QUOTE_FREE, O_REALISED, O_SIZE, OVERLAY,
} from './overlay.ts';

export function writeOrderEvents(context: PlanContext, market: Market, incoming: Incoming, result: OrderResult): void {
  writeOrder(context.log, market, incoming, result);
  const fees = writeMatch(context, market, incoming);
  if (result.cancelled > 0) {
    writeCancelled(context.log, incoming.id, incoming.account, market.number, result.why, result.cancelled, NONE, 0);
  }
  if (!market.isSpot) writeAttachments(context, market, incoming);
  writeTouched(context, market, context.rule.fills > 0 ? BALANCE_TRADE : BALANCE_HOLD);
  if (fees !== 0) writeFees(context.log, market.quote, fees);
}

function writeOrder(log: EventLog, market: Market, incoming: Incoming, result: OrderResult): void {
  if (incoming.replaces) {
    writeAmended(log, market, incoming, result, 0);
    return;
  }
  if (incoming.slot !== NONE) {
    const at = log.begin(ORDER_TRIGGERED);
    log.data[at] = incoming.id;
    log.data[at + 1] = incoming.account;
    log.data[at + 2] = market.number;
    log.data[at + 3] = incoming.triggerPrice;
    log.data[at + 4] = market.triggerSource(incoming.triggerBy);
    log.data[at + 5] = result.resting;
    log.data[at + 6] = result.hold;
    log.data[at + 7] = result.opening;
    log.data[at + 8] = incoming.slot;
    log.data[at + 9] = incoming.size;
    return;
  }
  writeAccepted(log, market.number, incoming, incoming.size, result.resting, result.hold, result.opening);
}

/**
 * The acceptance of an order: `resting` of it stays, in the book, or waiting when it has a trigger.
 */
export function writeAccepted(
  log: EventLog,
  market: number,
  incoming: Incoming,
  size: number,
  resting: number,
  hold: number,
  opening: number,
): void {
  const at = log.begin(ORDER_ACCEPTED);
  const data = log.data;
  data[at] = incoming.id;
  data[at + 1] = incoming.account;
  data[at + 2] = market;
  data[at + 3] = incoming.side;
  data[at + 4] = incoming.type;
  data[at + 5] = incoming.price;
  data[at + 6] = size;
  data[at + 7] = incoming.timeInForce;
  data[at + 8] = incoming.expiresAt;
  data[at + 9] = incoming.flags;
  data[at + 10] = incoming.selfTrade;
  data[at + 11] = incoming.triggerPrice;
  data[at + 12] = incoming.triggerBy;
  data[at + 13] = incoming.takeProfit;
  data[at + 14] = incoming.stopLoss;
  data[at + 15] = resting;
  data[at + 16] = hold;
  data[at + 17] = opening;
}

/** An amendment: `keptPlace` 1 when only its size shrank. */
export function writeAmended(
  log: EventLog,
  market: Market,
  incoming: Incoming,
  result: OrderResult,
  keptPlace: 0 | 1,
): void {
  const at = log.begin(ORDER_AMENDED);
  const data = log.data;
  data[at] = incoming.id;
  data[at + 1] = incoming.account;
  data[at + 2] = market.number;
  data[at + 3] = incoming.price;
  data[at + 4] = incoming.filledBefore + incoming.size;
  data[at + 5] = result.resting;
  data[at + 6] = result.hold;
  data[at + 7] = keptPlace;
  data[at + 8] = result.opening;
  data[at + 9] = incoming.slot;
}

/**
 * Fills and dropped makers, in the order in which they happen; returns the fees of all fills
 * together.
 */
function writeMatch(context: PlanContext, market: Market, incoming: Incoming): number {
  const { match, rule, log, state } = context;
  const { orders } = state;
  let fees = 0;
  let fill = 0;
  let asked = 0;
  for (let i = 0; i < match.count; i++) {
    const slot = match.slot[i];
    const action = match.action[i];
    const maker = orders.facts[slot * ORDER_FACTS + ORDER_ACCOUNT];
    const order = orders.idOf(slot);
    const size = match.size[i];
    if (action === FILL || action === FILL_AND_DROP) {
      const makerFee = rule.makerFees[fill];
      const takerFee = rule.takerFees[fill];
      const at = log.begin(ORDER_FILLED);
      const data = log.data;
      data[at] = order;
      data[at + 1] = incoming.id;
      data[at + 2] = maker;
      data[at + 3] = incoming.account;
      data[at + 4] = market.number;
      data[at + 5] = incoming.side;
      data[at + 6] = orders.priceOf(slot);
      data[at + 7] = size;
      data[at + 8] = makerFee;
      data[at + 9] = takerFee;
      data[at + 10] = orders.openOf(slot) - size;
      data[at + 11] = rule.makerHolds[fill];
      data[at + 12] = slot;
      fees += makerFee + takerFee;
      fill += 1;
    }
    const why = action === EXPIRE ? WHY_SELF_TRADE : rule.whys[asked];
    if (action !== EXPIRE) asked += 1;
    if (action === DROP || action === EXPIRE || action === FILL_AND_DROP) {
      writeCancelled(log, order, maker, market.number, why, orders.openOf(slot) - size, slot, 0);
    }
  }
  return fees;
}

/** `slot` NONE: an order that never had a row. `code`: the refusal that ended a triggered stop. */
export function writeCancelled(
  log: EventLog,
  order: number,
  account: number,
  market: number,
  why: number,
  unfilled: number,
  slot: number,
  code: number,
): void {
  const at = log.begin(ORDER_CANCELLED);
  const data = log.data;
  data[at] = order;
  data[at + 1] = account;
  data[at + 2] = market;
  data[at + 3] = why;
  data[at + 4] = unfilled;
  data[at + 5] = code;
  data[at + 6] = slot;
}

/**
 * Pairs that come into being with the first fill of the order they came with, the taker's and the
 * makers'.
 */
function writeAttachments(context: PlanContext, market: Market, incoming: Incoming): void {
  const { match, state, rule } = context;
  if (rule.fills === 0) return;
  let nextOrder = incoming.slot === NONE ? incoming.id + 1 : state.nextOrder;
  if (incoming.filledBefore === 0 && (incoming.takeProfit !== 0 || incoming.stopLoss !== 0)) {
    nextOrder = attach(context, market, incoming.account, incoming.side, incoming.takeProfit, incoming.stopLoss, nextOrder);
  }
  const { orders } = state;
  const { figures, facts } = orders;
  for (let i = 0; i < match.count; i++) {
    const slot = match.slot[i];
    const n = slot * ORDER_FIGURES;
    if (match.size[i] === 0 || (figures[n + ORDER_TAKE_PROFIT] === 0 && figures[n + ORDER_STOP_LOSS] === 0)) continue;
    if (figures[n + ORDER_SIZE] !== orders.openOf(slot)) continue;
    const account = facts[slot * ORDER_FACTS + ORDER_ACCOUNT];
    const takeProfit = figures[n + ORDER_TAKE_PROFIT];
    const stopLoss = figures[n + ORDER_STOP_LOSS];
    nextOrder = attach(context, market, account, incoming.side > 0 ? -1 : 1, takeProfit, stopLoss, nextOrder);
  }
}

/**
 * Replaces the position's pair; nothing when the position does not stand in the order's direction.
 */
function attach(
  context: PlanContext,
  market: Market,
  account: number,
  side: 1 | -1,
  takeProfit: number,
  stopLoss: number,
  firstOrder: number,
): number {
  const { overlay, log, state } = context;
  const touched = overlay.find(account);
  const row = overlay.row[touched];
  if (overlay.numbers[touched * OVERLAY + O_SIZE] * side <= 0) return firstOrder;
  for (const which of [TAKE_PROFIT, STOP_LOSS]) {
    const slot = row === NONE ? NONE : state.positions.links[row * LINKS + which];
    if (slot === NONE) continue;
    writeCancelled(log, state.orders.idOf(slot), account, market.number, WHY_REPLACED, 0, slot, 0);
  }
  let order = firstOrder;
  const made = [0, 0];
  [takeProfit, stopLoss].forEach((trigger, i) => {
    if (trigger === 0) return;
    made[i] = order;
    writeAttached(log, market.number, account, side, order, i === 0, trigger);
    order += 1;
  });
  const at = log.begin(ATTACHED_CHANGED);
  log.data[at] = account;
  log.data[at + 1] = market.number;
  log.data[at + 2] = made[0];
  log.data[at + 3] = made[1];
  return order;
}

function writeAttached(
  log: EventLog,
  market: number,
  account: number,
  side: 1 | -1,
  order: number,
  isTakeProfit: boolean,
  trigger: number,
): void {
  const at = log.begin(ORDER_ACCEPTED);
  const data = log.data;
  data.fill(0, at, at + 18);
  data[at] = order;
  data[at + 1] = account;
  data[at + 2] = market;
  data[at + 3] = -side;
  data[at + 4] = isTakeProfit ? ORDER_TAKE_PROFIT_MARKET : ORDER_STOP_MARKET;
  data[at + 7] = TIF_GTC;
  data[at + 9] = FLAG_ATTACHED | FLAG_REDUCE_ONLY;
  data[at + 10] = STP_EXPIRE_MAKER;
  data[at + 11] = trigger;
  data[at + 12] = TRIGGER_BY_MARK;
}

/** What every touched account has now, where it changed. */
export function writeTouched(context: PlanContext, market: Market, why: number): void {
  const { overlay, log } = context;
  const { numbers } = overlay;
  for (let touched = 0; touched < overlay.count; touched++) {
    const t = touched * OVERLAY;
    const account = overlay.account[touched];
    const b = t + O_BEFORE;
    if (
      numbers[t + O_SIZE] !== numbers[b + O_SIZE] ||
      numbers[t + O_COST] !== numbers[b + O_COST] ||
      numbers[t + O_COLLATERAL] !== numbers[b + O_COLLATERAL]
    ) {
      const at = log.begin(POSITION_CHANGED);
      const data = log.data;
      data[at] = account;
      data[at + 1] = market.number;
      data[at + 2] = numbers[b + O_SIZE];
      data[at + 3] = numbers[b + O_COST];
      data[at + 4] = numbers[b + O_COLLATERAL];
      data[at + 5] = numbers[t + O_SIZE];
      data[at + 6] = numbers[t + O_COST];
      data[at + 7] = numbers[t + O_COLLATERAL];
      data[at + 8] = numbers[t + O_REALISED];
    }
    writeMoney(log, account, market.quote, why, numbers, t + O_QUOTE_FREE);
    if (market.isSpot) writeMoney(log, account, market.base, why, numbers, t + O_BASE_FREE);
  }
}

/**
 * A balance that changed; `free` says where its two numbers lie, the ones before are O_BEFORE
 * further.
 */
function writeMoney(log: EventLog, account: number, asset: number, why: number, numbers: Float64Array, free: number): void {
  const change = numbers[free] - numbers[free + O_BEFORE];
  const heldChange = numbers[free + 1] - numbers[free + 1 + O_BEFORE];
  if (change === 0 && heldChange === 0) return;
  writeBalance(log, account, asset, why, change, heldChange, numbers[free], numbers[free + 1]);
}

export function writeBalance(
  log: EventLog,
  account: number,
  asset: number,
  why: number,
  change: number,
  heldChange: number,
  free: number,
  held: number,
): void {
  const at = log.begin(BALANCE_CHANGED);
  const data = log.data;
  data[at] = account;
  data[at + 1] = asset;
  data[at + 2] = why;
  data[at + 3] = change;
  data[at + 4] = heldChange;
  data[at + 5] = free;
  data[at + 6] = held;
}

export function writeFees(log: EventLog, asset: number, change: number): void {
  const at = log.begin(FEES_CHANGED);
  log.data[at] = asset;
  log.data[at + 1] = change;
}
