// Proves the take-profit and stop-loss pair that an order may bring: when it comes into being, what
// it closes, and that it never outlives its position or its sibling.

import { describe, expect, it } from 'vitest';
import { STOP, World, ok } from '../../testing/engine-kit.ts';
import type { Terms } from '../../testing/engine-kit.ts';
import { FLAG_ATTACHED, FLAG_REDUCE_ONLY } from '../event.ts';
import { fieldNumber } from '../reason.ts';

const RICH = 1_000_000;
const PAIR = { takeProfit: 1_100, stopLoss: 900 };

function setUp(terms: Partial<Terms> = {}) {
  const w = new World();
  const m = w.perp(terms);
  const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => w.account(name, RICH));
  return { w, m, alice, bob, carol };
}

/** The pair of a position: `take-profit trigger, stop-loss trigger`, 0 = none. */
function pairOf(w: World, account: number, market: number): [number, number] {
  const position = w.position(account, market);
  const trigger = (order: number): number => w.openOrder(account, order)?.triggerPrice ?? 0;
  return [trigger(position?.takeProfitOrder ?? 0), trigger(position?.stopLossOrder ?? 0)];
}

describe('a pair comes into being', () => {
  it('with the first fill of a taker, as two reduce-only stops by mark that hold nothing', () => {
    const { w, m, alice, bob } = setUp();
    ok(w.sell(bob, m, 2, 1_000));
    const order = ok(w.buy(alice, m, 5, 1_000, PAIR));
    expect(w.open(alice)).toEqual([order, order + 1, order + 2]);
    expect(w.openOrder(alice, order + 1)).toMatchObject({
      side: -1,
      type: 4,
      triggerPrice: 1_100,
      triggerBy: 0,
      flags: FLAG_ATTACHED | FLAG_REDUCE_ONLY,
      hold: 0,
    });
    expect(w.openOrder(alice, order + 2)).toMatchObject({ side: -1, type: 2, triggerPrice: 900 });
    expect(w.position(alice, m)).toMatchObject({
      takeProfitOrder: order + 1,
      stopLossOrder: order + 2,
    });
  });

  it('with the first fill of a maker and not before, and only once', () => {
    const { w, m, alice, bob } = setUp();
    const order = ok(w.buy(alice, m, 5, 1_000, PAIR));
    expect(w.open(alice)).toEqual([order]);
    ok(w.sell(bob, m, 2, 1_000));
    const pair = w.open(alice).slice(1);
    expect(pair).toHaveLength(2);
    ok(w.sell(bob, m, 2, 1_000));
    expect(w.open(alice)).toEqual([order, ...pair]);
  });

  it('with one leg only where one is asked for', () => {
    const { w, m, alice, bob } = setUp();
    ok(w.sell(bob, m, 4, 1_000));
    ok(w.buy(alice, m, 2, 1_000, { stopLoss: 900 }));
    expect(pairOf(w, alice, m)).toEqual([0, 900]);
    ok(w.buy(alice, m, 2, 1_000, { takeProfit: 1_100 }));
    expect(pairOf(w, alice, m)).toEqual([1_100, 0]);
  });

  it('for a short with both legs on its side', () => {
    const { w, m, alice, bob } = setUp();
    ok(w.buy(bob, m, 5, 1_000));
    const order = ok(w.sell(alice, m, 5, 1_000, { takeProfit: 900, stopLoss: 1_100 }));
    expect(w.openOrder(alice, order + 1)).toMatchObject({ side: 1, triggerPrice: 900 });
    expect(w.mark(m, 1_099).fills).toEqual([]);
    ok(w.sell(bob, m, 5, 1_100));
    expect(w.mark(m, 1_100).fills).toHaveLength(1);
    expect(w.stands(alice, m)).toBe('flat');
  });

  it('not for an order that only reduced the other side', () => {
    const { w, m, alice, bob } = setUp();
    ok(w.buy(bob, m, 5, 1_000));
    ok(w.sell(alice, m, 5, 1_000));
    ok(w.sell(bob, m, 3, 1_000));
    ok(w.buy(alice, m, 3, 1_000, PAIR));
    expect(w.open(alice)).toEqual([]);
    expect(w.stands(alice, m)).toBe('-2 -2000 0');
  });

  it('for an order that turns the position', () => {
    const { w, m, alice, bob } = setUp();
    ok(w.buy(bob, m, 5, 1_000));
    ok(w.sell(alice, m, 5, 1_000, { stopLoss: 1_200 }));
    ok(w.sell(bob, m, 9, 1_000));
    const turn = w.buy(alice, m, 9, 1_000, PAIR);
    expect(turn.said).toBe('OK');
    expect(w.stands(alice, m)).toBe('4 4000 0');
    expect(pairOf(w, alice, m)).toEqual([1_100, 900]);
    expect(w.open(alice)).toHaveLength(2);
  });

  it('with an amended order when that fills first', () => {
    const { w, m, alice, bob } = setUp();
    const order = ok(w.buy(alice, m, 5, 990, PAIR));
    ok(w.amend(alice, order, 4, 990));
    ok(w.sell(bob, m, 9, 1_000));
    ok(w.amend(alice, order, 6, 1_000));
    expect(pairOf(w, alice, m)).toEqual([1_100, 900]);
    expect(w.stands(alice, m)).toBe('6 6000 0');
  });

  it('with an order that shrank in its place before its first fill', () => {
    const { w, m, alice, bob } = setUp();
    const order = ok(w.buy(alice, m, 5, 1_000, PAIR));
    ok(w.amend(alice, order, 4, 0));
    ok(w.sell(bob, m, 1, 1_000));
    expect(pairOf(w, alice, m)).toEqual([1_100, 900]);
  });

  it('not in spot, which has no position to protect', () => {
    const w = new World();
    const spot = w.spot();
    const alice = w.account('alice', RICH);
    expect(w.buy(alice, spot, 1, 1_000, { takeProfit: 1_100 }).said).toBe(
      `VALUE_INVALID ${fieldNumber('take_profit')} 1100`,
    );
    expect(w.buy(alice, spot, 1, 1_000, { stopLoss: 900 }).said).toBe(
      `VALUE_INVALID ${fieldNumber('stop_loss')} 900`,
    );
  });
});

