// Proves amendments and cancels: what keeps its place and what loses it, what a refused amendment
// leaves untouched, who may cancel what, client order ids, cancel-all and the dead-man switch.

import { describe, expect, it } from 'vitest';
import { DAY, GOLD, STOP, World, ok, until } from '../../testing/engine-kit.ts';
import type { Terms } from '../../testing/engine-kit.ts';
import { STP_EXPIRE_TAKER } from '../command.ts';
import { fieldNumber } from '../reason.ts';

const RICH = 1_000_000;

function setUp(terms: Partial<Terms> = {}) {
  const w = new World();
  const m = w.perp(terms);
  const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => w.account(name, RICH));
  return { w, m, alice, bob, carol };
}

describe('an amendment', () => {
  const inLine = (terms: Partial<Terms> = {}) => {
    const world = setUp(terms);
    const { w, m, alice, bob } = world;
    const first = ok(w.buy(alice, m, 10, 990));
    const second = ok(w.buy(bob, m, 10, 990));
    return { ...world, first, second };
  };

  it('to a smaller size at the same price keeps its place', () => {
    const { w, m, alice, first, second } = inLine();
    const amended = w.amend(alice, first, 4, 990);
    expect(amended.events[0]).toMatchObject({
      name: 'order_amended',
      size: 4,
      resting: 4,
      kept_place: 1,
    });
    expect(w.queue(m, 1)).toEqual([`990: ${first} ${second}`]);
    expect(w.amend(alice, first, 3, 0).said).toBe('OK'); // 0: the price it has
    expect(w.openOrder(alice, first)).toMatchObject({ size: 3, open: 3 });
    expect(w.engine.book(m, 1, false).bids).toEqual([{ price: 990, size: 13, orders: 2 }]);
  });

  it('to the size and price it has keeps its place', () => {
    const { w, m, alice, first, second } = inLine();
    expect(w.amend(alice, first, 10, 990).said).toBe('OK');
    expect(w.queue(m, 1)).toEqual([`990: ${first} ${second}`]);
  });

  it('to a larger size or another price goes to the back', () => {
    const { w, m, alice, bob, first, second } = inLine();
    expect(w.amend(alice, first, 11, 0).said).toBe('OK');
    expect(w.queue(m, 1)).toEqual([`990: ${second} ${first}`]);
    expect(w.amend(bob, second, 0, 991).said).toBe('OK');
    expect(w.amend(bob, second, 0, 990).said).toBe('OK');
    expect(w.queue(m, 1)).toEqual([`990: ${first} ${second}`]);
  });

  it('may trade, and its filled part counts in the size', () => {
    const { w, m, alice, carol, first } = inLine();
    ok(w.sell(carol, m, 3, 990)); // 3 of 10 filled
    const ask = ok(w.sell(carol, m, 2, 995));
    const amended = w.amend(alice, first, 12, 995);
    expect(amended.fills).toEqual([`${ask}: 2 @ 995`]);
    expect(amended.created).toBe(first);
    expect(w.openOrder(alice, first)).toMatchObject({ size: 12, open: 7, filled: 5, price: 995 });
    expect(w.stands(alice, m)).toBe('5 4960 0'); // 3·990 + 2·995
  });

  it('that trades it all away ends the order', () => {
    const { w, m, alice, carol, first } = inLine();
    ok(w.sell(carol, m, 20, 995));
    expect(w.amend(alice, first, 0, 995).fills).toHaveLength(1);
    expect(w.open(alice)).toEqual([]);
    expect(w.cancel(alice, first).said).toBe('ORDER_NOT_FOUND');
  });

  it('at or below what is filled cancels the order', () => {
    const { w, m, alice, carol, first } = inLine();
    ok(w.sell(carol, m, 3, 990));
    expect(w.amend(alice, first, 3, 0).cancels).toEqual([`${first} amended_to_filled 7`]);
    expect(w.stands(alice, m)).toBe('3 2970 0');
    expect(w.queue(m, 1)).toHaveLength(1);
  });

  it('below what is filled cancels it, whatever the new price', () => {
    const { w, m, alice, carol, first } = inLine();
    ok(w.sell(carol, m, 3, 990));
    expect(w.amend(alice, first, 1, 5_000).cancels).toEqual([`${first} amended_to_filled 7`]);
  });

  it('that is refused leaves the order as and where it is', () => {
    const { w, m, alice, carol, first, second } = inLine({ priceBandPpm: 20_000 });
    const refusals: [number, number, string][] = [
      [10, 1_021, 'PRICE_BAND 1020'],
      [10_300, 990, 'INSUFFICIENT_MARGIN 1000000 1030000'],
      [0, 0, `VALUE_INVALID ${fieldNumber('size')} 0`],
      [-1, 990, `VALUE_INVALID ${fieldNumber('size')} -1`],
      [10, 0.5, `VALUE_INVALID ${fieldNumber('price')} 0.5`],
      [4e15, 990, 'AMOUNT_OUT_OF_RANGE 4000000000000000000 4000000000000000'], // at the mark
    ];
    for (const [size, price, said] of refusals)
      expect(w.amend(alice, first, size, price).said).toBe(said);
    expect(w.amend(carol, first, 5, 990).said).toBe('ORDER_NOT_FOUND');
    expect(w.queue(m, 1)).toEqual([`990: ${first} ${second}`]);
    expect(w.openOrder(alice, first)).toMatchObject({ size: 10, open: 10, price: 990 });
  });

  it('of a post-only order that would trade is refused', () => {
    const { w, m, alice, bob } = setUp();
    const order = ok(w.buy(alice, m, 5, 990, { postOnly: true }));
    ok(w.sell(bob, m, 5, 1_000));
    expect(w.amend(alice, order, 0, 1_000).said).toBe('POST_ONLY_WOULD_CROSS 1000');
    expect(w.amend(alice, order, 0, 999).said).toBe('OK');
  });

  it('trades under the self-trade mode the order was placed with', () => {
    const { w, m, alice } = setUp();
    const bid = ok(w.buy(alice, m, 5, 990, { selfTrade: STP_EXPIRE_TAKER }));
    const ask = ok(w.sell(alice, m, 5, 1_000));
    expect(w.amend(alice, bid, 0, 1_000).cancels).toEqual([`${bid} self_trade 5`]);
    expect(w.open(alice)).toEqual([ask]);
  });

  it('of a reduce-only order is trimmed to the position', () => {
    const { w, m, alice, bob } = setUp();
    ok(w.sell(bob, m, 5, 1_000));
    ok(w.buy(alice, m, 5, 1_000));
    const order = ok(w.sell(alice, m, 5, 1_010, { reduceOnly: true }));
    expect(w.amend(alice, order, 50, 1_020).said).toBe('OK');
    expect(w.openOrder(alice, order)).toMatchObject({ size: 5, open: 5, price: 1_020 });
  });

  it('keeps the expiry and the client order id', () => {
    const { w, m, alice } = setUp();
    const end = w.time + 50;
    const order = ok(w.buy(alice, m, 5, 990, { ...until(end), clientOrderId: 'mine' }));
    expect(w.amend(alice, 0, 0, 991, 'mine').created).toBe(order);
    expect(w.tick(end).cancels).toEqual([`${order} expired 5`]);
  });

  it('of a stop is not possible: it is no resting order', () => {
    const { w, m, alice } = setUp();
    const stop = ok(w.buy(alice, m, 5, 0, { ...STOP, triggerPrice: 1_100 }));
    expect(w.amend(alice, stop, 4, 0).said).toBe('ORDER_NOT_FOUND');
  });

  it('keeps to steps and minimums', () => {
    const w = new World();
    const m = w.perp({ minimumSize: 20, minimumNotional: 15_000 }, 1_000, {
      tickSize: 5,
      lotSize: 10,
    });
    const alice = w.account('alice', RICH);
    const order = ok(w.buy(alice, m, 40, 1_000));
    expect(w.amend(alice, order, 35, 1_000).said).toBe('STEP_MISMATCH 5 10');
    expect(w.amend(alice, order, 40, 1_001).said).toBe('STEP_MISMATCH 5 10');
    expect(w.amend(alice, order, 20, 700).said).toBe('BELOW_MINIMUM 20 15000'); // worth 14,000
    expect(w.amend(alice, order, 10, 1_000).said).toBe('BELOW_MINIMUM 20 15000');
    expect(w.amend(alice, order, 10, 2_000).said).toBe('BELOW_MINIMUM 20 15000');
    expect(w.amend(alice, order, 20, 1_000).said).toBe('OK');
  });

  it('moves a spot hold with it, down in place and up anew', () => {
    const w = new World();
    const spot = w.spot({ takerFeePpm: 10_000 });
    const alice = w.account('alice', 10_000, 10);
    const bid = ok(w.buy(alice, spot, 5, 1_000)); // 5,000 + 1 %
    expect([w.free(alice), w.held(alice)]).toEqual([4_950, 5_050]);
    ok(w.amend(alice, bid, 2, 0));
    expect([w.free(alice), w.held(alice)]).toEqual([7_980, 2_020]);
    ok(w.amend(alice, bid, 9, 1_100)); // 9,900 + 99
    expect([w.free(alice), w.held(alice)]).toEqual([1, 9_999]);
    // 9,909 + 100, 9,999 are held
    expect(w.amend(alice, bid, 9, 1_101).said).toBe('INSUFFICIENT_BALANCE 10 1');
    const ask = ok(w.sell(alice, spot, 10, 2_000));
    expect(w.held(alice, GOLD)).toBe(10);
    ok(w.amend(alice, ask, 3, 0));
    expect([w.free(alice, GOLD), w.held(alice, GOLD)]).toEqual([7, 3]);
  });
});

