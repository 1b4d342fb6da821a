// Proves self-trade prevention: the taker's mode decides what happens when it meets its own owner
// group, be it the same account or another one of the same owner.

import { describe, expect, it, test } from 'vitest';
import { FOK, GOLD, IOC, World, ok } from '../../testing/engine-kit.ts';
import { STP_EXPIRE_BOTH, STP_EXPIRE_MAKER, STP_EXPIRE_TAKER, STP_NONE } from '../command.ts';

const RICH = 1_000_000;

/** Alice and her second account are one owner; bob is another. */
function setUp() {
  const w = new World();
  const m = w.perp({ selfTradeAllowed: true });
  const alice = w.account('alice', RICH);
  const second = w.account('alice-2', RICH, 0, 'alice');
  const bob = w.account('bob', RICH);
  return { w, m, alice, second, bob };
}

describe.each(['the same account', 'another account of the owner'])('meeting %s', (which) => {
  /** A stranger's ask, an own one, a stranger's again, and a farther one. */
  const withAsks = () => {
    const world = setUp();
    const { w, m, alice, second, bob } = world;
    const maker = which === 'the same account' ? alice : second;
    const asks = [
      ok(w.sell(bob, m, 2, 1_000)),
      ok(w.sell(maker, m, 3, 1_000)),
      ok(w.sell(bob, m, 4, 1_000)),
      ok(w.sell(bob, m, 5, 1_001)),
    ];
    return { ...world, maker, asks };
  };

  test('expire_maker cancels the own order and goes on', () => {
    const { w, m, alice, asks } = withAsks();
    const taker = w.buy(alice, m, 8, 1_001, { selfTrade: STP_EXPIRE_MAKER });
    expect(taker.fills).toEqual([
      `${asks[0]}: 2 @ 1000`,
      `${asks[2]}: 4 @ 1000`,
      `${asks[3]}: 2 @ 1001`,
    ]);
    expect(taker.cancels).toEqual([`${asks[1]} self_trade 3`]);
  });

  test('expire_taker keeps the own order and cancels the rest of the taker', () => {
    const { w, m, alice, maker, asks } = withAsks();
    const taker = w.buy(alice, m, 8, 1_001, { selfTrade: STP_EXPIRE_TAKER });
    expect(taker.fills).toEqual([`${asks[0]}: 2 @ 1000`]);
    expect(taker.cancels).toEqual([`${taker.created} self_trade 6`]);
    expect(w.openOrder(maker, asks[1])?.open).toBe(3);
    expect(w.queue(m, 1)).toEqual([]);
  });

  test('expire_both cancels both rests', () => {
    const { w, m, alice, maker, asks } = withAsks();
    const taker = w.buy(alice, m, 8, 1_001, { selfTrade: STP_EXPIRE_BOTH });
    expect(taker.fills).toEqual([`${asks[0]}: 2 @ 1000`]);
    expect(taker.cancels).toEqual([`${asks[1]} self_trade 3`, `${taker.created} self_trade 6`]);
    expect(w.open(maker)).toEqual([]);
    expect(w.queue(m, -1)).toEqual([`1000: ${asks[2]}`, `1001: ${asks[3]}`]);
  });

  test('none trades with it', () => {
    const { w, m, alice, maker, asks } = withAsks();
    const taker = w.buy(alice, m, 8, 1_001, { selfTrade: STP_NONE });
    expect(taker.fills).toEqual([
      `${asks[0]}: 2 @ 1000`,
      `${asks[1]}: 3 @ 1000`,
      `${asks[2]}: 3 @ 1000`,
    ]);
    // in the same account the 3 cancel out
    expect(w.position(alice, m)?.size).toBe(maker === alice ? 5 : 8);
  });

  test.each([
    ['expire_maker', STP_EXPIRE_MAKER, 'FOK_NOT_FILLABLE 11 14'], // 2 + 4 + 5
    ['expire_taker', STP_EXPIRE_TAKER, 'FOK_NOT_FILLABLE 2 14'],
    ['expire_both', STP_EXPIRE_BOTH, 'FOK_NOT_FILLABLE 2 14'],
  ])(
    'FOK with %s counts only what it may take, and a refusal keeps the own order',
    (_, selfTrade, said) => {
      const { w, m, alice, maker, asks } = withAsks();
      expect(w.buy(alice, m, 14, 1_001, { ...FOK, selfTrade }).said).toBe(said);
      expect(w.openOrder(maker, asks[1])?.open).toBe(3);
    },
  );
});

