// Proves what each kind of order does when it meets the book: who trades at what price, what rests,
// what is cancelled, and what is refused with which numbers. Perpetual, notional = price × size.

import { describe, expect, it, test } from 'vitest';
import { FOK, IOC, World, ok, until } from '../../testing/engine-kit.ts';
import type { OrderFields, Terms } from '../../testing/engine-kit.ts';
import { STP_NONE } from '../command.ts';
import { fieldNumber } from '../reason.ts';
import type { FieldName } from '../reason.ts';

const RICH = 1_000_000;

function setUp(terms: Partial<Terms> = {}) {
  const w = new World();
  const m = w.perp(terms);
  const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => w.account(name, RICH));
  return { w, m, alice, bob, carol };
}

describe('limit orders', () => {
  it('trade at the makers’ prices, best and oldest first, and rest behind others', () => {
    const { w, m, alice, bob, carol } = setUp();
    const late = ok(w.sell(bob, m, 4, 1_001));
    const first = ok(w.sell(bob, m, 3, 1_000));
    const second = ok(w.sell(carol, m, 3, 1_000));
    const own = w.buy(alice, m, 12, 1_001);
    expect(own.fills).toEqual([`${first}: 3 @ 1000`, `${second}: 3 @ 1000`, `${late}: 4 @ 1001`]);
    // 12 − 10 rest at its own limit; cost 3·1000 + 3·1000 + 4·1001
    expect(w.queue(m, 1)).toEqual([`1001: ${own.created}`]);
    expect(w.openOrder(alice, own.created)).toMatchObject({ size: 12, open: 2, filled: 10 });
    expect(w.stands(alice, m)).toBe('10 10004 0');
    expect(w.stands(bob, m)).toBe('-7 -7004 0');
    expect(w.engine.markets()[m].last).toBe(1_001);
    expect(w.engine.markets()[m].openInterest).toBe(10);
  });

  it('that fill a maker in part leave it in its place', () => {
    const { w, m, alice, bob, carol } = setUp();
    const first = ok(w.sell(bob, m, 5, 1_000));
    const second = ok(w.sell(carol, m, 5, 1_000));
    ok(w.buy(alice, m, 2, 1_000));
    expect(w.queue(m, -1)).toEqual([`1000: ${first} ${second}`]);
    expect(w.buy(alice, m, 4, 1_000).fills).toEqual([`${first}: 3 @ 1000`, `${second}: 1 @ 1000`]);
  });

  it('of one unit at the price of one tick are orders like all others', () => {
    const w = new World();
    const m = w.perp({}, 1);
    const [alice, bob] = [w.account('alice', 1), w.account('bob', 1)];
    ok(w.sell(bob, m, 1, 1));
    // notional 1 requires ceil(0.1) = 1
    expect(w.buy(alice, m, 1, 1).said).toBe('OK');
    expect(w.stands(alice, m)).toBe('1 1 0');
    expect(w.buy(alice, m, 1, 1).said).toBe('OK'); // 2 still require 1
    expect(w.sell(bob, m, 10, 1).said).toBe('INSUFFICIENT_MARGIN 1 2'); // |−1 − 10| = 11 → 2
  });
});

describe('market orders', () => {
  it('take what there is and cancel the rest', () => {
    const { w, m, alice, bob } = setUp();
    const ask = ok(w.sell(bob, m, 6, 5_000));
    const own = w.buy(alice, m, 10, 0);
    expect(own.said).toBe('OK');
    expect(own.fills).toEqual([`${ask}: 6 @ 5000`]);
    expect(own.cancels).toEqual([`${own.created} unfilled_rest 4`]);
    expect(w.open(alice)).toEqual([]);
  });

  it('into an empty book are accepted and cancelled', () => {
    const { w, m, alice } = setUp();
    const own = w.buy(alice, m, 10, 0);
    expect(own.said).toBe('OK');
    expect(own.cancels).toEqual([`${own.created} unfilled_rest 10`]);
  });

  it('stop at the price band, rounded toward the mark', () => {
    // 1.05 %: 989.5 → 990 … 1010.5 → 1010
    const { w, m, alice, bob } = setUp({ priceBandPpm: 10_500 });
    const near = ok(w.sell(bob, m, 5, 1_010));
    ok(w.sell(bob, m, 5, 1_011));
    expect(w.buy(alice, m, 10, 0).fills).toEqual([`${near}: 5 @ 1010`]);
    ok(w.cancelAll(bob));
    const bid = ok(w.buy(bob, m, 5, 990));
    ok(w.buy(bob, m, 5, 989));
    expect(w.sell(alice, m, 10, 0).fills).toEqual([`${bid}: 5 @ 990`]);
  });
});