describe('a cancel', () => {
  it('takes out what is open, by number or by client order id', () => {
    const { w, m, alice, bob } = setUp();
    const one = ok(w.buy(alice, m, 5, 990));
    const two = ok(w.buy(alice, m, 5, 990, { clientOrderId: 'two' }));
    ok(w.sell(bob, m, 2, 990));
    expect(w.cancel(alice, one).cancels).toEqual([`${one} requested 3`]);
    expect(w.cancel(alice, 0, 'two')).toMatchObject({
      created: two,
      cancels: [`${two} requested 5`],
    });
    expect(w.queue(m, 1)).toEqual([]);
  });

  it('by a stranger, of nothing, or of what is over finds nothing', () => {
    const { w, m, alice, bob } = setUp();
    const order = ok(w.buy(alice, m, 5, 990, { clientOrderId: 'mine' }));
    expect(w.cancel(bob, order).said).toBe('ORDER_NOT_FOUND');
    expect(w.cancel(bob, 0, 'mine').said).toBe('ORDER_NOT_FOUND');
    expect(w.cancel(alice, 0).said).toBe('ORDER_NOT_FOUND');
    for (const number of [order + 1, -1, -order, 0.5, NaN, Infinity, 1e300, 2 ** 53]) {
      expect(w.cancel(alice, number).said).toBe('ORDER_NOT_FOUND');
    }
    expect(w.cancel(alice, 0, 'x'.repeat(300)).said).toBe('ORDER_NOT_FOUND');
    expect(w.cancel(99, order).said).toBe('ACCOUNT_NOT_FOUND');
    ok(w.cancel(alice, order));
    expect(w.cancel(alice, order).said).toBe('ORDER_NOT_FOUND');
  });

  it('takes a waiting stop and one of a pair', () => {
    const { w, m, alice, bob } = setUp();
    const stop = ok(w.buy(alice, m, 5, 0, { ...STOP, triggerPrice: 1_100 }));
    expect(w.cancel(alice, stop).cancels).toEqual([`${stop} requested 5`]);
    ok(w.sell(bob, m, 5, 1_000));
    ok(w.buy(alice, m, 5, 1_000, { takeProfit: 1_100, stopLoss: 900 }));
    const [take, loss] = w.open(alice);
    expect(w.cancel(alice, take).cancels).toHaveLength(1);
    expect(w.open(alice)).toEqual([loss]);
    expect(w.position(alice, m)).toMatchObject({ takeProfitOrder: 0, stopLossOrder: loss });
  });
});

