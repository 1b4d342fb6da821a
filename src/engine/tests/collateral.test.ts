// Proves a second asset as collateral: its haircut, a debt in the settlement asset behind it, and
// that neither trading nor withdrawing it may leave positions or debts uncovered. GOLD counts 90 %
// of the index of its spot market, which is 1,000.

import { describe, expect, it } from 'vitest';
import { GOLD, World, ok } from '../../testing/engine-kit.ts';

const RICH = 1_000_000;

/** A perpetual and GOLD/USD; alice owns this much USD and GOLD. */
function setUp(usd: number, gold: number) {
  const w = new World();
  const spot = w.spot();
  const m = w.perp();
  const alice = w.account('alice', usd, gold);
  const bob = w.account('bob', RICH, 1_000);
  const equity = () => w.engine.account(alice).equity;
  return { w, m, spot, alice, bob, equity };
}

/** Alice has only 10 GOLD, and lost `loss` · 10 USD on a position that is closed. */
function setUpDebt(loss: number) {
  const world = setUp(0, 10);
  const { w, m, alice, bob } = world;
  ok(w.sell(bob, m, 10, 1_000));
  ok(w.buy(alice, m, 10, 1_000));
  ok(w.buy(bob, m, 10, 1_000 - loss));
  ok(w.sell(alice, m, 10, 1_000 - loss));
  expect(w.free(alice)).toBe(-10 * loss);
  return world;
}

describe('collateral', () => {
  it('counts by its weight at the index of its market', () => {
    const { w, spot, equity } = setUp(100, 10);
    expect(equity()).toBe(9_100);
    const moved = w.index(spot, 1_234);
    expect(moved.events[1]).toMatchObject({ name: 'asset_priced', asset: GOLD, price: 1_234 });
    expect(equity()).toBe(100 + 11_106);
  });

  it('is rounded down once, with decimals', () => {
    const w = new World();
    const silver = ok(w.asset('SILVER', { decimals: 3, weightPpm: 333_333 }));
    const market = w.spot({}, 0, {
      base: silver,
      symbol: 'SILVER/USD',
      priceUnit: '100',
      sizeUnit: '0.01',
      baseMultiplier: 10,
    });
    ok(w.index(market, 77)); // 77 hundreds per whole
    expect(w.engine.assets()[silver].price).toBe(7_700);
    const alice = w.account('alice');
    ok(w.deposit(alice, 1_999, silver));
    // floor(1.999 · 7,700 · 0.333333) = floor(5,130.76)
    expect(w.engine.account(alice).equity).toBe(5_130);
  });

  it('without a price counts nothing', () => {
    const w = new World();
    const m = w.perp();
    const alice = w.account('alice', 0, 1_000);
    expect(w.engine.account(alice).equity).toBe(0);
    expect(w.buy(alice, m, 1, 1_000).said).toBe('INSUFFICIENT_MARGIN 0 100');
  });

  it('backs positions exactly', () => {
    const { w, m, alice, bob } = setUp(100, 10);
    ok(w.sell(bob, m, 100, 1_000));
    expect(w.buy(alice, m, 92, 1_000).said).toBe('INSUFFICIENT_MARGIN 9100 9200');
    expect(w.buy(alice, m, 91, 1_000).said).toBe('OK');
    expect(w.withdraw(alice, 1, GOLD).said).toBe('WITHDRAWAL_UNDERCOLLATERALISED 8200 9100');
  });

  it('does not count while an order holds it', () => {
    const { w, m, spot, alice, equity } = setUp(100, 10);
    ok(w.sell(alice, spot, 4, 2_000));
    expect(equity()).toBe(5_500);
    expect(w.buy(alice, m, 56, 900).said).toBe('INSUFFICIENT_MARGIN 5500 5600');
  });
});

describe('under open positions', () => {
  /** 1,000 USD and 10 GOLD (9,000) under 50 at 1,000: 5,000 are required. */
  const setUpLong = () => {
    const world = setUp(1_000, 10);
    ok(world.w.sell(world.bob, world.m, 50, 1_000));
    ok(world.w.buy(world.alice, world.m, 50, 1_000));
    return world;
  };

  it('a spot buy may not lower the weighted collateral below initial', () => {
    const { w, m, spot, alice, bob } = setUp(1_000, 0);
    ok(w.sell(bob, m, 10, 1_000));
    ok(w.buy(alice, m, 10, 1_000));
    ok(w.sell(bob, spot, 10, 1_000));
    expect(w.buy(alice, spot, 1, 1_000).said).toBe('INSUFFICIENT_MARGIN 900 1000');
    ok(w.deposit(alice, 100));
    expect(w.buy(alice, spot, 1, 1_000).said).toBe('OK'); // 100 + 900
  });

  it('a spot order may not reserve what could not be withdrawn', () => {
    const { w, m, spot, alice, bob } = setUp(2_000, 0);
    ok(w.sell(bob, m, 10, 1_000));
    ok(w.buy(alice, m, 10, 1_000));
    expect(w.buy(alice, spot, 1, 1_001).said).toBe('INSUFFICIENT_MARGIN 999 1000');
    expect(w.buy(alice, spot, 1, 1_000).said).toBe('OK');
  });

  it('a spot sell of collateral counts the whole cash and the lost weight', () => {
    const { w, spot, alice, bob, equity } = setUpLong();
    ok(w.buy(bob, spot, 10, 100)); // far below its worth
    expect(w.sell(alice, spot, 7, 100).said).toBe('INSUFFICIENT_MARGIN 4400 5000'); // 1,700 + 2,700
    expect(w.sell(alice, spot, 6, 100).said).toBe('OK'); // 1,600 + 3,600
    expect(equity()).toBe(5_200);
  });

  it('a withdrawal is refused with what would remain', () => {
    const { w, alice } = setUpLong();
    expect(w.withdraw(alice, 6, GOLD).said).toBe('WITHDRAWAL_UNDERCOLLATERALISED 4600 5000');
    expect(w.withdraw(alice, 5, GOLD).said).toBe('OK'); // 5,500
    expect(w.withdraw(alice, 501).said).toBe('WITHDRAWAL_UNDERCOLLATERALISED 4999 5000');
    expect(w.withdraw(alice, 500).said).toBe('OK');
  });

  it('an account under initial margin may still sell collateral without worsening it', () => {
    const { w, m, spot, alice, bob, equity } = setUp(0, 10);
    ok(w.sell(bob, m, 80, 1_000));
    ok(w.buy(alice, m, 80, 1_000));
    ok(w.index(spot, 800)); // 7,200 against 8,000
    ok(w.buy(bob, spot, 1, 800));
    expect(w.sell(alice, spot, 1, 800).said).toBe('OK'); // 800 for 720
    expect(equity()).toBe(7_280);
    ok(w.buy(bob, spot, 1, 700));
    expect(w.sell(alice, spot, 1, 700).said).toBe('INSUFFICIENT_MARGIN 7260 8000'); // 700 for 720
  });
});

