// Proves spot trading, the simple balance mode: what an order reserves, what a fill moves, that
// fees are paid in quote, and that nobody can spend what he could not withdraw. One unit of GOLD
// per size unit, USD per GOLD = price.

import { describe, expect, it, test } from 'vitest';
import { GOLD, IOC, USD, World, ok, until } from '../../testing/engine-kit.ts';
import type { Terms } from '../../testing/engine-kit.ts';
import { STP_NONE } from '../command.ts';
import { fieldNumber } from '../reason.ts';

function setUp(terms: Partial<Terms> = {}, usd = 10_000, gold = 10) {
  const w = new World();
  const m = w.spot(terms);
  const alice = w.account('alice', usd, gold);
  const bob = w.account('bob', 1_000_000, 1_000);
  /** Free and held USD, free and held GOLD. */
  const has = (account = alice) =>
    `${w.free(account)} ${w.held(account)}, ${w.free(account, GOLD)} ${w.held(account, GOLD)}`;
  return { w, m, alice, bob, has };
}

describe('a resting spot order reserves', () => {
  test.each([
    ['price × size for a buy', {}, 1, 5, 999, '5005 4995, 10 0'],
    [
      'and the taker fee, rounded up: ceil(49.95)',
      { takerFeePpm: 10_000 },
      1,
      5,
      999,
      '4955 5045, 10 0',
    ],
    ['what it would sell for a sell', { takerFeePpm: 10_000 }, -1, 4, 1_001, '10000 0, 6 4'],
  ] as const)('%s', (_, terms, side, size, price, after) => {
    const { w, m, alice, has } = setUp(terms);
    const order = ok(w.order(alice, m, side, size, price));
    expect(has()).toBe(after);
    ok(w.cancel(alice, order));
    expect(has()).toBe('10000 0, 10 0');
  });

  it('at most what is there, to the unit', () => {
    const { w, m, alice } = setUp({ takerFeePpm: 10_000 }, 5_045, 4);
    expect(w.buy(alice, m, 5, 1_000).said).toBe('INSUFFICIENT_BALANCE 5050 5045');
    expect(w.buy(alice, m, 5, 999).said).toBe('OK');
    expect(w.buy(alice, m, 1, 1).said).toBe('INSUFFICIENT_BALANCE 2 0');
    expect(w.sell(alice, m, 5, 2_000).said).toBe('INSUFFICIENT_BALANCE 5 4');
    expect(w.sell(alice, m, 4, 2_000).said).toBe('OK');
    expect(w.sell(alice, m, 1, 2_000).said).toBe('INSUFFICIENT_BALANCE 1 0');
  });

  it('and needs no price of the market, no position and no margin', () => {
    const w = new World();
    const m = w.spot({}, 0);
    const alice = w.account('alice', 1_000);
    expect(w.buy(alice, m, 1, 1_000).said).toBe('OK');
    expect(w.engine.positions(alice)).toEqual([]);
    expect(w.engine.account(alice)).toMatchObject({ initial: 0, maintenance: 0 });
  });
});

