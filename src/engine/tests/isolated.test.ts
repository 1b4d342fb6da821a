// Proves isolated margin: what an order holds, what a fill moves into the pool, what comes back,
// and that no loss reaches beyond the pool. Leverage 10, notional = price × size, mark 1,000, and
// alice has 10,000 unless a test says otherwise.

import { describe, expect, it, test } from 'vitest';
import { STOP, World, ok } from '../../testing/engine-kit.ts';
import type { Terms } from '../../testing/engine-kit.ts';

const RICH = 1_000_000;

function setUp(terms: Partial<Terms> = {}, wealth = 10_000) {
  const w = new World();
  const m = w.perp(terms);
  const alice = w.account('alice', wealth);
  const [bob, carol] = ['bob', 'carol'].map((name) => w.account(name, RICH));
  w.isolate(alice, m, 10);
  /** Free and held money of alice, and her position. */
  const has = () => `${w.free(alice)} ${w.held(alice)}, ${w.stands(alice, m)}`;
  return { w, m, alice, bob, carol, has };
}

/** The same, and alice is long 10 at 1,000 with a pool of 1,000. */
function setUpLong(terms: Partial<Terms> = {}, wealth = 10_000) {
  const world = setUp(terms, wealth);
  ok(world.w.sell(world.bob, world.m, 10, 1_000));
  ok(world.w.buy(world.alice, world.m, 10, 1_000));
  return world;
}

describe('a resting order holds need() of what it opens', () => {
  test.each([
    ['a buy below the mark: 10 · 1,000 ÷ 10', {}, 1, 990, 1_000],
    ['a buy above it: 1,010 and 100 lost at once', {}, 1, 1_010, 1_110],
    ['a sell below it: 1,000 and 100 lost at once', {}, -1, 990, 1_100],
    ['a sell above it: 1,010', {}, -1, 1_010, 1_010],
    ['and the taker fee ceil(10.1)', { takerFeePpm: 1_000 }, 1, 1_010, 1_121],
  ] as const)('%s', (_, terms, side, price, held) => {
    const { w, m, alice, has } = setUp(terms);
    const order = ok(w.order(alice, m, side, 10, price));
    expect(has()).toBe(`${10_000 - held} ${held}, flat`);
    expect(w.openOrder(alice, order)?.hold).toBe(held);
    ok(w.cancel(alice, order));
    expect(has()).toBe('10000 0, flat');
  });

  it('exactly from the free balance', () => {
    const { w, m, alice } = setUp({}, 999);
    expect(w.buy(alice, m, 10, 990).said).toBe('INSUFFICIENT_BALANCE 1000 999');
    ok(w.deposit(alice, 1));
    expect(w.buy(alice, m, 10, 990).said).toBe('OK');
    expect(w.buy(alice, m, 1, 990).said).toBe('INSUFFICIENT_BALANCE 100 0');
  });

  it('for both sides of an account that is flat: either may open', () => {
    const { w, m, alice, bob, has } = setUp();
    ok(w.buy(alice, m, 10, 990));
    ok(w.sell(alice, m, 10, 1_010));
    expect(has()).toBe('7990 2010, flat');
    ok(w.sell(bob, m, 10, 990)); // now the sell only reduces
    expect(has()).toBe('9000 0, 10 9900 1000');
  });

  it('and nothing for what only reduces, oldest orders first', () => {
    const { w, m, alice, has } = setUpLong();
    ok(w.sell(alice, m, 6, 1_100));
    expect(has()).toBe('9000 0, 10 10000 1000');
    ok(w.sell(alice, m, 6, 1_050)); // two of them would open: 210
    expect(has()).toBe('8790 210, 10 10000 1000');
    ok(w.sell(alice, m, 10, 1_050, { reduceOnly: true }));
    expect(has()).toBe('8790 210, 10 10000 1000');
  });

  it('and an amendment holds it anew', () => {
    const { w, m, alice, has } = setUp();
    const order = ok(w.buy(alice, m, 10, 990));
    ok(w.amend(alice, order, 4, 0));
    expect(has()).toBe('9600 400, flat');
    ok(w.amend(alice, order, 10, 1_010));
    expect(has()).toBe('8890 1110, flat');
    // 10,100 less 1,110
    expect(w.amend(alice, order, 101, 1_000).said).toBe('INSUFFICIENT_BALANCE 8990 8890');
  });
});

