// The price at which closing a position leaves exactly nothing of what stands behind it.
// Liquidations are limited by it, and takeovers and deleveraging happen at it. It is always rounded
// so that closing there never needs the fund, and it must never include a fee: a liquidation takes
// its fee from what is left.

import { assert } from '../units/assert.ts';
import { ceilToStep, divCeil, divFloor, floorToStep, mulDivFloor } from '../units/rounding.ts';

/**
 * A price in price units, on the tick; `any`: every price above zero leaves something (a long whose
 * equity exceeds its value); `never`: no price above zero is low enough (a short with more debt
 * than that).
 */
export type BankruptcyPrice =
  | { readonly kind: 'price'; readonly price: number }
  | { readonly kind: 'any' }
  | { readonly kind: 'never' };

/** Where the mark that moved in this command lies, seen from one market of the scope. */
export type MovedMark = 'here' | 'elsewhere' | 'nowhere';

/**
 * The bankruptcy price of a position of signed size ≠ 0 at `mark`, when `equity` (signed, quote
 * units) stands behind it: long mark − equity ÷ (|size|·k), rounded up to the unit and then to the
 * tick; short mark + equity ÷ (|size|·k), rounded down (spec margin §5, after dYdX). For an
 * isolated position `equity` is its pool with unrealised profit and loss; for a cross position its
 * share, see `equityShare`.
 */
export function bankruptcyPrice(
  size: number,
  mark: number,
  k: number,
  equity: number,
  tick: number,
): BankruptcyPrice {
  assert(size !== 0, 'a bankruptcy price needs a position');
  if (size < 0) {
    const price = floorToStep(divFloor(-size * mark * k + equity, -size * k), tick);
    return price > 0 ? { kind: 'price', price } : { kind: 'never' };
  }
  const price = ceilToStep(divCeil(size * mark * k - equity, size * k), tick);
  return price > 0 ? { kind: 'price', price } : { kind: 'any' };
}

/**
 * What of a scope's equity can be dealt with while a part of it waits, in quote units: positions
 * and collateral whose price is not known, worth `waiting` at their last price, either sign. It is
 * what is there, or lacks, whether or not that part is counted: the median of nothing, the equity,
 * and the equity without it. So a profit that nobody can be sure of is paid out to nobody, a loss
 * neither, and what the waiting part brings in the end is its own market's.
 */
export function dealtEquity(equity: number, waiting: number): number {
  const without = equity - waiting;
  const lower = equity < without ? equity : without;
  const upper = equity < without ? without : equity;
  if (lower > 0) return lower;
  return upper < 0 ? upper : 0;
}

/**
 * The share of a cross scope's equity that stands behind one of its positions, in quote units,
 * rounded down: equity ≥ 0 in proportion to maintenance. A deficit belongs as a whole to the market
 * whose mark moved in this command, so that no market pays for another's gap; when none of the
 * scope's did, it is shared in proportion. The shares add up to the equity or less.
 * `maintenanceTotal` > 0.
 */
export function equityShare(
  equity: number,
  maintenance: number,
  maintenanceTotal: number,
  moved: MovedMark,
): number {
  if (equity < 0 && moved === 'here') return equity;
  if (equity < 0 && moved === 'elsewhere') return 0;
  return mulDivFloor(equity, maintenance, maintenanceTotal);
}