describe('a spot fill', () => {
  it('changes hands, at the maker’s price, and what was reserved for more comes back', () => {
    const { w, m, alice, bob, has } = setUp();
    ok(w.sell(bob, m, 3, 990));
    ok(w.buy(alice, m, 5, 1_000));
    expect(has()).toBe('5030 2000, 13 0'); // 10,000 − 2,970 − 2,000
    ok(w.sell(bob, m, 2, 900));
    expect(has()).toBe('5030 0, 15 0');
    expect(has(bob)).toBe('1004970 0, 995 0');
  });

  it('charges both sides in quote, each rounded against them', () => {
    const { w, m, alice, bob, has } = setUp({ takerFeePpm: 1_500, makerFeePpm: 500 });
    ok(w.buy(alice, m, 5, 999)); // 4,995 and ceil(7.4925)
    expect(has()).toBe('4997 5003, 10 0');
    const fill = w.sell(bob, m, 5, 999);
    // the maker pays ceil(2.4975) = 3, and 5 come back; the taker gets 4,995 − 8
    expect(fill.events.find(({ name }) => name === 'order_filled')).toMatchObject({
      maker_fee: 3,
      taker_fee: 8,
    });
    expect(has()).toBe('5002 0, 15 0');
    expect(has(bob)).toBe('1004987 0, 995 0');
    expect([w.fees(USD), w.fees(GOLD)]).toEqual([11, 0]);
  });

  it('charges each fill by itself', () => {
    const { w, m, alice, bob } = setUp({ takerFeePpm: 1_500, makerFeePpm: 500 });
    ok(w.sell(bob, m, 1, 100));
    ok(w.sell(bob, m, 1, 100));
    ok(w.buy(alice, m, 2, 100)); // ceil(0.15) twice, ceil(0.05) twice
    expect(w.free(alice)).toBe(10_000 - 200 - 2);
    expect(w.fees()).toBe(4);
  });

  it('pays the maker a rebate, rounded down', () => {
    const { w, m, alice, bob } = setUp({ takerFeePpm: 1_000, makerFeePpm: -500 });
    ok(w.buy(alice, m, 5, 999)); // 4,995 and ceil(4.995); rebate floor(2.4975)
    ok(w.sell(bob, m, 5, 999));
    expect(w.free(alice)).toBe(10_000 - 4_995 + 2);
    ok(w.sell(alice, m, 3, 999));
    ok(w.buy(bob, m, 3, 999)); // rebate floor(1.4985)
    expect(w.free(alice)).toBe(10_000 - 4_995 + 2 + 2_997 + 1);
    expect(w.fees()).toBe(5 - 2 + 3 - 1);
  });

  it('never charges a maker more than it holds, in one part or in many', () => {
    const { w, m, alice, bob, has } = setUp({ takerFeePpm: 100, makerFeePpm: 50_000 }, 5_001, 0);
    ok(w.buy(alice, m, 5, 1_000)); // 5,000 and 1
    for (let i = 0; i < 5; i++) ok(w.sell(bob, m, 1, 1_000));
    expect(has()).toBe('0 0, 5 0');
    expect(w.fees()).toBe(1 + 5); // the maker’s 1, and ceil(0.1) per fill of the taker
  });

  it('takes the fee of a selling maker from what it receives', () => {
    const { w, m, alice, bob, has } = setUp({ makerFeePpm: 50_000 }, 0, 5);
    ok(w.sell(alice, m, 5, 1_000));
    ok(w.buy(bob, m, 5, 1_000));
    expect(has()).toBe('4750 0, 0 0');
  });

  it('of one unit at the price of one works', () => {
    const { w, m, alice, bob, has } = setUp({ takerFeePpm: 1, makerFeePpm: 1 }, 2, 0);
    ok(w.sell(bob, m, 1, 1));
    ok(w.buy(alice, m, 1, 1)); // 1 and a fee of 1
    expect(has()).toBe('0 0, 1 0');
    ok(w.buy(bob, m, 1, 1));
    ok(w.sell(alice, m, 1, 1)); // receives 1, pays 1
    expect(has()).toBe('0 0, 0 0');
  });

  it('against oneself moves only the fees', () => {
    const { w, m, alice, has } = setUp({
      takerFeePpm: 1_000,
      makerFeePpm: 1_000,
      selfTradeAllowed: true,
    });
    ok(w.sell(alice, m, 5, 1_000));
    ok(w.buy(alice, m, 5, 1_000, { selfTrade: STP_NONE }));
    expect(has()).toBe('9990 0, 10 0');
    ok(w.buy(alice, m, 5, 1_000));
    ok(w.sell(alice, m, 5, 1_000, { selfTrade: STP_NONE }));
    expect(has()).toBe('9980 0, 10 0');
  });

  it('is paid from what is free: a taker needs the whole of it', () => {
    const { w, m, alice, bob } = setUp({ takerFeePpm: 10_000 }, 5_049, 4);
    ok(w.sell(bob, m, 5, 1_000));
    expect(w.buy(alice, m, 5, 0).said).toBe('INSUFFICIENT_BALANCE 5050 5049');
    ok(w.deposit(alice, 1));
    expect(w.buy(alice, m, 5, 0).said).toBe('OK');
    ok(w.buy(bob, m, 10, 1_000));
    expect(w.sell(alice, m, 10, 0).said).toBe('INSUFFICIENT_BALANCE 10 9');
    expect(w.sell(alice, m, 9, 0).said).toBe('OK');
  });

  it('gives the maker’s hold back when its time has come', () => {
    const { w, m, alice, bob, has } = setUp();
    const end = w.time + 10;
    const order = ok(w.buy(alice, m, 5, 1_000, until(end)));
    const taker = w.sell(bob, m, 5, 1_000, { time: end });
    expect(taker.cancels).toEqual([`${order} expired 5`]);
    expect(has()).toBe('10000 0, 10 0');
  });

  it('of an order that expired in part leaves no dust in the hold', () => {
    const { w, m, alice, bob, has } = setUp({ takerFeePpm: 333, makerFeePpm: 111 });
    const end = w.time + 50;
    ok(w.buy(alice, m, 7, 997, until(end))); // 6,979 and ceil(2.324)
    expect(w.held(alice)).toBe(6_982);
    ok(w.sell(bob, m, 2, 997)); // ceil(0.2214) = 1
    expect(w.held(alice)).toBe(4_985 + 2); // ceil(1.66)
    ok(w.tick(end));
    expect(has()).toBe('8005 0, 12 0'); // 10,000 − 1,994 − 1
  });
});

