// Proves the fees of perpetual fills: per fill, on the whole of it also through zero, each rounded
// against the account, rebates included, and all of it where the fees are counted.

import { describe, expect, it, test } from 'vitest';
import { GOLD, USD, World, ok, rates } from '../../testing/engine-kit.ts';
import type { Terms } from '../../testing/engine-kit.ts';

const RICH = 1_000_000;

function setUp(terms: Partial<Terms>) {
  const w = new World();
  const m = w.perp(terms);
  const [alice, bob] = ['alice', 'bob'].map((name) => w.account(name, RICH));
  const paid = () => [RICH - w.free(alice), RICH - w.free(bob), w.fees()];
  return { w, m, alice, bob, paid };
}

describe('a fill of 7 at 999 (6,993)', () => {
  test.each([
    ['both pay, rounded up', 200, 500, [4, 2, 6]], // 3.4965 and 1.3986
    ['a rate that divides it', 0, 1_000_000 / 7, null],
    ['the maker gets a rebate, rounded down', -200, 500, [4, -1, 3]],
    ['the rebate is the whole fee: the dust stays', -500, 500, [4, -3, 1]],
    ['nothing', 0, 0, [0, 0, 0]],
    ['the smallest rate is one unit', 1, 1, [1, 1, 2]],
    ['the smallest rebate is none', -1, 1, [1, 0, 1]],
  ] as const)('%s (maker %i, taker %i ppm)', (_, makerFeePpm, takerFeePpm, expected) => {
    if (expected === null)
      return expect(() => setUp({ makerFeePpm, takerFeePpm })).toThrow('MARKET_TERMS_INVALID');
    const { w, m, alice, bob, paid } = setUp({ makerFeePpm, takerFeePpm });
    ok(w.sell(bob, m, 7, 999));
    ok(w.buy(alice, m, 7, 999));
    expect(paid()).toEqual(expected);
    return expect(w.engine.conservation()[USD].difference).toBe(0n);
  });
});

describe('fees', () => {
  it('are charged fill by fill', () => {
    const { w, m, alice, bob, paid } = setUp({ takerFeePpm: 500, makerFeePpm: 100 });
    ok(w.sell(bob, m, 1, 1_000));
    ok(w.sell(bob, m, 1, 1_001));
    const taker = w.buy(alice, m, 2, 1_001);
    const filled = taker.events.filter(({ name }) => name === 'order_filled');
    expect(filled.map((fill) => [fill['maker_fee'], fill['taker_fee']])).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(paid()).toEqual([2, 2, 4]);
    expect(taker.events.at(-1)).toEqual({ name: 'fees_changed', asset: USD, change: 4 });
  });

  it('are on the whole fill through zero, once', () => {
    const { w, m, alice, bob, paid } = setUp({ takerFeePpm: 500, makerFeePpm: 100 });
    ok(w.sell(bob, m, 3, 1_000));
    ok(w.buy(alice, m, 3, 1_000)); // 2 and 1
    ok(w.buy(bob, m, 10, 1_000));
    ok(w.sell(alice, m, 10, 1_000)); // 5 and 1
    expect(paid()).toEqual([7, 2, 9]);
    expect(w.stands(alice, m)).toBe('-7 -7000 0');
  });

  it('are on the whole fill through zero in isolated mode too, rounded once', () => {
    const { w, m, alice, bob } = setUp({ takerFeePpm: 500, makerFeePpm: 100 });
    for (const account of [alice, bob]) w.isolate(account, m);
    ok(w.sell(bob, m, 3, 1_000));
    ok(w.buy(alice, m, 3, 1_000));
    const before = w.fees();
    ok(w.buy(bob, m, 7, 1_001));
    ok(w.sell(alice, m, 7, 1_001)); // ceil(3.5035) = 4 and ceil(0.7007) = 1
    expect(w.fees() - before).toBe(5);
  });

  it('of a maker through zero with a rebate, isolated', () => {
    const { w, m, alice, bob } = setUp({ takerFeePpm: 1_000, makerFeePpm: -500 });
    w.isolate(alice, m);
    ok(w.buy(alice, m, 3, 1_000));
    ok(w.sell(bob, m, 3, 1_000)); // rebate floor(1.5)
    expect(w.free(alice)).toBe(RICH - 300 + 1);
    ok(w.sell(alice, m, 7, 1_000));
    ok(w.buy(bob, m, 7, 1_000)); // rebate floor(3.5) in all
    expect([w.free(alice), w.held(alice), w.stands(alice, m)]).toEqual([
      RICH - 400 + 1 + 3,
      0,
      '-4 -4000 400',
    ]);
    expect(w.fees()).toBe(3 - 1 + 7 - 3);
  });

  it('are counted per asset', () => {
    const w = new World();
    const m = w.perp({ takerFeePpm: 1_000 }, 1_000, { quote: GOLD });
    const [alice, bob] = [w.account('alice', 0, RICH), w.account('bob', 0, RICH)];
    for (const account of [alice, bob]) w.isolate(account, m);
    ok(w.sell(bob, m, 7, 1_000));
    ok(w.buy(alice, m, 7, 1_000));
    expect([w.fees(USD), w.fees(GOLD)]).toEqual([0, 7]);
  });

  it('may be larger than what a close brings: the position pays with what it has', () => {
    const { w, m, bob } = setUp({ takerFeePpm: 40_000 });
    const small = w.account('small', 1_400);
    ok(w.sell(bob, m, 10, 1_000));
    ok(w.buy(small, m, 10, 1_000)); // a fee of 400
    expect(w.free(small)).toBe(1_000);
    ok(w.buy(bob, m, 10, 937)); // a loss of 630 and a fee of ceil(374.8)
    expect(w.sell(small, m, 10, 937).said).toBe('WOULD_BANKRUPT -5 900');
    ok(w.buy(bob, m, 10, 938)); // 620 and ceil(375.2)
    expect(w.sell(small, m, 10, 938).said).toBe('OK');
    expect(w.free(small)).toBe(4);
  });

  it('together never pay more than they take: terms that would are refused', () => {
    const w = new World();
    expect(w.market({ makerFeePpm: -501, takerFeePpm: 500 }).said).toMatch(/^MARKET_TERMS_INVALID/);
    expect(w.market({ makerFeePpm: -500, takerFeePpm: 500 }).said).toBe('OK');
    expect(w.market({ takerFeePpm: 50_000, brackets: rates(100_000, 50_000) }).said).toMatch(
      /^MARKET_TERMS_INVALID/,
    );
    expect(w.market({ takerFeePpm: 30_000, liquidationFeePpm: 19_999 }).said).toBe('OK');
    expect(w.market({ takerFeePpm: 30_000, liquidationFeePpm: 20_000 }).said).toMatch(
      /^MARKET_TERMS_INVALID/,
    );
  });
});
