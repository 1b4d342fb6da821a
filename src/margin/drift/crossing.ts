// Finds where a concave whole-number function crosses zero, to the unit, with as few questions as
// it can: each costs some big-integer arithmetic. What it returns has been asked for, and so has
// its neighbour on the other side of zero.

import { absBig, divTruncBig, maxBig, minBig } from '../../units/big.ts';

/** Rounding may hide this much of the top: some four units in each value that bounds it. */
const TOP_SLACK = 32n;
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

/** Where to look. */
export interface Search {
  /** The first and the last place that count. */
  readonly least: bigint;
  readonly most: bigint;
  /** A place to begin at, and the function's value there. */
  readonly start: Point;
  /** What is known of the function beforehand: it never falls, never rises, or neither is known. */
  readonly trend: 'rising' | 'falling' | 'unknown';
}

/** The last bad places below and above the good ones, where there are any. */
export interface Crossings {
  readonly below: bigint | undefined;
  readonly above: bigint | undefined;
}

/**
 * The bad places next to the good ones: below them, above them. `undefined` when no place is good;
 * good places between two bad ends may be passed over when none is good by more than rounding
 * hides, four units.
 */
export function findCrossings(free: FreeAt, search: Search): Crossings | undefined {
  const { start, trend } = search;
  const least = (): Point => ({ x: search.least, free: free(search.least) });
  const most = (): Point => ({ x: search.most, free: free(search.most) });
  if (start.free >= 0n) {
    return {
      below: trend === 'falling' ? undefined : crossing(free, least(), start),
      above: trend === 'rising' ? undefined : crossing(free, most(), start),
    };
  }
  // The way to the good places is up or down, and the start itself is a bad end.
  if (trend !== 'falling') {
    const end = most();
    if (end.free >= 0n) return { below: crossing(free, start, end), above: undefined };
    if (trend === 'rising') return undefined;
  }
  const end = least();
  if (end.free >= 0n) return { below: undefined, above: crossing(free, start, end) };
  if (trend === 'falling') return undefined;
  const bad = most();
  const good = topOf(free, end, bad);
  if (good === undefined) return undefined;
  return { below: crossing(free, end, good), above: crossing(free, bad, good) };
}

/** A good place between two bad ends, if the function's top is good. */
function topOf(free: FreeAt, least: Point, most: Point): Point | undefined {
  let low = least;
  let high = most;
  for (let steps = 0; steps < TOP_STEPS_MAX && high.x - low.x > 2n; steps += 1) {
    const third = divTruncBig(high.x - low.x, 3n);
    const left: Point = { x: low.x + third, free: free(low.x + third) };
    const right: Point = { x: high.x - third, free: free(high.x - third) };
    if (left.free >= 0n) return left;
    if (right.free >= 0n) return right;
    if (topIsBad(low, left, right, high)) return undefined;
    if (left.free <= right.free) low = left;
    if (left.free >= right.free) high = right;
  }
  const middle = divTruncBig(low.x + high.x, 2n);
  const last: Point = { x: middle, free: free(middle) };
  return last.free >= 0n ? last : undefined;
}

/**
 * Whether a concave function is bad all through a range with two points inside: in each of the
 * three parts it lies below the lines through the points beside that part.
 */
function topIsBad(low: Point, left: Point, right: Point, high: Point): boolean {
  const first = lineAt(right, left, low.x);
  const middle = minBig(lineAt(low, left, right.x), lineAt(high, right, left.x));
  const last = lineAt(left, right, high.x);
  return maxBig(first, maxBig(middle, last)) < -TOP_SLACK;
}

/** The line through two points at a place beyond the second. */
function lineAt(a: Point, b: Point, x: bigint): bigint {
  return b.free + divTruncBig((b.free - a.free) * (x - b.x), b.x - a.x);
}

/**
 * The bad place next to a good one on the way to `end`; none when the end itself is good. The two
 * close in on each other: a step along the line through both, and one by what the line is still
 * off and a unit more, to reach the other side (the line is exact but for rounding). Once both have
 * moved they are close, and halves do the rest.
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
    const units = absBig((isBad ? bad : good).free) + 1n;
    const reach = divTruncBig(width * units, fall) + (width > 0n ? 1n : -1n);
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
