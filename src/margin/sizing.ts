// How large: what opening a size needs, the largest size that an amount pays for, and how much may
// leave. Limits are rounded down and needs up, so that submitting a limit is never refused for
// margin. Fills are given (a book walk, or one price); nothing here looks into a book.

import { divFloor, mulDivCeil } from '../units/rounding.ts';
import { feeOn } from './fees.ts';
import { lossAgainstMark } from './exposure.ts';
import { RATE_ONE } from './funding.ts';
import { AMOUNT_MAX } from './limits.ts';

/** One expected fill: price units, size units > 0. Fills come best first. */
export interface ExpectedFill {
  readonly price: number;
  readonly size: number;
}

/** How an opening fill is backed and what it costs. */
export interface NeedTerms {
  readonly side: 1 | -1;
  readonly mark: number;
  readonly k: number;
  /**
   * The margin is this share of the value: 1 over a whole leverage, or the position's collateral
   * over its |cost| where the effective leverage must not rise.
   */
  readonly marginShare: { readonly numerator: number; readonly denominator: number };
  readonly takerFeePpm: number;
  /**
   * The first interest charge, due at borrow: rate of one interval in 10^−12; 0 where nothing is
   * lent.
   */
  readonly interestE12: number;
}

/**
 * What one opening fill puts into the pool, in quote units: ceil(max(price, mark) · size · k ÷
 * leverage) + max(0, side·(price − mark)) · size · k (spec margin §6). The fee comes on top.
 * Allocates nothing.
 */
export function fillMargin(
  side: number,
  price: number,
  mark: number,
  size: number,
  k: number,
  leverage: number,
): number {
  return marginOf(side, price, mark, size, k, 1, leverage);
}

/**
 * need(size): what opening the first `size` of the fills takes from the balance, in quote units:
 * margin and loss against the mark of every fill, its fee, and the first interest charge, each
 * rounded up. It never falls when the size grows. A need beyond what is counted is given as 2^53 −
 * 1, more than any balance. The fills must cover the size.
 */
export function needOf(size: number, fills: readonly ExpectedFill[], terms: NeedTerms): number {
  const { side, mark, k, marginShare, takerFeePpm } = terms;
  let rest = size;
  let need = 0;
  let borrowed = 0;
  for (let i = 0; i < fills.length && rest > 0; i += 1) {
    const fill = fills[i];
    const filled = fill.size < rest ? fill.size : rest;
    rest -= filled;
    const { numerator, denominator } = marginShare;
    const value = (fill.price > mark ? fill.price : mark) * filled * k;
    if (value > AMOUNT_MAX || value * numerator > AMOUNT_MAX * denominator) {
      return Number.MAX_SAFE_INTEGER;
    }
    need += marginOf(side, fill.price, mark, filled, k, numerator, denominator);
    need += feeOn(filled * fill.price * k, takerFeePpm);
    borrowed += borrowedFor(side, fill.price, mark, filled, k, numerator, denominator);
    if (need > AMOUNT_MAX || borrowed > AMOUNT_MAX) return Number.MAX_SAFE_INTEGER;
  }
  return need + mulDivCeil(borrowed, terms.interestE12, RATE_ONE);
}

/** The first interest charge within need(size), in quote units, rounded up. */
export function firstInterest(
  size: number,
  fills: readonly ExpectedFill[],
  terms: NeedTerms,
): number {
  return needOf(size, fills, terms) - needOf(size, fills, { ...terms, interestE12: 0 });
}

/** Σ size of the fills, in whole lots. */
export function fillableSize(fills: readonly ExpectedFill[], lot: number): number {
  let total = 0;
  for (const { size } of fills) total += size;
  return divFloor(total, lot) * lot;
}

/**
 * The largest whole number of lots, in size units, with need(size) ≤ collateral, as far as the
 * fills go: need(n) ≤ collateral < need(n + 1 lot), or n is all that can be filled.
 */
export function sizeForCollateral(
  collateral: number,
  fills: readonly ExpectedFill[],
  terms: NeedTerms,
  lot: number,
): number {
  let affordable = 0;
  let tooMany = divFloor(fillableSize(fills, lot), lot) + 1;
  while (tooMany - affordable > 1) {
    const lots = affordable + divFloor(tooMany - affordable, 2);
    if (needOf(lots * lot, fills, terms) <= collateral) affordable = lots;
    else tooMany = lots;
  }
  return affordable * lot;
}

/**
 * How much collateral may be taken out of an isolated position, in quote units: max(0,
 * min(collateral, initial equity − initial)). Unrealised profit never leaves (spec margin §4).
 */
export function maxRemovable(collateral: number, initialEquity: number, initial: number): number {
  return atLeastZero(Math.min(collateral, initialEquity - initial));
}

/**
 * How much of the settlement asset may be withdrawn from a cross account, in quote units:
 * max(0, min(free balance, initial equity − initial)). Unrealised profit never leaves.
 */
export function withdrawable(free: number, initialEquity: number, initial: number): number {
  return atLeastZero(Math.min(free, initialEquity - initial));
}

function atLeastZero(value: number): number {
  return value > 0 ? value : 0;
}

function marginOf(
  side: number,
  price: number,
  mark: number,
  size: number,
  k: number,
  numerator: number,
  denominator: number,
): number {
  const dearer = price > mark ? price : mark;
  const margin = mulDivCeil(dearer * size * k, numerator, denominator);
  return margin + lossAgainstMark(side, price, mark, size, k);
}

/** What is lent: a long borrows what its margin does not pay, a short the size itself, at mark. */
function borrowedFor(
  side: number,
  price: number,
  mark: number,
  size: number,
  k: number,
  numerator: number,
  denominator: number,
): number {
  if (side < 0) return size * mark * k;
  const paid = marginOf(side, price, mark, size, k, numerator, denominator);
  const value = size * price * k;
  return value > paid ? value - paid : 0;
}
