// What the insurance fund can take over: as much of a bankrupt position as its own money carries at
// the initial margin of the market. The fund's position is isolated like any other; these figures
// must never count money that is not the fund's own, nor let a market take more than its cap.

import { divFloor, floorToStep } from '../units/rounding.ts';
import type { Brackets } from './brackets.ts';
import { sizeMaxAt } from './position.ts';
import { bracketInitial } from './requirement.ts';

/** A position that is offered to the fund, and what the fund has in that market. */
export interface TakeoverTerms {
  /** What is left of the position, size units > 0; it need not be a whole number of lots. */
  readonly open: number;
  /** +1 when it is long, −1 when it is short. */
  readonly direction: 1 | -1;
  /** Its bankruptcy price, price units. */
  readonly price: number;
  readonly mark: number;
  readonly k: number;
  readonly brackets: Brackets;
  /** The fund's position here: signed size units, and the signed quote units paid for it. */
  readonly fundSize: number;
  readonly fundCost: number;
  /** The collateral of the fund's position, quote units. */
  readonly pool: number;
  /** What the fund may move to that pool, quote units ≥ 0. */
  readonly cash: number;
  /** The largest position of the fund here, size units; 0 = no cap. */
  readonly cap: number;
  /** Size units; > 0. */
  readonly lot: number;
}

/**
 * How much the fund takes, in size units: the largest n in whole lots, or all that is open, that
 * its cash carries (`fundMargin` ≤ cash) and that does not lead beyond its cap, nor beyond the
 * largest counted notional (spec margin §8). An opposite position of the fund is reduced first;
 * reducing one that is above the cap is not refused for the cap. n fits and n + lot does not.
 * Allocates nothing.
 */
export function fundCapacity(terms: TakeoverTerms): number {
  const { open, direction, price, mark, k, fundSize, cap, lot } = terms;
  const counted = sizeMaxAt(price > mark ? price : mark, k);
  const limit = cap !== 0 && cap < counted ? cap : counted;
  const room = limit - direction * fundSize;
  if (open <= room && isCarried(terms, open)) return open;
  const most = floorToStep(open < room ? open : room, lot);
  if (most <= 0) return 0;
  return isCarried(terms, most) ? most : lastCarried(terms, most);
}

/**
 * What must move from the fund's cash to the pool of its position for taking n, in quote units ≥ 0:
 * max(0, initial(|after| · mark · k) − equity of that position after), the gain or loss of the
 * takeover price against the mark and what a reduction realises included (spec margin §8).
 */
export function fundMargin(terms: TakeoverTerms, n: number): number {
  const { direction, price, mark, k, brackets, fundSize } = terms;
  const after = fundSize + direction * n;
  const equity =
    terms.pool + (fundSize * mark * k - terms.fundCost) + direction * n * (mark - price) * k;
  const initial = bracketInitial(brackets, (after < 0 ? -after : after) * mark * k);
  return initial > equity ? initial - equity : 0;
}

function isCarried(terms: TakeoverTerms, n: number): boolean {
  return fundMargin(terms, n) <= terms.cash;
}

/**
 * The last whole lots below `tooMuch` that are carried, or 0. What is missing is convex in n and
 * straight between two of these: the fund is flat, or its notional is at a bracket's floor, on
 * either side. So where least is missing is a lot beside one of them, or nothing: from above, the
 * first of these that is carried has the answer between itself and the one before.
 */
function lastCarried(terms: TakeoverTerms, tooMuch: number): number {
  const { mark, k, brackets, direction, fundSize, lot } = terms;
  const { floors, count } = brackets;
  let above = tooMuch;
  for (let i = 1 - count; i < count; i += 1) {
    const floor = i < 0 ? floors[-i] : 0 - floors[i];
    const kink = divFloor(floor, mark * k) - direction * fundSize;
    for (let n = floorToStep(kink, lot) + lot; n >= kink - lot; n -= lot) {
      if (n <= 0 || n >= above) continue;
      if (isCarried(terms, n)) return settle(terms, n, above);
      above = n;
    }
  }
  return isCarried(terms, 0) ? settle(terms, 0, above) : 0;
}

/** The last whole lots that are carried between `carried` and `tooMuch`. */
function settle(terms: TakeoverTerms, carried: number, tooMuch: number): number {
  const { lot } = terms;
  let low = divFloor(carried, lot);
  let high = divFloor(tooMuch, lot);
  while (high - low > 1) {
    const middle = low + divFloor(high - low, 2);
    if (isCarried(terms, middle * lot)) low = middle;
    else high = middle;
  }
  return low * lot;
}
