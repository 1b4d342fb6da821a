// Our two books as subjects: one order object that is written anew, events read and cleared after
// every command, as a real reader would.

import type { Book } from '../../src/book/book.ts';
import { EVENT_FILLED, EVENT_WIDTH } from '../../src/book/event-log.ts';
import { FastBook } from '../../src/book/fast-book.ts';
import { NaiveBook } from '../../src/book/naive-book.ts';
import { GTC, IOC, STP_NONE, type NewOrder } from '../../src/book/order.ts';
import { FLOW_CANCEL, FLOW_IOC, type Flow } from '../../src/testing/flow/flow.ts';
import type { Subject } from '../subject.ts';
import { BUY, SELL } from '../../src/units/brand.ts';

export const fastBook = (flow: Flow): Subject => new BookSubject(new FastBook(), flow);
export const naiveBook = (flow: Flow): Subject => new BookSubject(new NaiveBook(), flow);

const FILL_SIZE = 4;

class BookSubject implements Subject {
  readonly totals = { trades: 0, quantity: 0 };
  private readonly book: Book;
  private readonly flow: Flow;
  private readonly order: NewOrder = {
    id: 1,
    owner: 0,
    group: -1,
    side: BUY,
    price: 0,
    size: 1,
    tif: GTC,
    postOnly: false,
    stp: STP_NONE,
  };

  constructor(book: Book, flow: Flow) {
    this.book = book;
    this.flow = flow;
  }

  apply(row: number): void {
    const { flow, order, book } = this;
    const op = flow.op[row];
    if (op === FLOW_CANCEL) {
      book.cancel(flow.id[row], flow.account[row]);
    } else {
      order.id = flow.id[row];
      order.owner = flow.account[row];
      order.side = flow.side[row] > 0 ? BUY : SELL;
      order.price = flow.price[row];
      order.size = flow.size[row];
      order.tif = op === FLOW_IOC ? IOC : GTC;
      book.place(order);
    }
    this.read();
  }

  resting(): number {
    return this.book.orderCount;
  }

  private read(): void {
    const { events } = this.book;
    const { data } = events;
    const end = events.count * EVENT_WIDTH;
    for (let at = 0; at < end; at += EVENT_WIDTH) {
      if (data[at] !== EVENT_FILLED) continue;
      this.totals.trades += 1;
      this.totals.quantity += data[at + FILL_SIZE];
    }
    events.clear();
  }
}
