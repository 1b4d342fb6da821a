// Proves the moving average, the mark and the index row by row: what counts, what is left out, and
// that no voice carries the mark further than its limits.

import { describe, expect, test } from 'vitest';
import { Draw } from '../units/draw.suite.ts';
import { INDEX_SOURCES_MAX } from './limits.ts';
import { computedMark, EMA_SCALE, emaStep, IndexMedian } from './mark-price.ts';

describe('the moving average', () => {
  test.each([
    // ema, target, dt, after
    [0, 100, 30_000, 50],
    [0, -100, 30_000, -50],
    [0, 101, 30_000, 50],
    [0, -101, 30_000, -50],
    [100, 0, 60_000, 34], // −66.67 toward zero
    [100, 200, 0, 100],
    [100, 100, 5_000, 100],
    [0, 65_536, 1_000, 2_114], // 2,114.06
    [0, 1e17, 30_000, 2 ** 50],
    [2 ** 51, -1e17, 30_000, 0],
  ])('of %d toward %d after %d ms is %d', (ema, target, dt, after) => {
    expect(Object.is(emaStep(ema, target, dt), after)).toBe(true);
  });

  test('never passes its target and is exact', () => {
    const draw = new Draw(141);
    for (let i = 0; i < 50_000; i += 1) {
      const [ema, target] = [draw.whole(-1e15, 1e15), draw.whole(-1e15, 1e15)];
      const dt = draw.scaled(0, 1e9);
      const moved = (BigInt(target - ema) * BigInt(dt)) / BigInt(30_000 + dt);
      const after = emaStep(ema, target, dt);
      expect(BigInt(after)).toBe(BigInt(ema) + moved);
      expect((after - ema) * (target - after) >= 0).toBe(true);
    }
  });
});

const BASIS = 5_000; // 0.5 %
const WIDE = 1_000_000;

describe('the mark', () => {
  test.each([
    // ema in units, bid, ask, last, basis limit, mark limit, mark; the index is 100,000
    ['of voices that agree', 0, 100_000, 100_000, 100_000, BASIS, WIDE, 100_000],
    ['is the middle one', 300, 100_090, 100_110, 100_100, BASIS, WIDE, 100_100],
    ['is the average', 100, 100_300, 100_310, 100_305, BASIS, WIDE, 100_100],
    ['below too', -100, 99_700, 99_710, 99_705, BASIS, WIDE, 99_900],
    ['is the index between', 100, 99_700, 99_710, 99_705, BASIS, WIDE, 100_000],
    ['keeps the average to its limit', 9_000, 100_700, 100_710, 100_705, BASIS, WIDE, 100_500],
    ['keeps it below', -9_000, 90_000, 90_010, 90_005, BASIS, WIDE, 99_500],
    ['keeps the book to its limit', 600, 150_000, 150_010, 150_005, BASIS, WIDE, 100_500],
    ['takes the middle of bid, ask and last', 400, 100_100, 100_300, 100_200, BASIS, WIDE, 100_200],
    ['a last outside counts as the bid', 400, 100_100, 100_300, 90_000, BASIS, WIDE, 100_100],
    ['a last outside counts as the ask', 400, 100_100, 100_300, 120_000, BASIS, WIDE, 100_300],
    ['without a book is the index', 400, 0, 0, 0, BASIS, WIDE, 100_000],
    ['without a last: between bid and index', 400, 100_100, 100_300, 0, BASIS, WIDE, 100_100],
    ['without a bid: the index counts', 400, 0, 100_300, 100_200, BASIS, WIDE, 100_200],
    ['without an ask', 400, 100_100, 0, 100_200, BASIS, WIDE, 100_100],
    ['stays within its own limit', 400, 100_390, 100_410, 100_400, BASIS, 1_000, 100_100],
    ['stays within it below', -400, 99_590, 99_610, 99_600, BASIS, 1_000, 99_900],
    ['with no limit to spare is the index', 400, 100_390, 100_410, 100_400, 0, WIDE, 100_000],
    ['with none of its own either', 400, 100_390, 100_410, 100_400, BASIS, 0, 100_000],
  ])('%s', (_, ema, bid, ask, last, basis, limit, mark) => {
    expect(computedMark(100_000, ema * EMA_SCALE, bid, ask, last, basis, limit)).toBe(mark);
  });

  test('cuts the average toward zero', () => {
    const at = (ema: number): number => computedMark(100_000, ema, 1, 1, 1, WIDE, WIDE);
    expect(at(-EMA_SCALE - 1)).toBe(99_999);
    expect(at(-EMA_SCALE + 1)).toBe(100_000);
  });

  test('is at least 1: only the average can be below', () => {
    expect(computedMark(1, -EMA_SCALE, 1, 1, 1, WIDE, WIDE)).toBe(1);
    expect(computedMark(2, -2 * EMA_SCALE, 1, 1, 1, WIDE, WIDE)).toBe(1);
  });

  test('is the sorted middle of its voices, within its limits, wherever they are', () => {
    const draw = new Draw(142);
    const middle = (...values: number[]): number => values.sort((a, b) => a - b)[1];
    for (let i = 0; i < 50_000; i += 1) {
      const index = draw.scaled(1, 1e12);
      const near = (): number =>
        draw.oneIn(6) ? 0 : Math.max(1, index + draw.pick([-1, 1]) * draw.scaled(0, index));
      const [bid, ask, last] = [near(), near(), near()];
      const ema = draw.pick([-1, 1]) * draw.scaled(0, Math.min(2 ** 51, index * EMA_SCALE));
      const [basisPpm, limitPpm] = [draw.scaled(0, 1_000_000), draw.scaled(0, 1_000_000)];
      const basis = Number((BigInt(index) * BigInt(basisPpm)) / 1_000_000n);
      const limit = Number((BigInt(index) * BigInt(limitPpm)) / 1_000_000n);
      const keep = (value: number, by: number): number =>
        Math.min(index + by, Math.max(index - by, value));
      const averaged = keep(index + Math.trunc(ema / EMA_SCALE), basis);
      const own = keep(middle(bid || index, ask || index, last || index), basis);
      const wanted = Math.max(1, keep(middle(index, averaged, own), limit));
      expect(computedMark(index, ema, bid, ask, last, basisPpm, limitPpm)).toBe(wanted);
    }
  });
});