describe('a client order id', () => {
  it('is unique among the account’s open orders in all markets, and free again afterwards', () => {
    const { w, m, alice, bob } = setUp();
    const other = w.perp();
    const first = ok(w.buy(alice, m, 5, 990, { clientOrderId: 'a' }));
    expect(w.buy(alice, m, 5, 990, { clientOrderId: 'a' }).said).toBe(
      `DUPLICATE_CLIENT_ORDER_ID ${first}`,
    );
    expect(w.buy(alice, other, 5, 990, { clientOrderId: 'a' }).said).toBe(
      `DUPLICATE_CLIENT_ORDER_ID ${first}`,
    );
    expect(w.buy(bob, m, 5, 990, { clientOrderId: 'a' }).said).toBe('OK');
    expect(w.buy(alice, m, 5, 990, { clientOrderId: 'A' }).said).toBe('OK');
    ok(w.cancel(alice, first));
    expect(w.buy(alice, m, 5, 990, { clientOrderId: 'a' }).said).toBe('OK');
  });

  it('is free again after the order filled, and was never taken by one that did not rest', () => {
    const { w, m, alice, bob } = setUp();
    ok(w.sell(bob, m, 5, 1_000));
    ok(w.buy(alice, m, 5, 1_000, { clientOrderId: 'a' }));
    ok(w.buy(alice, m, 5, 990, { clientOrderId: 'a' }));
    ok(w.sell(bob, m, 5, 990));
    expect(w.buy(alice, m, 5, 990, { clientOrderId: 'a' }).said).toBe('OK');
  });

  it('stays with a stop that fires and rests', () => {
    const { w, m, alice } = setUp();
    const stop = ok(
      w.buy(alice, m, 5, 1_050, { type: 3, triggerPrice: 1_100, clientOrderId: 's' }),
    );
    ok(w.mark(m, 1_100));
    expect(w.openOrder(alice, stop)).toMatchObject({ clientOrderId: 's', open: 5 });
    expect(w.buy(alice, m, 5, 990, { clientOrderId: 's' }).said).toBe(
      `DUPLICATE_CLIENT_ORDER_ID ${stop}`,
    );
    expect(w.cancel(alice, 0, 's').created).toBe(stop);
  });

  it('of 36 letters of the whole alphabet is kept', () => {
    const { w, m, alice } = setUp();
    const id = 'aZ09._:-'.padEnd(36, 'x');
    const order = ok(w.buy(alice, m, 5, 990, { clientOrderId: id }));
    expect(w.openOrder(alice, order)?.clientOrderId).toBe(id);
    expect(w.cancel(alice, 0, id).created).toBe(order);
  });
});

