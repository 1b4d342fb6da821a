// The price at which a position must be looked at: the liquidation price, found quickly and a
// little too early. It is solved for both sides of every fill, so it divides in doubles and leaves
// out what settles liquidation-price.ts on the exact unit: who is woken is looked at exactly. It
// must never be late.

import * as brand from '../units/brand.ts';
import { ceilOrLess, floorOrMore, roughQuotient } from '../units/rounding.ts';
import type { Brackets } from './brackets.ts';
import * as bounds from './limits.ts';
import { notionalOf } from './position.ts';
import { maintenanceMargin } from './requirement.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { PPM_ONE } = brand;
const { AMOUNT_MAX } = bounds;

/** No price wakes the position. */
const NO_PRICE = 0;
/**
 * A price in price units, or 0 for none: for a long at or above its `liquidationTrigger`, for a
 * short at or below it, and none only where that has none. It is off by at most one price unit and
 * 2^−49 of the price. `base` is the scope's equity without this position's value (equity −
 * unrealised − cost), less the maintenance of everything else; brackets, size and k as there.
 *
 * Maintenance is convex in the notional, so it is the largest of its brackets' straight lines: a
 * scope is unsafe where it is unsafe by any of them, and the first of their prices wakes it.
 */
export function wakePrice(brackets: Brackets, size: number, k: number, base: number): number {
  return size > 0 ? longWake(brackets, size * k, base) : shortWake(brackets, 0 - size * k, base);
}

/**
 * As `wakePrice`: where a position has lost `share` of its scope's slack, quote units, from what it
 * is worth and requires at the mark.
 */
export function wakeAfterLoss(
  brackets: Brackets,
  size: number,
  k: number,
  mark: number,
  share: number,
): number {
  const notional = notionalOf(size, mark, k);
  const base = share + maintenanceMargin(brackets, notional) - (size < 0 ? 0 - notional : notional);
  return wakePrice(brackets, size, k, base);
}

/** n·(10^6 − m) < −base·10^6 − D for a notional n: see liquidation-price.ts. */
function longWake(brackets: Brackets, unit: number, base: number): number {
  if (base >= 0) return NO_PRICE; // no fall can eat the notional itself
  const { floors, count, maintenancePpm, maintenanceWhole, maintenanceRest } = brackets;
  let highest = 0;
  for (let i = 0; i < count; i++) {
    const most = (0 - base - maintenanceWhole[i]) * PPM_ONE - maintenanceRest[i];
    const notional = roughQuotient(most, PPM_ONE - maintenancePpm[i]);
    if (notional > highest) highest = notional;
    // Safe at the end of this bracket: above it a long is safe by every further one.
    if (i + 1 < count && floorOrMore(notional, 1) < floors[i + 1]) break;
  }
  return floorOrMore(highest, unit);
}

/** n·(10^6 + m) > base·10^6 + D. */
function shortWake(brackets: Brackets, unit: number, base: number): number {
  if (base < 0) return 1;
  const { floors, count, maintenancePpm, maintenanceWhole, maintenanceRest } = brackets;
  let lowest = Infinity;
  for (let i = 0; i < count; i++) {
    const least = (base + maintenanceWhole[i]) * PPM_ONE + maintenanceRest[i];
    const notional = roughQuotient(least, PPM_ONE + maintenancePpm[i]);
    if (notional < lowest) lowest = notional;
    // Unsafe before the end of this bracket: no further one comes first.
    if (i + 1 < count && floorOrMore(notional, 1) < floors[i + 1]) break;
  }
  const price = ceilOrLess(lowest, unit);
  return price * unit > AMOUNT_MAX ? NO_PRICE : price < 1 ? 1 : price;
}
