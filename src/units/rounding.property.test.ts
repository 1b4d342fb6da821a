// Proves every division against bigint over the whole domain: operands of both signs up to 2^53 −
// 1, divisors from 1 to 2^53 − 1, quotients near 2^53, products near 2^53 and 2^106, multiples ± 1.

import { expect, test } from 'vitest';
import { Draw } from './draw.suite.ts';
import * as rounding from './rounding.ts';

const ROUNDS = 1_000_000;
const MAX = Number.MAX_SAFE_INTEGER;
const MAX_BIG = BigInt(MAX);
const EDGES = [
  0,
  1,
  2,
  3,
  10,
  2 ** 26,
  2 ** 27 + 1,
  94_906_265,
  94_906_266,
  94_906_267,
  1e6,
  1e12,
].concat([4e15, 2 ** 51, 2 ** 52 - 1, 2 ** 52, 2 ** 52 + 1, 2 ** 52 + 2, MAX - 2, MAX - 1, MAX]);

interface Triple {
  readonly a: number;
  readonly b: number;
  readonly d: number;
}

function operand(draw: Draw): number {
  const size = draw.oneIn(4) ? draw.pick(EDGES) : draw.scaled(0, MAX);
  return draw.oneIn(2) ? size : 0 - size;
}

/**
 * A triple; one time in four the quotient is near 2^53, one time in four the product near a
 * multiple.
 */
function triple(draw: Draw): Triple {
  const a = operand(draw);
  const b = operand(draw);
  const any = Math.max(1, Math.abs(operand(draw)));
  const form = draw.bits() % 4;
  if (form === 0) {
    const near = Math.floor((Math.abs(a) / 2 ** 53) * Math.abs(b)) + draw.whole(-2, 2);
    return { a, b, d: Math.min(MAX, Math.max(1, near)) };
  }
  if (form === 1) {
    const q = draw.scaled(1, MAX);
    const d = Math.max(1, Math.floor(MAX / q));
    return { a: d * Math.min(q, Math.floor(MAX / d)) + draw.whole(-1, 0), b: operand(draw), d };
  }
  return { a, b, d: any };
}

function floorOf(n: bigint, d: bigint): bigint {
  const q = n / d;
  return n < 0n && q * d !== n ? q - 1n : q;
}

const isSafe = (value: bigint): boolean => value <= MAX_BIG && value >= -MAX_BIG;

/** Fails unless the call stops. */
function expectStop(call: () => number): void {
  expect(call).toThrow('Invariant');
}

/**
 * Fails with the numbers when `found` is not `wanted`: cheaper than an `expect` a million times.
 */
function expectExact(found: number, wanted: bigint, what: string, inputs: readonly number[]): void {
  if (BigInt(found) === wanted && !Object.is(found, -0)) return;
  expect.fail(`${what}(${inputs.join(', ')}) = ${found}, not ${wanted}`);
}

test(`floor, ceil, trunc, half-even and rest are exact on ${ROUNDS} triples`, () => {
  const draw = new Draw(1);
  let answered = 0;
  for (let i = 0; i < ROUNDS; i += 1) {
    const { a, b, d } = triple(draw);
    const product = BigInt(a) * BigInt(b);
    const big = BigInt(d);
    const floor = floorOf(product, big);
    if (!isSafe(floor) || !isSafe(floor + 1n)) {
      if (isSafe(floor))
        expectExact(rounding.mulDivFloor(a, b, d), floor, 'mulDivFloor', [a, b, d]);
      else if (i % 64 === 0) expectStop(() => rounding.mulDivFloor(a, b, d));
      continue;
    }
    answered += 1;
    const rest = product - floor * big;
    const ceil = rest === 0n ? floor : floor + 1n;
    const up = rest * 2n > big || (rest * 2n === big && floor % 2n !== 0n);
    expectExact(rounding.mulDivFloor(a, b, d), floor, 'mulDivFloor', [a, b, d]);
    expectExact(rounding.mulDivCeil(a, b, d), ceil, 'mulDivCeil', [a, b, d]);
    expectExact(rounding.mulDivTrunc(a, b, d), product / big, 'mulDivTrunc', [a, b, d]);
    expectExact(rounding.mulDivHalfEven(a, b, d), up ? ceil : floor, 'mulDivHalfEven', [a, b, d]);
    expectExact(rounding.mulRest(a, b, d), rest, 'mulRest', [a, b, d]);
  }
  expect(answered).toBeGreaterThan(ROUNDS / 2);
});

test(`a product and a sum are divided once on ${ROUNDS} draws`, () => {
  const draw = new Draw(2);
  let answered = 0;
  for (let i = 0; i < ROUNDS; i += 1) {
    const { a, b, d } = triple(draw);
    const c = operand(draw);
    const big = BigInt(d);
    const product = BigInt(a) * BigInt(b);
    const sum = product + BigInt(c);
    const floor = floorOf(sum, big);
    const ceil = -floorOf(-sum, big);
    if (!isSafe(floorOf(product, big)) || !isSafe(-floorOf(-product, big))) continue;
    if (!isSafe(floor) || !isSafe(ceil)) continue;
    answered += 1;
    expectExact(rounding.mulAddDivFloor(a, b, c, d), floor, 'mulAddDivFloor', [a, b, c, d]);
    expectExact(rounding.mulAddDivCeil(a, b, c, d), ceil, 'mulAddDivCeil', [a, b, c, d]);
  }
  expect(answered).toBeGreaterThan(ROUNDS / 2);
});

test(`two products are compared exactly on ${ROUNDS} draws`, () => {
  const draw = new Draw(3);
  for (let i = 0; i < ROUNDS; i += 1) {
    const a = operand(draw);
    const b = operand(draw);
    const isNear = draw.oneIn(2);
    const c = isNear ? Math.min(MAX, Math.abs(a) + draw.whole(0, 1)) * Math.sign(a) : operand(draw);
    const d = isNear ? Math.max(1, Math.abs(b) - draw.whole(0, 1)) * Math.sign(b) : operand(draw);
    const difference = BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d);
    const wanted = difference === 0n ? 0n : difference < 0n ? -1n : 1n;
    expectExact(rounding.compareProducts(a, b, c, d), wanted, 'compareProducts', [a, b, c, d]);
  }
});
