// Proves what happens at every bound of the engine: a refusal with the number, or work that waits
// for the next tick; nothing is dropped and nothing breaks. And that the largest inputs which are
// offered are really accepted, and really the largest.

import { describe, expect, it, test } from 'vitest';
import { FOK, IOC, STOP, World, ok, rates } from '../../testing/engine-kit.ts';
import type { Terms } from '../../testing/engine-kit.ts';
import type { EngineLimits } from '../limits.ts';

const RICH = 1_000_000;

function setUp(limits: Partial<EngineLimits> = {}, terms: Partial<Terms> = {}) {
  const w = new World({ limits });
  const m = w.perp(terms);
  const [alice, bob] = ['alice', 'bob'].map((name) => w.account(name, RICH));
  return { w, m, alice, bob };
}

describe('orders per account and market', () => {
  it('are counted with stops, and only what would stay is refused', () => {
    const { w, m, alice, bob } = setUp({ ordersPerPosition: 3 });
    const first = ok(w.buy(alice, m, 1, 900));
    ok(w.buy(alice, m, 1, 901));
    ok(w.buy(alice, m, 1, 0, { ...STOP, triggerPrice: 1_100 }));
    expect(w.buy(alice, m, 1, 902).said).toBe('OPEN_ORDERS_LIMIT 3 3');
    expect(w.buy(alice, m, 1, 0, { ...STOP, triggerPrice: 1_100 }).said).toBe(
      'OPEN_ORDERS_LIMIT 3 3',
    );
    expect(w.buy(alice, m, 1, 902, IOC).said).toBe('OK');
    expect(w.amend(alice, first, 2, 903).said).toBe('OK');
    expect(w.buy(alice, w.perp(), 1, 900).said).toBe('OK');
    ok(w.sell(bob, m, 1, 905));
    expect(w.buy(alice, m, 1, 905).said).toBe('OK'); // filled at once
    expect(w.buy(alice, m, 2, 905).said).toBe('OPEN_ORDERS_LIMIT 3 3');
    ok(w.cancel(alice, first));
    expect(w.buy(alice, m, 1, 902).said).toBe('OK');
  });

  it('never keep a pair from protecting', () => {
    const { w, m, alice, bob } = setUp({ ordersPerPosition: 2 });
    ok(w.sell(bob, m, 2, 1_000));
    ok(w.buy(alice, m, 1, 900));
    ok(w.buy(alice, m, 1, 901));
    ok(w.buy(alice, m, 1, 1_000, { takeProfit: 1_100, stopLoss: 950 }));
    expect(w.open(alice)).toHaveLength(4);
    expect(w.buy(alice, m, 1, 902).said).toBe('OPEN_ORDERS_LIMIT 4 2');
  });
});

describe('orders in all', () => {
  it('are refused when the table is full', () => {
    const { w, m, alice, bob } = setUp({ orders: 3 });
    ok(w.buy(alice, m, 1, 900));
    ok(w.buy(bob, m, 1, 0, { ...STOP, triggerPrice: 1_100 }));
    ok(w.sell(bob, m, 1, 1_000));
    expect(w.buy(alice, m, 1, 901).said).toBe('BOOK_FULL 3');
    expect(w.buy(alice, m, 1, 0, { ...STOP, triggerPrice: 1_100 }).said).toBe('BOOK_FULL 3');
    expect(w.buy(alice, m, 1, 1_000).said).toBe('OK');
    expect(w.buy(alice, m, 1, 901).said).toBe('OK');
  });

  it('never break a pair that comes into being, be its order taker or maker', () => {
    const { w, m, alice, bob } = setUp({ orders: 2 });
    const pair = { takeProfit: 1_100, stopLoss: 900 };
    ok(w.sell(bob, m, 2, 1_000));
    const taker = w.buy(alice, m, 1, 1_000, pair);
    expect(['OK', 'BOOK_FULL 2']).toContain(taker.said);
    ok(w.cancelAll(bob));
    ok(w.cancelAll(alice));
    ok(w.buy(alice, m, 1, 990, pair));
    ok(w.sell(bob, m, 1, 1_010));
    expect(['OK', 'BOOK_FULL 2']).toContain(w.sell(bob, m, 1, 990).said);
  });
});

