// Proves what bounds risk beside an account's own margin: the open-interest cap and scaling, how
// much unrealised profit counts, the exact range, and markets that cross margin cannot count.

import { describe, expect, it, test } from 'vitest';
import { World, ok } from '../../testing/engine-kit.ts';
import type { Terms } from '../../testing/engine-kit.ts';
import { MODE_CROSS } from '../command.ts';

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

describe('the open-interest cap', () => {
  it('stops what would raise the longs beyond it, and nothing else', () => {
    const { w, m, alice, bob, carol } = setUp(RICH, { openInterestCap: 10 });
    ok(w.sell(bob, m, 10, 1_000));
    ok(w.buy(alice, m, 10, 1_000));
    ok(w.sell(bob, m, 5, 1_000));
    expect(w.buy(carol, m, 1, 1_000).said).toBe('OPEN_INTEREST_CAP 11 10');
    ok(w.cancelAll(bob));
    ok(w.sell(alice, m, 4, 1_000));
    expect(w.buy(carol, m, 4, 1_000).said).toBe('OK'); // handed on: still 10
    ok(w.buy(bob, m, 6, 1_000)); // bob is short: he closes
    expect(w.sell(alice, m, 6, 1_000).said).toBe('OK');
    expect(w.engine.markets()[m].openInterest).toBe(4);
  });
});

describe('open-interest scaling', () => {
  const scaled = { openInterestScaleFrom: 10, openInterestScaleTo: 20 };

  it('raises the initial rate by the longs after the order', () => {
    // 15 longs: half way. 15,000: 1,500 + half of the other 13,500
    for (const equity of [8_250, 8_249]) {
      const { w, m, alice, bob } = setUp(equity, scaled);
      ok(w.sell(bob, m, 15, 1_000));
      expect(w.buy(alice, m, 15, 1_000).said).toBe(
        equity === 8_250 ? 'OK' : 'INSUFFICIENT_MARGIN 8249 8250',
      );
    }
  });

  it('asks 100 % from the second mark on, and never touches maintenance', () => {
    const { w, m, alice, bob, carol } = setUp(20_000, scaled);
    ok(w.sell(bob, m, 20, 1_000));
    expect(w.buy(alice, m, 20, 1_000).said).toBe('OK');
    expect(w.engine.account(alice)).toMatchObject({ initial: 20_000, maintenance: 1_000 });
    expect(w.buy(carol, m, 1, 900).said).toBe('OK');
    expect(w.engine.account(carol).initial).toBe(1_000);
  });

  it('leaves what is at or under the first mark alone', () => {
    const { w, m, alice, bob } = setUp(1_000, scaled);
    ok(w.sell(bob, m, 10, 1_000));
    expect(w.buy(alice, m, 10, 1_000).said).toBe('OK');
  });
});

describe('unrealised profit', () => {
  test.each([
    ['counts by its weight', { profitWeightPpm: 500_000 }, 1_500, 3],
    ['counts in full', {}, 2_000, 8],
    ['counts not at all', { profitWeightPpm: 0 }, 1_000, 0],
    ['counts up to its cap', { profitCap: 250 }, 1_250, 1],
    [
      'counts up to its cap after its weight',
      { profitWeightPpm: 500_000, profitCap: 600 },
      1_500,
      3,
    ],
  ])('%s for new risk, and fully for maintenance', (_, terms, counted, more) => {
    const { w, m, alice, carol } = setUpLong(1_000, 10, terms);
    ok(w.mark(m, 1_100)); // +1,000; 10 require 1,100
    expect(w.engine.account(alice).equity).toBe(2_000);
    ok(w.sell(carol, m, 100, 1_100));
    const required = (11 + more) * 110;
    expect(w.buy(alice, m, more + 1, 1_100).said).toBe(
      `INSUFFICIENT_MARGIN ${counted} ${required}`,
    );
    if (more > 0) expect(w.buy(alice, m, more, 1_100).said).toBe('OK');
  });

  it('that is lost counts in full', () => {
    const { w, m, alice } = setUpLong(2_000, 10, { profitWeightPpm: 0 });
    ok(w.mark(m, 950));
    expect(w.buy(alice, m, 10, 900).said).toBe('INSUFFICIENT_MARGIN 1500 1900');
  });
});

describe('amounts beyond what is counted exactly', () => {
  it('are refused when an order would bring them', () => {
    const { w, m, alice } = setUp(3e15);
    expect(w.buy(alice, m, 1e12 + 1, 1_000).said).toBe(
      'AMOUNT_OUT_OF_RANGE 4000000000001000 4000000000000000',
    );
    expect(w.buy(alice, m, 5e11, 1_000).said).toBe('OK'); // 3e15 + 0.5e15
    expect(w.buy(alice, m, 5e11, 1_000).said).toBe('OK'); // exactly 4e15
    expect(w.buy(alice, m, 1, 1_000).said).toBe(
      'AMOUNT_OUT_OF_RANGE 4000000000001000 4000000000000000',
    );
  });

  it('are refused when reducing orders would bring them', () => {
    const { w, m, alice, bob } = setUp(RICH);
    ok(w.buy(bob, m, 3, 1_000));
    ok(w.sell(alice, m, 3, 1_000));
    const far = 3_999_999_999_999_999;
    const said = [1, 2, 3].map((size) => w.buy(alice, m, 1, far - size).said);
    expect(said[0]).toBe('OK');
    expect(said[2]).toMatch(/^AMOUNT_OUT_OF_RANGE/);
    ok(w.cancelAll(alice));
    expect(w.engine.account(alice).initial).toBe(300);
  });

  it('are refused as a mark', () => {
    const { w, m, alice, bob } = setUp(2e15);
    ok(w.deposit(bob, 2e15));
    ok(w.sell(bob, m, 5e11, 1_000));
    ok(w.buy(alice, m, 5e11, 1_000));
    expect(w.mark(m, 8_001).said).toBe('AMOUNT_OUT_OF_RANGE 8001 4000000000000000');
    expect(w.mark(m, 8_000).said).toBe('OK');
  });
});

describe('a market that is not quoted in the settlement asset', () => {
  it('takes no cross orders, edits aside, and no cross mode', () => {
    const w = new World();
    const m = w.perp({}, 1_000, { quote: 1 });
    const [alice, bob] = [w.account('alice', RICH, 10_000), w.account('bob', RICH, 10_000)];
    expect(w.buy(alice, m, 1, 1_000).said).toBe('MODE_NOT_AVAILABLE');
    ok(w.leverage(alice, m, 10));
    expect(w.buy(alice, m, 1, 1_000).said).toBe('MODE_NOT_AVAILABLE');
    expect(w.buy(alice, m, 1, 0, { type: 2, triggerPrice: 1_100 }).said).toBe('MODE_NOT_AVAILABLE');
    w.isolate(alice, m, 10);
    w.isolate(bob, m, 10);
    expect(
      w.send({ kind: 'set_margin_mode', account: alice, market: m, mode: MODE_CROSS }).said,
    ).toBe('MODE_NOT_AVAILABLE');
    ok(w.sell(bob, m, 10, 1_000));
    expect(w.buy(alice, m, 10, 1_000).said).toBe('OK');
    expect(w.stands(alice, m)).toBe('10 10000 1000');
    expect([w.free(alice), w.free(alice, 1)]).toEqual([RICH, 9_000]);
    expect(w.engine.account(alice)).toMatchObject({ equity: RICH, initial: 0, maintenance: 0 });
  });
});
