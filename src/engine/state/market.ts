// One market: what it is, its prices, its book and its waiting stops. Few of them, so objects; the
// orders in them are rows. Prices change only by commands and by fills, never by reading.

import { Ladder } from '../../book/ladder.ts';
import { makeBrackets, rampedBrackets } from '../../margin/brackets.ts';
import type { Brackets } from '../../margin/brackets.ts';
import { callBrackets } from '../../margin/margin-call.ts';
import { assert } from '../../units/assert.ts';
import * as table from '../../units/table.ts';
import type { Price, Side, Size } from '../../units/brand.ts';
import * as words from '../command.ts';
import type { BracketTerms, MarketKind, MarketStatus, MarketTerms, TriggerBy } from '../command.ts';
import { IndexedHeap } from './heap.ts';
import type { Orders } from './orders.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;
const {
  MARKET_SPOT,
  STATUS_ACTIVE,
  STATUS_CANCEL_ONLY,
  STATUS_CLOSE_ONLY,
  STATUS_HALTED,
  TRIGGER_BY_MARK,
} = words;

/** What `create_market` fixes for ever. */
export interface MarketShape {
  readonly symbol: string;
  readonly kind: MarketKind;
  readonly base: number;
  readonly quote: number;
  readonly priceUnit: string;
  readonly sizeUnit: string;
  readonly multiplier: number;
  readonly baseMultiplier: number;
  readonly tickSize: Price;
  readonly lotSize: Size;
}

/** The numbers of a market that change; a snapshot carries them as they are. */
export interface MarketNumbers {
  status: MarketStatus;
  index: number;
  mark: number;
  last: number;
  openInterest: number;
  exposureMax: number;
  positions: number;
  orders: number;
  imposed: number;
  fundingWhole: number;
  fundingRest: number;
  fundingInterval: number;
  premiumSum: number;
  premiumSamples: number;
  sampledAt: number;
  ema: number;
  emaAt: number;
  indexAt: number;
  sourcePrices: readonly number[];
  sourceTimes: readonly number[];
  rampFrom: readonly BracketTerms[];
  rampStart: number;
  rampEnd: number;
  rampAt: number;
}

/**
 * Why the engine itself restricts a market, beside what the operator has set: bits of `imposed`.
 */
/** Too few index sources: close-only, and nothing here is liquidated. */
export const IMPOSED_SOURCES = 1;
/**
 * The insurance fund is below zero by a deficit here: close-only until an operator sets a status.
 */
export const IMPOSED_DEFICIT = 2;
/** A command met its step bound: cancel-only until the rest of its liquidations is done. */
export const IMPOSED_BOUND = 4;
/** It is being settled: its last positions are closed at the settlement price. */
export const IMPOSED_SETTLING = 8;

export class Market {
  readonly number: number;
  readonly shape: MarketShape;
  readonly symbol: string;
  readonly kind: MarketKind;
  readonly base: number;
  readonly quote: number;
  readonly priceUnit: string;
  readonly sizeUnit: string;
  readonly multiplier: number;
  readonly baseMultiplier: number;
  readonly tickSize: Price;
  readonly lotSize: Size;
  readonly bids: Ladder;
  readonly asks: Ladder;
  /** Stops by trigger source and direction; see `triggerHeap`. */
  readonly stops: readonly IndexedHeap[];
  terms: MarketTerms;
  brackets: Brackets;
  /** What a scope must have not to be warned: see src/margin/margin-call.ts. */
  callBrackets: Brackets;
  status: MarketStatus = STATUS_ACTIVE;
  /** Price units; 0 = none yet. */
  index = 0;
  mark = 0;
  last = 0;
  /** Σ of all long positions. */
  openInterest = 0;
  /** The largest exposure any account ever had here: bounds every notional at a new mark. */
  exposureMax = 0;
  /** Rows with a position, and open orders, stops included. */
  positions = 0;
  orders = 0;
  /** IMPOSED_…: what the engine itself restricts. */
  imposed = 0;
  /** Cumulative funding per size unit in quote units: whole part, and 10^−12 (0 … 10^12 − 1). */
  fundingWhole = 0;
  fundingRest = 0;
  /** The newest interval that was settled: its number since the epoch; 0 = none yet. */
  fundingInterval = 0;
  /**
   * Samples of the premium in the running interval, 10^−12, and when the last one was taken, ms.
   */
  premiumSum = 0;
  premiumSamples = 0;
  sampledAt = 0;
  /** Moving average of what the middle of the book is above the index, price units · 2^16. */
  ema = 0;
  emaAt = 0;
  /** When the index last was what it is, ms. */
  indexAt = 0;
  /** By source: its last price, 0 = none, and when it gave it, ms. */
  sourcePrices: number[] = [];
  sourceTimes: number[] = [];
  /**
   * A ramp: the rates it began with, when it began and ends, and up to when they have moved, ms; no
   * end = no ramp. `terms` says where it goes, `brackets` where it is.
   */
  rampFrom: readonly BracketTerms[] = [];
  rampStart = 0;
  rampEnd = 0;
  rampAt = 0;
  /** Stops in the four heaps: while there are none, no price needs a look at them. Derived. */
  waiting = 0;

