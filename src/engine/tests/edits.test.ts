// Proves edits of an isolated position: what each kind takes and gives, to the unit, and each way
// to be refused. Leverage up to 10, notional = price × size, mark 1,000, alice has 10,000 and bob
// makes the market; the last part is the worked example of the specification.

import { describe, expect, it, test } from 'vitest';
import { World, ok, rates } from '../../testing/engine-kit.ts';
import type { Answer } from '../../testing/answer.ts';
import type { EditFields, Terms } from '../../testing/engine-kit.ts';
import {
  EDIT_ADD_COLLATERAL as ADD,
  EDIT_CLOSE as CLOSE,
  EDIT_INCREASE as INCREASE,
  EDIT_OPEN as OPEN,
  EDIT_REDUCE as REDUCE,
  EDIT_REMOVE_COLLATERAL as REMOVE,
} from '../command.ts';

const RICH = 1_000_000;

function setUp(terms: Partial<Terms> = {}, wealth = 10_000) {
  const w = new World();
  const m = w.perp(terms);
  const alice = w.account('alice', wealth);
  const [bob, carol] = ['bob', 'carol'].map((name) => w.account(name, RICH));
  const edit = (kind: number, fields: EditFields = {}): Answer => w.edit(alice, m, kind, fields);
  const has = () => `${w.free(alice)} ${w.held(alice)}, ${w.stands(alice, m)}`;
  return { w, m, alice, bob, carol, edit, has };
}

/** The same, and alice is long 10 at 1,000 with a pool of 1,000 at leverage 10. */
function setUpLong(terms: Partial<Terms> = {}, wealth = 10_000) {
  const world = setUp(terms, wealth);
  ok(world.w.sell(world.bob, world.m, 10, 1_000));
  ok(world.edit(OPEN, { size: 10, leverage: 10 }));
  return world;
}

describe('open by collateral', () => {
  test.each([
    ['the largest size with need ≤ collateral', {}, 1_000, 1_000, 10, '9000 0, 10 10000 1000'],
    ['and all of the collateral', {}, 1_000, 1_099, 10, '8901 0, 10 10000 1099'],
    ['with a fee: 101 per unit', { takerFeePpm: 1_000 }, 1_000, 1_000, 10, '9000 0, 9 9000 991'],
    ['with a fee, exactly', { takerFeePpm: 1_000 }, 1_000, 1_010, 10, '8990 0, 10 10000 1000'],
    ['at a worse price: 101 + 10 per unit', {}, 1_010, 1_110, 10, '8890 0, 10 10100 1110'],
    ['at a better price: need is at the mark', {}, 990, 1_000, 10, '9000 0, 10 9900 1000'],
    // 334 each, together ceil(3,000 ÷ 3)
    ['at a lower leverage', {}, 1_000, 1_000, 3, '9000 0, 3 3000 1000'],
  ] as const)('gives %s', (_, terms, price, collateral, leverage, after) => {
    const { w, m, alice, bob, edit, has } = setUp(terms);
    ok(w.sell(bob, m, 100, price));
    expect(edit(OPEN, { collateral, leverage }).said).toBe('OK');
    expect(has()).toBe(after);
    expect(w.position(alice, m)?.leverage).toBe(leverage);
  });

  it('walks the book and stops where the collateral does', () => {
    const { w, m, bob, edit, has } = setUp();
    ok(w.sell(bob, m, 4, 1_000));
    ok(w.sell(bob, m, 100, 1_010));
    // 400, then 101 + 10 each: ceil(5,050 ÷ 10) + 50 = 555
    ok(edit(OPEN, { collateral: 1_000, leverage: 10 }));
    expect(has()).toBe('9000 0, 9 9050 1000');
  });

  it('does not put up what the book lacks', () => {
    const { w, m, bob, edit, has } = setUp();
    ok(w.sell(bob, m, 5, 1_000));
    ok(edit(OPEN, { collateral: 3_000, leverage: 10 }));
    expect(has()).toBe('9500 0, 5 5000 500');
  });

  it('does not count on makers that have expired or belong to the same owner', () => {
    const { w, m, alice, bob, edit, has } = setUp();
    const end = w.time + 20;
    const second = w.account('alice-2', RICH, 0, 'alice');
    ok(w.sell(bob, m, 2, 1_000, { timeInForce: 3, expiresAt: end }));
    const own = ok(w.sell(second, m, 3, 1_000));
    ok(w.sell(bob, m, 5, 1_000));
    ok(w.tick(end - 1));
    const opened = edit(OPEN, { collateral: 3_000, leverage: 10, time: end });
    expect(opened.cancels).toContain(`${own} self_trade 3`);
    expect(has()).toBe('9500 0, 5 5000 500');
    expect(w.position(alice, m)?.mode).toBe(1);
  });

  it('opens shorts as well', () => {
    const { w, m, bob, edit, has } = setUp();
    ok(w.buy(bob, m, 100, 990));
    ok(edit(OPEN, { side: -1, collateral: 1_100, leverage: 10 })); // 100 + 10 each
    expect(has()).toBe('8900 0, -10 -9900 1100');
  });

  it('in whole lots', () => {
    const w = new World();
    const m = w.perp({}, 1_000, { lotSize: 4 });
    const [alice, bob] = [w.account('alice', 10_000), w.account('bob', RICH)];
    ok(w.sell(bob, m, 100, 1_000));
    ok(w.edit(alice, m, OPEN, { collateral: 1_199, leverage: 10 }));
    expect(w.stands(alice, m)).toBe('8 8000 1199');
  });

  it('turns a cross choice into isolated', () => {
    const { w, m, alice, bob, edit } = setUp();
    ok(w.leverage(alice, m, 7));
    expect(w.position(alice, m)).toBeUndefined();
    ok(w.sell(bob, m, 100, 1_000));
    ok(edit(OPEN, { collateral: 1_000, leverage: 2 }));
    expect(w.position(alice, m)).toMatchObject({ mode: 1, leverage: 2, size: 2 });
  });
});