describe('price bands', () => {
  it('refuse limits beyond the far side and never the near one', () => {
    const { w, m, alice } = setUp({ priceBandPpm: 10_000 });
    expect(w.buy(alice, m, 1, 1_010).said).toBe('OK');
    expect(w.buy(alice, m, 1, 1_011).said).toBe('PRICE_BAND 1010');
    expect(w.cancelAll(alice).said).toBe('OK');
    expect(w.buy(alice, m, 1, 1).said).toBe('OK');
    expect(w.sell(alice, m, 1, 990).said).toBe('OK');
    expect(w.sell(alice, m, 1, 989).said).toBe('PRICE_BAND 990');
    expect(w.sell(alice, m, 1, 9_999).said).toBe('OK');
  });

  it('bind at the time of the order, not while it rests', () => {
    const { w, m, alice, bob } = setUp({ priceBandPpm: 10_000 });
    const ask = ok(w.sell(bob, m, 5, 1_000));
    ok(w.mark(m, 900));
    expect(w.buy(alice, m, 5, 0).cancels).toEqual([`${ask + 1} unfilled_rest 5`]); // 909 at most
    expect(w.buy(alice, m, 5, 1_000).said).toBe('PRICE_BAND 909');
    expect(w.openOrder(bob, ask)?.open).toBe(5);
  });
});

describe('IOC', () => {
  it('never rests, whether it trades or not', () => {
    const { w, m, alice, bob } = setUp();
    const none = w.buy(alice, m, 5, 1_000, IOC);
    expect(none.cancels).toEqual([`${none.created} unfilled_rest 5`]);
    const ask = ok(w.sell(bob, m, 3, 1_000));
    const some = w.buy(alice, m, 5, 1_000, IOC);
    expect(some.fills).toEqual([`${ask}: 3 @ 1000`]);
    expect(some.cancels).toEqual([`${some.created} unfilled_rest 2`]);
    expect(w.open(alice)).toEqual([]);
  });
});

describe('FOK', () => {
  it('fills completely', () => {
    const { w, m, alice, bob } = setUp();
    ok(w.sell(bob, m, 3, 1_000));
    ok(w.sell(bob, m, 3, 1_001));
    expect(w.buy(alice, m, 6, 1_001, FOK).fills).toHaveLength(2);
    expect(w.open(alice)).toEqual([]);
  });

  it('is refused with what could be filled', () => {
    const { w, m, alice, bob } = setUp();
    expect(w.buy(alice, m, 6, 1_000, FOK).said).toBe('FOK_NOT_FILLABLE 0 6');
    ok(w.sell(bob, m, 3, 1_000));
    ok(w.sell(bob, m, 2, 1_001));
    ok(w.sell(bob, m, 9, 1_002));
    expect(w.buy(alice, m, 6, 1_001, FOK).said).toBe('FOK_NOT_FILLABLE 5 6');
    expect(w.buy(alice, m, 16, 0, FOK).said).toBe('FOK_NOT_FILLABLE 14 16');
    expect(w.buy(alice, m, 14, 0, FOK).said).toBe('OK');
  });

  it('that is refused brings back what its match would have expired or dropped', () => {
    const { w, m, alice, bob } = setUp();
    const stale = w.account('stale', 100);
    const own = ok(w.sell(alice, m, 2, 1_000));
    const dropped = ok(w.sell(stale, m, 1, 1_000));
    const expires = ok(w.sell(bob, m, 2, 1_000, until(w.time + 4)));
    ok(w.mark(m, 2_000)); // the seller of 1 at 1000 would lose 1000 of its 100
    ok(w.tick(w.time + 1));
    expect(w.buy(alice, m, 2, 1_000, { ...FOK, time: w.time + 50 }).said).toBe(
      'FOK_NOT_FILLABLE 0 2',
    );
    expect(w.queue(m, -1)).toEqual([`1000: ${own} ${dropped} ${expires}`]);
  });

  it('counts the submitted size, even where reduce-only would trim it', () => {
    const { w, m, alice, bob } = setUp();
    ok(w.sell(bob, m, 5, 1_000));
    ok(w.buy(alice, m, 5, 1_000));
    ok(w.buy(bob, m, 20, 1_000));
    expect(w.sell(alice, m, 8, 1_000, { ...FOK, reduceOnly: true }).said).toBe(
      'FOK_NOT_FILLABLE 5 8',
    );
    expect(w.sell(alice, m, 5, 1_000, { ...FOK, reduceOnly: true }).said).toBe('OK');
    expect(w.stands(alice, m)).toBe('flat');
  });
});

