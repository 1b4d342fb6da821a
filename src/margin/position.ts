// What a fill does to a position. A position is a signed size and the signed quote amount paid for
// it; an entry price exists only for display and must never come back in here. Equity does not
// depend on how a cost is split between what is closed and what stays, so no rounding here can make
// or lose money.

import { divFloor, mulDivFloor, mulDivTrunc } from '../units/rounding.ts';
import * as bounds from './limits.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { AMOUNT_MAX } = bounds;

/** |size| · price · k, in quote units, exact. */
export function notionalOf(size: number, price: number, k: number): number {
  return (size < 0 ? -size : size) * price * k;
}

/** Profit (+) or loss (−) not yet realised: size · mark · k − cost, in quote units, exact. */
export function unrealised(size: number, cost: number, mark: number, k: number): number {
  return size * mark * k - cost;
}

/** Whether an amount is one that is counted; a sum of two such amounts is exact. */
export function isAmount(value: number): boolean {
  return value <= AMOUNT_MAX && value >= -AMOUNT_MAX;
}

/** The largest size whose notional at this price is still counted, in size units, rounded down. */
export function sizeMaxAt(price: number, k: number): number {
  return divFloor(AMOUNT_MAX, price * k);
}

/**
 * The share of `cost` that goes with `reduced` of `held` (both > 0, reduced ≤ held), truncated
 * toward zero; closing releases all of it (spec margin §2).
 */
export function releasedCost(cost: number, reduced: number, held: number): number {
  return mulDivTrunc(cost, reduced, held);
}

/** The share of an isolated pool that goes with `reduced` of `held`, rounded down. */
export function releasedCollateral(collateral: number, reduced: number, held: number): number {
  return mulDivFloor(collateral, reduced, held);
}

/**
 * What a voluntary reducing fill of an isolated position pays out: its share of the pool, plus the
 * profit it realised, minus its fee. Where it is negative the pool pays it and nothing leaves (spec
 * margin §6).
 */
export function isolatedPayout(released: number, realised: number, fee: number): number {
  return released + realised - fee;
}

/** The result of `applyFill`. One object is reused. */
export class FilledPosition {
  /** Signed, size units. */
  size = 0;
  /** Signed, quote units. */
  cost = 0;
  /** Profit realised by the closing part, quote units; 0 where nothing was closed. */
  realised = 0;
  /** How much of the fill closed and how much opened, size units ≥ 0. */
  closed = 0;
  opened = 0;
}

/**
 * Applies a fill of signed size `fill` ≠ 0 at `price` to a position. A fill through zero closes and
 * then opens. Exact but for the truncated share of the cost; always cost' − realised = cost + fill
 * · price · k.
 */
export function applyFill(
  into: FilledPosition,
  size: number,
  cost: number,
  fill: number,
  price: number,
  k: number,
): void {
  into.size = size + fill;
  if (size * fill >= 0) {
    into.cost = cost + fill * price * k;
    into.realised = 0;
    into.closed = 0;
    into.opened = fill < 0 ? -fill : fill;
    return;
  }
  const held = size < 0 ? -size : size;
  const filled = fill < 0 ? -fill : fill;
  const closed = filled < held ? filled : held;
  const closing = fill < 0 ? -closed : closed;
  const released = releasedCost(cost, closed, held);
  into.realised = 0 - closing * price * k - released;
  into.cost = cost - released + (fill - closing) * price * k;
  into.closed = closed;
  into.opened = filled - closed;
}
