// Changes of an open order. A smaller size at the same price keeps its place; anything else goes to
// the back and may trade, as if it were new. A refused amendment leaves the order as and where it
// is.

import { isReducing } from '../../margin/exposure.ts';
import { NONE } from '../../units/table.ts';
import { mulDivCeil } from '../../units/rounding.ts';
import { STATUS_CLOSE_ONLY, TIF_GTC, TIF_GTD } from '../command.ts';
import type { AmendOrder, SelfTradeMode, TimeInForce } from '../command.ts';
import { BALANCE_HOLD, FLAG_POST_ONLY, FLAG_REDUCE_ONLY, WHY_AMENDED_TO_FILLED } from '../event.ts';
import {
  BELOW_MINIMUM,
  CLOSE_ONLY,
  EXPIRED,
  OK,
  ORDER_NOT_FOUND,
  STEP_MISMATCH,
} from '../reason.ts';
import type { Market } from '../state/market.ts';
import {
  ORDER_ACCOUNT,
  ORDER_EXPIRES,
  ORDER_FLAGS,
  ORDER_HOLD,
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
  ORDER_TYPE,
} from '../state/orders.ts';
import { BUYS, NUMBERS, SELLS, SIZE } from '../state/positions.ts';
import { planCancelSlot } from './cancel.ts';
import type { PlanContext } from './context.ts';
import { spotHold } from './holds.ts';
import { writeAmended, writeTouched } from './write.ts';
import { moveHold, planOrder } from './order-plan.ts';
import type { OrderResult } from './order-plan.ts';
import { checkStatus } from './place.ts';
import { checkAccount, checkValue, findOrder, invalid } from './validate.ts';

export function planAmend(context: PlanContext, command: AmendOrder, result: OrderResult): number {
  const { state, refusal } = context;
  const { orders } = state;
  const refused =
    checkAccount(context, command.account) ||
    checkValue(context, 'price', command.price) ||
    checkValue(context, 'size', command.size);
  if (refused !== OK) return refused;
  if (command.price === 0 && command.size === 0) return invalid(context, 'size', 0);
  const slot = findOrder(context, command.account, command.order, command.clientOrderId);
  if (slot === NONE) return refusal.reason;
  if (orders.isStop(slot)) return refusal.because(ORDER_NOT_FOUND);
  const expires = orders.figures[slot * ORDER_FIGURES + ORDER_EXPIRES];
  if (expires !== 0 && expires <= context.now)
    return refusal.because(EXPIRED, expires, context.now);
  const market = state.markets[orders.facts[slot * ORDER_FACTS + ORDER_MARKET]];
  const total = orders.figures[slot * ORDER_FIGURES + ORDER_SIZE];
  const size = command.size === 0 ? total : command.size;
  const price = command.price === 0 ? orders.priceOf(slot) : command.price;
  const filled = total - orders.openOf(slot);
  context.created = orders.idOf(slot);
  if (price % market.tickSize !== 0 || size % market.lotSize !== 0) {
    return refusal.because(STEP_MISMATCH, market.tickSize, market.lotSize);
  }
  if (size <= filled) {
    planCancelSlot(context, slot, WHY_AMENDED_TO_FILLED, 0);
    return OK;
  }
  fillIncoming(context, slot, price, size - filled, filled);
  if (isTooSmall(context, market, price, size)) {
    return refusal.because(BELOW_MINIMUM, market.terms.minimumSize, market.terms.minimumNotional);
  }
  if (price === orders.priceOf(slot) && size <= total)
    return keepPlace(context, market, slot, result);
  const open = checkReplacement(context, market, slot, size - filled);
  return open === OK ? planOrder(context, market, context.incoming, result) : open;
}

function checkReplacement(
  context: PlanContext,
  market: Market,
  slot: number,
  open: number,
): number {
  const { refusal, incoming, state } = context;
  const refused = checkStatus(context, market, (incoming.flags & FLAG_POST_ONLY) !== 0);
  if (refused !== OK) return refused;
  if (market.openness() !== STATUS_CLOSE_ONLY || (incoming.flags & FLAG_REDUCE_ONLY) !== 0)
    return OK;
  const { numbers } = state.positions;
  const row = state.orders.facts[slot * ORDER_FACTS + ORDER_ROW] * NUMBERS;
  const others = numbers[row + (incoming.side > 0 ? BUYS : SELLS)] - state.orders.openOf(slot);
  const reduces = isReducing(numbers[row + SIZE], incoming.side, others, open);
  return reduces ? OK : refusal.because(CLOSE_ONLY);
}

/**
 * The amended order as a whole must be one that could be placed; what closes a position always may.
 */
function isTooSmall(context: PlanContext, market: Market, price: number, size: number): boolean {
  const { incoming, state } = context;
  const { minimumNotional, minimumSize } = market.terms;
  if (size >= minimumSize && price * size * market.multiplier >= minimumNotional) return false;
  if ((incoming.flags & FLAG_REDUCE_ONLY) !== 0) return false;
  const row = state.orders.facts[incoming.slot * ORDER_FACTS + ORDER_ROW];
  return state.positions.numbers[row * NUMBERS + SIZE] !== -incoming.side * incoming.size;
}

/** Only the size shrinks: the place stays, and a part of the hold comes back. */
function keepPlace(
  context: PlanContext,
  market: Market,
  slot: number,
  result: OrderResult,
): number {
  const { state, overlay, incoming, log } = context;
  const { orders } = state;
  const n = slot * ORDER_FIGURES;
  const open = orders.openOf(slot);
  const hold = orders.figures[n + ORDER_HOLD];
  const opening = orders.figures[n + ORDER_OPENING];
  overlay.begin(market);
  result.taker = overlay.touch(incoming.account);
  result.resting = incoming.size;
  const reducing = open - opening;
  result.opening = incoming.size > reducing ? incoming.size - reducing : 0;
  result.hold = market.isSpot
    ? spotHold(market, incoming.side, incoming.price, incoming.size)
    : opening === 0
      ? 0
      : mulDivCeil(hold, result.opening, opening);
  moveHold(context, market, incoming.side, result.taker, result.hold - hold);
  writeAmended(log, market, incoming, result, 1);
  writeTouched(context, market, BALANCE_HOLD);
  return OK;
}

function fillIncoming(
  context: PlanContext,
  slot: number,
  price: number,
  size: number,
  filled: number,
): void {
  const { incoming, state } = context;
  incoming.reset();
  const { figures, facts } = state.orders;
  const n = slot * ORDER_FIGURES;
  const l = slot * ORDER_FACTS;
  incoming.slot = slot;
  incoming.replaces = true;
  incoming.id = state.orders.idOf(slot);
  incoming.account = facts[l + ORDER_ACCOUNT];
  incoming.side = facts[l + ORDER_SIDE] > 0 ? 1 : -1;
  incoming.type = facts[l + ORDER_TYPE] as typeof incoming.type;
  incoming.price = price;
  incoming.size = size;
  incoming.filledBefore = filled;
  incoming.timeInForce = (facts[l + ORDER_TIF] === TIF_GTD ? TIF_GTD : TIF_GTC) as TimeInForce;
  incoming.expiresAt = figures[n + ORDER_EXPIRES];
  incoming.flags = facts[l + ORDER_FLAGS];
  incoming.selfTrade = facts[l + ORDER_STP] as SelfTradeMode;
  incoming.takeProfit = figures[n + ORDER_TAKE_PROFIT];
  incoming.stopLoss = figures[n + ORDER_STOP_LOSS];
  incoming.collateral = NONE;
}