describe('GTD', () => {
  it('must end in the future', () => {
    const { w, m, alice } = setUp();
    const now = w.time + 1;
    expect(w.buy(alice, m, 1, 1_000, { ...until(now), time: now }).said).toBe(
      `EXPIRED ${now} ${now}`,
    );
    expect(w.buy(alice, m, 1, 1_000, { ...until(now + 2), time: now + 1 }).said).toBe('OK');
  });

  it('never trades once its time has come, even before the tick that removes it', () => {
    const { w, m, alice, bob, carol } = setUp();
    const end = w.time + 100;
    const gone = ok(w.sell(bob, m, 5, 1_000, until(end)));
    const kept = ok(w.sell(carol, m, 5, 1_000, until(end + 100)));
    const far = ok(w.sell(bob, m, 5, 1_100, until(end)));
    const taker = w.buy(alice, m, 5, 1_000, { time: end });
    expect(taker.fills).toEqual([`${kept}: 5 @ 1000`]);
    expect(taker.cancels).toEqual([`${gone} expired 5`]);
    expect(w.tick(end).cancels).toEqual([`${far} expired 5`]);
    expect(w.open(bob)).toEqual([]);
  });

  it('is removed by the tick exactly when the clock reaches it', () => {
    const { w, m, alice } = setUp();
    const end = w.time + 100;
    const order = ok(w.buy(alice, m, 5, 900, until(end)));
    expect(w.tick(end - 1).cancels).toEqual([]);
    expect(w.tick(end).cancels).toEqual([`${order} expired 5`]);
  });

  it('that is expired is not brought back to life by an amendment', () => {
    const { w, m, alice, bob } = setUp();
    const end = w.time + 10;
    const order = ok(w.buy(alice, m, 5, 900, until(end)));
    ok(w.sell(bob, m, 5, 1_000));
    const amended = w.send({
      kind: 'amend_order',
      account: alice,
      order,
      clientOrderId: '',
      price: 1_000,
      size: 5,
      time: end,
    });
    expect(amended.fills).toEqual([]);
    expect(w.stands(alice, m)).toBe('flat');
  });
});

describe('post-only', () => {
  it('is refused where it would trade and rests where it would not', () => {
    const { w, m, alice, bob } = setUp();
    ok(w.sell(bob, m, 5, 1_000));
    expect(w.buy(alice, m, 5, 1_000, { postOnly: true }).said).toBe('POST_ONLY_WOULD_CROSS 1000');
    expect(w.buy(alice, m, 5, 1_005, { postOnly: true }).said).toBe('POST_ONLY_WOULD_CROSS 1000');
    expect(w.buy(alice, m, 5, 999, { postOnly: true }).said).toBe('OK');
    expect(w.sell(bob, m, 5, 999, { postOnly: true }).said).toBe('POST_ONLY_WOULD_CROSS 999');
  });
});

