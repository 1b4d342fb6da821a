// Proves stops: which price triggers which, that they hold nothing and are checked when they fire,
// in which order they fire, and what their own fills set off.

import { describe, expect, it, test } from 'vitest';
import {
  FOK,
  GOLD,
  IOC,
  STOP,
  STOP_LIMIT,
  TAKE,
  TAKE_LIMIT,
  World,
  ok,
  until,
} from '../../testing/engine-kit.ts';
import type { Terms } from '../../testing/engine-kit.ts';
import {
  STATUS_CANCEL_ONLY,
  STATUS_CLOSE_ONLY,
  STATUS_HALTED,
  STATUS_POST_ONLY,
  TRIGGER_BY_LAST,
} from '../command.ts';

const RICH = 1_000_000;
const byLast = { triggerBy: TRIGGER_BY_LAST };

function setUp(terms: Partial<Terms> = {}) {
  const w = new World();
  const m = w.perp(terms);
  const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => w.account(name, RICH));
  return { w, m, alice, bob, carol };
}

describe('the trigger', () => {
  /** A stop against the market waits for it to go on, a take-profit for it to come back. */
  test.each([
    ['a buy stop', 1, STOP, 1_100, 1_099, 1_100],
    ['a sell stop', -1, STOP, 900, 901, 900],
    ['a buy take-profit', 1, TAKE, 900, 901, 900],
    ['a sell take-profit', -1, TAKE, 1_100, 1_099, 1_100],
  ] as const)(
    'of %s is reached at its price exactly, by mark',
    (_, side, type, triggerPrice, before, at) => {
      const { w, m, alice, bob } = setUp();
      const rest = ok(w.order(bob, m, side > 0 ? -1 : 1, 5, 1_000));
      const stop = ok(w.order(alice, m, side, 5, 0, { ...type, triggerPrice }));
      expect(w.mark(m, before).fills).toEqual([]);
      const fired = w.mark(m, at);
      expect(fired.events.find(({ name }) => name === 'order_triggered')).toMatchObject({
        order: stop,
        trigger_price: triggerPrice,
        price: at,
        size: 5,
        resting: 0,
      });
      expect(fired.fills).toEqual([`${rest}: 5 @ 1000`]);
      expect(w.open(alice)).toEqual([]);
    },
  );

  it('by last looks at trades and not at the mark', () => {
    const { w, m, alice, bob, carol } = setUp();
    w.print(m, 1_000);
    const stop = ok(w.buy(alice, m, 5, 1_200, { ...STOP_LIMIT, triggerPrice: 1_100, ...byLast }));
    ok(w.mark(m, 1_150));
    expect(w.openOrder(alice, stop)).toMatchObject({ price: 1_200, isTriggered: false });
    expect(w.queue(m, 1)).toEqual([]);
    const ask = ok(w.sell(bob, m, 1, 1_100));
    expect(w.openOrder(bob, ask)?.isTriggered).toBe(false);
    ok(w.buy(carol, m, 1, 1_100));
    expect(w.queue(m, 1)).toEqual([`1200: ${stop}`]);
    expect(w.openOrder(alice, stop)).toMatchObject({ price: 1_200, isTriggered: true });
  });

  it('by mark does not look at trades', () => {
    const { w, m, alice, bob, carol } = setUp();
    ok(w.buy(alice, m, 5, 1_200, { ...STOP_LIMIT, triggerPrice: 1_100 }));
    ok(w.sell(bob, m, 1, 1_150));
    ok(w.buy(carol, m, 1, 1_150));
    expect(w.queue(m, 1)).toEqual([]);
  });

  it('that is passed already is refused with both prices', () => {
    const { w, m, alice } = setUp();
    expect(w.buy(alice, m, 1, 0, { ...STOP, triggerPrice: 1_000 }).said).toBe(
      'TRIGGER_PASSED 1000 1000',
    );
    expect(w.buy(alice, m, 1, 0, { ...STOP, triggerPrice: 1_001 }).said).toBe('OK');
    expect(w.sell(alice, m, 1, 0, { ...STOP, triggerPrice: 1_001 }).said).toBe(
      'TRIGGER_PASSED 1001 1000',
    );
    expect(w.sell(alice, m, 1, 0, { ...TAKE, triggerPrice: 999 }).said).toBe(
      'TRIGGER_PASSED 999 1000',
    );
    expect(w.buy(alice, m, 1, 0, { ...TAKE, triggerPrice: 1_000 }).said).toBe(
      'TRIGGER_PASSED 1000 1000',
    );
    expect(w.sell(alice, m, 1, 0, { ...STOP, triggerPrice: 900, ...byLast }).said).toBe(
      'NO_MARK_PRICE',
    );
    w.print(m, 950);
    expect(w.sell(alice, m, 1, 0, { ...STOP, triggerPrice: 960, ...byLast }).said).toBe(
      'TRIGGER_PASSED 960 950',
    );
  });

  it('of a spot stop is the last trade, whatever source it names', () => {
    const w = new World();
    const spot = w.spot();
    const alice = w.account('alice', 0, 10);
    expect(w.sell(alice, spot, 5, 0, { ...STOP, triggerPrice: 900 }).said).toBe('NO_MARK_PRICE');
    w.print(spot, 1_000);
    const stop = ok(w.sell(alice, spot, 5, 0, { ...STOP, triggerPrice: 900 }));
    expect([w.free(alice, GOLD), w.held(alice, GOLD)]).toEqual([10, 0]);
    ok(w.index(spot, 800));
    expect(w.open(alice)).toEqual([stop]);
    const buyer = w.account('buyer', RICH);
    const bid = ok(w.buy(buyer, spot, 9, 880));
    expect(w.sell(w.account('seller', 0, 1), spot, 1, 880).fills).toEqual([
      `${bid}: 1 @ 880`,
      `${bid}: 5 @ 880`,
    ]);
    expect(w.free(alice)).toBe(4_400);
  });
});

