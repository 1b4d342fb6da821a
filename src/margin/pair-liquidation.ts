// Where a pair becomes liquidatable when the ratio of its two prices falls: because the long leg
// falls, because the short leg rises, or because both move by equal and opposite factors. Each is
// defined by the predicate and settled on the exact unit with the predicate itself, the requirement
// of every moved leg computed anew. It must never be an estimate: that one is in pair.ts.

import { divFloor, mulDivCeil, mulDivFloor } from '../units/rounding.ts';
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
/** Chords in a row that may leave more than half of what they were given. */
const IDLE_STEPS_MAX = 2;
/** No price and no factor is looked for beyond this. */
const MOVE_MAX = 1_000_000_000_000_000;

/**
 * The move nearest to safety at which the pair is liquidatable (equity < maintenance, strictly):
 * the highest price of the long leg and the lowest of the short leg, in price units; for `bothMove`
 * the highest factor x in 10^−9, by which the long price is multiplied and the short price divided,
 * and so are their notionals (long rounded down, short up). NO_MOVE where none is. A pair that is
 * liquidatable already gets moves beyond its marks; where no move cures it, the last one that is
 * looked for.
 */
export type PairMoves = Readonly<Record<PairMove, number>> & {
  /** It is liquidatable where its marks stand. */
  readonly isBad: boolean;
};

/** All three moves of a pair. */
export function liquidationMoves(pair: PairExposure): PairMoves {
  const { long, short } = pair;
  const longMark = long.market.mark;
  const shortMark = short.market.mark;
  const longNow = valueOf(long);
  const shortNow = valueOf(short);
  const slack = pair.equity - maintenanceOf(long, longNow) - maintenanceOf(short, shortNow);
  const isBad = slack < 0;
  const ofLong = { now: longMark, slack, worst: 1, best: reach(longMark, longNow) };
  // A straight line where one bracket holds: a chord of the whole way down is as good as any.
  const longAt = solve(slackOf(pair, 'longLegMoves'), ofLong, isBad ? 0 : 1);
  // The way down of the ratio is the way up of the short price.
  const ofShort = { now: shortMark, slack, worst: reach(shortMark, shortNow), best: 1 };
  const shortAt = solve(slackOf(pair, 'shortLegMoves'), ofShort, 0);
  const down = mulDivCeil(FACTOR_ONE, shortNow, VALUE_MAX);
  const best = reach(FACTOR_ONE, longNow);
  const ofBoth = { now: FACTOR_ONE, slack, worst: down < 1 ? 1 : down, best };
  // When one leg alone liquidates, or cures, both do so before that.
  const hints = [
    longAt === NO_MOVE ? 0 : hintOf(longAt, longMark),
    shortAt === NO_MOVE ? 0 : hintOf(shortMark, shortAt),
  ];
  const hint = isBad ? least(hints) : most(hints);
  const bothAt = solve(slackOf(pair, 'bothMove'), ofBoth, hint);
  return { longLegMoves: longAt, shortLegMoves: shortAt, bothMove: bothAt, isBad };
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

/** How far a price or a factor may rise until the value that it makes now is VALUE_MAX. */
function reach(now: number, value: number): number {
  // Compared in floats: it does not matter on which side of the end a hair falls.
  return now * VALUE_MAX >= MOVE_MAX * value ? MOVE_MAX : mulDivFloor(now, VALUE_MAX, value);
}

/** The factor by which a leg has moved, as a first guess: none when it is out of all bounds. */
function hintOf(to: number, from: number): number {
  return to * FACTOR_ONE > MOVE_MAX * from ? 0 : mulDivFloor(to, FACTOR_ONE, from);
}

const most = ([a, b]: readonly number[]): number => (a > b ? a : b);

const least = ([a, b]: readonly number[]): number => (a === 0 || (b !== 0 && b < a) ? b : a);

/** Where a move stands, the slack there, and how far it is followed either way. */
interface Way {
  readonly now: number;
  readonly slack: number;
  readonly worst: number;
  readonly best: number;
}

/**
 * The unit next to safety at which slack is negative. From `now` it looks at `hint` first, when
 * there is one, and goes on by factors of two until slack has changed its sign: a pair is usually
 * within one or two of its liquidation.
 */
function solve(slackAt: SlackAt, { now, slack, worst, best }: Way, hint: number): number {
  const isBad = slack < 0;
  const end = isBad ? best : worst;
  const endSlack = slackAt(end);
  if (endSlack < 0 === isBad) return isBad ? best : NO_MOVE;
  const isUp = end > now;
  let from = now;
  let fromSlack = slack;
  let to = hint;
  for (;;) {
    const isAhead = to !== 0 && (isUp ? to > from : to < from);
    if (!isAhead) to = isUp ? from * 2 : divFloor(from, 2);
    if (isUp ? to > end : to < end) to = end;
    const toSlack = to === end ? endSlack : slackAt(to);
    if (toSlack < 0 !== isBad) {
      return isBad
        ? settle(slackAt, from, fromSlack, to, toSlack)
        : settle(slackAt, to, toSlack, from, fromSlack);
    }
    from = to;
    fromSlack = toSlack;
  }
}

/**
 * The same between `bad`, where slack is negative, and `safe`, where it is not. By the Illinois
 * method: chords, and the weight of an end that has stayed is halved, so that both ends close in; a
 * bisection where that does not halve what is left, as where slack has steps.
 */
function settle(
  slackAt: SlackAt,
  bad: number,
  badSlack: number,
  safe: number,
  safeSlack: number,
): number {
  const sign = safe < bad ? -1 : 1;
  let size = sign * (safe - bad);
  let badWeight = 0 - badSlack;
  let safeWeight = safeSlack;
  let lastSide = 0;
  let idle = 0;
  while (size > 1) {
    const weight = badWeight + safeWeight;
    const isChord = idle < IDLE_STEPS_MAX && weight > 0;
    let step = isChord ? mulDivFloor(size, badWeight, weight) : divFloor(size, 2);
    if (step < 1) step = 1;
    if (step >= size) step = size - 1;
    const at = bad + sign * step;
    const slack = slackAt(at);
    const side = slack < 0 ? -1 : 1;
    if (side < 0) {
      bad = at;
      badWeight = 0 - slack;
      if (lastSide === side) safeWeight = divFloor(safeWeight, 2);
    } else {
      safe = at;
      safeWeight = slack;
      if (lastSide === side) badWeight = divFloor(badWeight, 2);
    }
    lastSide = side;
    const left = sign * (safe - bad);
    idle = isChord && left * 2 > size ? idle + 1 : 0;
    size = left;
  }
  return bad;
}