describe('cancel-all', () => {
  const many = () => {
    const world = setUp();
    const { w, m, alice, bob } = world;
    const other = w.perp();
    ok(w.sell(bob, m, 3, 1_000));
    ok(w.buy(alice, m, 3, 1_000));
    const bid = ok(w.buy(alice, m, 1, 990));
    const ask = ok(w.sell(alice, m, 1, 1_010));
    const only = ok(w.sell(alice, m, 1, 1_020, { reduceOnly: true }));
    const stop = ok(w.sell(alice, m, 1, 0, { ...STOP, triggerPrice: 900 }));
    const far = ok(w.buy(alice, other, 1, 990));
    const strange = ok(w.buy(bob, m, 1, 980));
    return { ...world, other, bid, ask, only, stop, far, strange };
  };

  it('takes every order of the account and nobody else’s', () => {
    const { w, alice, bob, strange } = many();
    expect(w.cancelAll(alice).cancels).toHaveLength(5);
    expect(w.open(alice)).toEqual([]);
    expect(w.open(bob)).toEqual([strange]);
    expect(w.cancelAll(alice).said).toBe('OK');
  });

  it('by market leaves the other markets', () => {
    const { w, m, alice, far } = many();
    expect(w.cancelAll(alice, m).cancels).toHaveLength(4);
    expect(w.open(alice)).toEqual([far]);
  });

  it('by side leaves the other side, stops included', () => {
    const { w, alice, bid, far } = many();
    w.cancelAll(alice, -1, -1);
    expect(w.open(alice)).toEqual([bid, far]);
  });

  it('by market and side takes just those', () => {
    const { w, m, alice, bid } = many();
    expect(w.cancelAll(alice, m, 1).cancels).toEqual([`${bid} requested 1`]);
  });

  it('refuses a side, market or account that does not exist', () => {
    const { w, m, alice } = setUp();
    expect(w.cancelAll(alice, m, 2 as 1).said).toBe(`VALUE_INVALID ${fieldNumber('side')} 2`);
    expect(w.cancelAll(alice, 7).said).toBe('MARKET_NOT_FOUND');
    expect(w.cancelAll(alice, -2).said).toBe('MARKET_NOT_FOUND');
    expect(w.cancelAll(99).said).toBe('ACCOUNT_NOT_FOUND');
  });

  it('gives back every hold, also where several markets hold the same money', () => {
    const w = new World();
    const [one, two, perp] = [w.spot(), w.spot(), w.perp()];
    const alice = w.account('alice', 100_000, 10);
    w.isolate(alice, perp);
    ok(w.buy(alice, one, 5, 1_000));
    ok(w.buy(alice, two, 7, 1_000));
    ok(w.sell(alice, one, 4, 2_000));
    ok(w.sell(alice, two, 6, 2_000));
    ok(w.buy(alice, perp, 10, 1_000));
    expect([w.free(alice), w.held(alice)]).toEqual([87_000, 13_000]);
    expect([w.free(alice, GOLD), w.held(alice, GOLD)]).toEqual([0, 10]);
    ok(w.cancelAll(alice));
    expect([w.free(alice), w.held(alice)]).toEqual([100_000, 0]);
    expect([w.free(alice, GOLD), w.held(alice, GOLD)]).toEqual([10, 0]);
  });
});

