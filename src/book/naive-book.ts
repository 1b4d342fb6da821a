// The same book, obviously right and slow: plain objects in an array, searched and sorted again
// each time, every command tried on a copy that is thrown away when it is refused. It is the
// measure of the fast one, so it is written from the rules and shares nothing with it but words.
// Never make it clever.

import { BUY, type Side } from '../units/brand.ts';
import type { Book, BookLimits, DepthLevel } from './book.ts';
import * as event from './event-log.ts';
import { FILLS_MAX, LADDER_SIZE_MAX, LEVELS_MAX, ORDERS_MAX } from './limits.ts';
import * as words from './order.ts';
import type { CancelWhy, NewOrder, OrderView, Refusal, StpMode } from './order.ts';

interface Order {
  id: number;
  owner: number;
  group: number;
  side: Side;
  /** 0: any price is good enough (a market order on its way in). */
  price: number;
  size: number;
  filled: number;
  postOnly: boolean;
  stp: StpMode;
  /** When it got its place: smaller is earlier. */
  since: number;
}

interface State {
  readonly limits: Required<BookLimits>;
  orders: Order[];
  clock: number;
  /** Kind and up to five values, as in the log. */
  events: [kind: event.EventKind, a: number, b: number, c?: number, d?: number, e?: number][];
}

/** The book that is obvious; `FastBook` is the one that is fast. The rules stand at `Book`. */
export class NaiveBook implements Book {
  readonly events = new event.EventLog();
  private state: State;

  constructor(limits: BookLimits = {}) {
    const defaults = { ordersMax: ORDERS_MAX, levelsMax: LEVELS_MAX, fillsMax: FILLS_MAX };
    this.state = { limits: { ...defaults, ...limits }, orders: [], clock: 0, events: [] };
  }

  get orderCount(): number {
    return this.state.orders.length;
  }

  place(order: NewOrder): Refusal {
    return this.attempt(order.id, (state) => place(state, order));
  }

  amend(id: number, owner: number, price: number, size: number): Refusal {
    return this.attempt(id, (state) => amend(state, { id, owner, price, size }));
  }

  cancel(id: number, owner: number): Refusal {
    return this.attempt(id, (state) => cancel(state, id, owner));
  }

  query(id: number): OrderView | undefined {
    const order = find(this.state, id);
    if (order === undefined) return undefined;
    const { since: _, ...shown } = order;
    return { ...shown, open: openOf(order) };
  }

  depth(side: Side, levelsMax: number): DepthLevel[] {
    const orders = inPriority(this.state, side);
    const prices = [...new Set(orders.map((order) => order.price))].slice(0, levelsMax);
    return prices.map((price) => {
      const level = orders.filter((order) => order.price === price);
      return { price, size: totalOpen(level), orders: level.length };
    });
  }

  ids(side: Side): number[] {
    return inPriority(this.state, side).map((order) => order.id);
  }

  private attempt(id: number, command: (state: State) => Refusal): Refusal {
    const copies = this.state.orders.map((order) => ({ ...order }));
    const copy: State = { ...this.state, orders: copies, events: [] };
    const refusal = command(copy);
    if (refusal === words.ACCEPTED) {
      this.state = copy;
      for (const [kind, a, b, c = 0, d = 0, e = 0] of copy.events)
        this.events.add(kind, a, b, c, d, e);
    } else {
      this.events.add(event.EVENT_REFUSED, id, refusal, 0, 0, 0);
    }
    return refusal;
  }
}

function place(state: State, wanted: NewOrder): Refusal {
  const { tif, ...rest } = wanted;
  const order: Order = { ...rest, filled: 0, since: 0 };
  const ordersBefore = state.orders.length;
  if (!isWhole(order.id) || order.id === 0) return words.BAD_ID;
  if (!isWhole(order.size) || order.size === 0) return words.BAD_SIZE;
  if (!isWhole(order.price)) return words.BAD_PRICE;
  if (order.postOnly && (order.price === 0 || tif !== words.GTC)) return words.BAD_POST_ONLY;
  if (find(state, order.id) !== undefined) return words.DUPLICATE_ID;

  state.events.push([
    event.EVENT_ACCEPTED,
    order.id,
    order.owner,
    order.side,
    order.price,
    order.size,
  ]);
  if (order.postOnly && nextMaker(state, order) !== undefined) return words.WOULD_CROSS;
  const restGoes = trade(state, order);
  if (tif === words.FOK && openOf(order) > 0) return words.NOT_FILLABLE;
  if (openOf(order) === 0) return words.ACCEPTED;
  if (restGoes !== undefined) return cancelRest(state, order, restGoes);
  if (tif !== words.GTC || order.price === 0) return cancelRest(state, order, words.WHY_UNFILLED);
  const refusal = comeToRest(state, order);
  if (refusal !== words.ACCEPTED) return refusal;
  return ordersBefore < state.limits.ordersMax ? words.ACCEPTED : words.ORDERS_FULL;
}

