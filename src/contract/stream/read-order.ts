// Reads the messages that come a hundred thousand times a second: orders, batches of them and
// cancels, as programs write them. It gives exactly what the strict reader and the schema would, or
// undefined: whatever is unusual or wrong is theirs to read and to refuse. It refuses nothing.

import { PATTERNS } from '../atoms.ts';
import { BATCH_MAX } from '../operations/place-batch.ts';
import type { PlaceOrderBody } from '../operations/place-order.ts';
import { ORDER_TYPES, SELF_TRADE_MODES, TIMES_IN_FORCE } from '../words.ts';
import type { ClientMessage } from './messages.ts';

export type OrderMessage = Extract<
  ClientMessage,
  { readonly op: 'place_order' | 'place_batch' | 'cancel_order' }
>;

const OPS = ['place_order', 'place_batch', 'cancel_order'] as const;
const SIDES = ['buy', 'sell'] as const;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** `text`: the bytes of a message, each as a character. */
export function readOrderMessage(text: string): OrderMessage | undefined {
  return new Reader(text).message();
}

type Draft<T> = { -readonly [K in keyof T]?: T[K] | undefined };

class Reader {
  private readonly text: string;
  private at = 0;
  /** Something is not as programs write it: nothing that was read counts. */
  private isUnusual = false;

  constructor(text: string) {
    this.text = text;
  }

  message(): OrderMessage | undefined {
    let op: OrderMessage['op'] | undefined;
    let id: string | undefined;
    let idempotency_key: string | undefined;
    let order_id: string | undefined;
    let account: string | undefined;
    let orders: PlaceOrderBody[] | undefined;
    this.take(OPEN);
    do {
      const name = this.name();
      if (name === 'op') op = this.word(op, OPS);
      else if (name === 'id') id = this.like(id, PATTERNS.id);
      else if (name === 'body' && orders === undefined) {
        if (op === 'place_order') orders = [this.order()];
        else if (op === 'place_batch') orders = this.batch();
        else return undefined; // it may come before its `op`, but programs write it behind
      } else if (name === 'order_id') order_id = this.like(order_id, PATTERNS.orderId);
      else if (name === 'account') account = this.like(account, PATTERNS.id);
      else if (name === 'idempotency_key') {
        idempotency_key = this.like(idempotency_key, PATTERNS.id);
      } else return undefined;
    } while (this.goesOn());
    this.take(CLOSE);
    if (this.isUnusual || this.at !== this.text.length) return undefined;
    if (op === 'cancel_order') {
      if (order_id === undefined || orders !== undefined) return undefined;
      return { op, id, idempotency_key, order_id, account };
    }
    if (op === undefined || orders === undefined) return undefined;
    if (order_id !== undefined || account !== undefined) return undefined;
    if (op === 'place_order') return { op, id, idempotency_key, body: orders[0] };
    return { op, id, idempotency_key, body: { orders } };
  }

  private batch(): PlaceOrderBody[] {
    const orders: PlaceOrderBody[] = [];
    this.take(OPEN);
    if (this.name() !== 'orders') this.isUnusual = true;
    this.take(OPEN_LIST);
    do orders.push(this.order());
    while (this.goesOn());
    this.take(CLOSE_LIST);
    this.take(CLOSE);
    if (orders.length > BATCH_MAX) this.isUnusual = true;
    return orders;
  }

