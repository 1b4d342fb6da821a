// Proves the direction of every rounding by a table, the refusal to answer when there is no exact
// answer, and that no function ever returns a negative zero.

import { describe, expect, test } from 'vitest';
import { Draw } from './draw.suite.ts';
import * as rounding from './rounding.ts';
import { ceilOrLess, divCeil, divFloor, floorOrMore } from './rounding.ts';

const MAX = Number.MAX_SAFE_INTEGER;

describe('one division', () => {
  test.each([
    // a, b, d, floor, ceil, trunc, half-even, rest
    [7, 1, 2, 3, 4, 3, 4, 1],
    [5, 1, 2, 2, 3, 2, 2, 1],
    [-5, 1, 2, -3, -2, -2, -2, 1],
    [-7, 1, 2, -4, -3, -3, -4, 1],
    [6, 1, 2, 3, 3, 3, 3, 0],
    [0, -5, 3, 0, 0, 0, 0, 0],
    [-1, 1, MAX, -1, 0, 0, 0, MAX - 1],
    [1, 1, MAX, 0, 1, 0, 0, 1],
    [MAX, MAX, MAX, MAX, MAX, MAX, MAX, 0],
    [-MAX, MAX, MAX, -MAX, -MAX, -MAX, -MAX, 0],
    [MAX, MAX - 1, MAX, MAX - 1, MAX - 1, MAX - 1, MAX - 1, 0],
    [94_906_267, 94_906_267, 94_906_266, 94_906_268, 94_906_269, 94_906_268, 94_906_268, 1],
  ])('%d × %d ÷ %d', (a, b, d, floor, ceil, trunc, halfEven, rest) => {
    expect(rounding.mulDivFloor(a, b, d)).toBe(floor);
    expect(rounding.mulDivCeil(a, b, d)).toBe(ceil);
    expect(rounding.mulDivTrunc(a, b, d)).toBe(trunc);
    expect(rounding.mulDivHalfEven(a, b, d)).toBe(halfEven);
    expect(rounding.mulRest(a, b, d)).toBe(rest);
  });

  test('answers up to the last safe quotient, where the first guess is already beyond it', () => {
    expect(rounding.mulDivFloor(MAX - 1, 2 ** 52 + 1, 2 ** 52)).toBe(MAX);
    expect(rounding.mulDivCeil(-(MAX - 1), 2 ** 52 + 1, 2 ** 52)).toBe(-MAX);
    expect(rounding.mulDivFloor(2 ** 52 + 2, MAX - 1, 2 ** 52 + 1)).toBe(MAX);
  });

  test.each([
    ['a zero divisor', () => rounding.mulDivFloor(1, 1, 0)],
    ['a negative divisor', () => rounding.mulDivFloor(1, 1, -1)],
    ['a divisor that is no number', () => rounding.mulDivCeil(1, 1, NaN)],
    ['a wide product over zero', () => rounding.mulDivFloor(MAX, MAX, 0)],
    ['a divisor beyond 2^53', () => rounding.mulDivFloor(MAX, MAX, 2 ** 54)],
    ['a quotient beyond 2^53', () => rounding.mulDivFloor(MAX, 2, 1)],
    ['a quotient just beyond 2^53', () => rounding.mulDivCeil(MAX, 3, 3 - 1e-9)],
    ['an operand beyond 2^53', () => rounding.mulDivFloor(2 ** 54, 4, 2 ** 20)],
    ['an operand that is no number', () => rounding.mulDivFloor(NaN, 1, 1)],
    ['a sum beyond 2^53', () => rounding.mulAddDivFloor(MAX, 1, 1, 1)],
    ['a quotient before the sum', () => rounding.mulAddDivFloor(MAX, 2, -MAX, 1)],
    ['a tie beyond 2^53', () => rounding.mulDivHalfEven(2 ** 52 + 1, MAX - 1, 2 ** 52)],
  ])('stops at %s', (_, divide) => {
    expect(divide).toThrow('Invariant');
  });
});

