// Proves the direction of every other rounding of this room against bigint, over the whole range of
// amounts: what is charged or required up, what is given or released down, what is shown toward the
// worse side.

import { expect, test } from 'vitest';
import { Draw } from '../units/draw.suite.ts';
import { countedProfit } from './collateral.ts';
import { feeOn } from './fees.ts';
import {
  distanceToLiquidation,
  effectiveLeverage,
  entryPrice,
  health,
  markLeverage,
  RATIO_MAX,
} from './health.ts';
import { AMOUNT_MAX } from './limits.ts';
import { ceilDiv, floorDiv } from './naive.suite.ts';
import { releasedCollateral, releasedCost } from './position.ts';
import { liquidationEnd } from './scope.ts';

const MILLION = 1_000_000n;

/** One rounding: the amounts it gets, what it gives, and what it should give. */
type Rounding = (draw: Draw) => readonly [found: number, wanted: bigint];

const amountOf = (draw: Draw): number => draw.scaled(1, AMOUNT_MAX);

const ROUNDINGS: Readonly<Record<string, Rounding>> = {
  'a fee is charged up': (draw) => {
    const [n, ppm] = [amountOf(draw), draw.scaled(0, 1_000_000)];
    return [feeOn(n, ppm), ceilDiv(BigInt(n) * BigInt(ppm), MILLION)];
  },
  'a rebate is paid down': (draw) => {
    const [n, ppm] = [amountOf(draw), draw.scaled(0, 1_000_000)];
    return [feeOn(n, -ppm), -floorDiv(BigInt(n) * BigInt(ppm), MILLION)];
  },
  'the end of a liquidation is required up': (draw) => {
    const [n, ppm] = [amountOf(draw), draw.scaled(0, 1_000_000)];
    return [liquidationEnd(n, ppm), ceilDiv(BigInt(n) * (MILLION + BigInt(ppm)), MILLION)];
  },
  'profit counts down': (draw) => {
    const [n, ppm] = [amountOf(draw), draw.scaled(0, 1_000_000)];
    return [countedProfit(n, ppm, 0), floorDiv(BigInt(n) * BigInt(ppm), MILLION)];
  },
  'a cost is released toward zero': (draw) => {
    const [cost, held] = [draw.pick([-1, 1]) * amountOf(draw), draw.scaled(1, 1e15)];
    const reduced = draw.whole(1, held);
    const wanted = (BigInt(cost) * BigInt(reduced)) / BigInt(held);
    return [releasedCost(cost, reduced, held), wanted];
  },
  'collateral is released down': (draw) => {
    const [pool, held] = [draw.pick([-1, 1]) * amountOf(draw), draw.scaled(1, 1e15)];
    const reduced = draw.whole(1, held);
    const wanted = floorDiv(BigInt(pool) * BigInt(reduced), BigInt(held));
    return [releasedCollateral(pool, reduced, held), wanted];
  },
  'health is shown down': (draw) => {
    const equity = amountOf(draw);
    const maintenance = draw.scaled(1, equity);
    const wanted = floorDiv(BigInt(equity - maintenance) * 10_000n, BigInt(equity));
    return [health(equity, maintenance), wanted];
  },
  'leverage is shown up': (draw) => {
    const [cost, pool] = [amountOf(draw), amountOf(draw)];
    const found = draw.oneIn(2) ? effectiveLeverage(cost, pool) : markLeverage(cost, pool);
    const wanted = ceilDiv(BigInt(cost) * 100_000n, BigInt(pool));
    return [found ?? -1, wanted < RATIO_MAX ? wanted : BigInt(RATIO_MAX)];
  },
  'distance is shown down': (draw) => {
    const mark = draw.scaled(1, 1e12);
    const liquidation = draw.scaled(1, 1e12);
    const side = draw.pick([1, -1]);
    const room = BigInt(side) * BigInt(mark - liquidation);
    const wanted = room > 0n ? floorDiv(room * 10_000n, BigInt(mark)) : 0n;
    const found = distanceToLiquidation(side, mark, liquidation);
    return [found, wanted < RATIO_MAX ? wanted : BigInt(RATIO_MAX)];
  },
  'entry is shown to the nearest unit, a tie to the even one': (draw) => {
    const [size, k] = [draw.scaled(1, 1e3), draw.pick([1, 10])];
    const cost = draw.scaled(1, 1e6);
    const [n, d] = [BigInt(cost), BigInt(size * k)];
    const down = n / d;
    const twice = (n % d) * 2n;
    const up = twice > d || (twice === d && down % 2n === 1n);
    const side = draw.pick([1, -1]);
    return [entryPrice(side * size, side * cost, k) ?? -1, up ? down + 1n : down];
  },
};

test.each(Object.entries(ROUNDINGS))('%s', (_, rounding) => {
  const draw = new Draw(111);
  for (let i = 0; i < 5_000; i += 1) {
    const [found, wanted] = rounding(draw);
    expect(BigInt(found)).toBe(wanted);
    expect(Object.is(found, -0)).toBe(false);
  }
});
