// Proves that a walk tells what matching would do, to the last unit of the quote, and that depth
// and queue show the ladder as it is.

import { describe, expect, test } from 'vitest';
import { BUY, SELL } from '../units/brand.ts';
import { Ladder } from './ladder.ts';
import * as match from './match.ts';
import { MatchPlan, Taker } from './match.ts';
import { EXPIRE_MAKER } from './order.ts';
import { BookRows } from './rows.ts';
import { depth, queue, walk, type Walk } from './walk.ts';

const MAX = Number.MAX_SAFE_INTEGER;

class Side {
  readonly rows = new BookRows(1000);
  readonly ladder: Ladder;
  private readonly plan = new MatchPlan(100);

  constructor(side: 'bids' | 'asks', makers: readonly (readonly [number, number, number?])[]) {
    this.ladder = new Ladder(this.rows, side === 'bids' ? 'highest' : 'lowest', 100);
    for (const [price, size, group = -1] of makers) {
      const slot = this.rows.allocate();
      this.rows.describe(slot, slot + 1, 0, group, 0);
      this.rows.setPrice(slot, price);
      this.rows.setOpen(slot, size);
      this.ladder.push(slot);
    }
  }

  walk(taker: Partial<Taker>, rule?: match.FillRule): Walk {
    return walk(this.rows, this.ladder, Object.assign(new Taker(), taker), rule, this.plan);
  }
}

describe('a walk', () => {
  test('adds up the fills and names the worst price', () => {
    const asks = new Side('asks', [
      [102, 5],
      [100, 2],
      [101, 3, 7],
      [101, 4],
    ]);
    expect(asks.walk({ side: BUY, size: 8, group: 7, stp: EXPIRE_MAKER })).toEqual({
      outcome: match.MATCHED,
      filled: 8,
      rest: 0,
      stopped: match.STOPPED_FILLED,
      fills: 3,
      worstPrice: 102,
      quote: 200n + 404n + 204n,
    });
    expect(queue(asks.rows, asks.ladder)).toHaveLength(4);
  });

  test('ends at the limit', () => {
    const bids = new Side('bids', [
      [100, 2],
      [99, 3],
      [98, 4],
    ]);
    const seen = bids.walk({ side: SELL, size: 9, limit: 99 });
    expect([seen.filled, seen.rest, seen.worstPrice, seen.quote]).toEqual([5, 4, 99, 497n]);
    expect(seen.stopped).toBe(match.STOPPED_NO_LIQUIDITY);
  });

  test('asks the rule, and a dropped maker is no fill', () => {
    const asks = new Side('asks', [
      [100, 2],
      [101, 3],
    ]);
    const rule = {
      admit: (slot: number, _: number, size: number): number => (slot === 0 ? 0 : size),
    };
    const seen = asks.walk({ side: BUY, size: 9 }, rule);
    expect([seen.filled, seen.fills, seen.worstPrice, seen.quote]).toEqual([3, 1, 101, 303n]);
  });

  test('without a fill there is no worst price', () => {
    const asks = new Side('asks', [[100, 2]]);
    const cases = [{ limit: 99 }, { limit: 100, postOnly: true }, { fillOrKill: true, size: 3 }];
    for (const taker of cases) {
      const seen = asks.walk({ side: BUY, size: 1, ...taker });
      expect([seen.filled, seen.fills, seen.worstPrice, seen.quote]).toEqual([0, 0, undefined, 0n]);
      expect(seen.rest).toBe('size' in taker ? 3 : 1);
    }
  });

  test.each([
    [
      'one product above 2^53',
      [
        [MAX, 3],
        [MAX - 1, 5],
      ],
    ],
    [
      'a sum above 2^53 of products below',
      [
        [MAX, 1],
        [MAX - 1, 1],
        [MAX - 2, 1],
        [7, 1],
      ],
    ],
    [
      'both, mixed',
      [
        [3, 3],
        [MAX, 1],
        [94_906_267, 94_906_267],
        [5, 5],
        [94_906_265, 94_906_265],
      ],
    ],
  ])('is exact with %s', (_, makers) => {
    const bids = new Side(
      'bids',
      makers.map(([price, size]) => [price, size] as const),
    );
    const right = makers.reduce((sum, [price, size]) => sum + BigInt(price) * BigInt(size), 0n);
    expect(bids.walk({ side: SELL, size: MAX }).quote).toBe(right);
  });
});

test('depth and queue show the best first, and one level when asked', () => {
  const { rows, ladder } = new Side('bids', [
    [99, 2],
    [100, 3],
    [99, 4],
  ]);
  const best = { price: 100, size: 3, orders: 1 };
  const next = { price: 99, size: 6, orders: 2 };
  expect([0, 1, 2, 9].map((levels) => depth(ladder, levels))).toEqual([
    [],
    [best],
    [best, next],
    [best, next],
  ]);
  expect(queue(rows, ladder)).toEqual([1, 0, 2]);
  expect([0, 1, 2].map((level) => queue(rows, ladder, level))).toEqual([[1], [0, 2], []]);
});
