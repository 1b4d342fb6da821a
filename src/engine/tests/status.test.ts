// Proves what each status of a market takes and refuses, and how a status and the terms change.

import { describe, expect, it, test } from 'vitest';
import { IOC, PLAIN_TERMS, STOP, World, ok } from '../../testing/engine-kit.ts';
import type { Terms } from '../../testing/engine-kit.ts';
import {
  STATUS_ACTIVE,
  STATUS_CANCEL_ONLY,
  STATUS_CLOSE_ONLY,
  STATUS_HALTED,
  STATUS_POST_ONLY,
  STATUS_SETTLED,
} from '../command.ts';
import { fieldNumber } from '../reason.ts';

const RICH = 1_000_000;

/** Alice is long 10; she has a bid of 5 at 990, bob an ask of 5 at 1,010 and a bid of 5 at 980. */
function setUp() {
  const w = new World();
  const m = w.perp();
  const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => w.account(name, RICH));
  ok(w.sell(bob, m, 10, 1_000));
  ok(w.buy(alice, m, 10, 1_000));
  const bid = ok(w.buy(alice, m, 5, 990));
  ok(w.sell(bob, m, 5, 1_010));
  ok(w.buy(bob, m, 5, 980));
  return { w, m, alice, bob, carol, bid };
}

describe('a market that is', () => {
  const refusals = {
    'post-only': 'POST_ONLY_MARKET',
    'close-only': 'CLOSE_ONLY',
    'cancel-only': 'CANCEL_ONLY',
    halted: 'MARKET_HALTED',
  } as const;
  const rows = [
    // status, opening limit, post-only opening, reducing limit, reduce-only, market close, stop
    ['active', STATUS_ACTIVE, true, true, true, true, true, true],
    ['post-only', STATUS_POST_ONLY, false, true, false, false, false, false],
    ['close-only', STATUS_CLOSE_ONLY, false, false, true, true, true, false],
    ['cancel-only', STATUS_CANCEL_ONLY, false, false, false, false, false, false],
    ['halted', STATUS_HALTED, false, false, false, false, false, false],
  ] as const;

  test.each(rows)(
    '%s takes these orders',
    (name, status, opens, posts, reduces, only, closes, stops) => {
      const { w, m, alice } = setUp();
      ok(w.status(m, status));
      const said = [
        w.buy(alice, m, 1, 900),
        w.buy(alice, m, 1, 900, { postOnly: true }),
        w.sell(alice, m, 1, 1_500),
        w.sell(alice, m, 1, 1_500, { reduceOnly: true }),
        w.sell(alice, m, 5, 0),
        w.buy(alice, m, 1, 0, { ...STOP, triggerPrice: 1_500 }),
      ].map((answer) => answer.said);
      const no = name === 'active' ? '' : refusals[name];
      expect(said).toEqual(
        [opens, posts, reduces, only, closes, stops].map((taken) => (taken ? 'OK' : no)),
      );
    },
  );

  test.each(rows)('%s always takes cancels, money, prices and leverage', (_, status) => {
    const { w, m, alice, bid } = setUp();
    ok(w.status(m, status));
    const said = [
      w.cancel(alice, bid),
      w.cancelAll(alice),
      w.deposit(alice, 1),
      w.withdraw(alice, 1),
      w.mark(m, 1_001),
      w.leverage(alice, m, 9),
      w.tick(),
    ].map((answer) => answer.said);
    expect(said).toEqual(said.map(() => 'OK'));
  });

  test.each(rows)('%s takes a smaller size in place', (_, status) => {
    const { w, m, alice, bid } = setUp();
    ok(w.status(m, status));
    expect(w.amend(alice, bid, 4, 0).said).toBe('OK');
    expect(w.openOrder(alice, bid)?.open).toBe(4);
  });

  test.each([
    ['post-only', STATUS_POST_ONLY, 'POST_ONLY_MARKET'],
    ['close-only', STATUS_CLOSE_ONLY, 'CLOSE_ONLY'],
    ['cancel-only', STATUS_CANCEL_ONLY, 'CANCEL_ONLY'],
    ['halted', STATUS_HALTED, 'MARKET_HALTED'],
  ] as const)('%s takes an amendment that may trade only as a new order', (_, status, code) => {
    const { w, m, alice, bid } = setUp();
    ok(w.status(m, status));
    expect(w.amend(alice, bid, 6, 0).said).toBe(code);
    expect(w.amend(alice, bid, 5, 1_010).said).toBe(code); // would buy 5 more
    expect(w.openOrder(alice, bid)).toMatchObject({ open: 5, price: 990 });
  });

  it('close-only takes no more than the position, resting orders included', () => {
    const { w, m, alice } = setUp();
    ok(w.status(m, STATUS_CLOSE_ONLY));
    ok(w.sell(alice, m, 7, 1_500));
    expect(w.sell(alice, m, 4, 1_500).said).toBe('CLOSE_ONLY');
    const rest = ok(w.sell(alice, m, 3, 1_500));
    expect(w.amend(alice, rest, 4, 0).said).toBe('CLOSE_ONLY');
    expect(w.amend(alice, rest, 3, 1_400).said).toBe('OK');
    expect(w.buy(alice, m, 1, 900).said).toBe('CLOSE_ONLY');
    expect(w.sell(alice, m, 20, 0, { reduceOnly: true, ...IOC }).fills).toHaveLength(1);
  });

  it('post-only lets a post-only order be amended', () => {
    const { w, m, alice } = setUp();
    const order = ok(w.buy(alice, m, 5, 985, { postOnly: true }));
    ok(w.status(m, STATUS_POST_ONLY));
    expect(w.amend(alice, order, 6, 986).said).toBe('OK');
  });
});

