// A stationary order flow: 60 % passive limit orders, 25 % cancels, 6 % IOC and 4 % crossing limit
// orders, 5 % market orders. Half of the cancels take one of the 2,000 youngest orders, half any;
// takers grow and shrink so that the number of resting orders stays where it began. The same
// options give the same flow, byte for byte.

import { drawDistance, drawSize } from './distributions.ts';
import { FlowBook, GRID } from './flow-book.ts';
import { FLOW_CANCEL, FLOW_IOC, FLOW_LIMIT, FLOW_MARKET } from './flow.ts';
import type { Flow, FlowOptions, FlowTotals } from './flow.ts';
import { Sfc32 } from './sfc32.ts';

/**
 * The mix, in percent, cumulated: passive, cancel, IOC, crossing limit; the rest is market orders.
 */
const PASSIVE_TO = 60;
const CANCEL_TO = 85;
const IOC_TO = 91;
const CROSSING_TO = 95;

const RECENT = 2_000;
const RECENT_TRIES = 16;
/** How far a taker's limit goes through the touch, in ticks. */
const THROUGH_MAX = 10;
/** Takers are this many times as large as passive orders when the book is at its target, … */
const TAKER_FACTOR = 2.4;
/** … and this much larger per share by which it is over it. */
const TAKER_GAIN = 8;
const TAKER_FACTOR_MIN = 0.2;
const TAKER_FACTOR_MAX = 12;
/**
 * The price is pulled back to the middle of the grid: the side is even at the middle, certain this
 * far away.
 */
const PULL_TICKS = 16_000;
const MARKET_LIMIT_BUY = GRID;

/** What `generateFlow` returns beside the flow: how its own book ended. */
export interface GeneratedFlow {
  readonly flow: Flow;
  readonly totals: FlowTotals;
  readonly restingAtEnd: number;
  readonly levelsAtEnd: number;
  /** Σ quantity and trades after each of the commands asked for, in the order asked. */
  readonly checkpoints: readonly FlowTotals[];
}

/**
 * @param checkpoints Rows (prefill included), ascending, after which the totals so far are wanted.
 */
export function generateFlow(
  options: FlowOptions,
  checkpoints: readonly number[] = [],
): GeneratedFlow {
  const maker = new FlowMaker(options);
  const totals: FlowTotals[] = [];
  for (let row = 0; row < maker.length; row++) {
    while (checkpoints[totals.length] === row) totals.push({ ...maker.book.totals });
    maker.add(row);
  }
  while (totals.length < checkpoints.length) totals.push({ ...maker.book.totals });
  const { book } = maker;
  return {
    flow: maker,
    totals: { ...book.totals },
    restingAtEnd: book.resting,
    levelsAtEnd: book.levels(),
    checkpoints: totals,
  };
}

class FlowMaker implements Flow {
  readonly options: FlowOptions;
  readonly prefill: number;
  readonly length: number;
  readonly op: Uint8Array;
  readonly side: Int8Array;
  readonly price: Int32Array;
  readonly size: Int32Array;
  readonly id: Int32Array;
  readonly account: Int32Array;
  readonly book: FlowBook;
  private readonly random: Sfc32;
  private readonly owner: Int32Array;
  private readonly recent = new Int32Array(RECENT);
  private ids = 0;
  private rested = 0;

  constructor(options: FlowOptions) {
    const length = options.resting + options.commands;
    this.options = options;
    this.prefill = options.resting;
    this.length = length;
    this.op = new Uint8Array(length);
    this.side = new Int8Array(length);
    this.price = new Int32Array(length);
    this.size = new Int32Array(length);
    this.id = new Int32Array(length);
    this.account = new Int32Array(length);
    this.owner = new Int32Array(length + 1);
    this.book = new FlowBook(length + 1);
    this.random = new Sfc32(options.seed);
  }

  add(row: number): void {
    if (row < this.prefill) return this.passive(row, row % 2 === 0 ? 1 : -1);
    const kind = this.random.below(100);
    if (kind < PASSIVE_TO) return this.passive(row, this.random.below(2) === 0 ? 1 : -1);
    if (kind < CANCEL_TO && this.book.resting > 0) return this.cancel(row);
    if (kind < IOC_TO) return this.taker(row, FLOW_IOC);
    return this.taker(row, kind < CROSSING_TO ? FLOW_LIMIT : FLOW_MARKET);
  }

  private passive(row: number, side: number): void {
    const { book, random } = this;
    const touch = side > 0 ? book.bestAsk : book.bestBid;
    const price = touch - side * (1 + drawDistance(random));
    const id = this.order(row, FLOW_LIMIT, side, price, drawSize(random));
    this.rest(id, side, price, this.size[row]);
  }

  private taker(row: number, op: number): void {
    const { book, random } = this;
    const side = this.takerSide();
    const touch = side > 0 ? book.bestAsk : book.bestBid;
    const price = op === FLOW_MARKET ? 0 : touch + side * random.below(THROUGH_MAX + 1);
    const size = Math.max(1, Math.round(drawSize(random) * this.takerFactor()));
    const id = this.order(row, op, side, price, size);
    const limit = op !== FLOW_MARKET ? price : side > 0 ? MARKET_LIMIT_BUY : 0;
    const left = book.take(side, limit, size);
    if (op === FLOW_LIMIT && left > 0) this.rest(id, side, price, left);
  }

  private cancel(row: number): void {
    const { book, random } = this;
    let id = random.below(2) === 0 ? this.youngOrder() : 0;
    if (id === 0) id = book.live[random.below(book.resting)];
    this.op[row] = FLOW_CANCEL;
    this.side[row] = book.side[id];
    this.price[row] = book.price[id];
    this.size[row] = book.open[id];
    this.id[row] = id;
    this.account[row] = this.owner[id];
    book.remove(id);
  }

  /** One of the youngest orders that is still at rest, or 0 when several draws found none. */
  private youngOrder(): number {
    const young = Math.min(this.rested, RECENT);
    for (let i = 0; i < RECENT_TRIES && young > 0; i++) {
      const id = this.recent[this.random.below(young)];
      if (this.book.isLive(id)) return id;
    }
    return 0;
  }

  private order(row: number, op: number, side: number, price: number, size: number): number {
    this.ids += 1;
    this.op[row] = op;
    this.side[row] = side;
    this.price[row] = price;
    this.size[row] = size;
    this.id[row] = this.ids;
    this.account[row] = this.random.below(this.options.accounts);
    this.owner[this.ids] = this.account[row];
    return this.ids;
  }

  private rest(id: number, side: number, price: number, size: number): void {
    this.book.rest(id, side, price, size);
    this.recent[this.rested % RECENT] = id;
    this.rested += 1;
  }

  private takerSide(): number {
    const away = (this.book.bestBid + this.book.bestAsk) / 2 - GRID / 2;
    return this.random.below(2 * PULL_TICKS) < PULL_TICKS - away ? 1 : -1;
  }

  private takerFactor(): number {
    const { resting } = this.options;
    const over = (this.book.resting - resting) / resting;
    const factor = TAKER_FACTOR * (1 + TAKER_GAIN * over);
    return Math.min(Math.max(factor, TAKER_FACTOR_MIN), TAKER_FACTOR_MAX);
  }
}
