// The smallest cure: at which limit a liquidation sells first, and how little of a position has to
// go until its scope may stop being liquidated. It only says how much and at which price; it must
// never look at a book, and it must never close less than what cures at the limit, fee included.

import { PPM_ONE } from '../units/brand.ts';
import { ceilToStep, divFloor, floorToStep, mulDivCeil, mulDivFloor } from '../units/rounding.ts';
import type { Brackets } from './brackets.ts';
import { liquidationFeeOn } from './fees.ts';
import { maintenanceMargin } from './requirement.ts';
import { liquidationEnd } from './scope.ts';

/**
 * How far, in quote units, roundings (of the fee, the maintenance and the buffer, for a buffer up
 * to 100 %) can hide a cure that exact fractions would show.
 */
const ROUNDING_REACH = 4;

/** Most lots that are looked at one by one where rounding blurs which lot cures first. */
const WALK_LOTS_MAX = 64;

/** A position whose scope is to be cured. */
export interface CureTerms {
  /** Signed, size units; not 0. It need not be a whole number of lots. */
  readonly size: number;
  readonly mark: number;
  readonly k: number;
  /** The price at which all of it is expected to fill: see `cureLimit`. */
  readonly limit: number;
  readonly brackets: Brackets;
  /** Equity of the scope, quote units. */
  readonly equity: number;
  /** Maintenance of the scope, this position's included. */
  readonly maintenance: number;
  readonly bufferPpm: number;
  readonly liquidationFeePpm: number;
  /** Size units; > 0. */
  readonly lot: number;
  /** What is left of the position may not be smaller than this, in size units; 0 = no minimum. */
  readonly minimumSize: number;
  /** Nor may its notional at mark be, in quote units; 0 = no minimum. */
  readonly minimumNotional: number;
}

/**
 * How far from the mark a cure sells where the market does not say, in ppm: half the maintenance
 * rate of the bracket that a notional ≥ 0 is in, rounded down (spec margin §8).
 */
export function defaultCureSlip(brackets: Brackets, notional: number): number {
  return divFloor(brackets.maintenancePpm[brackets.at(notional)], 2);
}

/**
 * The limit of a first liquidation step, in price units, a whole number of ticks > 0 (spec margin
 * §8): the better for the account of its cure price and its bankruptcy price. Long: max(mark · (1 −
 * slip) rounded up to the tick, bankruptcy); short: min(mark · (1 + slip) rounded down to the tick,
 * bankruptcy). A bankruptcy of 0 means that there is none, because any price leaves something. A
 * short that no price above zero can pay has one tick. `size` ≠ 0 is signed, slip ≤ 10^6.
 */
export function cureLimit(
  size: number,
  mark: number,
  slipPpm: number,
  bankruptcy: number,
  tick: number,
): number {
  const isLong = size > 0;
  const cure = isLong
    ? ceilToStep(mulDivCeil(mark, PPM_ONE - slipPpm, PPM_ONE), tick)
    : floorToStep(mulDivFloor(mark, PPM_ONE + slipPpm, PPM_ONE), tick);
  const isBankruptcyBetter = isLong ? bankruptcy > cure : bankruptcy < cure;
  const limit = bankruptcy !== 0 && isBankruptcyBetter ? bankruptcy : cure;
  return limit > tick ? limit : tick;
}

/**
 * How much to close, in size units: the smallest n > 0 in whole lots that, filled at the limit net
 * of fee, leaves equity ≥ liquidationEnd, which is `equity + side·n·(limit − mark)·k − fee(n) ≥
 * liquidationEnd(maintenance − m(|size|) + m(|size| − n))`, the fee limited to what is left (spec
 * margin §8). All of the position, lots or not, where no n below it does, or where what stays would
 * be below the market's minimum. n cures and n − lot does not. Only where less than four quote
 * units of rounding decide over more than 64 lots may it be later than the very first lot that
 * cures. |size| · max(mark, limit) · k ≤ 2^53 − 1. Allocates nothing.
 */
