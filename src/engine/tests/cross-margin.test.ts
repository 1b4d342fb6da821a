// Proves cross margin to the unit: what an order requires, what may be done under initial margin,
// what a maker may still trade, and the limits of leverage, open interest and profit. Initial 10 %,
// maintenance 5 %, notional = price × size, mark 1,000 unless a test says otherwise.

import { describe, expect, it, test } from 'vitest';
import { World, ok, rates } from '../../testing/engine-kit.ts';
import type { Terms } from '../../testing/engine-kit.ts';
import { MODE_CROSS, MODE_ISOLATED } from '../command.ts';
import { fieldNumber } from '../reason.ts';

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

describe('an order is accepted exactly when equity ≥ initial', () => {
  const cases: [string, Partial<Terms>, number, number, number][] = [
    // what, terms, limit price with which 10 are bought from an ask there, needed, required
    ['at the mark: 10 % of 10,000', {}, 1_000, 1_000, 1_000],
    ['above the mark: 100 more are lost at once', {}, 1_010, 1_100, 1_000],
    ['below the mark: 100 are won at once', {}, 990, 900, 1_000],
    ['with a fee of ceil(10,000 · 0.05 %) = 5', { takerFeePpm: 500 }, 1_000, 1_005, 1_000],
    [
      'in a second bracket: 5,000 · 10 % + 5,000 · 20 %',
      {
        brackets: [
          ...rates(100_000, 50_000),
          { floorNotional: 5_000, initialPpm: 200_000, maintenancePpm: 100_000 },
        ],
      },
      1_000,
      1_500,
      1_500,
    ],
    [
      'rounded up once: 5,000 · 10 % + 5,000 · 20.0001 % = 1,500.005',
      {
        brackets: [
          ...rates(100_000, 50_000),
          { floorNotional: 5_000, initialPpm: 200_001, maintenancePpm: 100_000 },
        ],
      },
      1_000,
      1_501,
      1_501,
    ],
  ];
  test.each(cases)('as a taker %s', (_, terms, price, needed, required) => {
    for (const missing of [0, 1]) {
      const { w, m, alice, bob } = setUp(needed - missing, terms);
      ok(w.sell(bob, m, 10, price));
      const equity = required - missing;
      const said = missing === 0 ? 'OK' : `INSUFFICIENT_MARGIN ${equity} ${required}`;
      expect(w.buy(alice, m, 10, price).said).toBe(said);
    }
  });
});

describe('among many resting orders only those beyond the mark lose', () => {
  /** One buy at 1,100, which loses 100 against the mark, and nine at 900, which lose nothing. */
  function setUpMany(equity: number) {
    const world = setUp(equity);
    const high = ok(world.w.buy(world.alice, world.m, 1, 1_100));
    for (let i = 0; i < 9; i++) ok(world.w.buy(world.alice, world.m, 1, 900));
    return { ...world, high };
  }

  it('to the unit, although the sum over all of them at 1,100 would not do', () => {
    for (const missing of [0, 1]) {
      const { w, m, alice } = setUpMany(1_200 - missing);
      const said = missing === 0 ? 'OK' : `INSUFFICIENT_MARGIN ${1_200 - missing} 1200`;
      expect(w.buy(alice, m, 1, 900).said).toBe(said);
    }
  });

  it('also after the highest of them is gone', () => {
    const { w, m, alice, high } = setUpMany(1_200);
    ok(w.cancel(alice, high));
    for (let size = 10; size <= 12; size++) ok(w.buy(alice, m, 1, 900));
    expect(w.buy(alice, m, 1, 900).said).toBe('INSUFFICIENT_MARGIN 1200 1300');
  });
});

