// Proves the maker check: before a fill, a maker that would be below maintenance and worse off than
// it is loses its order and matching goes on. Initial 10 %, maintenance 5 %, notional = price ×
// size, mark 1,000 unless a test says otherwise.

import { describe, expect, it } from 'vitest';
import { IOC, World, ok } from '../../testing/engine-kit.ts';
import type { Terms } from '../../testing/engine-kit.ts';

const RICH = 1_000_000;

/** Alice with this much, and bob and carol with plenty. */
function setUp(equity: number, terms: Partial<Terms> = {}) {
  const w = new World();
  const m = w.perp(terms);
  const alice = w.account('alice', equity);
  const [bob, carol] = ['bob', 'carol'].map((name) => w.account(name, RICH));
  return { w, m, alice, bob, carol };
}

/** The same, and alice is long `size` at 1,000. */
function setUpLong(equity: number, size: number, terms: Partial<Terms> = {}) {
  const world = setUp(equity, terms);
  ok(world.w.sell(world.bob, world.m, size, 1_000));
  ok(world.w.buy(world.alice, world.m, size, 1_000));
  return world;
}

describe('the maker check', () => {
  /** Alice bids 10 at 1,000 with all she has; then the mark falls to `mark`. */
  const stale = (mark: number) => {
    const world = setUp(1_000);
    const bid = ok(world.w.buy(world.alice, world.m, 10, 1_000));
    ok(world.w.mark(world.m, mark));
    return { ...world, bid };
  };

  it('keeps a maker that would be at maintenance or above', () => {
    const { w, m, bob, bid } = stale(948); // equity 480, maintenance 474
    expect(w.sell(bob, m, 10, 0).fills).toEqual([`${bid}: 10 @ 1000`]);
  });

  it('drops one that would be below, and goes on with the next', () => {
    const { w, m, alice, bob, carol, bid } = stale(947); // equity 470, maintenance ceil(473.5)
    const next = ok(w.buy(carol, m, 3, 999));
    const taker = w.sell(bob, m, 10, 990);
    expect(taker.fills).toEqual([`${next}: 3 @ 999`]);
    expect(taker.cancels).toEqual([`${bid} maker_margin 10`]);
    expect(w.openOrder(bob, taker.created)?.open).toBe(7);
    expect(w.stands(alice, m)).toBe('flat');
  });

  it('asks for all that the order has open, even when less would be filled', () => {
    const { w, m, bob, bid } = stale(947);
    expect(w.sell(bob, m, 1, 0).cancels[0]).toBe(`${bid} maker_margin 10`);
  });

  it('sees the fills before it in the same match', () => {
    const { w, m, alice, bob } = setUp(2_000);
    const one = ok(w.buy(alice, m, 10, 1_000));
    const two = ok(w.buy(alice, m, 10, 999));
    ok(w.mark(m, 940));
    // the first alone: 2,000 − 600 against 470; both: 2,000 − 600 − 590 = 810 against 940
    const taker = w.sell(bob, m, 20, 990);
    expect(taker.fills).toEqual([`${one}: 10 @ 1000`]);
    expect(taker.cancels).toEqual([`${two} maker_margin 10`]);
  });

  it('keeps what makes a maker safer', () => {
    const { w, m, alice, bob } = setUpLong(1_000, 10);
    ok(w.mark(m, 950)); // equity 500, maintenance 475
    const ask = ok(w.sell(alice, m, 10, 951));
    ok(w.mark(m, 948));
    expect(w.buy(bob, m, 5, 951).fills).toEqual([`${ask}: 5 @ 951`]);
  });

  it('lets a maker turn through zero as far as its margin goes', () => {
    const { w, m, alice, bob } = setUpLong(1_000, 10);
    const ask = ok(w.sell(alice, m, 20, 1_000));
    expect(w.buy(bob, m, 20, 1_000).fills).toEqual([`${ask}: 20 @ 1000`]);
    expect(w.stands(alice, m)).toBe('-10 -10000 0');
    expect(w.free(alice)).toBe(1_000);
  });

  it('drops each stale maker of an account, however many', () => {
    const { w, m, alice, bob } = setUp(100_000, {});
    ok(w.leverage(alice, m, 10));
    for (let i = 0; i < 70; i++) ok(w.buy(alice, m, 10, 1_000 - i));
    ok(w.mark(m, 500));
    const taker = w.sell(bob, m, 1_000, 900, IOC);
    // equity falls by 5,000 − 10i per fill of 10, against maintenance of 250 per fill
    expect(taker.fills.length + taker.cancels.length - 1).toBe(70);
    expect(w.engine.account(alice).equity).toBeGreaterThanOrEqual(
      w.engine.account(alice).maintenance,
    );
  });

  it('works for more makers than fit the first scratch page', () => {
    const { w, m, bob } = setUp(1_000);
    const makers = Array.from({ length: 70 }, (_, i) =>
      w.account(`maker${i}`, i % 2 === 0 ? 100 : 300),
    );
    for (const maker of makers) ok(w.buy(maker, m, 1, 1_000));
    ok(w.mark(m, 900)); // half of them would have nothing left
    const taker = w.sell(bob, m, 70, 1_000, IOC);
    expect(taker.fills).toHaveLength(35);
    expect(taker.cancels).toHaveLength(36);
    expect(w.position(bob, m)?.size).toBe(-35);
  });
});