describe('self-trade prevention', () => {
  it('does not see a taker that is filled before it meets its own order', () => {
    const { w, m, alice, bob } = setUp();
    const ask = ok(w.sell(bob, m, 2, 1_000));
    ok(w.sell(alice, m, 3, 1_000));
    const taker = w.buy(alice, m, 2, 1_001, { selfTrade: STP_EXPIRE_BOTH });
    expect(taker.fills).toEqual([`${ask}: 2 @ 1000`]);
    expect(taker.cancels).toEqual([]);
  });

  it('leaves the maker’s mode without a say', () => {
    const { w, m, alice, second } = setUp();
    const ask = ok(w.sell(second, m, 3, 1_000, { selfTrade: STP_EXPIRE_TAKER }));
    const taker = w.buy(alice, m, 3, 1_000, { selfTrade: STP_EXPIRE_MAKER });
    expect(taker.cancels).toEqual([`${ask} self_trade 3`]);
    expect(w.openOrder(alice, taker.created)?.open).toBe(3);
  });

  it('gives an expired maker its hold back, in spot and isolated', () => {
    const { w, alice, second } = setUp();
    const spot = w.spot();
    ok(w.deposit(second, 10, GOLD));
    ok(w.sell(second, spot, 10, 1_000));
    expect(w.held(second, GOLD)).toBe(10);
    ok(w.buy(alice, spot, 1, 1_000, IOC));
    expect([w.free(second, GOLD), w.held(second, GOLD)]).toEqual([10, 0]);
    const perp = w.perp();
    w.isolate(second, perp);
    ok(w.sell(second, perp, 10, 1_000));
    expect(w.held(second)).toBe(1_000); // 10 · 1,000 ÷ 10
    ok(w.buy(alice, perp, 1, 1_000, IOC));
    expect([w.free(second), w.held(second)]).toEqual([RICH, 0]);
  });

  it('frees the own margin that an expired maker needed', () => {
    const w = new World();
    const m = w.perp();
    const alice = w.account('alice', 1_000);
    ok(w.sell(alice, m, 10, 1_000)); // requires all 1,000
    expect(w.buy(alice, m, 10, 1_001, IOC).said).toBe('OK');
    ok(w.sell(alice, m, 10, 1_000));
    expect(w.buy(alice, m, 10, 1_000).said).toBe('OK');
    expect(w.buy(alice, m, 1, 1_000).said).toBe('INSUFFICIENT_MARGIN 1000 1100');
  });

  it('none, against oneself in isolated mode, moves the money of both sides and loses none', () => {
    const { w, m, alice } = setUp();
    w.isolate(alice, m, 10);
    const ask = ok(w.sell(alice, m, 10, 1_000));
    const taker = w.buy(alice, m, 10, 1_000, { selfTrade: STP_NONE });
    expect(taker.fills).toEqual([`${ask}: 10 @ 1000`]);
    expect([w.free(alice), w.held(alice), w.stands(alice, m)]).toEqual([RICH, 0, 'flat']);
  });

  it('none, against oneself, no longer counts what the own order would have lost', () => {
    const w = new World();
    const m = w.perp({ selfTradeAllowed: true });
    const alice = w.account('alice', 2_000);
    ok(w.sell(alice, m, 10, 900)); // 1,000, and 10 · 100 against the mark
    // 10 cancel out; the other 11 rest below the mark and require 1,100
    expect(w.buy(alice, m, 21, 900, { selfTrade: STP_NONE }).said).toBe('OK');
    expect(w.engine.account(alice)).toMatchObject({ equity: 2_000, initial: 1_100 });
    ok(w.cancelAll(alice));
    ok(w.sell(alice, m, 10, 900));
    // 6 are left: 600 and 600
    expect(w.buy(alice, m, 4, 900, { selfTrade: STP_NONE }).said).toBe('OK');
    expect(w.engine.account(alice).initial).toBe(1_200);
  });

  it('none, against oneself through zero: a long is sold and bought back', () => {
    const { w, m, alice, bob } = setUp();
    ok(w.sell(bob, m, 5, 1_000));
    ok(w.buy(alice, m, 5, 1_000));
    ok(w.sell(alice, m, 8, 1_010));
    expect(w.buy(alice, m, 8, 1_010, { selfTrade: STP_NONE }).said).toBe('OK');
    // sold 5 of cost 5,000 at 1,010: +50; short 3 at 1,010; bought 8: closes 3 at no profit, 5 at
    // 1,010
    expect(w.stands(alice, m)).toBe('5 5050 0');
    expect(w.free(alice)).toBe(RICH + 50);
  });
});