describe('price levels', () => {
  it('are refused per side, unless the price is there or one is left', () => {
    const { w, m, alice, bob } = setUp({ levelsPerSide: 2 });
    const low = ok(w.buy(alice, m, 1, 900));
    ok(w.buy(alice, m, 1, 901));
    expect(w.buy(alice, m, 1, 902).said).toBe('BOOK_FULL 2');
    expect(w.buy(bob, m, 1, 900).said).toBe('OK');
    expect(w.sell(bob, m, 1, 1_000).said).toBe('OK');
    expect(w.amend(alice, low, 0, 902).said).toBe('BOOK_FULL 2'); // bob is there as well
    ok(w.cancelAll(bob));
    expect(w.amend(alice, low, 0, 902).said).toBe('OK');
    const stop = ok(w.buy(bob, m, 1, 903, { type: 3, triggerPrice: 1_100 }));
    expect(w.mark(m, 1_100).cancels).toEqual([`${stop} trigger_refused 1 BOOK_FULL`]);
  });
});

describe('positions in all', () => {
  it('are refused to whoever has no row yet', () => {
    const { w, m, alice, bob } = setUp({ positions: 2 });
    const carol = w.account('carol', RICH);
    ok(w.sell(bob, m, 5, 1_000));
    ok(w.buy(alice, m, 1, 900));
    for (const fields of [{}, IOC, FOK])
      expect(w.buy(carol, m, 1, 1_000, fields).said).toBe('LIMIT_REACHED 2');
    expect(w.buy(carol, m, 1, 0).said).toBe('LIMIT_REACHED 2');
    expect(w.buy(carol, m, 1, 0, { ...STOP, triggerPrice: 1_100 }).said).toBe('LIMIT_REACHED 2');
    expect(w.leverage(carol, m, 2).said).toBe('LIMIT_REACHED 2');
    expect(w.send({ kind: 'set_margin_mode', account: carol, market: m, mode: 1 }).said).toBe(
      'LIMIT_REACHED 2',
    );
    expect(w.edit(carol, m, 0, { size: 1, leverage: 1 }).said).toBe('LIMIT_REACHED 2');
    expect(w.buy(alice, m, 5, 1_000).said).toBe('OK');
  });
});

describe('fills of one order', () => {
  it('end the match there, and the rest is cancelled', () => {
    const { w, m, alice, bob } = setUp({ fillsPerOrder: 3 });
    for (let i = 0; i < 5; i++) ok(w.sell(bob, m, 1, 1_000));
    const taker = w.buy(alice, m, 5, 1_000);
    expect(taker.fills).toHaveLength(3);
    expect(taker.cancels).toEqual([`${taker.created} fill_limit 2`]);
    expect(w.buy(alice, m, 2, 1_000).fills).toHaveLength(2);
  });

  it('make a FOK beyond them not fillable', () => {
    const { w, m, alice, bob } = setUp({ fillsPerOrder: 3 });
    for (let i = 0; i < 5; i++) ok(w.sell(bob, m, 1, 1_000));
    expect(w.buy(alice, m, 4, 1_000, FOK).said).toBe('FOK_NOT_FILLABLE 3 4');
    expect(w.buy(alice, m, 3, 1_000, FOK).said).toBe('OK');
  });

  it('count makers that are dropped', () => {
    const { w, m, alice, bob } = setUp({ fillsPerOrder: 3 });
    for (let i = 0; i < 2; i++) ok(w.sell(alice, m, 1, 1_000));
    for (let i = 0; i < 2; i++) ok(w.sell(bob, m, 1, 1_000));
    const taker = w.buy(alice, m, 4, 1_000);
    expect(taker.fills).toHaveLength(1);
    expect(taker.cancels.at(-1)).toBe(`${taker.created} fill_limit 3`);
  });
});

