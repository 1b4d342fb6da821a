// What resting orders could make of a position, and what that costs in margin. All sums are running
// sums of the caller's; nothing here walks orders, allocates, or lets two sides net out losses
// (netting the sums is unsound: some subset of the orders may fill and the rest not).

import { feeOn } from './fees.ts';

/**
 * The largest position, in size units ≥ 0, that any fills of resting orders can lead to: max(|q +
 * B|, |q − A|) (spec margin §3). `buys` and `sells` are resting sizes ≥ 0 of orders that are not
 * reduce-only.
 */
export function worstExposure(size: number, buys: number, sells: number): number {
  const up = size + buys;
  const down = size - sells;
  const upAbs = up < 0 ? -up : up;
  const downAbs = down < 0 ? -down : down;
  return upAbs > downAbs ? upAbs : downAbs;
}

/**
 * What filling one order at its price would lose against the mark, in quote units ≥ 0, exact:
 * max(0, side·(price − mark)) · size · k. Per order: a gain of one never pays for another.
 */
export function lossAgainstMark(
  side: number,
  price: number,
  mark: number,
  size: number,
  k: number,
): number {
  const against = side * (price - mark);
  return against > 0 ? against * size * k : 0;
}

/** Whether the resting size of a side, filled, would open exposure: more than it takes to close. */
export function sideOpens(size: number, side: number, resting: number): boolean {
  const closing = side * size < 0 ? -side * size : 0;
  return resting > closing;
}

/**
 * The fee that one side of resting orders may have to pay, in quote units, rounded up:
 * ceil(notional · taker) where that side opens, else 0. `notional` is Σ price · size · k of the
 * side.
 */
export function openingFee(
  size: number,
  side: number,
  resting: number,
  notional: number,
  takerFeePpm: number,
): number {
  return sideOpens(size, side, resting) ? feeOn(notional, takerFeePpm) : 0;
}

/**
 * Whether an order reduces: it is against the position and, together with the own resting size of
 * its side that is not reduce-only, no larger than it. Such an order is never refused for initial
 * margin.
 */
export function isReducing(
  size: number,
  side: number,
  restingOfSide: number,
  orderSize: number,
): boolean {
  return restingOfSide + orderSize <= -side * size;
}