const BY_OPERATOR = { rampMs: 0, operator: 'op', reason: 'test' } as const;

describe('a status', () => {
  it('changes by an operator with a reason, and says so', () => {
    const { w, m } = setUp();
    const answer = w.status(m, STATUS_HALTED);
    expect(answer.events).toEqual([
      { name: 'market_changed', market: m, status: STATUS_HALTED, terms: 0, ramp_until: 0 },
    ]);
    expect(w.engine.markets()[m].status).toBe(STATUS_HALTED);
    const change = (fields: object) =>
      w.send({
        kind: 'set_market_status',
        market: m,
        status: STATUS_ACTIVE,
        price: 0,
        operator: 'op',
        reason: 'why',
        ...fields,
      }).said;
    expect(change({ operator: '' })).toBe(`VALUE_INVALID ${fieldNumber('operator')} 0`);
    expect(change({ reason: '' })).toBe(`VALUE_INVALID ${fieldNumber('reason')} 0`);
    expect(change({ status: 6 })).toBe(`VALUE_INVALID ${fieldNumber('status')} 6`);
    expect(change({ market: 7 })).toBe('MARKET_NOT_FOUND');
    expect(change({})).toBe('OK');
  });

  it('of settled needs an empty market and is for ever', () => {
    const { w, m, alice, bob } = setUp();
    expect(w.status(m, STATUS_SETTLED).said).toBe('MARKET_IN_USE 3 2');
    ok(w.cancelAll(alice));
    ok(w.cancelAll(bob));
    expect(w.status(m, STATUS_SETTLED).said).toBe('MARKET_IN_USE 0 2');
    ok(w.buy(bob, m, 10, 1_000));
    ok(w.sell(alice, m, 10, 1_000));
    expect(w.status(m, STATUS_SETTLED).said).toBe('OK');
    expect(w.buy(alice, m, 1, 1_000).said).toBe('MARKET_SETTLED');
    expect(w.status(m, STATUS_ACTIVE).said).toBe('MARKET_SETTLED');
    expect(w.mark(m, 1_000).said).toBe('MARKET_SETTLED');
    expect(
      w.send({ kind: 'update_market', market: m, terms: PLAIN_TERMS, ...BY_OPERATOR }).said,
    ).toBe('MARKET_SETTLED');
    expect(w.edit(alice, m, 0, { size: 1, leverage: 1 }).said).toBe('MARKET_SETTLED');
    expect(w.withdraw(alice, RICH).said).toBe('OK');
  });
});

