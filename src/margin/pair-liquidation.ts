// Where a pair becomes liquidatable when the ratio of its two prices falls: because the long leg
// falls, because the short leg rises, or because both move by equal and opposite factors. Each is
// defined by the predicate and settled on the exact unit with the predicate itself, the requirement
// of every moved leg computed anew. It must never be an estimate: that one is in pair.ts.

import { divCeil, divFloor, mulDivCeil, mulDivFloor } from '../units/rounding.ts';
import type { LegMarket } from './pair-market.ts';

/** One leg: a size > 0 in size units, valued at the mark of its market. */
export interface PairLeg {
  readonly market: LegMarket;
  readonly size: number;
}

/** What can be liquidated: two legs at their marks, and the pair's capital with its P/L. */
export interface PairExposure {
  /** Capital + unrealised P/L at the marks, quote units, signed. */
  readonly equity: number;
  readonly long: PairLeg;
  readonly short: PairLeg;
}

/** Which prices move while the ratio falls. */
export type PairMove = 'longLegMoves' | 'shortLegMoves' | 'bothMove';

export const PAIR_MOVES: readonly PairMove[] = ['longLegMoves', 'shortLegMoves', 'bothMove'];

/** The marks themselves, in the unit of `bothMove`: the factor is counted in 10^−9. */
export const FACTOR_ONE = 1_000_000_000;

/** Nothing on the way down liquidates. A price or a factor is never 0. */
export const NO_MOVE = 0;

/** A leg that is worth this much liquidates any pair whose amounts are counted (pair.ts). */
const VALUE_MAX = 2_000_000_000_000_000;
/** No price and no factor is looked for beyond this. */
const MOVE_MAX = 1_000_000_000_000_000;

/**
 * Whether the pair is liquidatable after a move: equity < maintenance, strictly. `at` is the price
 * of the leg that moves in price units, or for `bothMove` the factor x in 10^−9: the long price is
 * multiplied by x and the short price divided by it, and so are their notionals (long rounded down,
 * short up).
 */
export function isPairLiquidatableAt(pair: PairExposure, move: PairMove, at: number): boolean {
  return slackOf(pair, move)(at) < 0;
}

/** Whether the pair is liquidatable where its marks stand. */
export function isPairLiquidatable(pair: PairExposure): boolean {
  return isPairLiquidatableAt(pair, 'bothMove', FACTOR_ONE);
}

/**
 * The move nearest to safety at which the pair is liquidatable, in the unit of
 * `isPairLiquidatableAt`: the highest price of the long leg, the lowest price of the short leg, the
 * highest factor for both. NO_MOVE when none is. A pair that is liquidatable already gets one
 * beyond its marks; where no move cures it, the last one that is looked for.
 */
export function liquidationMove(pair: PairExposure, move: PairMove): number {
  const slackAt = slackOf(pair, move);
  const now = currentMove(pair, move);
  const { down, up } = moveRange(pair, move);
  // For the short leg the way down of the ratio is the way up of its price.
  const [worst, best] = move === 'shortLegMoves' ? [up, down] : [down, up];
  const isBad = slackAt(now) < 0;
  if (isBad && slackAt(best) < 0) return best;
  if (!isBad && slackAt(worst) >= 0) return NO_MOVE;
  return isBad ? search(slackAt, now, best) : search(slackAt, now, worst);
}

/** Where a move stands now, in the unit of `isPairLiquidatableAt`. */
function currentMove(pair: PairExposure, move: PairMove): number {
  if (move === 'bothMove') return FACTOR_ONE;
  return (move === 'longLegMoves' ? pair.long : pair.short).market.mark;
}

type SlackAt = (at: number) => number;

