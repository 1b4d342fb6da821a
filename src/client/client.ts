// A client of one exchange: every operation over HTTP as a typed method, and one stream that is
// opened when it is first needed. It runs in Node and in a browser and needs no package.

import type { PlaceOrderInput } from './inputs.ts';
import type { StreamAnswer } from '../contract/stream/messages.ts';
import type { Calls } from './calls.ts';
import { httpCalls, type HttpOptions } from './http.ts';
import { LocalBook } from './local-book.ts';
import type { CommandOptions } from './pending.ts';
import type { Reading } from './readings.ts';
import { PlimsollStream, type StreamOptions } from './stream.ts';

export interface ClientOptions extends HttpOptions {
  readonly stream?: Omit<StreamOptions, 'url' | 'token'>;
}

/** A book that keeps itself up to date. */
export interface LiveBook extends Reading {
  readonly book: LocalBook;
  /** Resolves when the first snapshot is there. */
  readonly ready: Promise<void>;
}

export class PlimsollClient {
  /** Every operation of the API over HTTP. */
  readonly http: Calls;
  readonly stream: PlimsollStream;

  constructor(options: ClientOptions) {
    const { url, token } = options;
    this.http = httpCalls(options);
    this.stream = new PlimsollStream({ ...options.stream, url, token });
  }

  /** Places an order over the stream; a repeat after a lost connection does not execute twice. */
  placeOrder(
    body: PlaceOrderInput,
    options?: CommandOptions,
  ): Promise<StreamAnswer<'place_order'>> {
    return this.stream.command('place_order', { body }, options);
  }

  amendOrder(
    orderId: string,
    body: { price?: string; size?: string; account?: string },
    options?: CommandOptions,
  ): Promise<StreamAnswer<'amend_order'>> {
    return this.stream.command('amend_order', { order_id: orderId, body }, options);
  }

  cancelOrder(orderId: string, options?: CommandOptions): Promise<StreamAnswer<'cancel_order'>> {
    return this.stream.command('cancel_order', { order_id: orderId }, options);
  }

  /** All open orders, or those of a market. */
  cancelOrders(
    which: { market?: string; account?: string; side?: 'buy' | 'sell' } = {},
    options?: CommandOptions,
  ): Promise<StreamAnswer<'cancel_orders'>> {
    return this.stream.command('cancel_orders', { body: which }, options);
  }

  /** The book of a market, kept from the stream. */
  book(market: string, onChange: (book: LocalBook) => void = () => undefined): LiveBook {
    const book = new LocalBook(market);
    const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
    ready.catch(() => undefined);
    const reading = this.stream.subscribe(
      { channel: 'book', market },
      {
        onSnapshot: (data, sequence) => {
          book.reset(data, sequence);
          resolve();
          onChange(book);
        },
        onDelta: (data, sequence) => {
          book.apply(data, sequence);
          onChange(book);
        },
        onRefused: reject,
      },
    );
    return { book, ready, close: () => reading.close() };
  }

  connect(): Promise<void> {
    return this.stream.connect();
  }

  close(): void {
    this.stream.close();
  }
}
