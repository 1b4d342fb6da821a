// Proves row by row how much the insurance fund takes: its cash, its cap, the loss against the
// mark, what it holds already on either side, and lots.

import { describe, expect, test } from 'vitest';
import { bracketsOf, termsOf } from './naive.suite.ts';
import { fundCapacity, fundMargin, type TakeoverTerms } from './takeover.ts';

const TEN = bracketsOf(termsOf([0, 100_000, 50_000]));
const STEEP = bracketsOf(termsOf([0, 100_000, 50_000], [50_000, 500_000, 300_000]));

/** A long of 100 at its bankruptcy price, which is the mark of 1,000: initial 100 each. */
const BASE: TakeoverTerms = {
  open: 100,
  direction: 1,
  price: 1_000,
  mark: 1_000,
  k: 1,
  brackets: TEN,
  fundSize: 0,
  fundCost: 0,
  pool: 0,
  cash: 1_000_000,
  cap: 0,
  lot: 1,
};

describe('what the fund takes', () => {
  test.each<[string, Partial<TakeoverTerms>, number]>([
    ['all that it can pay for', {}, 100],
    ['as much as its cash carries', { cash: 4_000 }, 40],
    ['a lot less when a unit is missing', { cash: 3_999 }, 39],
    ['what its pool carries without cash', { pool: 4_000, cash: 0 }, 40],
    ['nothing without money', { cash: 0 }, 0],
    ['a short as much', { direction: -1, cash: 4_000 }, 40],
    ['whole lots', { cash: 4_000, lot: 30 }, 30],
    ['all that is open, lots or not', { open: 107, lot: 10 }, 107],
    ['whole lots of it when not all', { open: 107, lot: 10, cash: 10_699 }, 100],
    ['all of less than a lot, or nothing', { open: 7, lot: 10, cash: 699 }, 0],
    ['less when the price is a loss', { price: 1_100, cash: 4_000 }, 20],
    ['more when the price is a gain', { price: 950, cash: 4_000 }, 80],
    ['anything at a gain above initial', { price: 900, cash: 0 }, 100],
    ['a short at a loss', { direction: -1, price: 900, cash: 4_000 }, 20],
    ['up to its cap', { cap: 25 }, 25],
    ['up to its cap with what it has', { cap: 25, fundSize: 10, fundCost: 10_000 }, 15],
    ['nothing beyond its cap', { cap: 25, fundSize: 30, fundCost: 30_000 }, 0],
    ['its opposite position and the cap', { cap: 25, fundSize: -30, fundCost: -30_000 }, 55],
    // 30 flat it, then its pool of 3,000 and 1,000 more carry 40.
    [
      'an opposite one is reduced first',
      { fundSize: -30, fundCost: -30_000, pool: 3_000, cash: 1_000 },
      70,
    ],
    ['what reduces, without cash', { fundSize: -30, fundCost: -30_000, pool: 3_000, cash: 0 }, 60],
    // Reducing at 1,050 costs 50 and frees 100 each.
    [
      'the flat point and beyond at a loss',
      { fundSize: -30, fundCost: -30_000, pool: 3_000, cash: 0, price: 1_050 },
      40,
    ],
    // Its pool is 500 below initial: the first 5 lots are not carried, up to the 55th they are.
    [
      'where only enough of a reduction is carried',
      { fundSize: -30, fundCost: -30_000, pool: 2_500, cash: 0 },
      55,
    ],
    // Long 10 without a pool lacks 1,000. Each one more gains 150 and needs 100, beyond 50 it needs
    // 500.
    [
      'where a gain carries what it has, up to a steep bracket',
      { brackets: STEEP, price: 850, cash: 0, fundSize: 10, fundCost: 10_000 },
      42,
    ],
    // Reducing a short of 100 costs 200 each; it frees 500 each down to 50, then 100: least is
    // missing at 50, 1,000 less than the pool of 16,000, which pays for ten more.
    [
      'of a reduction at a loss what frees more than it costs, and a little more',
      { brackets: STEEP, price: 1_200, cash: 0, fundSize: -100, fundCost: -100_000, pool: 16_000 },
      60,
    ],
    ['no more than is counted at a dear price', { open: 4e12, price: 2_000, cash: 3e15 }, 2e12],
    ['in brackets', { brackets: STEEP, cash: 10_000 }, 60], // 5,000 for 50, then 500 each
    [
      'no more than is counted',
      { open: 4e12, direction: 1, cash: 3e15, fundSize: 1e12, fundCost: 1e15, pool: 1e15 },
      3e12,
    ],
  ])('%s', (_, changed, size) => {
    expect(fundCapacity({ ...BASE, ...changed })).toBe(size);
  });
});

describe('what moves to the pool', () => {
  test.each<[string, Partial<TakeoverTerms>, number, number]>([
    ['initial', {}, 40, 4_000],
    ['initial, rounded up', { mark: 1_001, price: 1_001 }, 1, 101],
    ['and the loss against the mark', { price: 1_100 }, 40, 8_000],
    ['less a gain', { price: 950 }, 40, 2_000],
    ['nothing when the pool carries it', { pool: 4_000 }, 40, 0],
    ['what the position lacks already', { fundSize: 10, fundCost: 11_000, pool: 500 }, 0, 1_500],
    ['less what a reduction realises', { fundSize: -10, fundCost: -11_000 }, 10, 0],
    ['the loss that a reduction realises', { fundSize: -10, fundCost: -9_000 }, 10, 1_000],
  ])('%s', (_, changed, n, moved) => {
    expect(fundMargin({ ...BASE, ...changed }, n)).toBe(moved);
  });
});