  /** An order without a trigger; worthless when something was unusual. */
  private order(): PlaceOrderBody {
    const { decimal, id, marketSymbol } = PATTERNS;
    const draft: Draft<PlaceOrderBody> = {
      account: undefined,
      market: undefined,
      side: undefined,
      type: undefined,
      price: undefined,
      size: undefined,
      time_in_force: undefined,
      post_only: undefined,
      reduce_only: undefined,
      self_trade: undefined,
      take_profit: undefined,
      stop_loss: undefined,
      client_order_id: undefined,
    };
    this.take(OPEN);
    do {
      const name = this.name();
      if (name === 'market') draft.market = this.like(draft.market, marketSymbol);
      else if (name === 'side') draft.side = this.word(draft.side, SIDES);
      else if (name === 'price') draft.price = this.like(draft.price, decimal);
      else if (name === 'size') draft.size = this.like(draft.size, decimal);
      else if (name === 'type') draft.type = this.word(draft.type, ORDER_TYPES);
      else if (name === 'client_order_id') {
        draft.client_order_id = this.like(draft.client_order_id, id);
      } else if (name === 'time_in_force') {
        draft.time_in_force = this.word(draft.time_in_force, TIMES_IN_FORCE);
      } else if (name === 'post_only') draft.post_only = this.flag(draft.post_only);
      else if (name === 'reduce_only') draft.reduce_only = this.flag(draft.reduce_only);
      else if (name === 'self_trade') {
        draft.self_trade = this.word(draft.self_trade, SELF_TRADE_MODES);
      } else if (name === 'account') draft.account = this.like(draft.account, id);
      else if (name === 'take_profit') draft.take_profit = this.like(draft.take_profit, decimal);
      else if (name === 'stop_loss') draft.stop_loss = this.like(draft.stop_loss, decimal);
      else this.isUnusual = true;
    } while (this.goesOn());
    this.take(CLOSE);
    return this.whole(draft);
  }

  /** With what is left out; only what goes together goes through. */
  private whole(draft: Draft<PlaceOrderBody>): PlaceOrderBody {
    const { market = '', side = 'buy', size = '', type = 'limit', price } = draft;
    const { time_in_force = 'gtc', post_only = false, reduce_only = false } = draft;
    const { self_trade = 'expire_maker', account, take_profit, stop_loss, client_order_id } = draft;
    const isPlain =
      type === 'limit' ? price !== undefined : type === 'market' && price === undefined;
    const isComplete = market !== '' && draft.side !== undefined && size !== '';
    if (!isPlain || !isComplete || time_in_force === 'gtd') this.isUnusual = true;
    return {
      account,
      market,
      side,
      type,
      price,
      size,
      time_in_force,
      post_only,
      reduce_only,
      self_trade,
      take_profit,
      stop_loss,
      client_order_id,
    };
  }

  /** The name of a member and its colon; '' when there is none. */
  private name(): string {
    const name = this.quoted();
    this.take(COLON);
    return name;
  }

  private like(before: string | undefined, pattern: RegExp): string {
    const text = this.quoted();
    if (before !== undefined || !pattern.test(text)) this.isUnusual = true;
    return text;
  }

  private word<W extends string>(before: W | undefined, words: readonly W[]): W | undefined {
    const text = this.quoted();
    if (before === undefined) {
      for (const word of words) if (word === text) return word;
    }
    this.isUnusual = true;
    return undefined;
  }

  private flag(before: boolean | undefined): boolean {
    const isTrue = this.text.startsWith('true', this.at);
    if (before !== undefined || !(isTrue || this.text.startsWith('false', this.at))) {
      this.isUnusual = true;
    }
    this.at += isTrue ? 4 : 5;
    return isTrue;
  }

  /** What is between two quotes. The names and patterns it is held against know no escapes. */
  private quoted(): string {
    const { text } = this;
    this.take(QUOTE);
    const from = this.at;
    let at = from;
    while (at < text.length && text.charCodeAt(at) !== QUOTE) at += 1;
    this.at = at + 1;
    return text.slice(from, at);
  }

  /** Whether another member follows. */
  private goesOn(): boolean {
    if (this.isUnusual || this.text.charCodeAt(this.at) !== COMMA) return false;
    this.at += 1;
    return true;
  }

  private take(code: number): void {
    if (this.text.charCodeAt(this.at) !== code) this.isUnusual = true;
    this.at += 1;
  }
}