describe('a resting order requires', () => {
  type Resting = readonly [side: 1 | -1, size: number, price: number];
  const resting: [string, Partial<Terms>, Resting[], number][] = [
    ['below the mark', {}, [[1, 10, 990]], 1_000],
    ['above the mark: L = 10 · 10', {}, [[1, 10, 1_010]], 1_100],
    ['a sell below the mark: L = 10 · 10', {}, [[-1, 10, 990]], 1_100],
    ['with F = ceil(9,900 · 0.1 %) = 10', { takerFeePpm: 1_000 }, [[1, 10, 990]], 1_010],
    [
      'with L = 100 and F = ceil(10,100 · 0.1 %) = 11',
      { takerFeePpm: 1_000 },
      [[1, 10, 1_010]],
      1_111,
    ],
    [
      'on both sides: the larger exposure, both fees 10 + 11',
      { takerFeePpm: 1_000 },
      [
        [-1, 10, 1_010],
        [1, 10, 990],
      ],
      1_021,
    ],
    [
      'on both sides: max(4, 10) and no fee',
      {},
      [
        [1, 4, 990],
        [-1, 10, 1_010],
      ],
      1_000,
    ],
    [
      'a gain of one never pays for another’s loss: 2,000 + 100',
      {},
      [
        [1, 10, 900],
        [1, 10, 1_010],
      ],
      2_100,
    ],
    [
      'F is one rounding per side: ceil(1,980 · 0.1 %) = 2',
      { takerFeePpm: 1_000 },
      [
        [1, 1, 990],
        [1, 1, 990],
      ],
      202,
    ],
  ];
  test.each(resting)('just this: %s', (_, terms, orders, needed) => {
    for (const missing of [0, 1]) {
      const { w, m, alice } = setUp(needed - missing, terms);
      const said = orders.map(([side, size, price]) => w.order(alice, m, side, size, price).said);
      const last = missing === 0 ? 'OK' : `INSUFFICIENT_MARGIN ${needed - 1} ${needed}`;
      expect(said).toEqual([...orders.slice(1).map(() => 'OK'), last]);
      if (missing === 0)
        expect(w.engine.account(alice)).toMatchObject({
          equity: needed,
          initial: needed,
          withdrawable: 0,
        });
    }
  });

  it('and a resting order below the mark starts to lose when the mark falls under it', () => {
    const { w, m, alice } = setUp(10_000);
    ok(w.buy(alice, m, 10, 990));
    ok(w.buy(alice, m, 10, 980));
    ok(w.mark(m, 985));
    // 20 · 985 · 10 % + (990 − 985) · 10
    expect(w.engine.account(alice).initial).toBe(1_970 + 50);
    const highest = w.open(alice)[0];
    ok(w.cancel(alice, highest));
    expect(w.engine.account(alice).initial).toBe(985);
  });

  it('and resting orders add to a position by the worse side', () => {
    const { w, m, alice } = setUpLong(10_000, 10);
    ok(w.buy(alice, m, 5, 990));
    expect(w.engine.account(alice).initial).toBe(1_500);
    ok(w.sell(alice, m, 30, 1_010)); // max(|10 + 5|, |10 − 30|)
    expect(w.engine.account(alice).initial).toBe(2_000);
  });

  it('and nothing is required for reduce-only orders', () => {
    const { w, m, alice } = setUpLong(1_000, 10);
    ok(w.sell(alice, m, 10, 900, { reduceOnly: true })); // no bid: it rests far below the mark
    expect(w.engine.account(alice).initial).toBe(1_000);
  });
});

describe('chosen leverage', () => {
  it('raises the requirement to notional ÷ leverage', () => {
    const { w, m, alice } = setUp(1_999);
    ok(w.leverage(alice, m, 5));
    expect(w.buy(alice, m, 10, 1_000).said).toBe('INSUFFICIENT_MARGIN 1999 2000');
    ok(w.deposit(alice, 1));
    expect(w.buy(alice, m, 10, 1_000).said).toBe('OK');
  });

  it('is a whole number from 1 to what the first bracket allows', () => {
    // floor(1 ÷ 3 %) = 33
    const { w, m, alice } = setUp(1_000, { brackets: rates(30_000, 20_000) });
    expect(w.leverage(alice, m, 33).said).toBe('OK');
    expect(w.leverage(alice, m, 34).said).toBe('ABOVE_MAX_LEVERAGE 3400000 3300000');
    for (const bad of [0, -1, 1.5])
      expect(w.leverage(alice, m, bad).said).toBe(
        `VALUE_INVALID ${fieldNumber('leverage')} ${bad}`,
      );
    expect(w.leverage(alice, m, 1).said).toBe('OK');
    expect(w.leverage(alice, 9, 1).said).toBe('MARKET_NOT_FOUND');
    expect(w.leverage(99, m, 1).said).toBe('ACCOUNT_NOT_FOUND');
    expect(w.leverage(alice, w.spot(), 1).said).toBe('MODE_NOT_AVAILABLE');
  });

  it('may be lowered as far as positions and orders are still covered', () => {
    const { w, m, alice } = setUpLong(2_500, 10);
    ok(w.buy(alice, m, 2, 1_000)); // 12,000 in all
    expect(w.leverage(alice, m, 4).said).toBe('INSUFFICIENT_MARGIN 2500 3000');
    expect(w.leverage(alice, m, 5).said).toBe('OK');
    expect(w.engine.account(alice).initial).toBe(2_400);
    expect(w.leverage(alice, m, 10).said).toBe('OK'); // raising frees
    expect(w.engine.account(alice).initial).toBe(1_200);
  });

  it('counts for its own market only', () => {
    const { w, m, alice } = setUp(1_100);
    const other = w.perp();
    ok(w.leverage(alice, m, 1));
    ok(w.buy(alice, other, 1, 1_000));
    expect(w.buy(alice, m, 1, 1_000).said).toBe('OK'); // 100 + 1,000
    expect(w.buy(alice, other, 1, 1_000).said).toBe('INSUFFICIENT_MARGIN 1100 1200');
  });
});