describe('a pair', () => {
  const protectedLong = (size = 5) => {
    const world = setUp();
    ok(world.w.sell(world.bob, world.m, size, 1_000));
    const order = ok(world.w.buy(world.alice, world.m, size, 1_000, PAIR));
    return { ...world, take: order + 1, loss: order + 2 };
  };

  it('closes the whole position, as large as it is then, and its sibling dies', () => {
    const { w, m, alice, bob, carol, take, loss } = protectedLong(5);
    ok(w.sell(bob, m, 7, 1_000));
    ok(w.buy(alice, m, 7, 1_000)); // 12 now
    const bid = ok(w.buy(carol, m, 50, 890));
    const fired = w.mark(m, 900);
    expect(fired.fills).toEqual([`${bid}: 12 @ 890`]);
    expect(fired.cancels).toEqual([`${take} sibling 0`]);
    expect(w.openOrder(alice, loss)).toBeUndefined();
    expect(w.stands(alice, m)).toBe('flat');
    expect(w.open(alice)).toEqual([]);
  });

  it('is as small as the position has become', () => {
    const { w, m, alice, bob, carol } = protectedLong(5);
    ok(w.buy(bob, m, 3, 1_000));
    ok(w.sell(alice, m, 3, 1_000));
    const bid = ok(w.buy(carol, m, 50, 1_100));
    expect(w.mark(m, 1_100).fills).toEqual([`${bid}: 2 @ 1100`]);
    expect(w.open(alice)).toEqual([]);
  });

  it('that fires without enough liquidity is over, its sibling too', () => {
    const { w, m, alice, carol, take, loss } = protectedLong(5);
    ok(w.buy(carol, m, 2, 890));
    const fired = w.mark(m, 900);
    expect(fired.cancels).toEqual([`${loss} unfilled_rest 3`, `${take} sibling 0`]);
    expect(w.stands(alice, m)).toBe('3 3000 0');
    expect(w.open(alice)).toEqual([]);
  });

  it('dies with the position, however it closes', () => {
    const { w, m, alice, bob, take, loss } = protectedLong(5);
    ok(w.buy(bob, m, 5, 1_000));
    expect(w.sell(alice, m, 5, 1_000).cancels).toEqual([
      `${take} position_closed 0`,
      `${loss} position_closed 0`,
    ]);
    expect(w.open(alice)).toEqual([]);
  });

  it('dies when the position turns, as a maker', () => {
    const { w, m, alice, bob, take, loss } = protectedLong(5);
    ok(w.sell(alice, m, 9, 1_000));
    expect(w.buy(bob, m, 9, 1_000).cancels).toEqual([
      `${take} position_closed 0`,
      `${loss} position_closed 0`,
    ]);
    expect(w.stands(alice, m)).toBe('-4 -4000 0');
    expect(w.open(alice)).toEqual([]);
  });

  it('is replaced by a newer pair', () => {
    const { w, m, alice, bob, take, loss } = protectedLong(5);
    ok(w.sell(bob, m, 5, 1_000));
    const newer = w.buy(alice, m, 5, 1_000, { takeProfit: 1_200, stopLoss: 950 });
    expect(newer.cancels).toEqual([`${take} replaced 0`, `${loss} replaced 0`]);
    expect(pairOf(w, alice, m)).toEqual([1_200, 950]);
    expect(w.open(alice)).toHaveLength(2);
  });

  it('of two makers met by one taker: the later one’s stands, and only that', () => {
    const { w, m, alice, bob } = protectedLong(5);
    ok(w.buy(alice, m, 2, 1_000, { takeProfit: 1_300 }));
    ok(w.buy(alice, m, 2, 999, { takeProfit: 1_400, stopLoss: 940 }));
    ok(w.sell(bob, m, 4, 999));
    expect(pairOf(w, alice, m)).toEqual([1_400, 940]);
    expect(w.open(alice)).toHaveLength(2);
    expect(w.stands(alice, m)).toBe('9 8998 0');
  });

  it('of makers of two accounts met by one taker with its own: each gets its own', () => {
    const { w, m, alice, bob, carol } = setUp();
    ok(w.buy(alice, m, 2, 1_000, PAIR));
    ok(w.buy(bob, m, 2, 1_000, { stopLoss: 800 }));
    ok(w.sell(carol, m, 4, 1_000, { takeProfit: 700, stopLoss: 1_300 }));
    expect([alice, bob, carol].map((account) => pairOf(w, account, m))).toEqual([
      [1_100, 900],
      [0, 800],
      [700, 1_300],
    ]);
    const numbers = [alice, bob, carol].flatMap((account) => w.open(account));
    expect(new Set(numbers).size).toBe(5);
  });

  it('whose trigger is passed when it comes into being fires at once', () => {
    const { w, m, alice, bob, carol } = setUp();
    ok(w.buy(carol, m, 5, 980));
    ok(w.sell(bob, m, 5, 1_000));
    const order = w.buy(alice, m, 5, 1_000, { takeProfit: 1_000 });
    expect(order.fills.map((fill) => fill.split(': ')[1])).toEqual(['5 @ 1000', '5 @ 980']);
    expect(w.stands(alice, m)).toBe('flat');
  });

  it('both legs of which are due at once closes the position once', () => {
    const { w, m, alice, bob, carol } = setUp();
    ok(w.buy(carol, m, 50, 980));
    ok(w.sell(bob, m, 5, 1_000));
    ok(w.buy(alice, m, 5, 1_000, { takeProfit: 900, stopLoss: 1_100 }));
    expect(w.stands(alice, m)).toBe('flat');
    expect(w.open(alice)).toEqual([]);
    expect(w.queue(m, 1)).toHaveLength(1);
  });

  it('does not stand in the way of other stops of the position', () => {
    const { w, m, alice, carol, take, loss } = protectedLong(5);
    const stop = ok(w.sell(alice, m, 2, 0, { ...STOP, triggerPrice: 950, reduceOnly: true }));
    ok(w.buy(carol, m, 50, 890));
    ok(w.mark(m, 950));
    expect(w.stands(alice, m)).toBe('3 3000 0');
    expect(w.open(alice)).toEqual([take, loss]);
    expect(w.openOrder(alice, stop)).toBeUndefined();
  });

  it('protects an isolated position too and pays its pool out', () => {
    const { w, m, alice, bob, carol } = setUp();
    w.isolate(alice, m, 10);
    ok(w.sell(bob, m, 10, 1_000));
    ok(w.buy(alice, m, 10, 1_000, { stopLoss: 950 }));
    ok(w.buy(carol, m, 10, 950));
    ok(w.mark(m, 950));
    expect([w.free(alice), w.stands(alice, m)]).toEqual([RICH - 500, 'flat']);
  });
});