describe('reduce-only', () => {
  const long = (size: number) => {
    const world = setUp();
    ok(world.w.sell(world.bob, world.m, size, 1_000));
    ok(world.w.buy(world.alice, world.m, size, 1_000));
    return world;
  };
  const only = { reduceOnly: true };

  it('needs a position on the other side', () => {
    const { w, m, alice, carol } = long(5);
    expect(w.sell(carol, m, 1, 1_000, only).said).toBe('REDUCE_ONLY_REJECTED 0');
    expect(w.buy(alice, m, 1, 1_000, only).said).toBe('REDUCE_ONLY_REJECTED 5');
  });

  it('is trimmed to the position when it comes', () => {
    const { w, m, alice } = long(5);
    const order = ok(w.sell(alice, m, 9, 1_000, only));
    expect(w.openOrder(alice, order)).toMatchObject({ size: 5, open: 5 });
  });

  it('orders are trimmed one by one to the position after a fill, keeping their place', () => {
    const { w, m, alice, bob, carol } = long(10);
    const first = ok(w.sell(alice, m, 10, 1_010, only));
    const second = ok(w.sell(alice, m, 4, 1_010, only));
    const other = ok(w.sell(carol, m, 1, 1_010));
    ok(w.buy(bob, m, 7, 1_000));
    expect(w.sell(alice, m, 7, 1_000).said).toBe('OK'); // 10 → 3
    expect(w.openOrder(alice, first)?.open).toBe(3);
    expect(w.openOrder(alice, second)?.open).toBe(3);
    expect(w.queue(m, -1)).toEqual([`1010: ${first} ${second} ${other}`]);
  });

  it('makers never turn a position, even when several are met by one taker', () => {
    const { w, m, alice, bob } = long(10);
    const first = ok(w.sell(alice, m, 10, 1_000, only));
    const second = ok(w.sell(alice, m, 10, 1_001, only));
    const taker = w.buy(bob, m, 18, 1_001);
    expect(taker.fills).toEqual([`${first}: 10 @ 1000`]);
    expect(taker.cancels).toEqual([`${second} reduce_only 10`]);
    expect(w.stands(alice, m)).toBe('flat');
    expect(w.openOrder(bob, taker.created)?.open).toBe(8);
  });

  it('makers are filled as far as the position goes and lose the rest in the same match', () => {
    const { w, m, alice, bob } = long(10);
    const first = ok(w.sell(alice, m, 6, 1_000, only));
    const second = ok(w.sell(alice, m, 10, 1_001, only));
    const taker = w.buy(bob, m, 18, 1_001);
    expect(taker.fills).toEqual([`${first}: 6 @ 1000`, `${second}: 4 @ 1001`]);
    expect(taker.cancels).toEqual([`${second} reduce_only 6`]);
    expect(w.stands(alice, m)).toBe('flat');
  });

  it('orders of the wrong side are cancelled when the position turns or closes', () => {
    const { w, m, alice, bob } = long(5);
    const order = ok(w.sell(alice, m, 5, 1_010, only));
    ok(w.buy(bob, m, 9, 1_000));
    expect(w.sell(alice, m, 9, 1_000).cancels).toEqual([`${order} reduce_only 5`]);
    expect(w.stands(alice, m)).toBe('-4 -4000 0');
  });
});