export function cureSize(terms: CureTerms): number {
  const { size, mark, k, lot } = terms;
  const whole = size < 0 ? -size : size;
  const cure = firstCure(terms, whole, floorToStep(whole - 1, lot));
  const rest = whole - cure;
  const isDust = rest < terms.minimumSize || rest * mark * k < terms.minimumNotional;
  return cure === 0 || isDust ? whole : cure;
}

/**
 * The first whole lots up to `last` that cure, or 0. What is left above liquidationEnd is concave
 * in n and straight as long as what stays is in one bracket. So where it is highest is a lot beside
 * a bracket's floor, or the first or the last: the first of these that cures has the answer between
 * itself and the one before.
 */
function firstCure(terms: CureTerms, whole: number, last: number): number {
  const { mark, k, lot, brackets } = terms;
  const unit = mark * k;
  if (last < lot) return 0;
  const first = cureUpTo(terms, whole, 0, lot, last);
  if (first !== 0) return first;
  let before = lot;
  for (let i = brackets.at(whole * unit); i > 0; i -= 1) {
    const below = floorToStep(whole - divFloor(brackets.floors[i], unit) - 1, lot);
    for (let lots = 0; lots <= 1; lots += 1) {
      const n = below + lots * lot;
      if (n <= before || n > last) continue;
      const cure = cureUpTo(terms, whole, before, n, last);
      if (cure !== 0) return cure;
      before = n;
    }
  }
  return last > before ? cureUpTo(terms, whole, before, last, last) : 0;
}

/** The first cure after `before` if n cures or is as good as one that does, else 0. */
function cureUpTo(
  terms: CureTerms,
  whole: number,
  before: number,
  n: number,
  last: number,
): number {
  const { lot } = terms;
  const surplus = surplusAfter(terms, whole, n);
  if (surplus >= 0) return settle(terms, whole, before, n);
  if (surplus <= -ROUNDING_REACH) return 0;
  // Another lot beside a highest one may cure because its roundings take less.
  const reach = WALK_LOTS_MAX * lot;
  const end = n + reach < last ? n + reach : last;
  for (let near = n > reach ? n - reach : lot; near <= end; near += lot) {
    if (surplusAfter(terms, whole, near) >= 0) return settle(terms, whole, near - lot, near);
  }
  return 0;
}

/** The first cure between `fails` (or 0) and `cures`, both whole lots. */
function settle(terms: CureTerms, whole: number, fails: number, cures: number): number {
  const found = bisect(terms, whole, fails, cures);
  let first = found;
  let n = found;
  for (let steps = 0; steps < WALK_LOTS_MAX && n > terms.lot; steps += 1) {
    n -= terms.lot;
    const surplus = surplusAfter(terms, whole, n);
    if (surplus <= -ROUNDING_REACH) return first;
    if (surplus >= 0) first = n;
  }
  return first === n ? bisect(terms, whole, 0, n) : first;
}

/** Whole lots n that cure, after `fails` and up to `cures`, such that n − lot does not or is 0. */
function bisect(terms: CureTerms, whole: number, fails: number, cures: number): number {
  const { lot } = terms;
  let low = divFloor(fails, lot);
  let high = divFloor(cures, lot);
  while (high - low > 1) {
    const middle = low + divFloor(high - low, 2);
    if (surplusAfter(terms, whole, middle * lot) >= 0) high = middle;
    else low = middle;
  }
  return high * lot;
}

/** Equity less liquidationEnd after closing n at the limit, in quote units; ≥ 0 is a cure. */
function surplusAfter(terms: CureTerms, whole: number, n: number): number {
  const { size, mark, k, limit, brackets } = terms;
  const move = size > 0 ? limit - mark : mark - limit;
  const left = terms.equity + n * move * k;
  const fee = liquidationFeeOn(n * limit * k, terms.liquidationFeePpm, left);
  const held = maintenanceMargin(brackets, whole * mark * k);
  const kept = maintenanceMargin(brackets, (whole - n) * mark * k);
  return left - fee - liquidationEnd(terms.maintenance - held + kept, terms.bufferPpm);
}
