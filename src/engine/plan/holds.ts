// What a resting order keeps from the free balance. Spot buys hold price and taker fee of what is
// open, spot sells their base; an order of an isolated position holds what its opening part would
// need. Computes only.

import { feeOn } from '../../margin/fees.ts';
import { fillMargin } from '../../margin/sizing.ts';
import type { Side } from '../../units/brand.ts';
import type { Market } from '../state/market.ts';

/**
 * Quote units that a spot buy holds: a function of what is open alone, so partial fills never drift
 * from it.
 */
export function spotBuyHold(market: Market, price: number, open: number): number {
  const value = price * open * market.multiplier;
  return value + feeOn(value, market.terms.takerFeePpm);
}

/** What a spot order holds: quote units for a buy, base units for a sell. */
export function spotHold(market: Market, side: Side, price: number, open: number): number {
  return side > 0 ? spotBuyHold(market, price, open) : open * market.baseMultiplier;
}

/** Quote units for the opening part of an order of an isolated position, at the mark of now. */
export function isolatedHold(
  market: Market,
  side: Side,
  price: number,
  opening: number,
  leverage: number,
): number {
  if (opening === 0) return 0;
  const fee = feeOn(price * opening * market.multiplier, market.terms.takerFeePpm);
  return fillMargin(side, price, market.mark, opening, market.multiplier, leverage) + fee;
}