const ANY = { maxAgeMs: 0, deviationPpm: 0, required: 1 };

describe('the index', () => {
  const made = new IndexMedian();
  const ages = new Float64Array(INDEX_SOURCES_MAX);
  test.each([
    // prices, rules, index, live
    ['of one', [100], ANY, 100, 1],
    ['of three', [300, 100, 200], ANY, 200, 3],
    ['of two: the mean, down', [100, 103], ANY, 101, 2],
    ['of four: the mean of the middle', [400, 100, 300, 200], ANY, 250, 4],
    ['of the same', [7, 7, 7, 7], ANY, 7, 4],
    ['leaves out who has no price', [0, 100, 0], ANY, 100, 1],
    ['of none', [], ANY, 0, 0],
    ['of none with a price', [0, 0], { ...ANY, deviationPpm: 1 }, 0, 0],
    ['leaves out who is far', [100, 101, 102, 200], { ...ANY, deviationPpm: 20_000 }, 101, 3],
    ['keeps who is just near', [1_000, 1_020, 1_000], { ...ANY, deviationPpm: 20_000 }, 1_000, 3],
    ['leaves out just beyond', [1_000, 1_021, 1_000], { ...ANY, deviationPpm: 20_000 }, 1_000, 2],
    ['leaves out below', [1_000, 1, 1_000, 1_002], { ...ANY, deviationPpm: 20_000 }, 1_000, 3],
    ['of two far apart: none', [100, 200], { ...ANY, deviationPpm: 20_000 }, 0, 0],
    ['needs as many as are required', [100, 101], { ...ANY, required: 3 }, 0, 2],
    ['has just enough', [100, 101, 102], { ...ANY, required: 3 }, 101, 3],
    [
      'counts after leaving out',
      [100, 101, 200],
      { ...ANY, deviationPpm: 20_000, required: 3 },
      0,
      2,
    ],
    ['of the largest prices', [4e15, 4e15 - 1], ANY, 4e15 - 1, 2],
  ])('%s', (_, prices, rules, index, live) => {
    expect(made.median(prices, ages, prices.length, rules)).toBe(index);
    expect(made.live).toBe(live);
  });

  test('leaves out who is too old, and nobody without a limit', () => {
    const old = [0, 5_000, 5_001];
    expect(made.median([100, 200, 300], old, 3, { ...ANY, maxAgeMs: 5_000 })).toBe(150);
    expect(made.live).toBe(2);
    expect(made.median([100, 200, 300], old, 3, ANY)).toBe(200);
  });

  test('looks at as many as it is told', () => {
    expect(made.median([100, 200, 9_999], ages, 2, ANY)).toBe(150);
    const many = new Float64Array(INDEX_SOURCES_MAX + 1).fill(5);
    expect(made.median(many, ages, INDEX_SOURCES_MAX, ANY)).toBe(5);
    expect(() => made.median(many, many, INDEX_SOURCES_MAX + 1, ANY)).toThrow('at most 32');
  });

  test('is what a naive version finds, whatever was asked before', () => {
    const draw = new Draw(143);
    for (let i = 0; i < 30_000; i += 1) {
      const count = draw.whole(0, 9);
      const base = draw.scaled(10, 1e12);
      const prices = Array.from({ length: count }, () =>
        draw.oneIn(8) ? 0 : base + draw.scaled(0, draw.oneIn(4) ? base : Math.ceil(base / 50)),
      );
      const old = prices.map(() => draw.whole(0, 10));
      const rules = {
        maxAgeMs: draw.whole(0, 9),
        deviationPpm: draw.oneIn(3) ? 0 : draw.scaled(1, 100_000),
        required: draw.whole(1, 3),
      };
      const [index, live] = naiveIndex(prices, old, rules);
      expect(made.median(prices, old, count, rules)).toBe(index);
      expect(made.live).toBe(live);
    }
  });
});

function naiveIndex(prices: number[], ages: number[], rules: typeof ANY): [number, number] {
  const isFresh = (_: number, i: number): boolean =>
    rules.maxAgeMs === 0 || ages[i] <= rules.maxAgeMs;
  const fresh = prices.filter(isFresh).filter((price) => price > 0);
  const middle = naiveMedian(fresh);
  const isNear = (price: number): boolean =>
    BigInt(Math.abs(price - middle)) * 1_000_000n <= BigInt(middle) * BigInt(rules.deviationPpm);
  const live = rules.deviationPpm === 0 ? fresh : fresh.filter(isNear);
  return [live.length < rules.required ? 0 : naiveMedian(live), live.length];
}

function naiveMedian(prices: number[]): number {
  const sorted = [...prices].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  if (sorted.length % 2 === 1) return sorted[half];
  return Math.floor((sorted[half - 1] + sorted[half]) / 2);
}