describe('the margin mode', () => {
  it('changes only flat and without orders, stops included', () => {
    const { w, m, alice } = setUpLong(1_000, 2);
    const set = (mode: number) =>
      w.send({ kind: 'set_margin_mode', account: alice, market: m, mode }).said;
    expect(set(MODE_ISOLATED)).toBe('MODE_NEEDS_FLAT 2 0');
    ok(w.sell(alice, m, 2, 0, { type: 2, triggerPrice: 900 }));
    expect(set(MODE_ISOLATED)).toBe('MODE_NEEDS_FLAT 2 1');
    ok(w.cancelAll(alice));
    ok(w.buy(w.account('dave', RICH), m, 2, 1_000));
    ok(w.sell(alice, m, 2, 1_000));
    expect(set(MODE_ISOLATED)).toBe('OK');
    expect(set(MODE_CROSS)).toBe('OK');
    expect(set(2)).toBe(`VALUE_INVALID ${fieldNumber('mode')} 2`);
    expect(
      w.send({ kind: 'set_margin_mode', account: alice, market: w.spot(), mode: 1 }).said,
    ).toBe('MODE_NOT_AVAILABLE');
  });
});

describe('two markets of one scope', () => {
  it('share the equity', () => {
    for (const equity of [2_000, 1_999]) {
      const { w, m, alice, bob } = setUp(equity);
      const other = w.perp();
      ok(w.sell(bob, m, 10, 1_000));
      ok(w.buy(alice, m, 10, 1_000));
      ok(w.buy(bob, other, 10, 1_000));
      const said = equity === 2_000 ? 'OK' : 'INSUFFICIENT_MARGIN 1999 2000';
      expect(w.sell(alice, other, 10, 1_000).said).toBe(said);
    }
  });

  it('lend each other profit and loss', () => {
    const { w, m, alice, bob } = setUpLong(1_500, 10);
    const other = w.perp();
    ok(w.mark(m, 1_050)); // +500: equity 2,000, initial 1,050
    ok(w.buy(bob, other, 20, 1_000));
    expect(w.sell(alice, other, 10, 1_000).said).toBe('INSUFFICIENT_MARGIN 2000 2050');
    expect(w.sell(alice, other, 9, 1_000).said).toBe('OK');
    ok(w.mark(m, 1_000));
    expect(w.engine.account(alice)).toMatchObject({
      equity: 1_500,
      initial: 1_900,
      maintenance: 950,
    });
    expect(w.sell(alice, other, 1, 1_000).said).toBe('INSUFFICIENT_MARGIN 1500 2000');
  });
});