describe('an order that cannot be meant', () => {
  const refused: [string, FieldName, number, OrderFields][] = [
    ['has no side', 'side', 0, { side: 0 as 1 }],
    ['has a side of 2', 'side', 2, { side: 2 as 1 }],
    ['has an unknown type', 'type', 6, { type: 6 }],
    ['has a type of a half', 'type', 0.5, { type: 0.5 }],
    ['has an unknown time in force', 'time_in_force', 4, { timeInForce: 4 }],
    ['has an unknown self-trade mode', 'self_trade', 4, { selfTrade: 4 }],
    ['has an unknown trigger source', 'trigger_by', 2, { triggerBy: 2 }],
    ['has no size', 'size', 0, { size: 0 }],
    ['has a negative size', 'size', -1, { size: -1 }],
    ['has a size of a half', 'size', 0.5, { size: 0.5 }],
    ['has a size that is no number', 'size', 0, { size: NaN }],
    ['has an endless size', 'size', 0, { size: Infinity }],
    ['has a size beyond what is counted', 'size', 1e300, { size: 1e300 }],
    ['has a price beyond what is counted', 'price', 4e15 + 2, { price: 4e15 + 2 }],
    ['has a negative price', 'price', -1_000, { price: -1_000 }],
    ['is a limit order without a price', 'price', 0, { type: 0, price: 0 }],
    ['is a market order with a price', 'price', 1_000, { type: 1 }],
    ['is a limit order with a trigger', 'trigger_price', 5, { triggerPrice: 5 }],
    ['is a stop without a trigger', 'trigger_price', 0, { type: 2, price: 0 }],
    ['is GTD without an end', 'expires_at', 0, { timeInForce: 3 }],
    ['is GTC with an end', 'expires_at', 99_999, { expiresAt: 99_999 }],
    ['is post-only and IOC', 'post_only', 1, { postOnly: true, timeInForce: 1 }],
    ['is post-only and FOK', 'post_only', 1, { postOnly: true, timeInForce: 2 }],
    ['is post-only at market', 'post_only', 1, { postOnly: true, type: 1, price: 0 }],
    [
      'is reduce-only and brings a pair',
      'take_profit',
      1_100,
      { reduceOnly: true, takeProfit: 1_100 },
    ],
    [
      'is a stop and brings a pair',
      'stop_loss',
      900,
      { type: 2, price: 0, triggerPrice: 1_100, stopLoss: 900 },
    ],
    ['has a client order id of other letters', 'client_order_id', 3, { clientOrderId: 'a b' }],
    [
      'has a client order id of 37 letters',
      'client_order_id',
      37,
      { clientOrderId: 'a'.repeat(37) },
    ],
    [
      'has a client order id of 300 letters',
      'client_order_id',
      300,
      { clientOrderId: 'a'.repeat(300) },
    ],
    ['has a client order id beyond ASCII', 'client_order_id', 1, { clientOrderId: 'é' }],
  ];
  test.each(refused)('%s: the refusal names it', (_, field, value, fields) => {
    const { w, m, alice } = setUp();
    expect(w.buy(alice, m, 1, 1_000, fields).said).toBe(
      `VALUE_INVALID ${fieldNumber(field)} ${value}`,
    );
  });

  it('names the market and the account that do not exist, and not the system’s', () => {
    const { w, m, alice } = setUp();
    expect(w.buy(alice, 9, 1, 1_000).said).toBe('MARKET_NOT_FOUND');
    expect(w.buy(99, m, 1, 1_000).said).toBe('ACCOUNT_NOT_FOUND');
    expect(w.buy(0.5, m, 1, 1_000).said).toBe('ACCOUNT_NOT_FOUND');
    for (const system of [0, 1, 2])
      expect(w.buy(system, m, 1, 1_000).said).toBe('ACCOUNT_RESERVED');
  });

  it('is off the step in price, trigger, pair or size', () => {
    const w = new World();
    const m = w.perp({}, 1_000, { tickSize: 5, lotSize: 10 });
    const alice = w.account('alice', RICH);
    expect(w.buy(alice, m, 10, 1_003).said).toBe('STEP_MISMATCH 5 10');
    expect(w.buy(alice, m, 15, 1_000).said).toBe('STEP_MISMATCH 5 10');
    expect(w.buy(alice, m, 10, 0, { type: 2, triggerPrice: 1_101 }).said).toBe(
      'STEP_MISMATCH 5 10',
    );
    expect(w.buy(alice, m, 10, 1_000, { takeProfit: 1_101 }).said).toBe('STEP_MISMATCH 5 10');
    expect(w.buy(alice, m, 10, 1_000, { stopLoss: 901 }).said).toBe('STEP_MISMATCH 5 10');
    expect(w.buy(alice, m, 10, 1_000, { stopLoss: 900 }).said).toBe('OK');
  });

  it('comes before the market has a mark', () => {
    const w = new World();
    const m = w.perp({}, 0);
    expect(w.buy(w.account('alice', RICH), m, 1, 1_000).said).toBe('NO_MARK_PRICE');
  });

  it('is worth more than can be counted', () => {
    const { w, m, alice } = setUp();
    expect(w.buy(alice, m, 4e12, 1_001).said).toBe(
      'AMOUNT_OUT_OF_RANGE 4004000000000000 4000000000000000',
    );
    expect(w.buy(alice, m, 4e15, 4e15).said).toBe('AMOUNT_OUT_OF_RANGE 1.6e+31 4000000000000000');
  });
});

describe('minimums', () => {
  const terms = { minimumSize: 10, minimumNotional: 12_000 };

  it('hold for size and value', () => {
    const { w, m, alice } = setUp(terms);
    expect(w.buy(alice, m, 9, 2_000).said).toBe('BELOW_MINIMUM 10 12000');
    expect(w.buy(alice, m, 11, 1_000).said).toBe('BELOW_MINIMUM 10 12000');
    expect(w.buy(alice, m, 12, 1_000).said).toBe('OK');
    expect(w.buy(alice, m, 11, 0).said).toBe('BELOW_MINIMUM 10 12000'); // at the mark: 11,000
  });

  it('never block a close', () => {
    const { w, m, alice, bob } = setUp(terms);
    ok(w.sell(bob, m, 15, 1_000));
    ok(w.buy(alice, m, 15, 1_000));
    ok(w.buy(bob, m, 12, 1_000));
    ok(w.sell(alice, m, 12, 1_000)); // 3 left, worth 3,000
    ok(w.buy(bob, m, 15, 900));
    expect(w.sell(alice, m, 2, 900).said).toBe('BELOW_MINIMUM 10 12000');
    expect(w.sell(alice, m, 2, 900, { reduceOnly: true }).said).toBe('OK');
    expect(w.sell(alice, m, 1, 900).said).toBe('OK'); // all that is left
    expect(w.stands(alice, m)).toBe('flat');
  });
});

describe('switching self-trade prevention off', () => {
  it('is refused where the market does not allow it', () => {
    const { w, m, alice } = setUp();
    expect(w.buy(alice, m, 1, 1_000, { selfTrade: STP_NONE }).said).toBe('SELF_TRADE_NOT_ALLOWED');
  });
});
