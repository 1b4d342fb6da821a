// A complete price-time book over numeric order ids: what one ladder per side, a plan and an index
// of ids make together. For those who need matching and nothing else, and for measuring. Never
// allocates per command, and knows no accounts beyond the number that may cancel an order.

import { BUY, type Side } from '../units/brand.ts';
import { NONE } from '../units/table.ts';
import type { Book, BookLimits, DepthLevel } from './book.ts';
import * as event from './event-log.ts';
import { FastRows } from './fast-rows.ts';
import { IdIndex } from './id-index.ts';
import { Ladder } from './ladder.ts';
import { ORDERS_MAX } from './limits.ts';
import * as match from './match.ts';
import * as words from './order.ts';
import type { CancelWhy, NewOrder, OrderView, Refusal, Tif } from './order.ts';
import { depth, queue } from './walk.ts';

// V8 reads an imported constant through a cell each time and folds one of this module: here that is
// worth a tenth of the speed.
const { ACCEPTED, FOK, GTC, NOT_FILLABLE, UNKNOWN_ORDER, NOT_OWNER, WOULD_CROSS } = words;
const { EVENT_ACCEPTED, EVENT_CANCELLED, EVENT_FILLED, EVENT_RESTED } = event;
const { MATCH_NOT_FILLABLE, MATCH_WOULD_CROSS, STOPPED_NO_LIQUIDITY, planMatch, commitEntry } =
  match;
const { WHY_SELF_TRADE, WHY_UNFILLED, WHY_USER } = words;
const LONG = BUY;
const ABSENT = NONE;

/** The book that is fast; `NaiveBook` is the one that is obvious. The rules stand at `Book`. */
export class FastBook implements Book {
  readonly events = new event.EventLog();
  private readonly rows: FastRows;
  private readonly bids: Ladder;
  private readonly asks: Ladder;
  private readonly index: IdIndex;
  private readonly plan: match.MatchPlan;
  private readonly taker = new match.Taker();

  constructor(limits: BookLimits = {}) {
    const ordersMax = limits.ordersMax ?? ORDERS_MAX;
    this.rows = new FastRows(ordersMax);
    this.bids = new Ladder(this.rows, 'highest', limits.levelsMax);
    this.asks = new Ladder(this.rows, 'lowest', limits.levelsMax);
    this.index = new IdIndex(this.rows, ordersMax);
    this.plan = new match.MatchPlan(limits.fillsMax);
  }

  get orderCount(): number {
    return this.rows.live;
  }

  place(order: NewOrder): Refusal {
    const { id, side, price, size } = order;
    const refusal = this.checkPlace(order);
    if (refusal !== ACCEPTED) return this.refuse(id, refusal);
    this.events.add(EVENT_ACCEPTED, id, order.owner, side, price, size);
    if (this.plan.count > 0) this.commitFills(id, side);
    const rest = this.plan.rest;
    if (rest === 0) return ACCEPTED;
    if (this.wouldRest(price, order.tif)) this.restNew(order, rest);
    else this.cancelRest(id, rest);
    return ACCEPTED;
  }

  amend(id: number, owner: number, price: number, size: number): Refusal {
    const slot = this.index.find(id);
    const refusal = this.checkAmend(slot, owner, price, size);
    if (refusal !== ACCEPTED) return this.refuse(id, refusal);
    const rows = this.rows;
    const side = rows.sideOf(slot);
    const own = side === LONG ? this.bids : this.asks;
    const openBefore = rows.openOf(slot);
    const open = size - (rows.total[slot] - openBefore);
    if (open <= 0) {
      this.drop(slot, side, words.WHY_AMENDED);
      return ACCEPTED;
    }
    const keepsPlace = price === rows.priceOf(slot) && open <= openBefore;
    rows.total[slot] = size;
    this.events.add(event.EVENT_AMENDED, id, price, size, open, 0);
    if (keepsPlace) {
      if (open < openBefore) own.reduce(slot, openBefore - open);
      return ACCEPTED;
    }
    own.remove(slot);
    this.commitFills(id, side);
    const rest = this.plan.rest;
    if (rest > 0 && this.wouldRest(price, GTC)) {
      this.rest(slot, side, price, rest);
      return ACCEPTED;
    }
    if (rest > 0) this.cancelRest(id, rest);
    this.forget(slot);
    return ACCEPTED;
  }