describe('a waiting stop', () => {
  it('holds nothing and needs no margin until it fires', () => {
    const { w, m } = setUp();
    const poor = w.account('poor', 1);
    const stop = ok(w.buy(poor, m, 1_000, 0, { ...STOP, triggerPrice: 1_100 }));
    expect([w.free(poor), w.held(poor)]).toEqual([1, 0]);
    expect(w.withdraw(poor, 1).said).toBe('OK');
    expect(w.open(poor)).toEqual([stop]);
  });

  it('that cannot be afforded when it fires is cancelled with the refusal', () => {
    const { w, m, bob } = setUp();
    const poor = w.account('poor', 1_099);
    ok(w.sell(bob, m, 10, 1_100));
    const stop = ok(w.buy(poor, m, 10, 0, { ...STOP, triggerPrice: 1_100 }));
    const fired = w.mark(m, 1_100); // 11,000 requires 1,100
    expect(fired.fills).toEqual([]);
    expect(fired.cancels).toEqual([`${stop} trigger_refused 10 INSUFFICIENT_MARGIN`]);
    expect(w.stands(poor, m)).toBe('flat');
  });

  it('that can be afforded exactly trades', () => {
    const { w, m, bob } = setUp();
    const poor = w.account('poor', 1_100);
    ok(w.sell(bob, m, 10, 1_100));
    ok(w.buy(poor, m, 10, 0, { ...STOP, triggerPrice: 1_100 }));
    expect(w.mark(m, 1_100).fills).toHaveLength(1);
    expect(w.stands(poor, m)).toBe('10 11000 0');
  });

  it('that is reduce-only needs a position when it comes and is trimmed when it fires', () => {
    const { w, m, alice, bob, carol } = setUp();
    const only = { reduceOnly: true };
    expect(w.sell(alice, m, 5, 0, { ...STOP, triggerPrice: 900, ...only }).said).toBe(
      'REDUCE_ONLY_REJECTED 0',
    );
    ok(w.sell(bob, m, 5, 1_000));
    ok(w.buy(alice, m, 5, 1_000));
    expect(w.buy(alice, m, 5, 0, { ...STOP, triggerPrice: 1_100, ...only }).said).toBe(
      'REDUCE_ONLY_REJECTED 5',
    );
    const stop = ok(w.sell(alice, m, 50, 0, { ...STOP, triggerPrice: 900, ...only }));
    const bid = ok(w.buy(carol, m, 50, 890));
    const fired = w.mark(m, 900);
    expect(fired.fills).toEqual([`${bid}: 5 @ 890`]);
    expect(fired.events.find(({ name }) => name === 'order_triggered')).toMatchObject({
      order: stop,
      size: 5,
    });
    expect(w.stands(alice, m)).toBe('flat');
  });

  it('that is reduce-only and finds no position any more ends with its refusal', () => {
    const { w, m, alice, bob } = setUp();
    ok(w.sell(bob, m, 5, 1_000));
    ok(w.buy(alice, m, 5, 1_000));
    const stop = ok(w.sell(alice, m, 5, 0, { ...STOP, triggerPrice: 900, reduceOnly: true }));
    ok(w.buy(bob, m, 5, 1_000));
    ok(w.sell(alice, m, 5, 1_000));
    expect(w.mark(m, 900).cancels).toEqual([`${stop} trigger_refused 5 REDUCE_ONLY_REJECTED`]);
  });

  it('expires with its time, and never trades after it, even before the tick', () => {
    const { w, m, alice, bob } = setUp();
    const end = w.time + 100;
    const one = ok(
      w.buy(alice, m, 5, 1_200, { ...STOP_LIMIT, triggerPrice: 1_100, ...until(end) }),
    );
    expect(w.tick(end).cancels).toEqual([`${one} expired 5`]);
    const later = w.time + 100;
    const two = ok(
      w.buy(alice, m, 5, 1_200, { ...STOP_LIMIT, triggerPrice: 1_100, ...until(later) }),
    );
    const three = ok(w.buy(alice, m, 5, 0, { ...STOP, triggerPrice: 1_100, ...until(later) }));
    ok(w.sell(bob, m, 50, 1_100));
    const fired = w.send({
      kind: 'update_index',
      market: m,
      price: 1_100,
      mark: 1_100,
      time: later,
    });
    expect(fired.fills).toEqual([]);
    expect(fired.cancels).toEqual([`${two} expired 5`, `${three} expired 5`]);
  });
});