  constructor(
    number: number,
    shape: MarketShape,
    terms: MarketTerms,
    brackets: Brackets,
    orders: Orders,
    levelsMax: number,
  ) {
    this.number = number;
    this.shape = shape;
    this.symbol = shape.symbol;
    this.kind = shape.kind;
    this.base = shape.base;
    this.quote = shape.quote;
    this.priceUnit = shape.priceUnit;
    this.sizeUnit = shape.sizeUnit;
    this.multiplier = shape.multiplier;
    this.baseMultiplier = shape.baseMultiplier;
    this.tickSize = shape.tickSize;
    this.lotSize = shape.lotSize;
    this.terms = terms;
    this.brackets = brackets;
    this.callBrackets = callBrackets(terms.brackets);
    this.bids = new Ladder(orders, 'highest', levelsMax);
    this.asks = new Ladder(orders, 'lowest', levelsMax);
    this.stops = [0, 1, 2, 3].map(() => new IndexedHeap(() => orders.triggerPlace));
  }

  /** Takes new terms; with an end the margin rates go there from where they are now. */
  changeTerms(terms: MarketTerms, brackets: Brackets, now: number, rampEnd: number): void {
    if (rampEnd === 0) {
      this.brackets = brackets;
      this.rampFrom = [];
    } else {
      this.rampFrom = this.bracketsNow();
      this.rampStart = now;
      this.rampAt = now;
    }
    this.rampEnd = rampEnd;
    // Intervals are numbered by their length: with another length the count begins anew.
    if (terms.risk.fundingIntervalMs !== this.terms.risk.fundingIntervalMs)
      this.fundingInterval = 0;
    this.terms = terms;
    this.callBrackets = callBrackets(this.bracketsNow());
  }

  /** Moves the margin rates to where the ramp is at a time; at its end it is over. */
  rampTo(time: number): void {
    this.rampAt = time;
    const made = makeBrackets(this.bracketsNow());
    assert(made.ok, 'a ramp leads through impossible brackets');
    this.brackets = made.brackets;
    this.callBrackets = callBrackets(this.bracketsNow());
    if (time < this.rampEnd) return;
    this.rampEnd = 0;
    this.rampFrom = [];
  }

  /** The rates that hold now: those of the terms, or on the way there. */
  bracketsNow(): readonly BracketTerms[] {
    if (this.rampFrom.length === 0) return this.terms.brackets;
    const passed = this.rampAt - this.rampStart;
    return rampedBrackets(
      this.rampFrom,
      this.terms.brackets,
      passed,
      this.rampEnd - this.rampStart,
    );
  }

  /** What the operator has set and what the engine imposes: the stricter of the two. */
  openness(): MarketStatus {
    if (this.imposed === 0) return this.status;
    const least = (this.imposed & IMPOSED_BOUND) === 0 ? STATUS_CLOSE_ONLY : STATUS_CANCEL_ONLY;
    return this.status > least ? this.status : least;
  }

  /** No position here is liquidated while its price cannot be trusted, or in a halt: it waits. */
  get mayLiquidate(): boolean {
    if ((this.imposed & IMPOSED_SETTLING) !== 0) return true;
    return (this.imposed & IMPOSED_SOURCES) === 0 && this.status < STATUS_HALTED;
  }

  get isSpot(): boolean {
    return this.kind === MARKET_SPOT;
  }

  /**
   * The price that bands and triggers by mark go by: the mark; for spot last, else index. 0 = none.
   */
  reference(): number {
    if (this.kind !== MARKET_SPOT) return this.mark;
    return this.last !== 0 ? this.last : this.index;
  }

  /** The price that triggers of this source look at. */
  triggerSource(by: TriggerBy): number {
    return by === TRIGGER_BY_MARK && this.kind !== MARKET_SPOT ? this.mark : this.last;
  }

  own(side: Side): Ladder {
    return side === 1 ? this.bids : this.asks;
  }

  opposite(side: Side): Ladder {
    return side === 1 ? this.asks : this.bids;
  }

  numbers(): MarketNumbers {
    const { status, index, mark, last, openInterest, exposureMax, positions, orders } = this;
    const { imposed, fundingWhole, fundingRest, fundingInterval, premiumSum, premiumSamples } =
      this;
    const { sampledAt, ema, emaAt, indexAt, sourcePrices, sourceTimes } = this;
    const { rampFrom, rampStart, rampEnd, rampAt } = this;
    return {
      status,
      index,
      mark,
      last,
      openInterest,
      exposureMax,
      positions,
      orders,
      imposed,
      fundingWhole,
      fundingRest,
      fundingInterval,
      premiumSum,
      premiumSamples,
      sampledAt,
      ema,
      emaAt,
      indexAt,
      sourcePrices,
      sourceTimes,
      rampFrom,
      rampStart,
      rampEnd,
      rampAt,
    };
  }
}

/**
 * Which of a market's heaps a stop waits in: by source, and whether it waits for a rise or a fall.
 */
export function triggerHeap(by: TriggerBy, rises: boolean): number {
  return by * 2 + (rises ? 0 : 1);
}

/**
 * The stop in a heap that is due at this price, or NONE. Heap keys are the trigger, negated for
 * falls.
 */
export function dueStop(heap: IndexedHeap, which: number, price: number): number {
  if (heap.count === 0 || price === 0) return NONE;
  const due = (which & 1) === 0 ? heap.topKey() <= price : heap.topKey() <= -price;
  return due ? heap.top() : NONE;
}
