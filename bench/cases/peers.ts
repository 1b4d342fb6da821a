// The npm order books as subjects. They get what suits them: ids as strings made beforehand, plain
// option objects, no self-trade prevention and no journal. Both have the same interface; one is the
// other's older name.

import * as older from 'hft-limit-order-book';
import * as newer from 'nodejs-order-book';
import { FLOW_CANCEL, FLOW_IOC, FLOW_MARKET, type Flow } from '../../src/testing/flow/flow.ts';
import type { Subject } from '../subject.ts';

/** The part of the peers that is used here, written down once for both. */
interface PeerBook {
  limit(options: {
    id: string;
    side: string;
    size: number;
    price: number;
    timeInForce: string;
  }): PeerAnswer;
  market(options: { side: string; size: number }): PeerAnswer;
  cancel(id: string): unknown;
  snapshot(): { bids: { orders: unknown[] }[]; asks: { orders: unknown[] }[] };
}

interface PeerAnswer {
  readonly done: readonly { readonly id: string }[];
  readonly partial: { readonly id: string } | null;
  readonly quantityLeft: number;
  readonly err: unknown;
}

export const nodejsOrderBook = (flow: Flow): Subject =>
  new PeerSubject(new newer.OrderBook() as unknown as PeerBook, flow);
export const hftLimitOrderBook = (flow: Flow): Subject =>
  new PeerSubject(new older.OrderBook() as unknown as PeerBook, flow);

class PeerSubject implements Subject {
  readonly totals = { trades: 0, quantity: 0 };
  private readonly book: PeerBook;
  private readonly flow: Flow;
  private readonly ids: string[];

  constructor(book: PeerBook, flow: Flow) {
    this.book = book;
    this.flow = flow;
    this.ids = Array.from({ length: flow.length + 1 }, (_, id) => `${id}`);
  }

  apply(row: number): void {
    const { flow, book } = this;
    const op = flow.op[row];
    const id = this.ids[flow.id[row]];
    if (op === FLOW_CANCEL) {
      book.cancel(id);
      return;
    }
    const side = flow.side[row] > 0 ? 'buy' : 'sell';
    const size = flow.size[row];
    const timeInForce = op === FLOW_IOC ? 'IOC' : 'GTC';
    const answer =
      op === FLOW_MARKET
        ? book.market({ side, size })
        : book.limit({ id, side, size, price: flow.price[row], timeInForce });
    if (answer.done.length > 0 || answer.partial !== null) this.read(answer, id, size);
  }

  resting(): number {
    const { bids, asks } = this.book.snapshot();
    return [...bids, ...asks].reduce((count, level) => count + level.orders.length, 0);
  }

  /**
   * `done` holds the makers that are filled, and the taker too when it is; `partial` is a maker or
   * the taker.
   */
  private read(answer: PeerAnswer, taker: string, size: number): void {
    for (const order of answer.done) if (order.id !== taker) this.totals.trades += 1;
    if (answer.partial !== null && answer.partial.id !== taker) this.totals.trades += 1;
    this.totals.quantity += size - answer.quantityLeft;
  }
}