type Amendment = Pick<Order, 'id' | 'owner' | 'price' | 'size'>;

function amend(state: State, { id, owner, price, size }: Amendment): Refusal {
  if (!isWhole(size) || size === 0) return words.BAD_SIZE;
  if (!isWhole(price) || price === 0) return words.BAD_PRICE;
  const order = find(state, id);
  if (order === undefined) return words.UNKNOWN_ORDER;
  if (order.owner !== owner) return words.NOT_OWNER;

  if (size <= order.filled) {
    leave(state, order);
    return cancelRest(state, order, words.WHY_AMENDED);
  }
  const keepsPlace = price === order.price && size <= order.size;
  order.price = price;
  order.size = size;
  state.events.push([event.EVENT_AMENDED, id, price, size, openOf(order)]);
  if (keepsPlace) return words.ACCEPTED;

  leave(state, order);
  if (order.postOnly && nextMaker(state, order) !== undefined) return words.WOULD_CROSS;
  const restGoes = trade(state, order);
  if (openOf(order) === 0) return words.ACCEPTED;
  return restGoes === undefined ? comeToRest(state, order) : cancelRest(state, order, restGoes);
}

function cancel(state: State, id: number, owner: number): Refusal {
  const order = find(state, id);
  if (order === undefined) return words.UNKNOWN_ORDER;
  if (order.owner !== owner) return words.NOT_OWNER;
  leave(state, order);
  return cancelRest(state, order, words.WHY_USER);
}

/**
 * Trades until the order is filled or nobody is left, or else says why what is left must be
 * cancelled.
 */
function trade(state: State, taker: Order): CancelWhy | undefined {
  for (let touched = 0; openOf(taker) > 0; touched++) {
    const maker = nextMaker(state, taker);
    if (maker === undefined) return undefined;
    if (touched === state.limits.fillsMax) return words.WHY_FILL_LIMIT;

    if (taker.group >= 0 && taker.group === maker.group && taker.stp !== words.STP_NONE) {
      if (taker.stp !== words.EXPIRE_TAKER) {
        leave(state, maker);
        cancelRest(state, maker, words.WHY_SELF_TRADE);
      }
      if (taker.stp !== words.EXPIRE_MAKER) return words.WHY_SELF_TRADE;
      continue;
    }

    const size = Math.min(openOf(taker), openOf(maker));
    taker.filled += size;
    maker.filled += size;
    state.events.push([event.EVENT_FILLED, maker.id, taker.id, maker.price, size, openOf(maker)]);
    if (openOf(maker) === 0) leave(state, maker);
  }
  return undefined;
}

/** The first order of the other side, if the taker's limit reaches it. */
function nextMaker(state: State, taker: Order): Order | undefined {
  const best = inPriority(state, taker.side === 1 ? -1 : 1)[0];
  if (best === undefined || taker.price === 0) return best;
  const reaches = taker.side === BUY ? taker.price >= best.price : taker.price <= best.price;
  return reaches ? best : undefined;
}

/** One side's orders: the better price first, at one price the earlier. */
function inPriority(state: State, side: Side): Order[] {
  const orders = state.orders.filter((order) => order.side === side);
  return orders.sort((a, b) =>
    a.price === b.price ? a.since - b.since : (b.price - a.price) * side,
  );
}

function comeToRest(state: State, order: Order): Refusal {
  const own = state.orders.filter((other) => other.side === order.side);
  const prices = new Set(own.map((other) => other.price)).add(order.price);
  if (prices.size > state.limits.levelsMax) return words.LEVELS_FULL;
  if (openOf(order) > LADDER_SIZE_MAX - totalOpen(own)) return words.SIZE_FULL;
  state.clock += 1;
  order.since = state.clock;
  state.orders.push(order);
  state.events.push([event.EVENT_RESTED, order.id, order.price, openOf(order)]);
  return words.ACCEPTED;
}

function cancelRest(state: State, order: Order, why: CancelWhy): Refusal {
  state.events.push([event.EVENT_CANCELLED, order.id, openOf(order), why]);
  return words.ACCEPTED;
}

function leave(state: State, leaving: Order): void {
  state.orders = state.orders.filter((order) => order !== leaving);
}

function find(state: State, id: number): Order | undefined {
  return state.orders.find((order) => order.id === id);
}

function openOf(order: Order): number {
  return order.size - order.filled;
}

function totalOpen(orders: readonly Order[]): number {
  return orders.reduce((total, order) => total + openOf(order), 0);
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
