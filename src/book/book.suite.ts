// The one suite that every book must pass: the rules, then what a book shows of itself. Proves the
// rules of `Book` by name.

import { describe, expect, test } from 'vitest';
import { BUY, SELL } from '../units/brand.ts';
import type { Book, BookLimits } from './book.ts';
import { amend, buy, cancel, eventsOf, sell, tell, type Rule } from './book-words.suite.ts';
import { LIFETIMES, MATCHING, SELF_TRADE } from './matching-rules.suite.ts';
import { AMENDING, IDENTITY, LIMITS, REFUSALS } from './order-rules.suite.ts';
import { ACCEPTED, EXPIRE_BOTH, type OrderView } from './order.ts';

const RULES: readonly (readonly [string, readonly Rule[]])[] = [
  ['matching', MATCHING],
  ['how long an order lives', LIFETIMES],
  ['self-trade prevention', SELF_TRADE],
  ['amending', AMENDING],
  ['whose order it is', IDENTITY],
  ['refusals', REFUSALS],
  ['limits', LIMITS],
];

/** Runs everything against the books that `make` makes. */
export function provesBook(make: (limits?: BookLimits) => Book): void {
  for (const [subject, rules] of RULES) {
    describe(subject, () => {
      test.each(rules)('$rule', (rule) => {
        provesRule(make(rule.limits), rule);
      });
    });
  }
  describe('what it shows', () => {
    provesViews(make);
  });
}

function provesRule(book: Book, { given = [], steps, bids, asks }: Rule): void {
  for (const command of given) expect(tell(book, command)).toBe(ACCEPTED);
  for (const [command, ...expected] of steps) {
    book.events.clear();
    const before = everything(book);
    const refusal = tell(book, command);
    expect(eventsOf(book)).toEqual(expected);
    expect(refusal !== ACCEPTED).toBe(expected[0]!.startsWith('refused'));
    if (refusal !== ACCEPTED) expect(everything(book)).toEqual(before);
  }
  expect(book.ids(BUY)).toEqual(bids);
  expect(book.ids(SELL)).toEqual(asks);
  expect(book.orderCount).toBe(bids.length + asks.length);
}

/** All that can be seen of a book: a refused command must leave it as it is. */
function everything(book: Book): unknown {
  const ids = [...book.ids(BUY), ...book.ids(SELL)];
  return [book.depth(BUY, 100), book.depth(SELL, 100), ids.map((id) => book.query(id))];
}

function provesViews(make: (limits?: BookLimits) => Book): void {
  test('an order by its id', () => {
    const book = make();
    tell(book, buy(3, 100, 5, { owner: 4, group: 2, postOnly: true, stp: EXPIRE_BOTH }));
    tell(book, sell(5, 100, 2));
    const asPlaced = { id: 3, owner: 4, group: 2, side: BUY, postOnly: true, stp: EXPIRE_BOTH };
    const view: OrderView = { ...asPlaced, price: 100, size: 5, filled: 2, open: 3 };
    expect(book.query(3)).toEqual(view);
    tell(book, amend(3, 99, 7, 4));
    expect(book.query(3)).toEqual({ ...view, price: 99, size: 7, open: 5 });
    for (const id of [5, 0, -3, 3.5, NaN, 2 ** 32 + 3]) expect(book.query(id)).toBeUndefined();
  });

  test('the levels of a side, best first', () => {
    const book = make();
    for (const [id, price] of [101, 103, 102, 101].entries()) tell(book, sell(id + 1, price, 10));
    tell(book, buy(9, 101, 4));
    tell(book, cancel(3));
    expect(book.depth(SELL, 10)).toEqual([
      { price: 101, size: 16, orders: 2 },
      { price: 103, size: 10, orders: 1 },
    ]);
    expect(book.depth(SELL, 1)).toEqual([{ price: 101, size: 16, orders: 2 }]);
    expect(book.depth(SELL, 0)).toEqual([]);
    expect(book.depth(BUY, 10)).toEqual([]);
  });

  test('events stay in the log until it is cleared', () => {
    const book = make();
    tell(book, buy(1, 100, 5));
    tell(book, cancel(1));
    expect(eventsOf(book)).toHaveLength(3);
    book.events.clear();
    expect(eventsOf(book)).toEqual([]);
  });

  test('more events and levels than fit the first arrays', () => {
    const book = make();
    const orders = 1100;
    for (let id = 1; id <= orders; id++) tell(book, sell(id, id, 1));
    tell(book, buy(orders + 1, 0, orders));
    expect(book.events.count).toBe(orders * 3 + 1);
    expect(eventsOf(book).at(-1)).toBe('filled 1100 by 1101: 1 @ 1100, 0 left');
    expect(book.orderCount).toBe(0);
  });
}