describe('a debt in the settlement asset', () => {
  it('comes from a loss that only collateral covers, and counts in full', () => {
    const { equity } = setUpDebt(100);
    expect(equity()).toBe(8_000);
  });

  it('keeps the collateral from leaving, also without any position', () => {
    const { w, alice, bob } = setUpDebt(100);
    expect(w.withdraw(alice, 9, GOLD).said).toBe('WITHDRAWAL_UNDERCOLLATERALISED -100 0');
    expect(w.transfer(alice, bob, 9, GOLD).said).toBe('WITHDRAWAL_UNDERCOLLATERALISED -100 0');
    expect(w.withdraw(alice, 8, GOLD).said).toBe('OK'); // 1,800 remain
    expect(w.withdraw(alice, 1, GOLD).said).toBe('WITHDRAWAL_UNDERCOLLATERALISED -100 0');
    expect(w.withdraw(alice, 1).said).toBe('INSUFFICIENT_BALANCE 1 0');
  });

  it('keeps the collateral from being reserved away', () => {
    const { w, spot, alice } = setUpDebt(100);
    expect(w.sell(alice, spot, 9, 1_000).said).toBe('INSUFFICIENT_MARGIN -100 0');
    expect(w.sell(alice, spot, 8, 1_000).said).toBe('OK');
  });

  it('may be paid back by selling collateral, in parts', () => {
    const { w, spot, alice, bob, equity } = setUpDebt(300);
    ok(w.buy(bob, spot, 10, 1_000));
    expect(w.sell(alice, spot, 1, 1_000).said).toBe('OK'); // −2,000 and 9 · 900
    expect([w.free(alice), equity()]).toEqual([-2_000, 6_100]);
    expect(w.sell(alice, spot, 2, 1_000).said).toBe('OK');
    expect([w.free(alice), equity()]).toEqual([0, 6_300]);
  });

  it('may not be made larger by buying', () => {
    const { w, spot, alice, bob } = setUpDebt(100);
    ok(w.sell(bob, spot, 1, 1));
    expect(w.buy(alice, spot, 1, 1).said).toBe('INSUFFICIENT_BALANCE 1 0');
  });

  it('may be paid by a deposit, of which nothing is free then', () => {
    const { w, alice } = setUpDebt(100);
    ok(w.deposit(alice, 999));
    expect(w.withdraw(alice, 1).said).toBe('INSUFFICIENT_BALANCE 1 0');
    ok(w.deposit(alice, 2));
    expect(w.free(alice)).toBe(1);
    expect(w.withdraw(alice, 1).said).toBe('OK');
  });

  it('may be backed further for new positions', () => {
    const { w, m, alice, bob } = setUpDebt(100);
    ok(w.sell(bob, m, 100, 1_000));
    expect(w.buy(alice, m, 81, 1_000).said).toBe('INSUFFICIENT_MARGIN 8000 8100');
    expect(w.buy(alice, m, 80, 1_000).said).toBe('OK');
  });

  it('is found at another price when some of what backs it has left', () => {
    const { w, spot, alice } = setUpDebt(80);
    ok(w.withdraw(alice, 9, GOLD)); // one is left, 900 for 800
    ok(w.index(spot, 889));
    expect(w.free(alice)).toBe(-800); // 800.1 rounded down
    const { events } = w.index(spot, 888);
    expect(events.map(({ name }) => name)).toContain('liquidation_started');
  });

  it('is not covered by an isolated pool', () => {
    const { w, alice, bob } = setUpDebt(100);
    const isolated = w.perp();
    w.isolate(alice, isolated);
    ok(w.sell(bob, isolated, 10, 1_000));
    expect(w.buy(alice, isolated, 10, 1_000).said).toBe('INSUFFICIENT_BALANCE 1000 0');
  });
});