describe('a reducing order', () => {
  it('is never refused for initial margin', () => {
    const { w, m, alice, bob } = setUpLong(1_000, 10);
    ok(w.mark(m, 960)); // equity 600, initial 960
    ok(w.buy(bob, m, 20, 955));
    expect(w.buy(alice, m, 1, 900).said).toBe('INSUFFICIENT_MARGIN 600 1056');
    expect(w.sell(alice, m, 3, 955).said).toBe('OK');
    expect(w.sell(alice, m, 7, 2_000).said).toBe('OK');
  });

  it('counts with the resting ones of its side', () => {
    const { w, m, alice } = setUpLong(1_010, 10, { takerFeePpm: 1_000 });
    ok(w.mark(m, 960)); // 10 were the fee, 400 are lost
    ok(w.sell(alice, m, 7, 2_000));
    // 7 + 4 > 10: one may open, and the side’s fee ceil((14,000 + 8,000) · 0.1 %) = 22 is new
    expect(w.sell(alice, m, 4, 2_000).said).toBe('INSUFFICIENT_MARGIN 600 982');
    expect(w.sell(alice, m, 3, 2_000).said).toBe('OK');
  });

  it('may not leave less than nothing: the bankruptcy price is the worst', () => {
    const { w, m, alice, bob } = setUpLong(1_000, 10);
    ok(w.buy(bob, m, 10, 899));
    expect(w.sell(alice, m, 10, 0).said).toBe('WOULD_BANKRUPT -10 900'); // 1,000 − 10 · 101
    expect(w.sell(alice, m, 5, 0).said).toBe('OK'); // 1,000 − 5 · 101
    ok(w.cancelAll(bob));
    ok(w.buy(bob, m, 10, 900)); // equity 495 behind 5 more: 1,000 − 99 = 901
    expect(w.sell(alice, m, 5, 0).said).toBe('WOULD_BANKRUPT -5 901');
    ok(w.buy(bob, m, 10, 901));
    expect(w.sell(alice, m, 5, 0).said).toBe('OK');
    expect(w.free(alice)).toBe(0);
  });

  it('may close a short at its bankruptcy price and not above', () => {
    const { w, m, alice, bob } = setUp(1_000);
    ok(w.buy(bob, m, 10, 1_000));
    ok(w.sell(alice, m, 10, 1_000));
    ok(w.sell(bob, m, 10, 1_101));
    expect(w.buy(alice, m, 10, 0, { reduceOnly: true }).said).toBe('WOULD_BANKRUPT -10 1100');
    ok(w.sell(bob, m, 10, 1_100));
    expect(w.buy(alice, m, 10, 0, { reduceOnly: true }).said).toBe('OK');
  });
});

describe('an opening order', () => {
  it('that would lose everything at once is refused as such', () => {
    const { w, m, alice, bob } = setUp(100);
    ok(w.sell(bob, m, 1, 1_200));
    expect(w.buy(alice, m, 1, 1_200).said).toBe('WOULD_BANKRUPT -100 0');
  });
});

describe('an account under initial margin', () => {
  /** Equity 600, initial 960, maintenance 480. */
  const under = (terms: Partial<Terms> = {}) => {
    const world = setUpLong(1_000, 10, terms);
    ok(world.w.mark(world.m, 960));
    return world;
  };

  it('may do what worsens nothing: turn into the same size', () => {
    const { w, m, alice, bob } = under();
    ok(w.buy(bob, m, 30, 960));
    expect(w.sell(alice, m, 21, 960).said).toBe('INSUFFICIENT_MARGIN 600 1056'); // −11
    expect(w.sell(alice, m, 20, 960).said).toBe('OK'); // −10
    expect(w.stands(alice, m)).toBe('-10 -9600 0');
  });

  it('may turn into less, and is then accepted anyway', () => {
    const { w, m, alice, bob } = under();
    ok(w.buy(bob, m, 30, 960));
    expect(w.sell(alice, m, 16, 960).said).toBe('OK'); // −6 requires 576
  });

  it('may not pay for it: equity ÷ maintenance must not fall', () => {
    const { w, m, alice, bob } = under();
    ok(w.buy(bob, m, 30, 959));
    expect(w.sell(alice, m, 20, 959).said).toBe('INSUFFICIENT_MARGIN 580 960');
  });

  it('may rest an order that can only make it smaller or the same', () => {
    const { w, m, alice } = under();
    expect(w.sell(alice, m, 20, 1_500).said).toBe('OK'); // max(10, |10 − 20|)
    expect(w.sell(alice, m, 1, 1_500).said).toBe('INSUFFICIENT_MARGIN 600 1056');
  });

  it('may always cancel', () => {
    const { w, m, alice } = setUpLong(2_000, 10);
    const order = ok(w.buy(alice, m, 10, 900));
    ok(w.mark(m, 930)); // equity 1,300, initial 1,860
    expect(w.cancel(alice, order).said).toBe('OK');
  });

  it('may not open elsewhere', () => {
    const { w, alice } = under();
    expect(w.buy(alice, w.perp(), 1, 900).said).toBe('INSUFFICIENT_MARGIN 600 1060');
  });
});
