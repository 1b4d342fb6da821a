// Writes a planned order down as events: the order itself, each maker in turn, what is cancelled,
// the pair that an order brings with its first fill, and at the end what every touched account has
// now. Decides nothing.

import * as matching from '../../book/match.ts';
import * as table from '../../units/table.ts';
import * as events from '../event.ts';
import type { EventLog } from '../event.ts';
import type { Market } from '../state/market.ts';
import * as orderFields from '../state/orders.ts';
import { writeAttachments } from './attachments.ts';
import type { PlanContext } from './context.ts';
import type { Incoming } from './incoming.ts';
import type { OrderResult } from './order-plan.ts';
import { writeAccepted, writeAmended, writeCancelled, writeFees, writeTouched } from './write.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { DROP, EXPIRE, FILL, FILL_AND_DROP } = matching;
const { NONE } = table;
const { BALANCE_HOLD, BALANCE_TRADE, ORDER_FILLED, ORDER_TRIGGERED, WHY_SELF_TRADE } = events;
const { ORDER_ACCOUNT, ORDER_FACTS } = orderFields;

export function writeOrderEvents(
  context: PlanContext,
  market: Market,
  incoming: Incoming,
  result: OrderResult,
): void {
  writeOrder(context.log, market, incoming, result);
  const fees = context.match.count === 0 ? 0 : writeMatch(context, market, incoming);
  if (result.cancelled > 0) {
    writeCancelled(
      context.log,
      incoming.id,
      incoming.account,
      market.number,
      result.why,
      result.cancelled,
      NONE,
      0,
    );
  }
  if (!market.isSpot && context.rule.fills > 0) writeAttachments(context, market, incoming);
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
  writeAccepted(
    log,
    market.number,
    incoming,
    incoming.size,
    result.resting,
    result.hold,
    result.opening,
  );
}

/**
 * Fills and dropped makers, in the order in which they happen; returns the fees of all fills
 * together.
 */
export function writeMatch(context: PlanContext, market: Market, incoming: Incoming): number {
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