describe('open by size', () => {
  it('puts up what the leverage asks for', () => {
    const { w, m, bob, edit, has } = setUp({ takerFeePpm: 1_000 });
    ok(w.sell(bob, m, 100, 1_010));
    ok(edit(OPEN, { size: 10, leverage: 5 })); // 2,020 + 100, and a fee of ceil(10.1)
    expect(has()).toBe('7869 0, 10 10100 2120');
  });

  it('stops at the worst price', () => {
    const { w, m, bob, edit, has } = setUp();
    ok(w.sell(bob, m, 4, 1_000));
    ok(w.sell(bob, m, 10, 1_010));
    const opened = edit(OPEN, { size: 10, leverage: 10, worstPrice: 1_005 });
    expect(opened.cancels).toEqual([`${opened.created} unfilled_rest 6`]);
    expect(has()).toBe('9600 0, 4 4000 400');
  });
});

describe('increase', () => {
  it('by collateral adds the largest size at the execution leverage', () => {
    const { w, m, alice, bob, edit, has } = setUpLong();
    ok(w.sell(bob, m, 100, 1_000));
    ok(edit(INCREASE, { collateral: 500, leverage: 5 })); // 200 each
    expect(has()).toBe('8500 0, 12 12000 1500');
    expect(w.position(alice, m)?.leverage).toBe(10); // it never falls by an increase
  });

  it('at a higher execution leverage raises the position’s', () => {
    const { w, m, alice, bob, edit } = setUp();
    ok(w.sell(bob, m, 100, 1_000));
    ok(edit(OPEN, { size: 10, leverage: 2 }));
    ok(edit(INCREASE, { collateral: 500, leverage: 5 }));
    expect(w.position(alice, m)).toMatchObject({ leverage: 5, size: 12, collateral: 5_500 });
  });

  it('by size asks for collateral at the effective leverage of now, rounded up', () => {
    const { w, m, bob, edit, has } = setUpLong();
    ok(edit(ADD, { collateral: 2_001 })); // 10,000 on 3,001
    ok(w.sell(bob, m, 100, 1_000));
    ok(edit(INCREASE, { size: 5 })); // ceil(5,000 · 3,001 ÷ 10,000) = ceil(1,500.5)
    expect(has()).toBe('5498 0, 15 15000 4502');
  });

  it('by size with a fee and a worse price', () => {
    const { w, m, bob, edit, has } = setUpLong({ takerFeePpm: 1_000 });
    expect(has()).toBe('8990 0, 10 10000 1000');
    ok(w.sell(bob, m, 100, 1_010));
    ok(edit(INCREASE, { size: 5 })); // 505 + 50, fee ceil(5.05) = 6
    expect(has()).toBe('8429 0, 15 15050 1555');
  });

  it('by size takes and asks for what the book has, and is refused when it has nothing', () => {
    const { w, m, bob, edit, has } = setUpLong({ priceBandPpm: 20_000 });
    ok(w.sell(bob, m, 4, 1_020));
    ok(w.sell(bob, m, 4, 1_021));
    expect(edit(INCREASE, { size: 5, worstPrice: 1_010 }).said).toBe('NOT_ENOUGH_LIQUIDITY 0 1010');
    expect(edit(INCREASE, { size: 5 }).said).toBe('OK'); // 4 · 102 + 4 · 20
    expect(has()).toBe('8512 0, 14 14080 1488');
  });
});