describe('a fill of a maker', () => {
  it('moves its hold into the pool', () => {
    const { w, m, alice, bob, has } = setUp();
    ok(w.buy(alice, m, 10, 990));
    ok(w.sell(bob, m, 10, 990));
    expect(has()).toBe('9000 0, 10 9900 1000');
  });

  it('moves its share of the hold, part by part', () => {
    const { w, m, alice, bob, has } = setUp();
    ok(w.leverage(alice, m, 3));
    ok(w.buy(alice, m, 10, 1_000)); // ceil(10,000 ÷ 3)
    expect(has()).toBe('6666 3334, flat');
    ok(w.sell(bob, m, 3, 1_000)); // floor(3,334 · 3 ÷ 10) = 1,000
    expect(has()).toBe('6666 2334, 3 3000 1000');
    ok(w.sell(bob, m, 7, 1_000));
    expect(has()).toBe('6666 0, 10 10000 3334');
  });

  it.each([960, 1_100])(
    'never moves more than the order holds, whatever the mark is now (%i)',
    (mark) => {
      const { w, m, alice, bob, has } = setUp();
      ok(w.buy(alice, m, 10, 1_000));
      ok(w.mark(m, mark)); // would need 1,400 and 1,100
      ok(w.sell(bob, m, 10, 1_000));
      expect(has()).toBe('9000 0, 10 10000 1000');
    },
  );

  it('moves only what is needed, and the rest comes back with its end', () => {
    const { w, m, alice, bob, has } = setUp({ takerFeePpm: 1_000, makerFeePpm: 200 });
    ok(w.buy(alice, m, 10, 1_010)); // 1,010 + 100 + 11
    expect(has()).toBe('8879 1121, flat');
    ok(w.mark(m, 1_010));
    ok(w.sell(bob, m, 5, 1_010)); // of floor(1,121 · 5 ÷ 10) = 560: 505 and a fee of ceil(1.01)
    expect(has()).toBe('8879 614, 5 5050 505');
    ok(w.sell(bob, m, 5, 1_010));
    // 614 − 505 − 2 come back
    expect(has()).toBe('8986 0, 10 10100 1010');
  });

  it('pays a rebate to the account', () => {
    const { w, m, alice, bob, has } = setUp({ takerFeePpm: 1_000, makerFeePpm: -150 });
    ok(w.buy(alice, m, 10, 1_000));
    expect(has()).toBe('8990 1010, flat');
    ok(w.sell(bob, m, 10, 1_000)); // rebate floor(1.5)
    expect(has()).toBe('9001 0, 10 10000 1000');
    expect(w.fees()).toBe(10 - 1);
  });

  it('pays a fee that the hold cannot pay only as far as it goes', () => {
    // A maker fee above the taker fee: the hold is for margin and the taker fee.
    const { w, m, alice, bob, has } = setUp({ takerFeePpm: 0, makerFeePpm: 1_000 });
    ok(w.buy(alice, m, 10, 1_000));
    const fill = w.sell(bob, m, 10, 1_000);
    expect(has()).toBe('9000 0, 10 10000 990');
    expect(fill.events.find(({ name }) => name === 'order_filled')).toMatchObject({
      maker_fee: 10,
    });
  });

  it('that would be below maintenance is dropped with its hold back', () => {
    const { w, m, alice, bob, has } = setUp();
    const bid = ok(w.buy(alice, m, 10, 1_000));
    ok(w.mark(m, 947)); // 1,000 − 530 = 470 against ceil(473.5)
    expect(w.sell(bob, m, 1, 990).cancels).toEqual([`${bid} maker_margin 10`]);
    expect(has()).toBe('10000 0, flat');
    ok(w.cancelAll(bob));
    const next = ok(w.buy(alice, m, 10, 1_000));
    ok(w.mark(m, 948)); // the new order holds 1,000 + 530: far from it
    expect(w.sell(bob, m, 1, 990).fills).toEqual([`${next}: 1 @ 1000`]);
  });
});

