// The price at which a scope becomes liquidatable when one market moves and everything else is
// held. It is defined by the predicate, solved in closed form per bracket, and settled on the exact
// unit with the predicate itself. It must never be an estimate: triggers and the figure shown are
// this number.

import { PPM_ONE } from '../units/brand.ts';
import { assert, assertSafe } from '../units/assert.ts';
import { divCeil, divFloor, mulAddDivCeil, mulAddDivFloor } from '../units/rounding.ts';
import type { Brackets } from './brackets.ts';
import { AMOUNT_MAX } from './limits.ts';
import { maintenanceMargin } from './requirement.ts';

/** No price above zero liquidates: what a column of prices holds then. A price is never 0. */
export const NO_PRICE = 0;

/** The closed form is exact; more steps than this to settle it would be our mistake. */
const SETTLE_STEPS_MAX = 2;
const OFF = 'the closed form of a liquidation price is off';

/** A position in a scope: what moves with the price, and what is held. */
export interface Exposure {
  readonly brackets: Brackets;
  /** Signed, size units; not 0. */
  readonly size: number;
  /** Signed, quote units. */
  readonly cost: number;
  readonly k: number;
  /**
   * Equity of the scope without this position's unrealised profit and loss, less what is accrued:
   * an isolated pool, or a cross account's balances and the other positions at their marks.
   */
  readonly otherEquity: number;
  /** Maintenance of the scope without this position. */
  readonly otherMaintenance: number;
}

/** A price in price units, or none: no price above zero liquidates. */
export type LiquidationPrice =
  | { readonly kind: 'price'; readonly price: number }
  | { readonly kind: 'none' };

/** `liquidationTrigger` as a value for display and previews. */
export function liquidationPrice(exposure: Exposure): LiquidationPrice {
  const { brackets, size, cost, k, otherEquity, otherMaintenance } = exposure;
  const price = liquidationTrigger(brackets, size, cost, k, otherEquity, otherMaintenance);
  return price === NO_PRICE ? { kind: 'none' } : { kind: 'price', price };
}

/**
 * The liquidation price in price units, or NO_PRICE (spec margin §5): for a long the highest price
 * at which equity < maintenance, for a short the lowest, others held at their marks. Prices are
 * those whose notional is still counted (≤ 4e15 units): a long that is liquidatable at all of them
 * gets the last one. A scope that is liquidatable already gets a price beyond the mark. Allocates
 * nothing.
 */
export function liquidationTrigger(
  brackets: Brackets,
  size: number,
  cost: number,
  k: number,
  otherEquity: number,
  otherMaintenance: number,
): number {
  if (size === 0) return NO_PRICE;
  const base = otherEquity - cost - otherMaintenance;
  assertSafe(base, 'equity that a liquidation price starts from');
  return size > 0 ? longTrigger(brackets, size * k, base) : shortTrigger(brackets, -size * k, base);
}

/**
 * The predicate at one price: equity(p) < maintenance(p), exactly as the engine asks it (scope.ts).
 * Prices beyond the largest counted notional are not asked for.
 */
export function isLiquidatableAt(exposure: Exposure, price: number): boolean {
  const { brackets, size, cost, k, otherEquity, otherMaintenance } = exposure;
  const base = otherEquity - cost - otherMaintenance;
  const notional = (size < 0 ? -size : size) * price * k;
  return isBelow(brackets, size < 0 ? -1 : 1, notional, base);
}

/**
 * base ± n < maintenance(n), n the notional. Both sides of the comparison are kept within 2^53:
 * only the sign of the last difference counts, and a rounded difference of two exact numbers keeps
 * its sign.
 */
function isBelow(brackets: Brackets, side: number, notional: number, base: number): boolean {
  const maintenance = maintenanceMargin(brackets, notional);
  return side > 0 ? notional - maintenance < -base : notional + maintenance > base;
}

// Rounding maintenance up does not disturb the closed form: for whole numbers ceil(x) > z just when
// x > z. So for a long, base + n < ceil((n·m − D) ÷ 10^6) is n·(10^6 − m) < −base·10^6 − D, and the
// highest such whole n is ceil((−base·10^6 − D) ÷ (10^6 − m)) − 1; a price step is `unit` =
// |size|·k of notional.

function longTrigger(brackets: Brackets, unit: number, base: number): number {
  if (base >= 0) return NO_PRICE; // n ≥ maintenance(n): no fall can eat the notional itself
  const last = divFloor(AMOUNT_MAX, unit);
  if (isBelow(brackets, 1, last * unit, base)) return last;
  const { floors, count, maintenancePpm, maintenanceWhole, maintenanceRest } = brackets;
  let i = 0;
  while (i + 1 < count && isBelow(brackets, 1, floors[i + 1], base)) i += 1;
  const least = 0 - base - maintenanceWhole[i];
  const slope = PPM_ONE - maintenancePpm[i];
  const highest = mulAddDivCeil(least, PPM_ONE, 0 - maintenanceRest[i], slope) - 1;
  let price = divFloor(highest, unit);
  for (let steps = 0; price < last && isBelow(brackets, 1, (price + 1) * unit, base); steps += 1) {
    assert(steps < SETTLE_STEPS_MAX, OFF);
    price += 1;
  }
  for (let steps = 0; price > 0 && !isBelow(brackets, 1, price * unit, base); steps += 1) {
    assert(steps < SETTLE_STEPS_MAX, OFF);
    price -= 1;
  }
  return price;
}

// For a short, base − n < ceil((n·m − D) ÷ 10^6) with base = otherEquity + |cost| −
// otherMaintenance is n·(10^6 + m) > base·10^6 + D, and the lowest such whole n is floor((base·10^6
// + D) ÷ (10^6 + m)) + 1.

function shortTrigger(brackets: Brackets, unit: number, base: number): number {
  if (base < 0) return 1;
  const last = divFloor(AMOUNT_MAX, unit);
  if (!isBelow(brackets, -1, last * unit, base)) return NO_PRICE;
  const { floors, count, maintenancePpm, maintenanceWhole, maintenanceRest } = brackets;
  let i = 0;
  while (i + 1 < count && !isBelow(brackets, -1, floors[i + 1], base)) i += 1;
  const most = base + maintenanceWhole[i];
  const slope = PPM_ONE + maintenancePpm[i];
  const lowest = mulAddDivFloor(most, PPM_ONE, maintenanceRest[i], slope) + 1;
  let price = divCeil(lowest, unit);
  for (let steps = 0; price > 1 && isBelow(brackets, -1, (price - 1) * unit, base); steps += 1) {
    assert(steps < SETTLE_STEPS_MAX, OFF);
    price -= 1;
  }
  for (let steps = 0; price < last && !isBelow(brackets, -1, price * unit, base); steps += 1) {
    assert(steps < SETTLE_STEPS_MAX, OFF);
    price += 1;
  }
  return price;
}