describe('reduce and close', () => {
  test.each([
    ['in proportion', {}, 4, 1_000, '9400 0, 6 6000 600'],
    ['with profit', {}, 4, 1_050, '9600 0, 6 6000 600'],
    ['less the loss', {}, 4, 950, '9200 0, 6 6000 600'],
    ['less the fee', { takerFeePpm: 1_000 }, 4, 1_000, '9386 0, 6 6000 600'],
    ['nothing when the loss is larger, and the pool pays', {}, 4, 850, '9000 0, 6 6000 400'],
  ])('pay out %s', (_, terms, size, price, after) => {
    const { w, m, bob, edit, has } = setUpLong(terms);
    ok(w.buy(bob, m, 100, price));
    expect(edit(REDUCE, { size }).said).toBe('OK');
    expect(has()).toBe(after);
  });

  it('close all, and all comes back', () => {
    const { w, m, bob, edit, has } = setUpLong();
    ok(w.buy(bob, m, 100, 1_030));
    ok(edit(CLOSE));
    expect(has()).toBe('10300 0, flat');
    expect(edit(CLOSE).said).toBe('POSITION_NOT_FOUND');
  });

  it('close as far as the book goes', () => {
    const { w, m, bob, edit, has } = setUpLong();
    ok(w.buy(bob, m, 7, 1_000));
    const closed = edit(CLOSE);
    expect(closed.cancels).toEqual([`${closed.created} unfilled_rest 3`]);
    expect(has()).toBe('9700 0, 3 3000 300');
  });

  it('close a short', () => {
    const { w, m, bob, edit, has } = setUp();
    ok(w.buy(bob, m, 10, 1_000));
    ok(edit(OPEN, { side: -1, size: 10, leverage: 10 }));
    ok(w.sell(bob, m, 10, 950));
    ok(edit(CLOSE, { side: -1 }));
    expect(has()).toBe('10500 0, flat');
  });

  it('release nothing below initial margin: profit, loss and fee stay in the pool', () => {
    const { w, m, bob, edit, has } = setUpLong();
    ok(w.mark(m, 950)); // 500 against 950
    ok(w.buy(bob, m, 4, 960));
    ok(edit(REDUCE, { size: 4 }));
    expect(has()).toBe('9000 0, 6 6000 840');
    ok(w.buy(bob, m, 6, 960));
    ok(edit(CLOSE)); // closing always pays out
    expect(has()).toBe('9600 0, flat');
  });

  it('release nothing from one below its initial margin by an order either, taker or maker', () => {
    const { w, m, alice, bob, has } = setUpLong();
    ok(w.mark(m, 950));
    ok(w.buy(bob, m, 2, 960));
    ok(w.sell(alice, m, 2, 960)); // taker
    expect(has()).toBe('9000 0, 8 8000 920');
    ok(w.sell(alice, m, 2, 960)); // maker
    ok(w.buy(bob, m, 2, 960));
    expect(has()).toBe('9000 0, 6 6000 840');
  });

  it('may not leave less than nothing', () => {
    const { w, m, bob, edit } = setUpLong();
    ok(w.buy(bob, m, 100, 899));
    expect(edit(CLOSE).said).toBe('WOULD_BANKRUPT -10 900');
    expect(edit(REDUCE, { size: 9 }).said).toBe('OK'); // 1,000 − 909
  });

  it('may not leave a pool below zero, even while the rest has profit', () => {
    const { w, m, bob, edit } = setUpLong();
    ok(w.mark(m, 1_060));
    ok(w.buy(bob, m, 9, 883)); // 9 · 117 = 1,053 of a pool of 1,000; the last one has 60
    expect(edit(REDUCE, { size: 9 }).said).not.toBe('OK');
  });

  it('without anybody to trade with are refused', () => {
    const { edit } = setUpLong();
    expect(edit(CLOSE).said).toBe('NOT_ENOUGH_LIQUIDITY 0 0');
    expect(edit(REDUCE, { size: 1 }).said).toBe('NOT_ENOUGH_LIQUIDITY 0 0');
    expect(edit(CLOSE, { worstPrice: 990 }).said).toBe('NOT_ENOUGH_LIQUIDITY 0 990');
  });

  it('leave no remainder below the minimum', () => {
    const { w, m, bob, edit, has } = setUpLong({ minimumSize: 4 });
    ok(w.buy(bob, m, 10, 1_000));
    expect(edit(REDUCE, { size: 7 }).said).toBe('REMAINDER_TOO_SMALL 3 4');
    expect(edit(REDUCE, { size: 6 }).said).toBe('OK');
    expect(edit(REDUCE, { size: 4 }).said).toBe('OK');
    expect(has()).toBe('10000 0, flat');
  });
});