describe('steps of one command', () => {
  it('leave what is due to the next command, oldest first, and lose nothing', () => {
    const w = new World({ limits: { stepsPerCommand: 2 }, finishes: false });
    const m = w.perp();
    const [alice, bob] = ['alice', 'bob'].map((name) => w.account(name, RICH));
    ok(w.sell(bob, m, 10, 1_100));
    const stops = Array.from({ length: 5 }, () =>
      ok(w.buy(alice, m, 1, 0, { ...STOP, triggerPrice: 1_100 })),
    );
    expect(w.mark(m, 1_100).fills).toHaveLength(2);
    expect(w.open(alice)).toEqual(stops.slice(2));
    // it waits in the queue; the command drains two more
    expect(w.cancel(alice, stops[3]).said).toBe('OK');
    expect(w.open(alice)).toEqual([]);
    expect(w.position(alice, m)?.size).toBe(4);
  });

  it('leave expiries and dead-man switches to the next tick', () => {
    const w = new World({ limits: { stepsPerCommand: 2 }, finishes: false });
    const m = w.perp();
    const alice = w.account('alice', RICH);
    const end = w.time + 100;
    for (let i = 0; i < 5; i++) ok(w.buy(alice, m, 1, 900, { timeInForce: 3, expiresAt: end }));
    expect(w.tick(end).cancels).toHaveLength(2);
    expect(w.tick(end).cancels).toHaveLength(2);
    expect(w.tick(end).cancels).toHaveLength(1);
  });

  it('leave orders that are too large to be trimmed next time', () => {
    const w = new World({ limits: { stepsPerCommand: 1 }, finishes: false });
    const m = w.perp();
    const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => w.account(name, RICH));
    ok(w.sell(bob, m, 10, 1_000));
    ok(w.buy(alice, m, 5, 1_000));
    ok(w.buy(carol, m, 5, 1_000));
    const orders = [alice, carol].map((account) =>
      ok(w.sell(account, m, 5, 1_010, { reduceOnly: true })),
    );
    ok(w.sell(alice, m, 4, 900));
    ok(w.sell(carol, m, 4, 900));
    ok(w.buy(bob, m, 8, 900)); // both shrink; one step is left
    const open = () => [w.openOrder(alice, orders[0])?.open, w.openOrder(carol, orders[1])?.open];
    expect(open()).toEqual([1, 5]);
    ok(w.tick());
    expect(open()).toEqual([1, 1]);
  });
});

describe('assets, markets and accounts', () => {
  it('are refused beyond their bounds', () => {
    const { w } = setUp({ assets: 3, markets: 2, accounts: 6 });
    expect(w.asset('THIRD').said).toBe('OK');
    expect(w.asset('FOURTH').said).toBe('LIMIT_REACHED 3');
    expect(w.market().said).toBe('OK');
    expect(w.market().said).toBe('LIMIT_REACHED 2');
    // three are the system’s
    expect(w.send({ kind: 'create_account', name: 'carol', owner: '' }).said).toBe('OK');
    expect(w.send({ kind: 'create_account', name: 'dave', owner: '' }).said).toBe(
      'LIMIT_REACHED 6',
    );
  });
});

