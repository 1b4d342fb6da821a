// Proves the requirement formulas by hand-worked tables: rounding up, leverage, and the
// open-interest lift.

import { describe, expect, test } from 'vitest';
import { DEFAULT_BRACKETS } from './brackets.ts';
import { bracketsOf, termsOf } from './naive.suite.ts';
import {
  bracketInitial,
  initialMargin,
  maintenanceMargin,
  openInterestLift,
} from './requirement.ts';

const plain = bracketsOf(DEFAULT_BRACKETS);
// 0 … 1,000: 10 % / 5 %; … 5,000: 20 % / 10 %; beyond: 50 % / 40 %.
const stairs = bracketsOf(
  termsOf([0, 100_000, 50_000], [1_000, 200_000, 100_000], [5_000, 500_000, 400_000]),
);

describe('maintenance', () => {
  test.each([
    [0, 0],
    [1, 1],
    [19, 1],
    [20, 1],
    [21, 2],
    [6_400_000_000, 320_000_000],
    [4_000_000_000_000_000, 200_000_000_000_000],
  ])('of %d at 5 %% is %d', (notional, required) => {
    expect(maintenanceMargin(plain, notional)).toBe(required);
  });

  test.each([
    [999, 50], // 49.95
    [1_000, 50],
    [1_001, 51], // 50 + 0.1
    [5_000, 450], // 50 + 400
    [5_001, 451], // 450 + 0.4
    [6_000, 850], // 450 + 400
  ])('of %d over the brackets is %d', (notional, required) => {
    expect(maintenanceMargin(stairs, notional)).toBe(required);
  });
});

describe('initial', () => {
  test.each([
    // notional, leverage, required
    [0, 10, 0],
    [6_000, 10, 600],
    [6_000, 6, 1_000],
    [6_400, 6, 1_067],
    [6_001, 10, 601],
    [6_001, 1, 6_001],
  ])('of %d at leverage %d is %d', (notional, leverage, required) => {
    expect(initialMargin(plain, notional, leverage)).toBe(required);
  });

  test.each([
    [1_000, 10, 100],
    [5_000, 10, 900], // 100 + 800, more than 500
    [5_000, 5, 1_000], // the chosen leverage requires more than the brackets
    [6_000, 10, 1_400],
  ])('of %d at leverage %d over the brackets is %d', (notional, leverage, required) => {
    expect(initialMargin(stairs, notional, leverage)).toBe(required);
  });

  test('without a leverage is what the brackets require', () => {
    expect(bracketInitial(stairs, 6_000)).toBe(1_400);
  });
});

describe('the open-interest lift', () => {
  test.each([
    [0, 100, 200, 0],
    [100, 100, 200, 0],
    [101, 100, 200, 10_000],
    [150, 100, 200, 500_000],
    [199, 100, 200, 990_000],
    [200, 100, 200, 1_000_000],
    [999, 100, 200, 1_000_000],
    [101, 100, 400, 3_334], // 1 ÷ 300, rounded up
    [5, 0, 10, 500_000],
    [999, 0, 0, 0],
    [7, 7, 7, 0],
    [8, 7, 7, 1_000_000],
  ])('at %d between %d and %d is %d ppm', (interest, from, to, lift) => {
    expect(openInterestLift(interest, from, to)).toBe(lift);
  });

  test.each([
    [0, 600],
    [500_000, 3_300], // half way from 600 to 6,000
    [1_000_000, 6_000],
    [1, 601], // 600 + 0.0054, rounded up
  ])('of %d ppm makes the initial margin of 6,000 %d', (lift, required) => {
    expect(initialMargin(plain, 6_000, 10, lift)).toBe(required);
  });

  test('raises the bracket rate, not the chosen leverage', () => {
    // 10 % lifted by a tenth is 19 %; leverage 5 requires 20 % already.
    expect(initialMargin(plain, 10_000, 5, 100_000)).toBe(2_000);
    expect(initialMargin(plain, 10_000, 10, 100_000)).toBe(1_900);
  });
});
