// A stop that is due becomes an order: it is checked now, and a refusal now ends it with its code.
// One of an attached pair closes the whole position and takes the other with it.

import { isReducing } from '../../margin/exposure.ts';
import { NONE } from '../../units/table.ts';
import {
  ORDER_LIMIT,
  ORDER_MARKET,
  ORDER_STOP_LIMIT,
  ORDER_TAKE_PROFIT_LIMIT,
  STATUS_CLOSE_ONLY,
  TIF_FOK,
  TIF_IOC,
} from '../command.ts';
import type { SelfTradeMode, TimeInForce } from '../command.ts';
import {
  FLAG_ATTACHED,
  FLAG_POST_ONLY,
  FLAG_REDUCE_ONLY,
  WHY_EXPIRED,
  WHY_SIBLING,
  WHY_TRIGGER_REFUSED,
} from '../event.ts';
import { CLOSE_ONLY, OK } from '../reason.ts';
import {
  ORDER_ACCOUNT,
  ORDER_EXPIRES,
  ORDER_FLAGS,
  ORDER_LIMIT_PRICE,
  ORDER_FACTS,
  ORDER_MARKET as MARKET_OF,
  ORDER_FIGURES,
  ORDER_ROW,
  ORDER_SIDE,
  ORDER_SIZE,
  ORDER_STP,
  ORDER_TIF,
  ORDER_TRIGGER,
  ORDER_TRIGGER_BY,
  ORDER_TYPE,
} from '../state/orders.ts';
import { BUYS, LINKS, NUMBERS, SELLS, SIZE, STOP_LOSS, TAKE_PROFIT } from '../state/positions.ts';
import { planCancelSlot } from './cancel.ts';
import type { PlanContext } from './context.ts';
import { writeCancelled } from './write.ts';
import { planOrder } from './order-plan.ts';
import type { OrderResult } from './order-plan.ts';
import { checkStatus } from './place.ts';

/** Plans the order that a due stop becomes, or its cancellation with the refusal's number. */
export function planFire(context: PlanContext, slot: number, result: OrderResult): void {
  const { state, incoming, log } = context;
  const market = state.markets[state.orders.facts[slot * ORDER_FACTS + MARKET_OF]];
  const expires = state.orders.figures[slot * ORDER_FIGURES + ORDER_EXPIRES];
  if (expires !== 0 && expires <= context.now) {
    planCancelSlot(context, slot, WHY_EXPIRED, 0);
    return;
  }
  fillIncoming(context, slot);
  let refused = checkStatus(context, market, (incoming.flags & FLAG_POST_ONLY) !== 0);
  if (refused === OK && market.openness() === STATUS_CLOSE_ONLY && !takesBack(context, slot))
    refused = CLOSE_ONLY;
  if (refused === OK) refused = planOrder(context, market, incoming, result);
  if (refused !== OK) {
    context.rewind();
    planCancelSlot(context, slot, WHY_TRIGGER_REFUSED, refused);
  }
  const sibling = siblingOf(context, slot);
  if (sibling !== NONE) {
    const { orders } = state;
    writeCancelled(
      log,
      orders.idOf(sibling),
      incoming.account,
      market.number,
      WHY_SIBLING,
      0,
      sibling,
      0,
    );
  }
}

/**
 * What a close-only market still takes: reduce-only, or no more than the position together with
 * what rests.
 */
function takesBack({ incoming, state }: PlanContext, slot: number): boolean {
  if ((incoming.flags & FLAG_REDUCE_ONLY) !== 0) return true;
  const { numbers } = state.positions;
  const row = state.orders.facts[slot * ORDER_FACTS + ORDER_ROW] * NUMBERS;
  const resting = numbers[row + (incoming.side > 0 ? BUYS : SELLS)];
  return isReducing(numbers[row + SIZE], incoming.side, resting, incoming.size);
}

function fillIncoming(context: PlanContext, slot: number): void {
  const { incoming, state } = context;
  incoming.reset();
  const { figures, facts } = state.orders;
  const n = slot * ORDER_FIGURES;
  const l = slot * ORDER_FACTS;
  const type = facts[l + ORDER_TYPE];
  const isLimit = type === ORDER_STOP_LIMIT || type === ORDER_TAKE_PROFIT_LIMIT;
  const tif = facts[l + ORDER_TIF];
  incoming.slot = slot;
  incoming.id = state.orders.idOf(slot);
  incoming.account = facts[l + ORDER_ACCOUNT];
  incoming.side = facts[l + ORDER_SIDE] > 0 ? 1 : -1;
  incoming.type = isLimit ? ORDER_LIMIT : ORDER_MARKET;
  incoming.price = figures[n + ORDER_LIMIT_PRICE];
  incoming.flags = facts[l + ORDER_FLAGS];
  incoming.size = figures[n + ORDER_SIZE];
  if ((incoming.flags & FLAG_ATTACHED) !== 0) {
    const held = state.positions.numbers[facts[l + ORDER_ROW] * NUMBERS + SIZE];
    incoming.size = held < 0 ? -held : held;
  }
  incoming.timeInForce = (isLimit || tif === TIF_FOK ? tif : TIF_IOC) as TimeInForce;
  incoming.expiresAt = figures[n + ORDER_EXPIRES];
  incoming.selfTrade = facts[l + ORDER_STP] as SelfTradeMode;
  incoming.triggerPrice = figures[n + ORDER_TRIGGER];
  incoming.triggerBy = facts[l + ORDER_TRIGGER_BY] === 0 ? 0 : 1;
  incoming.collateral = NONE;
}

function siblingOf(context: PlanContext, slot: number): number {
  const { orders, positions } = context.state;
  if ((orders.facts[slot * ORDER_FACTS + ORDER_FLAGS] & FLAG_ATTACHED) === 0) return NONE;
  const row = orders.facts[slot * ORDER_FACTS + ORDER_ROW] * LINKS;
  const takeProfit = positions.links[row + TAKE_PROFIT];
  return takeProfit === slot ? positions.links[row + STOP_LOSS] : takeProfit;
}
