// The take-profit and stop-loss pair that an order brings with its first fill: the taker's and the
// makers' of one match. A pair belongs to the position, so the last order to fill decides and an
// earlier pair is replaced.

import * as table from '../../units/table.ts';
import * as words from '../command.ts';
import * as events from '../event.ts';
import type { EventLog } from '../event.ts';
import type { Market } from '../state/market.ts';
import * as orderFields from '../state/orders.ts';
import * as rowFields from '../state/positions.ts';
import type { PlanContext } from './context.ts';
import type { Incoming } from './incoming.ts';
import { writeCancelled } from './write.ts';
import * as overlayFields from './overlay.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;
const { ORDER_STOP_MARKET, ORDER_TAKE_PROFIT_MARKET, STP_EXPIRE_MAKER, TIF_GTC, TRIGGER_BY_MARK } =
  words;
const { ATTACHED_CHANGED, FLAG_ATTACHED, FLAG_REDUCE_ONLY, ORDER_ACCEPTED, WHY_REPLACED } = events;
const {
  ORDER_ACCOUNT,
  ORDER_FACTS,
  ORDER_FIGURES,
  ORDER_SIZE,
  ORDER_STOP_LOSS,
  ORDER_TAKE_PROFIT,
} = orderFields;
const { LINKS, STOP_LOSS, TAKE_PROFIT } = rowFields;
const { O_SIZE, OVERLAY } = overlayFields;

/** Writes the pairs that the planned match brings, after its fills. */
export function writeAttachments(context: PlanContext, market: Market, incoming: Incoming): void {
  const { match, state } = context;
  let nextOrder = incoming.id === state.nextOrder ? incoming.id + 1 : state.nextOrder;
  const { orders } = state;
  const { figures, facts } = orders;
  let done: number[] | undefined;
  for (let i = match.count - 1; i >= 0; i--) {
    const slot = match.slot[i];
    const n = slot * ORDER_FIGURES;
    const takeProfit = figures[n + ORDER_TAKE_PROFIT];
    const stopLoss = figures[n + ORDER_STOP_LOSS];
    if (match.size[i] === 0 || (takeProfit === 0 && stopLoss === 0)) continue;
    const account = facts[slot * ORDER_FACTS + ORDER_ACCOUNT];
    if (figures[n + ORDER_SIZE] !== orders.openOf(slot) || done?.includes(account)) continue;
    (done ??= []).push(account);
    nextOrder = attach(
      context,
      market,
      account,
      incoming.side > 0 ? -1 : 1,
      takeProfit,
      stopLoss,
      nextOrder,
    );
  }
  const { account, side, takeProfit, stopLoss } = incoming;
  if (incoming.filledBefore > 0 || (takeProfit === 0 && stopLoss === 0) || done?.includes(account))
    return;
  attach(context, market, account, side, takeProfit, stopLoss, nextOrder);
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
