// Cancels, one or many. They take risk away and are never refused for margin or for a market's
// status.

import * as table from '../../units/table.ts';
import * as words from '../command.ts';
import type { CancelAll, CancelOrder } from '../command.ts';
import * as events from '../event.ts';
import * as reasons from '../reason.ts';
import type { Market } from '../state/market.ts';
import * as orderFields from '../state/orders.ts';
import * as rowFields from '../state/positions.ts';
import { accountOfCross, isCross } from '../state/scope-list.ts';
import type { PlanContext } from './context.ts';
import { writeCancelled, writeTouched } from './write.ts';
import { moveHold } from './order-plan.ts';
import { checkAccount, checkMarket, findOrder, invalid } from './validate.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;
const { ANY_MARKET } = words;
const { BALANCE_HOLD, FLAG_REDUCE_ONLY, WHY_DEAD_MAN, WHY_REQUESTED } = events;
const { OK } = reasons;
const {
  ORDER_ACCOUNT,
  ORDER_BEHIND,
  ORDER_FLAGS,
  ORDER_HOLD,
  ORDER_FACTS,
  ORDER_MARKET,
  ORDER_FIGURES,
  ORDER_SIDE,
} = orderFields;
const { LINKS, MARKET, NEXT_ROW, ORDER_HEAD } = rowFields;

export function planCancel(context: PlanContext, command: CancelOrder): number {
  const refused = checkAccount(context, command.account);
  if (refused !== OK) return refused;
  const slot = findOrder(context, command.account, command.order, command.clientOrderId);
  if (slot === NONE) return context.refusal.reason;
  context.created = context.state.orders.idOf(slot);
  planCancelSlot(context, slot, WHY_REQUESTED, 0);
  return OK;
}

/** Cancels the order in a slot for any reason. */
export function planCancelSlot(
  context: PlanContext,
  slot: number,
  why: number,
  code: number,
): void {
  const market =
    context.state.markets[context.state.orders.facts[slot * ORDER_FACTS + ORDER_MARKET]];
  context.overlay.begin(market);
  cancelOne(context, market, slot, why, code);
  writeTouched(context, market, BALANCE_HOLD);
}

export function planCancelAll(context: PlanContext, command: CancelAll): number {
  const { side, account } = command;
  if (side !== 0 && side !== 1 && side !== -1) return invalid(context, 'side', side);
  const refused =
    (command.market === ANY_MARKET ? OK : checkMarket(context, command.market)) ||
    checkAccount(context, account);
  if (refused !== OK) return refused;
  cancelOrders(context, account, command.market, side, false);
  return OK;
}

/** The dead-man switch: everything but stops and reduce-only orders, which protect. */
export function planDeadManCancel(context: PlanContext, account: number): void {
  cancelOrders(context, account, ANY_MARKET, 0, true);
}

function cancelOrders(
  context: PlanContext,
  account: number,
  only: number,
  side: number,
  keepProtection: boolean,
): void {
  const { links } = context.state.positions;
  let isFirst = true;
  for (
    let row = context.state.accounts.positionsOf(account);
    row !== NONE;
    row = links[row * LINKS + NEXT_ROW]
  ) {
    const number = links[row * LINKS + MARKET];
    if (only !== ANY_MARKET && only !== number) continue;
    const market = context.state.markets[number];
    if (isFirst) context.overlay.begin(market);
    else context.overlay.continueIn(market, account);
    isFirst = false;
    const why = keepProtection ? WHY_DEAD_MAN : WHY_REQUESTED;
    cancelRow(context, market, links[row * LINKS + ORDER_HEAD], side, keepProtection, why);
  }
}

/** Every order of a scope in liquidation: of one isolated position, or of all that is cross. */
export function cancelScope(context: PlanContext, scope: number, why: number): void {
  const { state, assessor, overlay } = context;
  const { links } = state.positions;
  if (!isCross(scope)) {
    const market = state.markets[links[scope * LINKS + MARKET]];
    overlay.begin(market);
    cancelRow(context, market, links[scope * LINKS + ORDER_HEAD], 0, false, why);
    return;
  }
  const account = accountOfCross(scope);
  let isFirst = true;
  for (
    let row = state.accounts.positionsOf(account);
    row !== NONE;
    row = links[row * LINKS + NEXT_ROW]
  ) {
    if (assessor.isIsolated(row)) continue;
    const market = state.markets[links[row * LINKS + MARKET]];
    if (isFirst) overlay.begin(market);
    else overlay.continueIn(market, account);
    isFirst = false;
    cancelRow(context, market, links[row * LINKS + ORDER_HEAD], 0, false, why);
  }
}

/** All orders of the list that starts at `head`, in an overlay that the caller began. */
export function cancelRow(
  context: PlanContext,
  market: Market,
  head: number,
  side: number,
  keepProtection: boolean,
  why: number,
): void {
  const { orders } = context.state;
  let slot = head;
  while (slot !== NONE) {
    const at = slot * ORDER_FACTS;
    const protects =
      orders.isStop(slot) || (orders.facts[at + ORDER_FLAGS] & FLAG_REDUCE_ONLY) !== 0;
    const meant = side === 0 || orders.facts[at + ORDER_SIDE] === side;
    if (meant && !(keepProtection && protects)) {
      cancelOne(context, market, slot, why, 0);
    }
    slot = orders.facts[at + ORDER_BEHIND];
  }
  writeTouched(context, market, BALANCE_HOLD);
}

/**
 * One order's cancellation and its hold back to free, in an overlay that the caller began in its
 * market.
 */
export function cancelOne(
  context: PlanContext,
  market: Market,
  slot: number,
  why: number,
  code: number,
): void {
  const { state, log } = context;
  const { orders } = state;
  const at = slot * ORDER_FACTS;
  const account = orders.facts[at + ORDER_ACCOUNT];
  const hold = orders.figures[slot * ORDER_FIGURES + ORDER_HOLD];
  if (hold !== 0) {
    const touched = context.overlay.touch(account);
    moveHold(context, market, orders.facts[at + ORDER_SIDE] > 0 ? 1 : -1, touched, -hold);
  }
  writeCancelled(
    log,
    orders.idOf(slot),
    account,
    market.number,
    why,
    orders.openOf(slot),
    slot,
    code,
  );
}