describe('a stop that fires', () => {
  it('with a limit rests what it cannot trade', () => {
    const { w, m, alice, bob } = setUp();
    const ask = ok(w.sell(bob, m, 2, 1_100));
    ok(w.sell(bob, m, 9, 1_102));
    const stop = ok(w.buy(alice, m, 5, 1_101, { ...STOP_LIMIT, triggerPrice: 1_100 }));
    expect(w.mark(m, 1_100).fills).toEqual([`${ask}: 2 @ 1100`]);
    expect(w.openOrder(alice, stop)).toMatchObject({ open: 3, size: 5, filled: 2, price: 1_101 });
    expect(w.queue(m, 1)).toEqual([`1101: ${stop}`]);
  });

  it('as IOC or FOK limit follows its time in force', () => {
    const { w, m, alice, bob } = setUp();
    ok(w.sell(bob, m, 2, 1_100));
    const ioc = ok(w.buy(alice, m, 5, 1_101, { ...STOP_LIMIT, triggerPrice: 1_100, ...IOC }));
    const fok = ok(w.buy(alice, m, 5, 1_101, { ...STOP_LIMIT, triggerPrice: 1_100, ...FOK }));
    expect(w.mark(m, 1_100).cancels).toEqual([
      `${ioc} unfilled_rest 3`,
      `${fok} trigger_refused 5 FOK_NOT_FILLABLE`,
    ]);
  });

  it('as a post-only limit that would trade ends with that refusal', () => {
    const { w, m, alice, bob } = setUp();
    ok(w.sell(bob, m, 2, 1_100));
    const stop = ok(
      w.buy(alice, m, 5, 1_100, { ...STOP_LIMIT, triggerPrice: 1_100, postOnly: true }),
    );
    expect(w.mark(m, 1_100).cancels).toEqual([`${stop} trigger_refused 5 POST_ONLY_WOULD_CROSS`]);
  });

  it('as a take-profit limit waits in the book for its price', () => {
    const { w, m, alice } = setUp();
    const stop = ok(w.sell(alice, m, 5, 1_150, { ...TAKE_LIMIT, triggerPrice: 1_100 }));
    ok(w.mark(m, 1_120));
    expect(w.queue(m, -1)).toEqual([`1150: ${stop}`]);
  });

  it('at market stops at the price band of that moment', () => {
    const { w, m, alice, bob } = setUp({ priceBandPpm: 10_000 });
    const ask = ok(w.sell(bob, m, 2, 1_111));
    ok(w.sell(bob, m, 9, 1_112));
    const stop = ok(w.buy(alice, m, 5, 0, { ...STOP, triggerPrice: 1_100 }));
    const fired = w.mark(m, 1_100);
    expect(fired.fills).toEqual([`${ask}: 2 @ 1111`]);
    expect(fired.cancels).toEqual([`${stop} unfilled_rest 3`]);
  });

  test.each([
    ['halted', STATUS_HALTED, 'MARKET_HALTED'],
    ['cancel-only', STATUS_CANCEL_ONLY, 'CANCEL_ONLY'],
  ])('in a %s market ends with that refusal', (_, status, code) => {
    const { w, m, alice } = setUp();
    const stop = ok(w.buy(alice, m, 5, 0, { ...STOP, triggerPrice: 1_100 }));
    ok(w.status(m, status));
    expect(w.mark(m, 1_100).cancels).toEqual([`${stop} trigger_refused 5 ${code}`]);
  });

  it('in a post-only market must be post-only, and rests', () => {
    const { w, m, alice } = setUp();
    const stop = { ...STOP_LIMIT, triggerPrice: 1_100 };
    const plain = ok(w.buy(alice, m, 5, 1_050, stop));
    const post = ok(w.buy(alice, m, 5, 1_050, { ...stop, postOnly: true }));
    ok(w.status(m, STATUS_POST_ONLY));
    expect(w.mark(m, 1_100).cancels).toEqual([`${plain} trigger_refused 5 POST_ONLY_MARKET`]);
    expect(w.queue(m, 1)).toEqual([`1050: ${post}`]);
  });

  it('in a close-only market may take back, as an order there may', () => {
    const { w, m, alice, bob } = setUp();
    ok(w.sell(bob, m, 10, 1_000));
    ok(w.buy(alice, m, 10, 1_000));
    const bid = ok(w.buy(bob, m, 50, 890));
    const closes = ok(w.sell(alice, m, 10, 0, { ...STOP, triggerPrice: 900 }));
    const opens = ok(w.sell(alice, m, 1, 0, { ...STOP, triggerPrice: 900 }));
    ok(w.status(m, STATUS_CLOSE_ONLY));
    const fired = w.mark(m, 900);
    expect(fired.fills).toEqual([`${bid}: 10 @ 890`]);
    expect(fired.cancels).toEqual([`${opens} trigger_refused 1 CLOSE_ONLY`]);
    expect(w.openOrder(alice, closes)).toBeUndefined();
  });

  it('in isolated mode puts up its margin then, and only then', () => {
    const { w, m, alice, bob } = setUp();
    w.isolate(alice, m, 10);
    ok(w.sell(bob, m, 10, 1_100));
    ok(w.buy(alice, m, 10, 0, { ...STOP, triggerPrice: 1_100 }));
    expect(w.held(alice)).toBe(0);
    ok(w.mark(m, 1_100));
    expect(w.stands(alice, m)).toBe('10 11000 1100');
    expect(w.free(alice)).toBe(RICH - 1_100);
  });
});