describe('the terms of a market', () => {
  const update = (w: World, market: number, terms: Partial<Terms>) =>
    w.send({ kind: 'update_market', market, terms: { ...PLAIN_TERMS, ...terms }, ...BY_OPERATOR });

  it('change by an operator with a reason, also while it is in use', () => {
    const { w, m } = setUp();
    expect(update(w, m, { takerFeePpm: 1 }).said).toBe('OK');
    expect(w.engine.markets()[m].terms.takerFeePpm).toBe(1);
    const other = w.perp();
    const answer = update(w, other, { takerFeePpm: 1 });
    expect(answer.events).toEqual([
      { name: 'market_changed', market: other, status: STATUS_ACTIVE, terms: 1, ramp_until: 0 },
    ]);
    expect(w.engine.markets()[other].terms.takerFeePpm).toBe(1);
    expect(update(w, 9, {}).said).toBe('MARKET_NOT_FOUND');
    expect(update(w, other, { brackets: [] }).said).toBe('MARKET_TERMS_INVALID 0 0');
  });

  it('bring their brackets, and a leverage above the new maximum is no longer what counts', () => {
    const { w, alice, bob } = setUp();
    const other = w.perp();
    ok(w.leverage(alice, other, 10));
    ok(
      update(w, other, {
        brackets: [{ floorNotional: 0, initialPpm: 500_000, maintenancePpm: 250_000 }],
      }),
    );
    ok(w.sell(bob, other, 10, 1_000));
    ok(w.buy(alice, other, 10, 1_000));
    expect(w.position(alice, other)).toMatchObject({ initial: 5_000, maintenance: 2_500 });
  });

  it('bring their mark source', () => {
    const { w } = setUp();
    const other = w.perp();
    ok(update(w, other, { markSource: 1 }));
    expect(w.mark(other, 1_200).said).toBe('MARK_NOT_ACCEPTED');
    ok(w.index(other, 1_200));
    expect(w.engine.markets()[other].mark).toBe(1_200);
  });

  it('are kept as they were given: a command that changes afterwards changes nothing', () => {
    const { w } = setUp();
    const terms = {
      ...PLAIN_TERMS,
      brackets: [{ floorNotional: 0, initialPpm: 100_000, maintenancePpm: 50_000 }],
    };
    const other = w.perp(terms);
    const hash = w.engine.hash();
    Object.assign(terms.brackets[0], { initialPpm: 1 });
    Object.assign(terms, { takerFeePpm: 99 });
    expect(w.engine.hash()).toBe(hash);
    const live = { ...PLAIN_TERMS, takerFeePpm: 7 };
    ok(w.send({ kind: 'update_market', market: other, terms: live, ...BY_OPERATOR }));
    live.takerFeePpm = 8;
    expect(w.engine.markets()[other].terms.takerFeePpm).toBe(7);
  });
});

describe('an index', () => {
  it('keeps a given mark until another is given, and starts it', () => {
    const w = new World();
    const m = w.perp({}, 0);
    ok(w.index(m, 1_000));
    expect(w.engine.book(m, 1, false)).toMatchObject({ index: 1_000, mark: 1_000 });
    ok(w.mark(m, 1_100));
    ok(w.index(m, 1_050));
    expect(w.engine.book(m, 1, false)).toMatchObject({ index: 1_050, mark: 1_100 });
  });

  it('is a price of a market', () => {
    const { w, m } = setUp();
    const say = (price: number, mark = 0, market = m) =>
      w.send({ kind: 'update_index', market, price, mark }).said;
    for (const bad of [0, -1, 0.5])
      expect(say(bad)).toBe(`VALUE_INVALID ${fieldNumber('price')} ${bad}`);
    for (const bad of [-1, 0.5])
      expect(say(1, bad)).toBe(`VALUE_INVALID ${fieldNumber('mark')} ${bad}`);
    expect(say(NaN)).toBe(`VALUE_INVALID ${fieldNumber('price')} 0`);
    expect(say(1, 1, 5)).toBe('MARKET_NOT_FOUND');
  });

  it('never moves by a trade', () => {
    const { w, m, carol } = setUp();
    ok(w.buy(carol, m, 5, 1_010));
    expect(w.engine.book(m, 1, false)).toMatchObject({ index: 1_000, mark: 1_000, last: 1_010 });
  });
});
