// Consequences of a changed position, as a step of its own: reduce-only orders shrink to it, an
// attached pair without a position goes, holds of an isolated position's orders follow what they
// would open now. It never trades.

import { NONE } from '../../units/table.ts';
import { mulDivCeil } from '../../units/rounding.ts';
import type { Side } from '../../units/brand.ts';
import {
  BALANCE_HOLD,
  FLAG_ATTACHED,
  FLAG_REDUCE_ONLY,
  ORDER_AMENDED,
  ORDER_HOLD_CHANGED,
  WHY_HOLD_NOT_COVERED,
  WHY_POSITION_CLOSED,
  WHY_REDUCE_ONLY,
} from '../event.ts';
import type { Market } from '../state/market.ts';
import {
  ORDER_BEHIND,
  ORDER_FLAGS,
  ORDER_HOLD,
  ORDER_FACTS,
  ORDER_FIGURES,
  ORDER_OPENING,
  ORDER_SIDE,
  ORDER_SIZE,
} from '../state/orders.ts';
import { ACCOUNT, LINKS, MARKET, ORDER_HEAD } from '../state/positions.ts';
import { ASK_INITIAL } from './assess.ts';
import { cancelOne } from './cancel.ts';
import type { PlanContext } from './context.ts';
import { isolatedHold } from './holds.ts';
import { writeTouched } from './write.ts';
import { moveHold } from './order-plan.ts';
import { O_QUOTE_FREE, O_SIZE, OVERLAY } from './overlay.ts';

/** Plans what a position row needs; the log stays empty when nothing is to be done. */
export function planUpkeep(context: PlanContext, row: number): void {
  const { state, overlay, assessor } = context;
  const { links } = state.positions;
  const market = state.markets[links[row * LINKS + MARKET]];
  overlay.begin(market);
  const touched = overlay.touch(links[row * LINKS + ACCOUNT]);
  const size = overlay.numbers[touched * OVERLAY + O_SIZE];
  const isolated = assessor.isIsolated(row);
  let buys = 0;
  let sells = 0;
  let slot = links[row * LINKS + ORDER_HEAD];
  while (slot !== NONE) {
    const at = slot * ORDER_FACTS;
    const side: Side = state.orders.facts[at + ORDER_SIDE] > 0 ? 1 : -1;
    const flags = state.orders.facts[at + ORDER_FLAGS];
    const behind = state.orders.facts[at + ORDER_BEHIND];
    if ((flags & FLAG_ATTACHED) !== 0) {
      if (size * side >= 0) cancelOne(context, market, slot, WHY_POSITION_CLOSED, 0);
    } else if (!state.orders.isStop(slot)) {
      if ((flags & FLAG_REDUCE_ONLY) !== 0) trim(context, market, slot, -side * size);
      else if (isolated) {
        const before = side > 0 ? buys : sells;
        const stays = rehold(context, market, slot, touched, -side * size, before);
        if (stays && side > 0) buys += state.orders.openOf(slot);
        else if (stays) sells += state.orders.openOf(slot);
      }
    }
    slot = behind;
  }
  writeTouched(context, market, BALANCE_HOLD);
}

/**
 * A reduce-only order no larger than the position it reduces; `held` ≤ 0 when there is none on that
 * side.
 */
function trim(context: PlanContext, market: Market, slot: number, held: number): void {
  const { state, log } = context;
  const { orders } = state;
  const open = orders.openOf(slot);
  if (held <= 0) {
    cancelOne(context, market, slot, WHY_REDUCE_ONLY, 0);
    return;
  }
  if (open <= held) return;
  const at = log.begin(ORDER_AMENDED);
  const data = log.data;
  data[at] = orders.idOf(slot);
  data[at + 1] = orders.facts[slot * ORDER_FACTS];
  data[at + 2] = market.number;
  data[at + 3] = orders.priceOf(slot);
  data[at + 4] = orders.figures[slot * ORDER_FIGURES + ORDER_SIZE] - (open - held);
  data[at + 5] = held;
  data[at + 6] = 0;
  data[at + 7] = 1;
  data[at + 8] = 0;
  data[at + 9] = slot;
}

/**
 * What an isolated order would open now, older orders of its side taking first what the position
 * has to give, and what it must hold for that. Cancelled when the free balance cannot cover a
 * raise; false then.
 */
function rehold(
  context: PlanContext,
  market: Market,
  slot: number,
  touched: number,
  held: number,
  before: number,
): boolean {
  const { state, log, overlay, assessor } = context;
  const { orders } = state;
  const n = slot * ORDER_FIGURES;
  const at = slot * ORDER_FACTS;
  const side: Side = orders.facts[at + ORDER_SIDE] > 0 ? 1 : -1;
  const open = orders.openOf(slot);
  const over = before + open - (held > 0 ? held : 0);
  const opening = over <= 0 ? 0 : over < open ? over : open;
  const opened = orders.figures[n + ORDER_OPENING];
  if (opening === opened) return true;
  const hold = orders.figures[n + ORDER_HOLD];
  const leverage = assessor.touchedLeverage(market, touched);
  const needed =
    opening < opened
      ? mulDivCeil(hold, opening, opened)
      : larger(hold, isolatedHold(market, side, orders.priceOf(slot), opening, leverage));
  if (needed > hold && !canSpare(context, market, touched, needed - hold)) {
    cancelOne(context, market, slot, WHY_HOLD_NOT_COVERED, 0);
    return false;
  }
  moveHold(context, market, side, touched, needed - hold);
  const event = log.begin(ORDER_HOLD_CHANGED);
  log.data[event] = orders.idOf(slot);
  log.data[event + 1] = overlay.account[touched];
  log.data[event + 2] = market.number;
  log.data[event + 3] = needed;
  log.data[event + 4] = opening;
  log.data[event + 5] = slot;
  return true;
}

/** Whether the account can put aside more: free, and not needed by its cross positions. */
function canSpare(context: PlanContext, market: Market, touched: number, more: number): boolean {
  const { overlay, assessor } = context;
  const free = overlay.numbers[touched * OVERLAY + O_QUOTE_FREE];
  if (free < more) return false;
  const scope = assessor.cross(overlay.account[touched], touched, market, ASK_INITIAL);
  return scope.initialEquity - more >= scope.initial;
}

const larger = (a: number, b: number): number => (a > b ? a : b);