describe('several stops due at once', () => {
  it('fire oldest first, one at a time, whatever their triggers', () => {
    const { w, m, alice, bob, carol } = setUp();
    const bid = ok(w.buy(bob, m, 12, 900));
    const one = ok(w.sell(alice, m, 5, 0, { ...STOP, triggerPrice: 910 }));
    const two = ok(w.sell(carol, m, 5, 0, { ...STOP, triggerPrice: 990 }));
    const three = ok(w.sell(alice, m, 5, 0, { ...STOP, triggerPrice: 950 }));
    const fired = w.mark(m, 905);
    expect(fired.fills).toEqual([`${bid}: 5 @ 900`, `${bid}: 5 @ 900`, `${bid}: 2 @ 900`]);
    const triggered = fired.events.filter(({ name }) => name === 'order_triggered');
    expect(triggered.map(({ order }) => order)).toEqual([one, two, three]);
    expect(fired.cancels).toEqual([`${three} unfilled_rest 3`]);
  });

  it('each see what the ones before them did to their account', () => {
    const { w, m, bob } = setUp();
    const poor = w.account('poor', 1_500);
    ok(w.sell(bob, m, 20, 1_100));
    ok(w.buy(poor, m, 10, 0, { ...STOP, triggerPrice: 1_050 }));
    const second = ok(w.buy(poor, m, 10, 0, { ...STOP, triggerPrice: 1_040 }));
    const fired = w.mark(m, 1_100); // each requires 1,100
    expect(fired.fills).toHaveLength(1);
    expect(fired.cancels).toEqual([`${second} trigger_refused 10 INSUFFICIENT_MARGIN`]);
  });

  it('of both sources and directions are found together', () => {
    const { w, m, alice, bob, carol } = setUp();
    w.print(m, 1_000);
    ok(w.sell(bob, m, 30, 1_200));
    const mark = ok(w.buy(alice, m, 5, 0, { ...STOP, triggerPrice: 1_100 }));
    const last = ok(w.buy(carol, m, 5, 0, { ...STOP, triggerPrice: 1_150, ...byLast }));
    const take = ok(w.sell(alice, m, 1, 1_300, { ...TAKE_LIMIT, triggerPrice: 1_150, ...byLast }));
    const fired = w.mark(m, 1_100); // the first one’s fill at 1,200 is the last price of the others
    const triggered = fired.events.filter(({ name }) => name === 'order_triggered');
    expect(triggered.map(({ order }) => order)).toEqual([mark, last, take]);
    expect(w.queue(m, -1)[1]).toBe(`1300: ${take}`);
  });
});