describe('a taker', () => {
  it('puts up its margin and fee from the free balance, and holds for the rest', () => {
    const { w, m, alice, bob, has } = setUp({ takerFeePpm: 1_000 });
    ok(w.sell(bob, m, 4, 1_000));
    ok(w.buy(alice, m, 10, 1_000)); // 400 + 4, and 600 + 6 held
    expect(has()).toBe('8990 606, 4 4000 400');
  });

  it('pays for a price worse than the mark with its margin', () => {
    const { w, m, alice, bob, has } = setUp();
    ok(w.sell(bob, m, 10, 1_020));
    ok(w.buy(alice, m, 10, 1_020)); // 1,020 + 200
    expect(has()).toBe('8780 0, 10 10200 1220');
    expect(w.position(alice, m)).toMatchObject({ initial: 1_000, unrealised: -200 });
  });

  it('needs the money exactly', () => {
    for (const wealth of [1_010, 1_009]) {
      const { w, m, alice, bob } = setUp({ takerFeePpm: 1_000 }, wealth);
      ok(w.sell(bob, m, 10, 1_000));
      expect(w.buy(alice, m, 10, 1_000).said).toBe(
        wealth === 1_010 ? 'OK' : 'INSUFFICIENT_BALANCE 1010 1009',
      );
    }
  });

  it('may use what cross positions leave, but not their profit', () => {
    const { w, m, alice, bob } = setUp({}, 2_000);
    const cross = w.perp();
    ok(w.sell(bob, cross, 10, 1_000));
    ok(w.buy(alice, cross, 10, 1_000)); // requires 1,000
    ok(w.sell(bob, m, 100, 1_001));
    expect(w.buy(alice, m, 10, 1_001).said).toBe('INSUFFICIENT_BALANCE 1011 1000');
    ok(w.mark(cross, 2_000)); // +10,000, requires 2,000: free are 2,000
    expect(w.buy(alice, m, 20, 1_001).said).toBe('INSUFFICIENT_BALANCE 2022 2000');
    expect(w.buy(alice, m, 19, 1_001).said).toBe('OK'); // 1,902 + 19 of the free 2,000
  });
});

describe('a reducing fill', () => {
  test.each([
    ['without profit', {}, 4, 1_000, '9400 0, 6 6000 600'],
    ['with profit', {}, 4, 1_050, '9600 0, 6 6000 600'],
    ['with a loss', {}, 4, 950, '9200 0, 6 6000 600'],
    ['with a fee ceil(3.8)', { takerFeePpm: 1_000 }, 4, 950, '9186 0, 6 6000 600'],
    ['with a loss larger than its part: the pool pays', {}, 4, 850, '9000 0, 6 6000 400'],
    ['with a loss as large as its part', {}, 4, 900, '9000 0, 6 6000 600'],
    ['of everything', {}, 10, 950, '9500 0, flat'],
    ['of everything at the bankruptcy price', {}, 10, 900, '9000 0, flat'],
  ])('pays out in proportion %s', (_, terms, size, price, after) => {
    const { w, m, alice, bob, has } = setUpLong(terms);
    ok(w.buy(bob, m, size, price));
    ok(w.sell(alice, m, size, price));
    expect(has()).toBe(after);
  });

  it('rounds the released part down: floor(1,000 ÷ 3)', () => {
    const { w, m, alice, bob, has } = setUp();
    ok(w.leverage(alice, m, 3));
    ok(w.sell(bob, m, 3, 1_000));
    ok(w.buy(alice, m, 3, 1_000));
    ok(w.buy(bob, m, 3, 1_000));
    ok(w.sell(alice, m, 1, 1_000));
    expect(has()).toBe('9333 0, 2 2000 667');
  });

  it('works for the maker as for the taker', () => {
    const { w, m, alice, bob, has } = setUpLong();
    ok(w.sell(alice, m, 4, 1_050));
    ok(w.buy(bob, m, 4, 1_050));
    expect(has()).toBe('9600 0, 6 6000 600');
  });

  it('may not take more than the pool, fee included', () => {
    const { w, m, alice, bob } = setUpLong({ takerFeePpm: 1_000 });
    ok(w.buy(bob, m, 10, 900)); // the pool pays 1,000 and lacks the fee of 9
    expect(w.sell(alice, m, 10, 900).said).toBe('WOULD_BANKRUPT -9 900');
    ok(w.buy(bob, m, 10, 901));
    expect(w.sell(alice, m, 10, 901).said).toBe('OK'); // 990 + 10 of 1,000 (fee ceil(9.01))
    expect(w.stands(alice, m)).toBe('flat');
  });

  it('leaves the rest of the account alone', () => {
    const { w, m, alice, bob } = setUpLong({}, 1_000_000);
    ok(w.buy(bob, m, 10, 500));
    expect(w.sell(alice, m, 10, 500).said).toBe('WOULD_BANKRUPT -4000 900');
    expect(w.engine.account(alice)).toMatchObject({ equity: 999_000, initial: 0, maintenance: 0 });
  });

  it('of a maker that would take more than the pool drops the order', () => {
    const { w, m, alice, bob, has } = setUpLong();
    const ask = ok(w.sell(alice, m, 10, 850)); // no bid: it rests
    expect(w.buy(bob, m, 10, 850).cancels).toEqual([`${ask} maker_margin 10`]);
    expect(has()).toBe('9000 0, 10 10000 1000');
  });
});