describe('add and remove collateral', () => {
  it('move money between balance and pool', () => {
    const { edit, has } = setUpLong();
    ok(edit(ADD, { collateral: 500 }));
    expect(has()).toBe('8500 0, 10 10000 1500');
    ok(edit(REMOVE, { collateral: 500 }));
    expect(has()).toBe('9000 0, 10 10000 1000');
  });

  it('add no more than is free and not needed by cross positions', () => {
    const { w, alice, bob, edit } = setUpLong();
    expect(edit(ADD, { collateral: 9_001 }).said).toBe('INSUFFICIENT_BALANCE 9001 9000');
    const cross = w.perp();
    ok(w.sell(bob, cross, 30, 1_000));
    ok(w.buy(alice, cross, 30, 1_000)); // requires 3,000
    expect(edit(ADD, { collateral: 6_001 }).said).toBe('INSUFFICIENT_BALANCE 6001 6000');
    expect(edit(ADD, { collateral: 6_000 }).said).toBe('OK');
  });

  it('remove down to the initial margin and not below', () => {
    const { w, m, edit } = setUpLong();
    expect(edit(REMOVE, { collateral: 1 }).said).toBe('BELOW_INITIAL_MARGIN 999 1000 0');
    ok(edit(ADD, { collateral: 500 }));
    expect(edit(REMOVE, { collateral: 501 }).said).toBe('BELOW_INITIAL_MARGIN 999 1000 500');
    ok(w.mark(m, 990)); // 1,500 − 100 against 990
    expect(edit(REMOVE, { collateral: 411 }).said).toBe('BELOW_INITIAL_MARGIN 989 990 410');
    expect(edit(REMOVE, { collateral: 410 }).said).toBe('OK');
  });

  it('never remove profit: no more than the pool, and only what its weight lets count', () => {
    const full = setUpLong();
    ok(full.w.mark(full.m, 2_000)); // 1,000 + 10,000 against 2,000
    expect(full.edit(REMOVE, { collateral: 1_001 }).said).toBe(
      'BELOW_INITIAL_MARGIN 9999 2000 1000',
    );
    expect(full.edit(REMOVE, { collateral: 1_000 }).said).toBe('OK');
    expect(full.has()).toBe('10000 0, 10 10000 0');
    const none = setUpLong({ profitWeightPpm: 0 });
    ok(none.w.mark(none.m, 1_001));
    ok(none.edit(ADD, { collateral: 10 }));
    expect(none.edit(REMOVE, { collateral: 10 }).said).toBe('BELOW_INITIAL_MARGIN 1000 1001 9');
  });

  it('remove only what open orders do not need', () => {
    const { w, m, alice, edit } = setUpLong();
    ok(edit(ADD, { collateral: 100 }));
    ok(w.buy(alice, m, 10, 1_000)); // holds its own need
    expect(edit(REMOVE, { collateral: 101 }).said).toBe('BELOW_INITIAL_MARGIN 1999 2000 100');
    expect(edit(REMOVE, { collateral: 100 }).said).toBe('OK');
  });

  it('make the effective leverage and the liquidation price what they are', () => {
    const { w, m, alice, edit } = setUpLong();
    expect(w.position(alice, m)?.liquidationPrice).toBe(947); // 1,000 + 10p − 10,000 < ceil(p ÷ 2)
    ok(edit(ADD, { collateral: 1_000 }));
    expect(w.position(alice, m)?.liquidationPrice).toBe(842);
  });
});