describe('the largest order that is offered', () => {
  /** It is accepted, and one lot more is not. */
  const prove = (w: World, account: number, market: number, price = 1_000, lot = 1) => {
    const { buyMax, sellMax } = w.engine.limitsOf(account, market, price);
    for (const [side, most] of [
      [1, buyMax],
      [-1, sellMax],
    ] as const) {
      if (most > 0) {
        const order = w.order(account, market, side, most, price);
        expect(order.said).toBe('OK');
        if (w.openOrder(account, order.created) !== undefined) ok(w.cancel(account, order.created));
      }
      expect(w.order(account, market, side, most + lot, price).said).not.toBe('OK');
    }
    return { buyMax, sellMax };
  };

  test.each<[string, Partial<Terms>, number, number, number]>([
    ['at the mark', {}, 1_000, 10, 10],
    ['above the mark: a buy loses 100 each', {}, 1_100, 5, 10],
    ['with a fee: 101 each', { takerFeePpm: 1_000 }, 1_000, 9, 9],
    ['with a minimum', { minimumSize: 4 }, 1_000, 10, 10],
    ['with a minimum value', { minimumNotional: 7_000 }, 1_000, 10, 10],
    [
      'in two brackets: 500, then 300 each',
      {
        brackets: [
          ...rates(100_000, 50_000),
          { floorNotional: 5_000, initialPpm: 300_000, maintenancePpm: 100_000 },
        ],
      },
      1_000,
      6,
      6,
    ],
  ])('%s', (_, terms, price, buyMax, sellMax) => {
    const w = new World();
    const m = w.perp(terms);
    const alice = w.account('alice', 1_000);
    expect(prove(w, alice, m, price)).toEqual({ buyMax, sellMax });
  });

  it('in whole lots', () => {
    const w = new World();
    const m = w.perp({}, 1_000, { lotSize: 4 });
    expect(prove(w, w.account('alice', 1_100), m, 1_000, 4)).toEqual({ buyMax: 8, sellMax: 8 });
  });

  it('with a position: what adds, and what takes back and turns', () => {
    const w = new World();
    const m = w.perp();
    const [alice, bob] = [w.account('alice', 1_000), w.account('bob', RICH)];
    ok(w.sell(bob, m, 6, 1_000));
    ok(w.buy(alice, m, 6, 1_000));
    expect(prove(w, alice, m)).toEqual({ buyMax: 4, sellMax: 16 });
  });

  it('in isolated mode', () => {
    const w = new World();
    const m = w.perp({ takerFeePpm: 1_000 });
    const alice = w.account('alice', 1_000);
    w.isolate(alice, m, 5);
    expect(prove(w, alice, m)).toEqual({ buyMax: 4, sellMax: 4 }); // 201 each
  });

  it('in spot', () => {
    const w = new World();
    const m = w.spot({ takerFeePpm: 10_000 });
    // 1,010 each
    expect(prove(w, w.account('alice', 10_000, 7), m)).toEqual({ buyMax: 9, sellMax: 7 });
  });

  it('to withdraw, to add and to remove', () => {
    const w = new World();
    const [m, cross] = [w.perp(), w.perp()];
    const [alice, bob] = [w.account('alice', 5_000), w.account('bob', RICH)];
    for (const market of [m, cross]) ok(w.sell(bob, market, 10, 1_000));
    w.isolate(alice, m, 10);
    ok(w.buy(alice, m, 10, 1_000));
    ok(w.buy(alice, cross, 10, 1_000));
    ok(w.edit(alice, m, 4, { collateral: 300 }));
    const limits = w.engine.limitsOf(alice, m);
    expect(limits).toMatchObject({
      withdrawMax: 2_700,
      collateralAddMax: 2_700,
      collateralRemoveMax: 300,
      leverageMax: 10,
    });
    expect(w.withdraw(alice, 2_701).said).not.toBe('OK');
    expect(w.edit(alice, m, 4, { collateral: 2_701 }).said).not.toBe('OK');
    expect(w.edit(alice, m, 5, { collateral: 301 }).said).not.toBe('OK');
    expect(w.edit(alice, m, 4, { collateral: 2_700 }).said).toBe('OK');
    expect(w.edit(alice, m, 5, { collateral: 3_000 }).said).toBe('OK');
    expect(w.withdraw(alice, 3_000).said).toBe('OK');
  });
});
