// An order of the engine's own making, which takes from the book at once and never rests: of a
// liquidation, of a sale of collateral, of the insurance fund. It has no number, so its prints move
// neither the last price nor what follows it, and it is exempt from self-trade prevention.

import { planMatch } from '../../book/match.ts';
import { STP_NONE } from '../../book/order.ts';
import type { Side } from '../../units/brand.ts';
import type { Market } from '../state/market.ts';
import type { PlanContext } from './context.ts';
import { dropMakers } from './order-plan.ts';

/** Matches up to `size` at `limit` or better for a touched account; what it meets is in `match`. */
export function takeFromBook(
  context: PlanContext,
  market: Market,
  touched: number,
  side: Side,
  limit: number,
  size: number,
  feePpm: number,
): void {
  const { taker, rule, match, state, incoming, overlay } = context;
  const account = overlay.account[touched];
  incoming.reset();
  incoming.id = 0;
  incoming.account = account;
  incoming.side = side;
  incoming.size = size;
  incoming.price = limit;
  taker.side = side;
  taker.limit = limit;
  taker.size = size;
  taker.group = state.accounts.groupOf(account);
  taker.stp = STP_NONE;
  taker.fillOrKill = false;
  taker.postOnly = false;
  rule.begin(market, side, touched, context.now, feePpm);
  rule.takerTerms.collateralGiven = false;
  rule.takerTerms.releases = false;
  planMatch(state.orders, market.opposite(side), taker, rule, match);
  dropMakers(context, market, incoming);
}
