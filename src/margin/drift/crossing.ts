// Finds where a concave whole-number function crosses zero, to the unit, with as few questions as
// it can: each costs some big-integer arithmetic. What it returns has been asked for, and so has
// its neighbour on the other side of zero.

import { divTruncBig, maxBig, minBig } from '../../units/big.ts';

/** Rounding moves the function by less than this many units around its line. */
const ROUNDING_UNITS = 4n;
/** What rounding may hide of the top: three values, one of them twice, and a third that is cut. */
const TOP_SLACK = 8n * ROUNDING_UNITS;
/** Lines drawn before the search falls back on halves alone. */
const LINE_STEPS_MAX = 12;
/** Steps of the search for the top; a third of the range goes with each. */
const TOP_STEPS_MAX = 160;

/** The function; below zero is bad. */
export type FreeAt = (x: bigint) => bigint;

/** A place, and the function's value there. */
export interface Point {
  readonly x: bigint;
  readonly free: bigint;
}

/** The first and the last place that count. */
export interface Range {
  readonly least: bigint;
  readonly most: bigint;
}

/** The last bad places below and above the good ones, where there are any. */
export interface Crossings {
  readonly below: bigint | undefined;
  readonly above: bigint | undefined;
}

/**
 * The bad places next to the good ones: below them, above them. `undefined` when no place is good.
 */
export function findCrossings(free: FreeAt, start: bigint, range: Range): Crossings | undefined {
  const least: Point = { x: range.least, free: free(range.least) };
  const most: Point = { x: range.most, free: free(range.most) };
  const good = goodPoint(free, start, least, most);
  if (good === undefined) return undefined;
  return { below: crossing(free, least, good), above: crossing(free, most, good) };
}

/** The start itself, an end, or the top of the function, whichever is good; else none is. */
function goodPoint(free: FreeAt, start: bigint, least: Point, most: Point): Point | undefined {
  const here: Point = { x: start, free: free(start) };
  if (here.free >= 0n) return here;
  if (least.free >= 0n) return least;
  if (most.free >= 0n) return most;
  let low = least;
  let high = most;
  for (let steps = 0; steps < TOP_STEPS_MAX && high.x - low.x > 2n; steps += 1) {
    const third = divTruncBig(high.x - low.x, 3n);
    const left: Point = { x: low.x + third, free: free(low.x + third) };
    const right: Point = { x: high.x - third, free: free(high.x - third) };
    if (left.free >= 0n) return left;
    if (right.free >= 0n) return right;
    if (topIsBad(low.free, left.free, right.free, high.free)) return undefined;
    if (left.free <= right.free) low = left;
    if (left.free >= right.free) high = right;
  }
  const middle = divTruncBig(low.x + high.x, 2n);
  const last: Point = { x: middle, free: free(middle) };
  return last.free >= 0n ? last : undefined;
}

/**
 * Whether a concave function with these values at the ends and thirds of a range is bad all through
 * it: in each third it lies below the lines through the points beside that third.
 */
function topIsBad(low: bigint, left: bigint, right: bigint, high: bigint): boolean {
  const first = 2n * left - right;
  const middle = minBig(2n * left - low, 2n * right - high);
  const last = 2n * right - left;
  return maxBig(first, maxBig(middle, last)) < -TOP_SLACK;
}

/**
 * The bad place next to a good one on the way to `end`; none when the end itself is good. The two
 * close in on each other: a step along the line through both, and one a little beyond, to reach the
 * other side of it (the line is exact but for rounding). Once both have moved they are close, and
 * halves do the rest.
 */
function crossing(free: FreeAt, end: Point, start: Point): bigint | undefined {
  if (end.free >= 0n) return undefined;
  let bad = end;
  let good = start;
  const move = (x: bigint): boolean => {
    const next: Point = { x, free: free(x) };
    if (next.free < 0n) bad = next;
    else good = next;
    return next.free < 0n;
  };
  for (let steps = 0; !isNext(good, bad); steps += 1) {
    const width = bad.x - good.x; // signed: from the good place on
    if (steps >= LINE_STEPS_MAX) {
      move(good.x + divTruncBig(width, 2n));
      continue;
    }
    const fall = good.free - bad.free;
    const at = between(good.x + divTruncBig(width * good.free, fall), good, bad);
    const isBad = move(at);
    if (isNext(good, bad)) break;
    const reach = divTruncBig(width * ROUNDING_UNITS, fall) + (width > 0n ? 1n : -1n);
    // A line that is still true is crossed here; else a kink lies between, and a new line is drawn.
    if (move(between(isBad ? at - reach : at + reach, good, bad)) !== isBad) {
      steps = LINE_STEPS_MAX;
    }
  }
  return bad.x;
}

function isNext(good: Point, bad: Point): boolean {
  const width = bad.x - good.x;
  return width === 1n || width === -1n;
}

/** The place, or the nearest one strictly between the two. */
function between(x: bigint, a: Point, b: Point): bigint {
  const least = a.x < b.x ? a.x : b.x;
  const most = a.x < b.x ? b.x : a.x;
  if (x <= least) return least + 1n;
  return x >= most ? most - 1n : x;
}