  cancel(id: number, owner: number): Refusal {
    const slot = this.index.find(id);
    if (slot === ABSENT) return this.refuse(id, UNKNOWN_ORDER);
    if (this.rows.ownerOf(slot) !== owner) return this.refuse(id, NOT_OWNER);
    this.drop(slot, this.rows.sideOf(slot), WHY_USER);
    return ACCEPTED;
  }

  query(id: number): OrderView | undefined {
    const slot = this.index.find(id);
    if (slot === ABSENT) return undefined;
    const rows = this.rows;
    const size = rows.total[slot];
    const open = rows.openOf(slot);
    return {
      id,
      owner: rows.ownerOf(slot),
      group: rows.groupOf(slot),
      side: rows.sideOf(slot),
      price: rows.priceOf(slot),
      size,
      filled: size - open,
      open,
      postOnly: rows.isPostOnly(slot),
      stp: rows.stpOf(slot),
    };
  }

  depth(side: Side, levelsMax: number): DepthLevel[] {
    return depth(side === LONG ? this.bids : this.asks, levelsMax);
  }

  ids(side: Side): number[] {
    return queue(this.rows, side === LONG ? this.bids : this.asks).map((slot) =>
      this.rows.idOf(slot),
    );
  }

  /**
   * Every reason to refuse a new order, in precedence order; when there is none, the plan is made.
   */
  private checkPlace(order: NewOrder): Refusal {
    const { price, size, tif, postOnly } = order;
    if (!isWhole(order.id) || order.id === 0) return words.BAD_ID;
    if (!isWhole(size) || size === 0) return words.BAD_SIZE;
    if (!isWhole(price)) return words.BAD_PRICE;
    if (postOnly && (price === 0 || tif !== GTC)) return words.BAD_POST_ONLY;
    if (this.index.find(order.id) !== ABSENT) return words.DUPLICATE_ID;
    const taker = this.taker;
    taker.side = order.side;
    taker.limit = price;
    taker.size = size;
    taker.group = order.group;
    taker.stp = order.stp;
    taker.fillOrKill = tif === FOK;
    taker.postOnly = postOnly;
    const outcome = this.planTaker();
    if (outcome !== ACCEPTED) return outcome;
    const rest = this.plan.rest;
    if (rest === 0 || !this.wouldRest(price, tif)) return ACCEPTED;
    const own = order.side === LONG ? this.bids : this.asks;
    if (!own.hasRoomFor(price)) return words.LEVELS_FULL;
    if (!own.hasRoomForSize(rest)) return words.SIZE_FULL;
    return this.rows.live < this.rows.limit ? ACCEPTED : words.ORDERS_FULL;
  }

  /** As `checkPlace`. An order that only shrinks, or goes, needs no plan and no room. */
  private checkAmend(slot: number, owner: number, price: number, size: number): Refusal {
    if (!isWhole(size) || size === 0) return words.BAD_SIZE;
    if (!isWhole(price) || price === 0) return words.BAD_PRICE;
    if (slot === ABSENT) return UNKNOWN_ORDER;
    const rows = this.rows;
    if (rows.ownerOf(slot) !== owner) return NOT_OWNER;
    const total = rows.total[slot];
    const open = size - (total - rows.openOf(slot));
    if (open <= 0 || (price === rows.priceOf(slot) && size <= total)) return ACCEPTED;
    const taker = this.taker;
    taker.side = rows.sideOf(slot);
    taker.limit = price;
    taker.size = open;
    taker.group = rows.groupOf(slot);
    taker.stp = rows.stpOf(slot);
    taker.fillOrKill = false;
    taker.postOnly = rows.isPostOnly(slot);
    const outcome = this.planTaker();
    if (outcome !== ACCEPTED) return outcome;
    const rest = this.plan.rest;
    if (rest === 0 || !this.wouldRest(price, GTC)) return ACCEPTED;
    const own = taker.side === LONG ? this.bids : this.asks;
    if (!own.hasRoomFor(price, slot)) return words.LEVELS_FULL;
    return own.hasRoomForSize(rest, slot) ? ACCEPTED : words.SIZE_FULL;
  }

