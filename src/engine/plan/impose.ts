// What the engine itself restricts in a market, beside what an operator has set.

import { MARKET_IMPOSED } from '../event.ts';
import { IMPOSED_DEFICIT } from '../state/market.ts';
import type { Market } from '../state/market.ts';
import type { PlanContext } from './context.ts';

/** Sets what is imposed on a market; nothing when it is so already. */
export function writeImposed(context: PlanContext, market: Market, imposed: number): void {
  if (market.imposed === imposed) return;
  const at = context.log.begin(MARKET_IMPOSED);
  context.log.data[at] = market.number;
  context.log.data[at + 1] = imposed;
}

/**
 * The insurance fund is below zero by a deficit of this market: close-only until an operator acts.
 */
export function imposeDeficit(context: PlanContext, market: Market): void {
  writeImposed(context, market, market.imposed | IMPOSED_DEFICIT);
}
