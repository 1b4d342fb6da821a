// Proves the indices of funding and interest against bigint fractions, and what makes them safe to
// book: settlements together never pay out more than they take in, and settling more often is never
// cheaper.

import { expect, test } from 'vitest';
import { Draw } from '../units/draw.suite.ts';
import { advanceFunding, fundingCharge, RATE_ONE, unsettledExact } from './funding.ts';
import { advanceInterest, interestOwed } from './interest.ts';
import { ceilDiv } from './naive.suite.ts';

const ONE = BigInt(RATE_ONE);

interface Index {
  whole: number;
  rest: number;
}

/** An index and the same in 10^−12, advanced together. */
function advance(draw: Draw, index: Index, mark: number, k: number): bigint {
  const rate = draw.pick([-1, 1]) * draw.scaled(0, 2e10);
  advanceFunding(index, index.whole, index.rest, mark, k, rate);
  return BigInt(mark) * BigInt(k) * BigInt(rate);
}

test('1,000 indices of 500 intervals are the exact sums', () => {
  const draw = new Draw(131);
  for (let i = 0; i < 1_000; i += 1) {
    const index = { whole: 0, rest: 0 };
    const [markMax, k] = [draw.scaled(1, 1e12), draw.pick([1, 10, 1_000])];
    let exact = 0n;
    for (let hour = 0; hour < 500; hour += 1) {
      exact += advance(draw, index, draw.scaled(1, markMax), k);
      if (index.rest < 0 || index.rest >= RATE_ONE) expect(index.rest).toBe('in 0 … 10^12 − 1');
    }
    expect(BigInt(index.whole) * ONE + BigInt(index.rest)).toBe(exact);
  }
});

test('a charge is the exact one rounded up', () => {
  const draw = new Draw(132);
  for (let i = 0; i < 100_000; i += 1) {
    const size = draw.pick([-1, 1]) * draw.scaled(0, 1e12);
    const span = Math.floor(8e15 / Math.max(1, Math.abs(size)));
    const [then, now] = [draw.whole(-span, span), draw.whole(-span, span)].map((w) => w / 2);
    const [wholeThen, wholeNow] = [Math.trunc(then), Math.trunc(now)];
    const [restThen, restNow] = [draw.whole(0, RATE_ONE - 1), draw.whole(0, RATE_ONE - 1)];
    const exact = unsettledExact(size, wholeNow, restNow, wholeThen, restThen);
    const position = (w: number, r: number): bigint => BigInt(w) * ONE + BigInt(r);
    const difference = position(wholeNow, restNow) - position(wholeThen, restThen);
    expect(exact).toBe(BigInt(size) * difference);
    const charge = fundingCharge(size, wholeNow, restNow, wholeThen, restThen);
    expect(BigInt(charge)).toBe(ceilDiv(exact, ONE));
  }
});

test('what all positions settle, whenever they do, is dust ≥ 0 once all is settled', () => {
  const draw = new Draw(133);
  for (let market = 0; market < 500; market += 1) {
    const sizes = Array.from({ length: 5 }, () => draw.whole(-1e6, 1e6));
    sizes.push(-sizes.reduce((sum, size) => sum + size, 0));
    const index = { whole: 0, rest: 0 };
    const touched = sizes.map(() => ({ ...index }));
    let booked = 0n;
    let touches = 0;
    const settle = (at: number): void => {
      const { whole, rest } = touched[at];
      booked += BigInt(fundingCharge(sizes[at], index.whole, index.rest, whole, rest));
      touched[at] = { ...index };
      touches += 1;
    };
    for (let hour = 0; hour < 24; hour += 1) {
      advance(draw, index, draw.scaled(1, 1e6), 1);
      settle(draw.whole(0, 5));
      const unsettled = sizes.reduce((sum, size, at) => {
        const { whole, rest } = touched[at];
        return sum + unsettledExact(size, index.whole, index.rest, whole, rest);
      }, 0n);
      const dust = booked * ONE + unsettled;
      expect(dust >= 0n && dust < BigInt(touches) * ONE).toBe(true);
    }
    sizes.forEach((_, at) => settle(at));
    expect(booked >= 0n && booked < BigInt(touches)).toBe(true);
  }
});

test('an interest index is never below the exact one, and a charge rounds up once', () => {
  const draw = new Draw(134);
  for (let i = 0; i < 2_000; i += 1) {
    let [index, exact] = [RATE_ONE, ONE];
    const rate = draw.scaled(0, 1e9); // up to 0.1 % an hour
    const principal = draw.scaled(0, 4e15);
    for (let hour = 1; hour <= 100; hour += 1) {
      const before = index;
      index = advanceInterest(before, rate);
      expect(BigInt(index)).toBe(ceilDiv(BigInt(before) * (ONE + BigInt(rate)), ONE));
      exact = (exact * (ONE + BigInt(rate))) / ONE;
      expect(BigInt(index) >= exact).toBe(true);
    }
    const then = draw.whole(RATE_ONE, index);
    const debt = ceilDiv(BigInt(principal) * BigInt(index), BigInt(then));
    expect(BigInt(interestOwed(principal, index, then))).toBe(debt - BigInt(principal));
  }
});

test('a debt that is settled on the way is never smaller', () => {
  const draw = new Draw(135);
  for (let i = 0; i < 50_000; i += 1) {
    const start = draw.whole(RATE_ONE, 2 * RATE_ONE);
    const middle = draw.whole(start, 2 * start);
    const end = draw.whole(middle, 2 * middle);
    const principal = draw.scaled(0, 1e15);
    const once = principal + interestOwed(principal, end, start);
    const half = principal + interestOwed(principal, middle, start);
    const twice = half + interestOwed(half, end, middle);
    expect(twice).toBeGreaterThanOrEqual(once);
    expect(twice - once).toBeLessThanOrEqual(2 + 1);
  }
});