describe('a cascade', () => {
  it('runs down the book: each fill moves the last price and fires the next', () => {
    const { w, m, alice, bob, carol } = setUp();
    w.print(m, 1_000);
    for (const price of [990, 980, 970, 960]) ok(w.buy(bob, m, 1, price));
    const stops = [975, 985, 965].map((triggerPrice) =>
      ok(w.sell(alice, m, 1, 0, { ...STOP, triggerPrice, ...byLast })),
    );
    // last 980: fires 985; that sells at 970: fires 975; that at 960: fires 965
    const fired = w.sell(carol, m, 2, 980);
    expect(fired.fills.map((fill) => fill.split('@ ')[1])).toEqual(['990', '980', '970', '960']);
    const triggered = fired.events.filter(({ name }) => name === 'order_triggered');
    expect(triggered.map(({ order }) => order)).toEqual([stops[1], stops[0], stops[2]]);
    expect(fired.cancels).toEqual([`${stops[2]} unfilled_rest 1`]);
    expect(w.engine.markets()[m].last).toBe(960);
    expect(w.stands(alice, m)).toBe('-2 -1930 0');
  });

  it('that comes back past a stop that is due already does not call it back', () => {
    const { w, m, alice, bob, carol } = setUp();
    w.print(m, 1_000);
    ok(w.buy(bob, m, 1, 900));
    ok(w.sell(bob, m, 5, 1_010));
    const down = ok(w.sell(alice, m, 1, 900, { ...STOP_LIMIT, triggerPrice: 950, ...byLast }));
    const up = ok(w.buy(alice, m, 1, 0, { ...TAKE, triggerPrice: 940, ...byLast }));
    const fired = w.sell(carol, m, 1, 900);
    const triggered = fired.events.filter(({ name }) => name === 'order_triggered');
    expect(triggered.map(({ order }) => order)).toEqual([down, up]);
  });

  it('cuts reduce-only orders between two of its steps', () => {
    const { w, m, alice, bob, carol } = setUp();
    ok(w.sell(bob, m, 10, 1_000));
    ok(w.buy(alice, m, 10, 1_000));
    ok(w.buy(carol, m, 10, 900));
    const only = ok(w.sell(alice, m, 10, 1_050, { reduceOnly: true }));
    ok(w.sell(alice, m, 6, 0, { ...STOP, triggerPrice: 900 }));
    ok(w.sell(alice, m, 9, 0, { ...STOP, triggerPrice: 900, reduceOnly: true }));
    const fired = w.mark(m, 900);
    expect(fired.fills.map((fill) => fill.split(': ')[1])).toEqual(['6 @ 900', '4 @ 900']);
    expect(fired.cancels).toContain(`${only} reduce_only 4`);
    expect(w.stands(alice, m)).toBe('flat');
  });
});