describe('the dead-man switch', () => {
  it('cancels what opens and keeps stops and reduce-only orders', () => {
    const { w, m, alice, bob } = setUp();
    const spot = w.spot();
    ok(w.sell(bob, m, 3, 1_000));
    ok(w.buy(alice, m, 3, 1_000, { stopLoss: 800 }));
    const [loss] = w.open(alice);
    const bid = ok(w.buy(alice, m, 1, 990));
    const only = ok(w.sell(alice, m, 1, 1_020, { reduceOnly: true }));
    const stop = ok(w.sell(alice, m, 1, 0, { ...STOP, triggerPrice: 900 }));
    const spotBid = ok(w.buy(alice, spot, 1, 900));
    ok(w.send({ kind: 'set_dead_man', account: alice, timeoutMs: 500 }));
    const due = w.time + 500;
    expect(w.engine.account(alice).deadManAt).toBe(due);
    expect(w.tick(due - 1).cancels).toEqual([]);
    const answer = w.tick(due);
    expect(answer.cancels.toSorted()).toEqual(
      [`${bid} dead_man 1`, `${spotBid} dead_man 1`].toSorted(),
    );
    expect(w.open(alice)).toEqual([loss, only, stop]);
    expect(w.held(alice)).toBe(0);
    expect(w.engine.account(alice).deadManAt).toBe(0);
    ok(w.buy(alice, m, 1, 990));
    expect(w.tick(due + DAY).cancels).toEqual([]); // it went off once
  });

  it('is put off by each call and switched off by 0', () => {
    const { w, m, alice, bob } = setUp();
    const order = ok(w.buy(alice, m, 1, 990));
    const other = ok(w.buy(bob, m, 1, 990));
    ok(w.send({ kind: 'set_dead_man', account: bob, timeoutMs: 900 }));
    ok(w.send({ kind: 'set_dead_man', account: alice, timeoutMs: 500 }));
    ok(w.tick(w.time + 400));
    ok(w.send({ kind: 'set_dead_man', account: alice, timeoutMs: 500 }));
    expect(w.tick(w.time + 490).cancels).toEqual([]);
    ok(w.send({ kind: 'set_dead_man', account: alice, timeoutMs: 0 }));
    expect(w.tick(w.time + DAY).cancels).toEqual([`${other} dead_man 1`]);
    expect(w.open(alice)).toEqual([order]);
  });

  it('waits at most a day', () => {
    const { w, alice } = setUp();
    const set = (timeoutMs: number) =>
      w.send({ kind: 'set_dead_man', account: alice, timeoutMs }).said;
    expect(set(DAY)).toBe('OK');
    expect(set(DAY + 1)).toBe(`VALUE_INVALID ${fieldNumber('timeout_ms')} ${DAY + 1}`);
    expect(set(-1)).toBe(`VALUE_INVALID ${fieldNumber('timeout_ms')} -1`);
    expect(w.send({ kind: 'set_dead_man', account: 0, timeoutMs: 1 }).said).toBe(
      'ACCOUNT_RESERVED',
    );
  });
});