/** Equity − maintenance after a move; < 0 is liquidatable. Monotone: it falls with the ratio. */
function slackOf(pair: PairExposure, move: PairMove): SlackAt {
  const { equity, long, short } = pair;
  const longNow = valueOf(long);
  const shortNow = valueOf(short);
  if (move === 'longLegMoves') {
    const rest = equity - longNow - maintenanceOf(short, shortNow);
    return (price) => rest + longRoom(long, long.market.notional(long.size, price));
  }
  if (move === 'shortLegMoves') {
    const rest = equity + shortNow - maintenanceOf(long, longNow);
    return (price) => rest - shortNeed(short, short.market.notional(short.size, price));
  }
  const rest = equity - longNow + shortNow;
  return (factor) => {
    const longValue = mulDivFloor(longNow, factor, FACTOR_ONE);
    const shortValue = mulDivCeil(shortNow, FACTOR_ONE, factor);
    return rest + longRoom(long, longValue) - shortNeed(short, shortValue);
  };
}

const valueOf = ({ market, size }: PairLeg): number => market.notional(size, market.mark);

const maintenanceOf = ({ market, size }: PairLeg, value: number): number =>
  market.maintenance(value, size);

/** What a long leg leaves over its own requirement. */
const longRoom = (leg: PairLeg, value: number): number => value - maintenanceOf(leg, value);

/** What a short leg costs, its own requirement included. */
const shortNeed = (leg: PairLeg, value: number): number => value + maintenanceOf(leg, value);

/** The moves that are looked at: those that keep both legs within VALUE_MAX. */
function moveRange(pair: PairExposure, move: PairMove): { down: number; up: number } {
  const longNow = valueOf(pair.long);
  if (move === 'bothMove') {
    const down = mulDivCeil(FACTOR_ONE, valueOf(pair.short), VALUE_MAX);
    return { down: down < 1 ? 1 : down, up: reach(FACTOR_ONE, longNow) };
  }
  const { mark } = (move === 'longLegMoves' ? pair.long : pair.short).market;
  return { down: 1, up: reach(mark, move === 'longLegMoves' ? longNow : valueOf(pair.short)) };
}

/** How far a price or a factor may rise until the value that it makes now is VALUE_MAX. */
function reach(now: number, value: number): number {
  // Compared in floats: it does not matter on which side of the end a hair falls.
  return now * VALUE_MAX >= MOVE_MAX * value ? MOVE_MAX : mulDivFloor(now, VALUE_MAX, value);
}

/**
 * Walks from `now` toward `end` by factors of two until slack has changed its sign, and settles
 * there. At `end` it has: a pair is usually within one or two factors of its liquidation.
 */
function search(slackAt: SlackAt, now: number, end: number): number {
  const isBad = slackAt(now) < 0;
  let from = now;
  for (;;) {
    let to = end > now ? from * 2 : divFloor(from, 2);
    if (end > now ? to > end : to < end) to = end;
    if (to === end || slackAt(to) < 0 !== isBad) {
      return isBad ? settle(slackAt, from, to) : settle(slackAt, to, from);
    }
    from = to;
  }
}

/**
 * The unit next to safety at which slack is negative, between `bad` where it is and `safe` where it
 * is not. A chord lands beside the unit when slack is a straight line there; where it is not, every
 * chord that does not halve what is left is followed by a bisection.
 */
function settle(slackAt: SlackAt, bad: number, safe: number): number {
  let badSlack = slackAt(bad);
  let safeSlack = slackAt(safe);
  let isChord = true;
  for (;;) {
    const width = safe - bad;
    const size = width < 0 ? -width : width;
    if (size === 1) return bad;
    const sign = width < 0 ? -1 : 1;
    let step = isChord ? mulDivFloor(size, -badSlack, safeSlack - badSlack) : divFloor(size, 2);
    if (step < 1) step = 1;
    if (step >= size) step = size - 1;
    const at = bad + sign * step;
    const slack = slackAt(at);
    if (slack < 0) {
      bad = at;
      badSlack = slack;
    } else {
      safe = at;
      safeSlack = slack;
    }
    const left = sign * (safe - bad);
    isChord = !isChord || left <= divCeil(size, 2);
  }
}