describe('a fill through zero', () => {
  it('closes and pays out, then opens and puts up, as a taker', () => {
    const { w, m, alice, bob, has } = setUpLong({ takerFeePpm: 1_000 });
    expect(has()).toBe('8990 0, 10 10000 1000');
    ok(w.buy(bob, m, 15, 1_010));
    ok(w.sell(alice, m, 15, 1_010));
    // fee ceil(15.15) = 16, of which ceil(10.1) = 11 on the close. 8,990 + 1,000 + 100 − 11, then
    // 505 + 5
    expect(has()).toBe('9569 0, -5 -5050 505');
  });

  it('does the same as a maker, from its hold', () => {
    const { w, m, alice, bob, has } = setUpLong();
    ok(w.sell(alice, m, 15, 1_010));
    expect(has()).toBe('8495 505, 10 10000 1000');
    ok(w.buy(bob, m, 12, 1_010)); // closes 10: + 1,000 + 100; opens 2 with floor(505 · 2 ÷ 5)
    expect(has()).toBe('9595 303, -2 -2020 202');
    ok(w.buy(bob, m, 3, 1_010));
    expect(has()).toBe('9595 0, -5 -5050 505');
  });

  it('that the account cannot pay is refused as a whole', () => {
    const { w, m, alice, bob, has } = setUpLong({}, 1_000);
    ok(w.buy(bob, m, 30, 1_000));
    expect(w.sell(alice, m, 21, 1_000).said).toBe('INSUFFICIENT_BALANCE 100 0');
    expect(w.sell(alice, m, 20, 1_000).said).toBe('OK'); // 1,000 out, 1,000 in
    expect(has()).toBe('0 0, -10 -10000 1000');
  });
});

describe('when the position changes, the orders of the other side', () => {
  it('raise their hold for what they would now open', () => {
    const { w, m, alice, bob, has } = setUpLong({}, 1_000);
    const order = ok(w.sell(alice, m, 10, 1_100));
    ok(w.buy(bob, m, 4, 1_010));
    expect(has()).toBe('0 0, 10 10000 1000');
    // pays 400 + 40: just the 440 for 4 · 1,100 ÷ 10
    const fill = w.sell(alice, m, 4, 1_010, { reduceOnly: true });
    expect(fill.events.find(({ name }) => name === 'order_hold_changed')).toMatchObject({
      order,
      hold: 440,
    });
    expect(has()).toBe('0 440, 6 6000 600');
  });

  it('are cancelled when that is not covered', () => {
    const { w, m, alice, bob, has } = setUpLong({}, 1_000);
    const order = ok(w.sell(alice, m, 10, 1_100));
    ok(w.buy(bob, m, 4, 1_000));
    const fill = w.sell(alice, m, 4, 1_000, { reduceOnly: true }); // pays 400
    expect(fill.cancels).toEqual([`${order} hold_not_covered 10`]);
    expect(has()).toBe('400 0, 6 6000 600');
  });

  it('are cancelled when cross positions need the money', () => {
    const { w, m, alice, bob } = setUpLong({}, 2_000);
    const order = ok(w.sell(alice, m, 10, 1_100));
    const cross = w.perp();
    ok(w.sell(bob, cross, 10, 1_000));
    ok(w.buy(alice, cross, 10, 1_000));
    ok(w.mark(cross, 990)); // equity 900, initial 990
    ok(w.buy(bob, m, 4, 1_000));
    expect(w.sell(alice, m, 4, 1_000, { reduceOnly: true }).cancels).toEqual([
      `${order} hold_not_covered 10`,
    ]);
  });

  it('give back what they no longer open', () => {
    const { w, m, alice, bob, has } = setUp();
    ok(w.sell(bob, m, 20, 1_000));
    ok(w.buy(alice, m, 4, 1_000));
    const order = ok(w.sell(alice, m, 10, 1_100)); // opens 6
    expect(has()).toBe('8940 660, 4 4000 400');
    ok(w.buy(alice, m, 3, 1_000)); // opens 3
    expect(has()).toBe('8970 330, 7 7000 700');
    ok(w.buy(alice, m, 4, 1_000));
    expect(has()).toBe('8900 0, 11 11000 1100');
    expect(w.openOrder(alice, order)).toMatchObject({ hold: 0, open: 10 });
  });

  it('raise it in the order of their age, each for its own part', () => {
    const { w, m, alice, bob, has } = setUpLong();
    ok(w.sell(alice, m, 6, 1_100));
    ok(w.sell(alice, m, 4, 1_200));
    ok(w.buy(bob, m, 7, 1_000));
    // 3 left: 3 of the first open, all 4 of the second
    ok(w.sell(alice, m, 7, 1_000, { reduceOnly: true }));
    expect(has()).toBe('8890 810, 3 3000 300'); // 330 + 480 of 9,000 + 700
  });

  it('hold need() of what they open and not more after a part of them reduced', () => {
    const { w, m, alice, bob, has } = setUpLong();
    ok(w.sell(alice, m, 10, 1_100)); // all of it reduces
    ok(w.sell(alice, m, 5, 1_050)); // all of it opens: 525
    expect(has()).toBe('8475 525, 10 10000 1000');
    // the second reduces 3: + 300 + 150; now 3 of the first open, and its own 2
    ok(w.buy(bob, m, 3, 1_050));
    expect(has()).toBe(`${8_475 + 450 - 330 + 315} ${330 + 210}, 7 7000 700`);
  });

  it.each([[[15]], [[5, 10]]])(
    'raise it in the middle of a match as between two: taken by %o',
    (takers) => {
      const { w, m, alice, bob, has } = setUpLong();
      ok(w.sell(alice, m, 10, 1_010)); // reduces
      ok(w.sell(alice, m, 5, 1_005)); // opens: ceil(502.5)
      expect(has()).toBe('8497 503, 10 10000 1000');
      for (const size of takers) ok(w.buy(bob, m, size, 1_010));
      // the second pays 500 + 25 and gives 503 back; the first now opens 5 with 505, and pays 500 +
      // 50
      expect(has()).toBe('9570 0, -5 -5050 505');
    },
  );

  it('are dropped in the middle of a match when it is not covered', () => {
    const { w, m, alice, bob, has } = setUpLong({}, 1_000);
    const opens = ok(w.sell(alice, m, 10, 1_010));
    const only = ok(w.sell(alice, m, 5, 950, { reduceOnly: true }));
    const taker = w.buy(bob, m, 15, 1_010);
    expect(taker.fills).toEqual([`${only}: 5 @ 950`]); // pays 500 − 250
    expect(taker.cancels).toEqual([`${opens} hold_not_covered 10`]); // 505
    expect(has()).toBe('250 0, 5 5000 500');
  });

  it('do not make a stop hold anything', () => {
    const { w, m, alice, bob, has } = setUpLong();
    ok(w.sell(alice, m, 10, 0, { ...STOP, triggerPrice: 900 }));
    ok(w.buy(bob, m, 7, 1_000));
    ok(w.sell(alice, m, 7, 1_000));
    expect(has()).toBe('9700 0, 3 3000 300');
  });
});

