// Proves the limit of a first liquidation step row by row, and what decides the size of a cure: the
// fee, the buffer, the brackets, the minimum of what stays, and a position that is no whole lots.

import { describe, expect, test } from 'vitest';
import { cureLimit, cureSize, defaultCureSlip, type CureTerms } from './cure.ts';
import { bracketsOf, termsOf } from './naive.suite.ts';

describe('the slip of a cure', () => {
  const brackets = bracketsOf(termsOf([0, 100_000, 50_000], [1_000, 200_000, 75_001]));
  test.each([
    [0, 25_000],
    [999, 25_000],
    [1_000, 37_500], // half of 75,001 down
    [1e12, 37_500],
  ])('at a notional of %d is %d ppm', (notional, slip) => {
    expect(defaultCureSlip(brackets, notional)).toBe(slip);
  });
});

describe('the limit of a cure', () => {
  test.each([
    // size, mark, slip, bankruptcy, tick, limit
    ['a long sells below the mark', 1, 60_000, 25_000, 0, 1, 58_500],
    ['a short buys above it', -1, 60_000, 25_000, 0, 1, 61_500],
    ['a long up to the unit', 1, 1_001, 25_000, 0, 1, 976], // 975.975
    ['a short down to the unit', -1, 1_001, 25_000, 0, 1, 1_026], // 1,026.025
    ['a long up to the tick', 1, 60_000, 25_000, 0, 1_000, 59_000],
    ['a short down to the tick', -1, 60_000, 25_000, 0, 1_000, 61_000],
    ['a long not below its bankruptcy', 1, 60_000, 25_000, 59_000, 10, 59_000],
    ['a long above a lower bankruptcy', 1, 60_000, 25_000, 58_000, 10, 58_500],
    ['a short not above its bankruptcy', -1, 60_000, 25_000, 61_000, 10, 61_000],
    ['a short below a higher bankruptcy', -1, 60_000, 25_000, 62_000, 10, 61_500],
    ['a bankrupt long above the mark', 1, 60_000, 25_000, 61_000, 10, 61_000],
    ['a short bankrupt below the mark', -1, 60_000, 25_000, 59_000, 10, 59_000],
    ['no slip, a mark between ticks', 1, 60_001, 0, 0, 10, 60_010],
    ['all of the price', 1, 60_000, 1_000_000, 0, 10, 10],
    ['a mark below the tick, short', -1, 3, 25_000, 0, 10, 10],
    ['a mark below the tick, long', 1, 3, 25_000, 0, 10, 10],
    ['the largest price', -1, 4e15, 1_000_000, 0, 1, 8e15],
  ])('%s', (_, size, mark, slip, bankruptcy, tick, limit) => {
    expect(cureLimit(size, mark, slip, bankruptcy, tick)).toBe(limit);
  });
});

const ONE = bracketsOf(termsOf([0, 100_000, 50_000]));
/** Twice the maintenance rate above a notional of 50,000. */
const TWO = bracketsOf(termsOf([0, 100_000, 50_000], [50_000, 200_000, 100_000]));

/** 100 at a mark of 1,000: notional 100,000, maintenance 5,000; a cure pays 2.5 % of it. */
const BASE: CureTerms = {
  size: 100,
  mark: 1_000,
  k: 1,
  limit: 975,
  brackets: ONE,
  equity: 4_000,
  maintenance: 5_000,
  bufferPpm: 0,
  liquidationFeePpm: 0,
  lot: 1,
  minimumSize: 0,
  minimumNotional: 0,
};

describe('the size of a cure', () => {
  test.each<[string, Partial<CureTerms>, number]>([
    // A lot frees 50 and costs 25: 1,000 are missing.
    ['frees what is missing', {}, 40],
    ['of a short', { size: -100, limit: 1_025 }, 40],
    ['is one lot more when a unit is missing', { equity: 3_999 }, 41],
    ['is a lot when only a unit is missing', { equity: 4_999 }, 1],
    ['is in whole lots', { lot: 30 }, 60],
    ['pays the fee', { liquidationFeePpm: 5_000 }, 50], // 4.875 each: 1,000 ÷ 20.125 = 49.7
    ['reaches the buffer', { bufferPpm: 100_000 }, 50], // 1,500 are missing, 30 each
    ['is all where nothing less cures', { equity: 2_500 }, 100],
    ['is just less than all', { equity: 2_525 }, 99],
    ['is all at the bankruptcy price', { limit: 960 }, 100],
    ['is all where a lot costs what it frees', { limit: 950 }, 100],
    ['is all where a lot costs more', { limit: 900 }, 100],
    ['is all of what is no whole lots', { size: 107, lot: 10, limit: 900 }, 107],
    ['is whole lots of what is none', { size: 107, lot: 10, maintenance: 5_350 }, 60], // 54
    ['is all of less than a lot', { size: 7, lot: 10 }, 7],
    ['is all when the rest is below the minimum', { minimumSize: 61 }, 100],
    ['leaves just the minimum', { minimumSize: 60 }, 40],
    ['is all when the rest is worth too little', { minimumNotional: 60_001 }, 100],
    ['leaves just the least notional', { minimumNotional: 60_000 }, 40],
    ['frees more in a high bracket', { brackets: TWO, maintenance: 7_500, equity: 6_000 }, 20],
    // The high bracket's 50 lots free 75 each, the others 25.
    ['goes on in the low bracket', { brackets: TWO, maintenance: 7_500, equity: 3_500 }, 60],
    // A lot costs 60: the high bracket frees 100, the low one 50. 2,000 is all there is to gain.
    [
      'is found where it is highest',
      { brackets: TWO, maintenance: 7_500, limit: 940, equity: 5_500 },
      50,
    ],
    [
      'is all when the highest is too low',
      { brackets: TWO, maintenance: 7_500, limit: 940, equity: 5_499 },
      100,
    ],
    ['of one market of several', { maintenance: 15_000, equity: 14_000 }, 40],
    ['is all of a market that cannot cure the others', { maintenance: 15_000, equity: 9_000 }, 100],
    ['is all of a scope in deficit', { equity: -1 }, 100],
  ])('%s', (_, changed, size) => {
    expect(cureSize({ ...BASE, ...changed })).toBe(size);
  });

  test('does not count a fee that cannot be paid', () => {
    // Nothing is left, nothing is required: only closing all of it ends this.
    expect(cureSize({ ...BASE, equity: 2_500, liquidationFeePpm: 50_000 })).toBe(100);
  });

  test('at the largest counted notional', () => {
    const terms = { ...BASE, size: -4e9, mark: 1e6, limit: 1_025_000, equity: 1.6e14 };
    expect(cureSize({ ...terms, maintenance: 2e14 })).toBe(1_600_000_000);
  });
});