  private planTaker(): Refusal {
    const opposite = this.taker.side === LONG ? this.asks : this.bids;
    const outcome = planMatch(this.rows, opposite, this.taker, undefined, this.plan);
    if (outcome === MATCH_WOULD_CROSS) return WOULD_CROSS;
    return outcome === MATCH_NOT_FILLABLE ? NOT_FILLABLE : ACCEPTED;
  }

  /** Whether what the plan leaves goes into the book. */
  private wouldRest(price: number, tif: Tif): boolean {
    return price > 0 && tif === GTC && this.plan.stopped === STOPPED_NO_LIQUIDITY;
  }

  private cancelRest(id: number, rest: number): void {
    const stopped = this.plan.stopped;
    let why = WHY_UNFILLED;
    if (stopped === match.STOPPED_SELF_TRADE) why = WHY_SELF_TRADE;
    if (stopped === match.STOPPED_FILL_LIMIT) why = words.WHY_FILL_LIMIT;
    this.events.add(EVENT_CANCELLED, id, rest, why, 0, 0);
  }

  private commitFills(takerId: number, side: Side): void {
    const plan = this.plan;
    const { rows, events } = this;
    const opposite = side === LONG ? this.asks : this.bids;
    for (let i = 0; i < plan.count; i++) {
      const maker = plan.slot[i];
      const size = plan.size[i];
      const gone = commitEntry(rows, opposite, plan, i);
      const left = rows.openOf(maker);
      if (size > 0)
        events.add(EVENT_FILLED, rows.idOf(maker), takerId, rows.priceOf(maker), size, left);
      if (!gone) continue;
      if (left > 0) events.add(EVENT_CANCELLED, rows.idOf(maker), left, WHY_SELF_TRADE, 0, 0);
      this.forget(maker);
    }
  }

  private restNew(order: NewOrder, open: number): void {
    const rows = this.rows;
    const slot = rows.allocate();
    rows.remember(slot, order);
    this.index.add(slot);
    this.rest(slot, order.side, order.price, open);
  }

  private rest(slot: number, side: Side, price: number, open: number): void {
    const rows = this.rows;
    rows.setPrice(slot, price);
    rows.setOpen(slot, open);
    if (side === LONG) this.bids.push(slot);
    else this.asks.push(slot);
    this.events.add(EVENT_RESTED, rows.idOf(slot), price, open, 0, 0);
  }

  private drop(slot: number, side: Side, why: CancelWhy): void {
    const rows = this.rows;
    if (side === LONG) this.bids.remove(slot);
    else this.asks.remove(slot);
    this.events.add(EVENT_CANCELLED, rows.idOf(slot), rows.openOf(slot), why, 0, 0);
    this.forget(slot);
  }

  private forget(slot: number): void {
    this.index.remove(slot);
    this.rows.release(slot);
  }

  private refuse(id: number, refusal: Refusal): Refusal {
    this.events.add(event.EVENT_REFUSED, id, refusal, 0, 0, 0);
    return refusal;
  }
}

/** Whether a number counts units exactly: 0 … 2^53 − 1. */
function isWhole(value: number): boolean {
  return value >= 0 && Number.isSafeInteger(value);
}
