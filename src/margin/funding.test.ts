// Proves funding row by row: the index and its carry, the direction of a settlement's rounding, a
// premium sample, and how samples become an hourly rate.

import { describe, expect, test } from 'vitest';
import {
  advanceFunding,
  DEFAULT_DAMP_E12,
  fundingCharge,
  fundingRateE12,
  premiumE12,
  RATE_ONE,
  unsettledExact,
} from './funding.ts';

describe('the index', () => {
  test.each([
    // whole, rest, mark, k, rate, whole then, rest then
    ['goes up', 5, 0, 60_000, 1, 100_000_000, 11, 0], // 0.01 % of 60,000 is 6
    ['goes down', 5, 0, 60_000, 1, -100_000_000, -1, 0],
    ['keeps what is no whole unit', 5, 0, 60_001, 1, 100_000_000, 11, 100_000_000],
    ['has a rest ≥ 0 below zero', 0, 0, 1, 1, -1, -1, RATE_ONE - 1],
    ['carries', 0, RATE_ONE - 1, 1, 1, 1, 1, 0],
    ['comes back from below zero', -1, RATE_ONE - 1, 1, 1, 1, 0, 0],
    ['counts the multiplier', 0, 0, 60_000, 10, 100_000_000, 60, 0],
    ['stays at a rate of zero', 7, 8, 60_000, 1, 0, 7, 8],
    ['takes the largest product', 0, 0, 4e15, 1, RATE_ONE, 4e15, 0],
  ])('%s', (_, whole, rest, mark, k, rate, wholeThen, restThen) => {
    const out = { whole: 0, rest: 0 };
    advanceFunding(out, whole, rest, mark, k, rate);
    expect(out).toEqual({ whole: wholeThen, rest: restThen });
  });

  test('refuses to leave the safe integers, and leaves what it was', () => {
    const out = { whole: 1, rest: 2 };
    const advance = (): void => advanceFunding(out, 8e15, 0, 4e15, 1, RATE_ONE);
    expect(advance).toThrow('funding index is not a safe integer');
    expect(out).toEqual({ whole: 1, rest: 2 });
  });
});

describe('a settlement', () => {
  test.each([
    // size, now, rest, then, rest, charge
    ['a long pays', 10, 6, 0, 0, 0, 60],
    ['a short receives', -10, 6, 0, 0, 0, -60],
    ['a long receives', 10, 0, 0, 6, 0, -60],
    ['paid up', 1, 0, 1, 0, 0, 1],
    ['received down', -1, 0, 1, 0, 0, 0],
    ['paid up, a third', 3, 1, RATE_ONE - 1, 0, 0, 6], // 3 · 1.999…
    ['received down, a third', -3, 1, RATE_ONE - 1, 0, 0, -5],
    ['across a borrow', 1, 1, 0, 0, RATE_ONE - 1, 1], // 10^-12
    ['nothing when nothing moved', 12_345, 6, 7, 6, 7, 0],
    ['nothing when flat', 0, 6, 7, 0, 0, 0],
    ['a short over nothing', -5, 6, 7, 6, 7, 0],
  ])('%s', (_, size, whole, rest, wholeThen, restThen, charge) => {
    expect(Object.is(fundingCharge(size, whole, rest, wholeThen, restThen), charge)).toBe(true);
  });

  test('refuses an amount that is no safe integer', () => {
    expect(() => fundingCharge(4e9, 3e6, 0, 0, 0)).toThrow('funding of a position');
  });

  test('is exact where it is asked to be', () => {
    expect(unsettledExact(-3, 1, RATE_ONE - 1, 0, 0)).toBe(-5_999_999_999_997n);
    expect(unsettledExact(4e15, 9e15, 0, -9e15, 1)).toBe(
      4_000_000_000_000_000n * (18_000_000_000_000_000n * 1_000_000_000_000n - 1n),
    );
  });
});

describe('a premium', () => {
  test.each([
    // impact bid, impact ask, index, premium
    ['of a bid above the index', 1_010, 1_020, 1_000, 10_000_000_000],
    ['of an ask below it', 980, 990, 1_000, -10_000_000_000],
    ['of an index inside', 990, 1_010, 1_000, 0],
    ['at the index', 1_000, 1_000, 1_000, 0],
    ['truncated above', 4, 0, 3, 333_333_333_333],
    ['truncated below', 0, 2, 3, -333_333_333_333],
    ['of a bid alone', 1_010, 0, 1_000, 10_000_000_000],
    ['of an ask alone', 0, 990, 1_000, -10_000_000_000],
    ['of no side', 0, 0, 1_000, 0],
    ['of a crossed book: both count', 1_010, 990, 1_000, 0],
    ['of a bid beyond twice the index', 4e15, 0, 1, RATE_ONE],
    ['of the largest prices', 4e15, 0, 4e15 - 1, 0],
  ])('%s', (_, bid, ask, index, premium) => {
    expect(Object.is(premiumE12(bid, ask, index), premium)).toBe(true);
  });
});

describe('an hourly rate', () => {
  const interest = 100_000_000; // 0.01 % in 8 hours
  const cap = 20_000_000_000; // 2 %
  test.each([
    // sum of premiums, samples, rate
    ['of no samples', 0, 0, 0],
    ['without a premium: interest', 0, 3_600, 12_500_000],
    ['of a small premium: interest', 3_600 * 400_000_000, 3_600, 12_500_000],
    ['of a small discount: interest', -3_600 * 400_000_000, 3_600, 12_500_000],
    ['of a premium: less the damping', 3_600 * 1_000_000_000, 3_600, 62_500_000],
    ['of a discount: more', -3_600 * 1_000_000_000, 3_600, -62_500_000],
    ['of the cap', 3_600 * RATE_ONE, 3_600, 2_500_000_000],
    ['of the cap below', -3_600 * RATE_ONE, 3_600, -2_500_000_000],
    ['truncated', 2_000_000_001, 1, 187_500_000], // 1,500,000,001 ÷ 8
    ['truncated below', -2_000_000_001, 1, -187_500_000],
    ['of an average, truncated', 4_000_000_017, 2, 187_500_001], // 1,500,000,008
  ])('%s', (_, sum, samples, rate) => {
    expect(fundingRateE12(sum, samples, interest, DEFAULT_DAMP_E12, cap)).toBe(rate);
  });

  test('of a market that pays every hour in full', () => {
    expect(fundingRateE12(0, 1, interest, DEFAULT_DAMP_E12, cap, 1)).toBe(interest);
  });

  test('is never a negative zero', () => {
    expect(Object.is(fundingRateE12(-1, 1, 0, 0, 0), 0)).toBe(true);
    expect(Object.is(fundingRateE12(-7, 1, -7, 0, cap), 0)).toBe(true);
  });
});