describe('the worked example of the specification', () => {
  /**
   * Long 0.1 at 60,000 with 1,000; mark and book at 64,000. Price unit 0.01, lot 0.00001, 10^−8 of
   * money.
   */
  const worked = () => {
    const w = new World();
    const money = ok(w.asset('USDT', { decimals: 8 }));
    const m = w.perp({}, 6_000_000, {
      quote: money,
      priceUnit: '0.01',
      sizeUnit: '0.00001',
      multiplier: 10,
    });
    const [alice, bob] = ['alice', 'bob'].map((name) => w.account(name));
    for (const account of [alice, bob]) ok(w.deposit(account, 10 ** 13, money));
    w.isolate(bob, m, 1);
    ok(w.sell(bob, m, 10_000, 6_000_000));
    ok(w.edit(alice, m, OPEN, { collateral: 10 ** 11, leverage: 6 }));
    const carol = w.account('carol');
    ok(w.deposit(carol, 10 ** 13, money));
    w.isolate(carol, m, 10);
    ok(w.mark(m, 6_400_000));
    ok(w.sell(carol, m, 20_000, 6_400_000));
    const position = () => w.position(alice, m);
    return { w, m, alice, position };
  };

  it('begins where it says', () => {
    const { position } = worked();
    expect(position()).toMatchObject({
      size: 10_000,
      cost: 6e11,
      collateral: 1e11,
      liquidationPrice: 5_263_157,
    });
  });

  it('increase 500 at 3× adds 0.02343 for an entry of 60,759.30', () => {
    const { w, m, alice, position } = worked();
    ok(w.edit(alice, m, INCREASE, { collateral: 5 * 10 ** 10, leverage: 3 }));
    expect(position()).toMatchObject({
      size: 12_343,
      collateral: 1.5e11,
      entry: 6_075_930,
      leverage: 6,
    });
  });

  it('increase by 0.05 requires 533.33333334 for an entry of 61,333.33', () => {
    const { w, m, alice, position } = worked();
    ok(w.edit(alice, m, INCREASE, { size: 5_000 }));
    expect(position()).toMatchObject({
      size: 15_000,
      collateral: 153_333_333_334,
      entry: 6_133_333,
    });
  });
});

describe('an edit sees the whole bracket table', () => {
  it('and is refused when its leverage is too high for its size', () => {
    const brackets = [
      ...rates(100_000, 50_000),
      { floorNotional: 5_000, initialPpm: 300_000, maintenancePpm: 150_000 },
    ];
    const { w, m, bob, edit } = setUp({ brackets });
    ok(w.sell(bob, m, 100, 1_000));
    // 10,000 requires 500 + 1,500
    expect(edit(OPEN, { collateral: 1_000, leverage: 10 }).said).toBe(
      'INSUFFICIENT_MARGIN 1000 2000',
    );
    expect(edit(OPEN, { collateral: 2_000, leverage: 5 }).said).toBe('OK');
  });
});
