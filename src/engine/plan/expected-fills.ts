// The fills that the book offers an account now, best first: what sizes and needs of an edit are
// computed over.

import type { ExpectedFill } from '../../margin/sizing.ts';
import { NONE } from '../../units/table.ts';
import type { Side } from '../../units/brand.ts';
import type { Market } from '../state/market.ts';
import { ORDER_EXPIRES, ORDER_FIGURES } from '../state/orders.ts';
import type { PlanContext } from './context.ts';

/**
 * At most `size` in all, within `limit` (0 = none), without orders of the account's own group and
 * those whose time has come.
 */
export function expectedFills(
  context: PlanContext,
  market: Market,
  side: Side,
  limit: number,
  account: number,
  size: number,
): ExpectedFill[] {
  const { state } = context;
  const { orders } = state;
  const opposite = market.opposite(side);
  const group = state.accounts.groupOf(account);
  const fills: ExpectedFill[] = [];
  let left = size;
  let slot = opposite.best();
  while (slot !== NONE && left > 0 && fills.length < state.limits.fillsPerOrder) {
    const price = orders.priceOf(slot);
    if (limit !== 0 && side * (price - limit) > 0) break;
    const expires = orders.figures[slot * ORDER_FIGURES + ORDER_EXPIRES];
    const isOver = expires !== 0 && expires <= context.now;
    if (!isOver && orders.groupOf(slot) !== group) {
      const open = orders.openOf(slot);
      fills.push({ price, size: open < left ? open : left });
      left -= open < left ? open : left;
    }
    slot = opposite.next(slot);
  }
  return fills;
}
