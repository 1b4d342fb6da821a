// What one fill does to one account in the overlay: position, money, isolated pool. Called for the
// maker and for the taker of every planned fill. It changes the overlay only, and never decides
// whether the fill may happen.

import { feeOn } from '../../margin/fees.ts';
import { fillMargin } from '../../margin/sizing.ts';
import {
  FilledPosition,
  applyFill,
  isolatedPayout,
  releasedCollateral,
} from '../../margin/position.ts';
import type { Market } from '../state/market.ts';
import * as overlayFields from './overlay.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const {
  O_BASE_FREE,
  O_BASE_HELD,
  O_COLLATERAL,
  O_COST,
  O_HOLDS,
  O_QUOTE_FREE,
  O_QUOTE_HELD,
  O_REALISED,
  O_SIZE,
  OVERLAY,
} = overlayFields;

/** How an isolated fill finds its money. One object is reused. */
export class FillTerms {
  /** Whole number; the leverage at which an opening part is backed. */
  leverage = 1;
  /**
   * The most that may go from the hold to the pool and the fee: what the order holds for its
   * opening part.
   */
  share = 0;
  /** A maker pays from its hold, a taker from its free balance. */
  fromHold = false;
  /**
   * Whether a reducing fill pays out of the pool: not while the position is below its initial
   * margin.
   */
  releases = true;
  /** Edits put their collateral into the pool themselves: opening fills move only the fee. */
  collateralGiven = false;
  /** Set by `fillIsolated`: the fee really paid, and what left the hold. */
  fee = 0;
  taken = 0;
  /**
   * Set when a fill closed the position and the pool could not pay the loss; the caller clears it.
   */
  bankrupt = false;
}

/**
 * Signed fill of a spot market. `fee` in quote; the maker's hold must have been released before.
 */
export function fillSpot(
  numbers: Float64Array,
  touched: number,
  market: Market,
  signed: number,
  price: number,
  fee: number,
): void {
  const t = touched * OVERLAY;
  numbers[t + O_BASE_FREE] += signed * market.baseMultiplier;
  numbers[t + O_QUOTE_FREE] -= signed * price * market.multiplier + fee;
}

/** Moves what an order held for a fill back to free, in quote (buys) or base (sells). */
export function releaseSpotHold(
  numbers: Float64Array,
  touched: number,
  isBuy: boolean,
  released: number,
): void {
  const t = touched * OVERLAY;
  numbers[t + (isBuy ? O_QUOTE_HELD : O_BASE_HELD)] -= released;
  numbers[t + (isBuy ? O_QUOTE_FREE : O_BASE_FREE)] += released;
}

/** Signed fill of a cross position: realised profit and the fee go to the free balance at once. */
export function fillCross(
  numbers: Float64Array,
  touched: number,
  market: Market,
  signed: number,
  price: number,
  fee: number,
): void {
  const t = touched * OVERLAY;
  const realised = changePosition(numbers, t, market.multiplier, signed, price);
  numbers[t + O_QUOTE_FREE] += realised - fee;
}

/**
 * Signed fill of an isolated position. The reducing part pays out its share of the pool, its
 * realised profit and its fee; the opening part is backed from the hold or the free balance.
 */
export function fillIsolated(
  numbers: Float64Array,
  touched: number,
  market: Market,
  signed: number,
  price: number,
  feePpm: number,
  terms: FillTerms,
): void {
  const t = touched * OVERLAY;
  const k = market.multiplier;
  const held = numbers[t + O_SIZE];
  const sign = signed < 0 ? -1 : 1;
  const size = signed * sign;
  const heldAbs = held < 0 ? -held : held;
  const reducing = held * sign < 0 ? (size < heldAbs ? size : heldAbs) : 0;
  const opening = size - reducing;
  const fee = feeOn(size * price * k, feePpm);
  const feeOfReducing = opening === 0 ? fee : feeOn(reducing * price * k, feePpm);
  terms.taken = 0;
  terms.fee = feeOfReducing;
  if (reducing > 0) {
    const pool = numbers[t + O_COLLATERAL];
    const closes = reducing === heldAbs;
    const realised = changePosition(numbers, t, k, sign * reducing, price);
    const released = releasedCollateral(pool, reducing, heldAbs);
    const out = terms.releases || closes ? isolatedPayout(released, realised, feeOfReducing) : 0;
    const payout = out > 0 ? out : 0;
    numbers[t + O_COLLATERAL] = pool + realised - feeOfReducing - payout;
    numbers[t + O_QUOTE_FREE] += payout;
    if (closes && numbers[t + O_COLLATERAL] < 0) terms.bankrupt = true;
  }
  if (opening === 0) return;
  changePosition(numbers, t, k, sign * opening, price);
  const margin = terms.collateralGiven
    ? 0
    : fillMargin(sign, price, market.mark, opening, k, terms.leverage);
  backOpening(numbers, t, margin, fee - feeOfReducing, terms);
}

function backOpening(
  numbers: Float64Array,
  t: number,
  margin: number,
  fee: number,
  terms: FillTerms,
): void {
  if (!terms.fromHold) {
    numbers[t + O_QUOTE_FREE] -= margin + fee;
    numbers[t + O_COLLATERAL] += margin;
    terms.fee += fee;
    return;
  }
  const { share } = terms;
  const paid = fee < share ? fee : share;
  const pooled = margin < share - paid ? margin : share - paid;
  numbers[t + O_QUOTE_HELD] -= paid + pooled;
  numbers[t + O_HOLDS] -= paid + pooled;
  numbers[t + O_COLLATERAL] += pooled;
  terms.taken = paid + pooled;
  terms.fee += paid;
}

const filled = new FilledPosition();

/** Size and cost after a signed fill; returns the profit that it realised. */
function changePosition(
  numbers: Float64Array,
  t: number,
  k: number,
  signed: number,
  price: number,
): number {
  applyFill(filled, numbers[t + O_SIZE], numbers[t + O_COST], signed, price, k);
  numbers[t + O_SIZE] = filled.size;
  numbers[t + O_COST] = filled.cost;
  numbers[t + O_REALISED] += filled.realised;
  return filled.realised;
}