describe('spot amounts beyond what is counted exactly', () => {
  it('are refused for what a taker would own', () => {
    const w = new World();
    const m = w.spot({}, 0);
    const seller = w.account('seller', 0, 10);
    const buyers = [0, 1, 2].map((i) => w.account(`buyer${i}`, 4e15));
    for (const buyer of buyers) ok(w.buy(buyer, m, 1, 3_999_999_999_999_999));
    ok(w.sell(seller, m, 1, 1));
    expect(w.sell(seller, m, 2, 1).said).toMatch(/^AMOUNT_OUT_OF_RANGE/);
  });

  it('are refused for a sum of resting orders', () => {
    const { w, m, alice } = setUp();
    const far = 3_999_999_999_999_999;
    expect(w.sell(alice, m, 1, far).said).toBe('OK');
    expect(w.sell(alice, m, 1, far).said).toMatch(/^AMOUNT_OUT_OF_RANGE/);
  });
});

describe('spot has no margin', () => {
  it('and refuses what would need one', () => {
    const { w, m, alice } = setUp();
    expect(w.sell(alice, m, 1, 1_000, { reduceOnly: true }).said).toMatch(/^VALUE_INVALID/);
    expect(w.leverage(alice, m, 2).said).toBe('MODE_NOT_AVAILABLE');
    expect(w.send({ kind: 'set_margin_mode', account: alice, market: m, mode: 1 }).said).toBe(
      'MODE_NOT_AVAILABLE',
    );
  });

  it('and its index is its mark', () => {
    const { w, m } = setUp();
    expect(w.mark(m, 1_100).said).toBe('MARK_NOT_ACCEPTED');
    expect(w.index(m, 1_100).said).toBe('OK');
    expect(w.index(m, 0).said).toBe(`VALUE_INVALID ${fieldNumber('price')} 0`);
  });

  it('and its price band follows the last trade, before one the index', () => {
    const { w, m, alice, bob } = setUp({ priceBandPpm: 100_000 });
    expect(w.buy(alice, m, 1, 1_101).said).toBe('PRICE_BAND 1100');
    ok(w.sell(bob, m, 1, 1_050));
    ok(w.buy(alice, m, 1, 1_050, IOC));
    expect(w.buy(alice, m, 1, 1_156).said).toBe('PRICE_BAND 1155');
    ok(w.index(m, 5_000));
    expect(w.buy(alice, m, 1, 1_156).said).toBe('PRICE_BAND 1155');
  });
});