describe('leverage of an isolated position', () => {
  it('changes only without open orders', () => {
    const { w, m, alice } = setUpLong();
    ok(w.buy(alice, m, 1, 900));
    expect(w.leverage(alice, m, 5).said).toBe('LEVERAGE_HAS_ORDERS 1');
    ok(w.cancelAll(alice));
    expect(w.leverage(alice, m, 5).said).toBe('INSUFFICIENT_MARGIN 1000 2000');
    expect(w.leverage(alice, m, 10).said).toBe('OK');
  });

  it('is lowered as far as the pool and its profit allow', () => {
    const { w, m, alice } = setUpLong();
    ok(w.mark(m, 1_200)); // 1,000 + 2,000 of profit, 12,000 of notional
    expect(w.leverage(alice, m, 3).said).toBe('INSUFFICIENT_MARGIN 3000 4000');
    expect(w.leverage(alice, m, 4).said).toBe('OK');
    expect(w.position(alice, m)).toMatchObject({ leverage: 4, initial: 3_000 });
  });
});

describe('an isolated scope', () => {
  it('must itself be at initial margin after an order that opens', () => {
    const { w, m, alice, bob } = setUpLong();
    ok(w.mark(m, 950)); // pool 1,000 − 500 against 950
    ok(w.sell(bob, m, 20, 950));
    // 1 more puts up 95: 595 − 0 against 1,045
    expect(w.buy(alice, m, 1, 950).said).toBe('INSUFFICIENT_MARGIN 595 1045');
    expect(w.buy(alice, m, 1, 940).said).toBe('INSUFFICIENT_MARGIN 595 1045');
  });

  it('is not touched by what the account does elsewhere', () => {
    const { w, m, alice, has } = setUpLong();
    expect(w.withdraw(alice, 9_000).said).toBe('OK');
    expect(w.withdraw(alice, 1).said).toBe('NO_DEPOSITS_FOR_ASSET');
    expect(has()).toBe('0 0, 10 10000 1000');
    expect(w.position(alice, m)).toMatchObject({ liquidationPrice: 947 });
  });
});