describe('a product and a sum over one divisor', () => {
  test.each([
    // a, b, c, d, floor, ceil
    [7, 3, 1, 10, 2, 3],
    [7, 3, -1, 10, 2, 2],
    [0, 5, -1, 3, -1, 0],
    [4e15, 500_000, -1, 1_000_000, 2e15 - 1, 2e15],
    [4e15, 500_000, 1, 1_000_000, 2e15, 2e15 + 1],
    [4e15, 500_000, -1_000_000, 1_000_000, 2e15 - 1, 2e15 - 1],
    [MAX, 1, -MAX, 7, 0, 0],
    [MAX, 1, MAX, 2, MAX, MAX],
    [-MAX, 1, -MAX, 2, -MAX, -MAX],
    [MAX, 1, MAX - 1, 4, 2 ** 52 - 1, 2 ** 52],
  ])('(%d × %d + %d) ÷ %d', (a, b, c, d, floor, ceil) => {
    expect(rounding.mulAddDivFloor(a, b, c, d)).toBe(floor);
    expect(rounding.mulAddDivCeil(a, b, c, d)).toBe(ceil);
  });
});

describe('the small ones', () => {
  test('divide by a whole number', () => {
    expect([rounding.divFloor(-7, 2), rounding.divCeil(-7, 2)]).toEqual([-4, -3]);
    expect([rounding.divFloor(7, 2), rounding.divCeil(7, 2)]).toEqual([3, 4]);
  });

  test('divide exactly or stop', () => {
    expect(rounding.divExact(-12, 4)).toBe(-3);
    expect(rounding.divExact(MAX, 1)).toBe(MAX);
    expect(() => rounding.divExact(13, 4)).toThrow('13 is not a multiple of 4');
    expect(() => rounding.divExact(-MAX, MAX - 1)).toThrow('not a multiple');
  });

  test('round to a step', () => {
    expect([rounding.floorToStep(17, 5), rounding.ceilToStep(17, 5)]).toEqual([15, 20]);
    expect([rounding.floorToStep(-17, 5), rounding.ceilToStep(-17, 5)]).toEqual([-20, -15]);
    expect([rounding.floorToStep(15, 5), rounding.ceilToStep(15, 5)]).toEqual([15, 15]);
    expect([rounding.isMultipleOf(-15, 5), rounding.isMultipleOf(17, 5)]).toEqual([true, false]);
  });

  test('never give a negative zero', () => {
    const zeros = [
      rounding.mulDivFloor(-0, 5, 3),
      rounding.mulDivFloor(0, -5, 3),
      rounding.mulDivCeil(-1, 1, 2),
      rounding.mulDivCeil(0, -1, 2),
      rounding.mulDivTrunc(-1, 1, 2),
      rounding.mulDivHalfEven(-1, 1, 2),
      rounding.mulRest(-4, 1, 2),
      rounding.mulAddDivCeil(-1, 1, 0, 2),
      rounding.mulAddDivFloor(-4, 1, 4, 2),
      rounding.mulAddDivCeil(-MAX, 4, MAX, MAX) + 3,
      rounding.divExact(-0, 2),
      rounding.ceilToStep(-1, 5),
    ];
    for (const [i, zero] of zeros.entries()) expect(Object.is(zero, 0), `case ${i}`).toBe(true);
  });

  test('compare two products', () => {
    expect(rounding.compareProducts(2, 3, 6, 1)).toBe(0);
    expect(rounding.compareProducts(-2, 3, 6, 1)).toBe(-1);
    expect(rounding.compareProducts(MAX, MAX, MAX - 1, MAX)).toBe(1);
    // Both products round to the same double: (x − 1)(x + 1) against x².
    expect(rounding.compareProducts(MAX - 2, MAX, MAX - 1, MAX - 1)).toBe(-1);
    expect(rounding.compareProducts(MAX - 1, MAX - 1, MAX - 2, MAX)).toBe(1);
    expect(rounding.compareProducts(-(MAX - 1), MAX - 1, MAX - 2, -MAX)).toBe(-1);
  });
});

test('the rough quotients bound the true one, and closely', () => {
  const draw = new Draw(9);
  for (let i = 0; i < 20_000; i += 1) {
    const a = draw.scaled(0, 2 ** 53 - 1);
    const d = draw.scaled(1, 2 ** 40);
    const floor = divFloor(a, d);
    const ceil = divCeil(a, d);
    expect(floorOrMore(a, d) - floor).toBeGreaterThanOrEqual(0);
    expect(floorOrMore(a, d) - floor).toBeLessThanOrEqual(1 + floor * 2 ** -49);
    expect(ceil - ceilOrLess(a, d)).toBeGreaterThanOrEqual(0);
    expect(ceil - ceilOrLess(a, d)).toBeLessThanOrEqual(1 + ceil * 2 ** -49);
  }
});
