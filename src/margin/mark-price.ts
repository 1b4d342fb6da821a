// The price that every requirement is measured at: an index out of several sources, and a mark that
// follows it. Two of the mark's three voices come from the own book, so they are bounded by the
// index; no trade may ever move a mark further than that.

import { assert } from '../units/assert.ts';
import { PPM_ONE } from '../units/brand.ts';
import { compareProducts, divFloor, mulDivFloor, mulDivTrunc } from '../units/rounding.ts';
import { INDEX_SOURCES_MAX } from './limits.ts';

/** The moving average counts in price units ÷ 2^16, so that a small difference still moves it. */
export const EMA_SCALE = 65_536;

/** The middle is half of bid + ask. */
const HALF_SCALE = 32_768;

/** After this long an old average and a new value weigh the same. */
const EMA_TIME_MS = 30_000;

/** 2^51: a basis beyond 3.4e10 price units counts as that; a difference of two is still exact. */
const EMA_MAX = 2_251_799_813_685_248;

/**
 * What the middle of a book is above the index, in price units × 2^16, exact; 0 when a side is
 * empty, which counts as the index.
 */
export function basisOf(index: number, bestBid: number, bestAsk: number): number {
  if (bestBid === 0 || bestAsk === 0) return 0;
  return (bestBid + bestAsk) * HALF_SCALE - index * EMA_SCALE;
}

/**
 * The moving average after `dtMs` ≥ 0 with a new value, both in price units × 2^16: ema +
 * trunc((target − ema) · dt ÷ (30,000 + dt)) (spec margin §7). Values beyond ± 2^51 count as that.
 */
export function emaStep(ema: number, target: number, dtMs: number): number {
  const from = clamp(ema, -EMA_MAX, EMA_MAX);
  const to = clamp(target, -EMA_MAX, EMA_MAX);
  return from + mulDivTrunc(to - from, dtMs, EMA_TIME_MS + dtMs);
}

/**
 * The mark in price units, ≥ 1 because two of its voices are (spec margin §7): the median of three
 * voices, kept within ± markLimit of the index. The voices are the index; the index + the moving
 * average `ema` of (mid − index), in price units × 2^16, cut toward zero and kept within ±
 * basisLimit; and the median of best bid, best ask and last trade, kept within ± basisLimit of the
 * index. A bid, ask or trade that does not exist is 0 and counts as the index. Limits are shares of
 * the index in ppm ≤ 10^6, rounded down; 0 allows no difference. Prices ≤ 4e15.
 */
export function computedMark(
  index: number,
  ema: number,
  bestBid: number,
  bestAsk: number,
  last: number,
  basisLimitPpm: number,
  markLimitPpm: number,
): number {
  const basisLimit = mulDivFloor(index, basisLimitPpm, PPM_ONE);
  const markLimit = mulDivFloor(index, markLimitPpm, PPM_ONE);
  const basis = mulDivTrunc(ema, 1, EMA_SCALE);
  const averaged = index + clamp(basis, -basisLimit, basisLimit);
  const traded = median3(
    bestBid === 0 ? index : bestBid,
    bestAsk === 0 ? index : bestAsk,
    last === 0 ? index : last,
  );
  const own = clamp(traded, index - basisLimit, index + basisLimit);
  return clamp(median3(index, averaged, own), index - markLimit, index + markLimit);
}

/** Which sources count. */
export interface IndexRules {
  /** A source older than this is left out, ms; 0 = no limit. */
  readonly maxAgeMs: number;
  /** So is one further than this from the median of the fresh ones, ppm; 0 = no limit. */
  readonly deviationPpm: number;
  /** With fewer than this left there is no index; at least 1. */
  readonly required: number;
}

/** Makes an index of what sources say. One object is reused and allocates nothing. */
export class IndexMedian {
  /** How many sources the last index was made of, or would have been. */
  live = 0;
  private readonly sorted = new Float64Array(INDEX_SOURCES_MAX);

  /**
   * The index in price units, or 0 when too few sources are live (spec margin §7): the median of
   * the live ones of the first `count` sources. A source is live when it has a price (0 = it has
   * none), is fresh, and is not too far from the median of all that are fresh. The median of an
   * even number is the mean of the middle two, rounded down. Prices ≤ 4e15, ages in ms.
   */
  median(
    prices: ArrayLike<number>,
    ages: ArrayLike<number>,
    count: number,
    rules: IndexRules,
  ): number {
    assert(count <= INDEX_SOURCES_MAX, `an index has at most ${INDEX_SOURCES_MAX} sources`);
    this.live = 0;
    for (let i = 0; i < count; i += 1) {
      const isFresh = rules.maxAgeMs === 0 || ages[i] <= rules.maxAgeMs;
      if (isFresh && prices[i] > 0) this.insert(prices[i]);
    }
    if (rules.deviationPpm !== 0 && this.live > 0) this.leaveOutFar(rules.deviationPpm);
    return this.live === 0 || this.live < rules.required ? 0 : this.middle();
  }

  private insert(price: number): void {
    const { sorted } = this;
    let at = this.live;
    for (; at > 0 && sorted[at - 1] > price; at -= 1) sorted[at] = sorted[at - 1];
    sorted[at] = price;
    this.live += 1;
  }

  private leaveOutFar(deviationPpm: number): void {
    const { sorted, live } = this;
    const middle = this.middle();
    let kept = 0;
    for (let i = 0; i < live; i += 1) {
      const price = sorted[i];
      const off = price > middle ? price - middle : middle - price;
      if (compareProducts(off, PPM_ONE, middle, deviationPpm) > 0) continue;
      sorted[kept] = price;
      kept += 1;
    }
    this.live = kept;
  }

  private middle(): number {
    const { sorted, live } = this;
    const upper = divFloor(live, 2);
    if (live % 2 === 1) return sorted[upper];
    return divFloor(sorted[upper - 1] + sorted[upper], 2);
  }
}

function median3(a: number, b: number, c: number): number {
  const low = a < b ? a : b;
  const high = a < b ? b : a;
  return clamp(c, low, high);
}

/** `value` kept within `least` … `most`; never −0. */
function clamp(value: number, least: number, most: number): number {
  if (value < least) return least + 0;
  return (value > most ? most : value) + 0;
}
