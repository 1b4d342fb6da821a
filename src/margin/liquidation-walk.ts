// The liquidation price when the account's own resting orders fill on the way: buys as the price
// falls, sells as it rises (after Vega's 0012-NP-LIPE). For display and previews; it changes
// nothing, and it must never be used as a trigger, because orders may be cancelled before they
// fill.

import { feeOn } from './fees.ts';
import {
  isLiquidatableAt,
  liquidationPrice,
  type Exposure,
  type LiquidationPrice,
} from './liquidation-price.ts';
import { applyFill, FilledPosition } from './position.ts';
import { makerKeepsOrder } from './scope.ts';
import { maintenanceMargin } from './requirement.ts';

/** One own resting order of the market. */
export interface OwnOrder {
  readonly side: 1 | -1;
  /** Price units. */
  readonly price: number;
  /** What is open, size units > 0. */
  readonly size: number;
  readonly reduceOnly: boolean;
}

/** Where liquidation would be: without the orders, and after those that fill on the way there. */
export interface LiquidationRange {
  readonly alone: LiquidationPrice;
  /** On a fall, own buys filling from the highest down; only a long is liquidated by a fall. */
  readonly falling: LiquidationPrice;
  /** On a rise, own sells filling from the lowest up; only a short is liquidated by a rise. */
  readonly rising: LiquidationPrice;
}

const NONE: LiquidationPrice = { kind: 'none' };

/**
 * The three liquidation prices of spec margin §5 (`withOrders`). The price is taken to touch every
 * order on its way and to fill it completely at its own price with the maker fee; equal prices keep
 * the given order. An order that the maker check would cancel is left out. `exposure.size` may be 0
 * here.
 */
export function liquidationWithOrders(
  exposure: Exposure,
  orders: readonly OwnOrder[],
  makerFeePpm: number,
): LiquidationRange {
  const buys = orders.filter(({ side }) => side === 1);
  const sells = orders.filter(({ side }) => side === -1);
  return {
    alone: exposure.size === 0 ? NONE : liquidationPrice(exposure),
    falling: walk(
      exposure,
      -1,
      buys.sort((a, b) => b.price - a.price),
      makerFeePpm,
    ),
    rising: walk(
      exposure,
      1,
      sells.sort((a, b) => a.price - b.price),
      makerFeePpm,
    ),
  };
}

/** `direction` −1: the price falls and buys fill; 1: it rises and sells fill. */
function walk(
  start: Exposure,
  direction: 1 | -1,
  orders: readonly OwnOrder[],
  makerFeePpm: number,
): LiquidationPrice {
  let exposure = start;
  for (const order of orders) {
    const stop = triggerOn(exposure, direction);
    if (stop.kind === 'price' && (order.price - stop.price) * direction >= 0) return stop;
    exposure = afterFill(exposure, order, makerFeePpm) ?? exposure;
  }
  return triggerOn(exposure, direction);
}

/** The liquidation price of a position that moving this way hurts. */
function triggerOn(exposure: Exposure, direction: 1 | -1): LiquidationPrice {
  return exposure.size * direction < 0 ? liquidationPrice(exposure) : NONE;
}

/** The scope after the order filled at its price; undefined when it would not be filled. */
function afterFill(before: Exposure, order: OwnOrder, feePpm: number): Exposure | undefined {
  const { brackets, size, cost, k, otherEquity, otherMaintenance } = before;
  const closable = -order.side * size;
  if (order.reduceOnly && closable <= 0) return undefined;
  const filled = order.reduceOnly && closable < order.size ? closable : order.size;
  const position = new FilledPosition();
  applyFill(position, size, cost, order.side * filled, order.price, k);
  const fee = feeOn(filled * order.price * k, feePpm);
  const after: Exposure = {
    brackets,
    size: position.size,
    cost: position.cost,
    k,
    otherEquity: otherEquity + position.realised - fee,
    otherMaintenance,
  };
  if (!isLiquidatableAt(after, order.price)) return after;
  const equityOf = (e: Exposure): number => e.otherEquity + e.size * order.price * k - e.cost;
  const maintenanceOf = (e: Exposure): number =>
    otherMaintenance +
    maintenanceMargin(brackets, (e.size < 0 ? -e.size : e.size) * order.price * k);
  const keeps = makerKeepsOrder(
    equityOf(before),
    maintenanceOf(before),
    equityOf(after),
    maintenanceOf(after),
  );
  return keeps ? after : undefined;
}
