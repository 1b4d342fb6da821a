// One market: what it is, its prices, its book and its waiting stops. Few of them, so objects; the
// orders in them are rows. Prices change only by commands and by fills, never by reading.

import { Ladder } from '../../book/ladder.ts';
import type { Brackets } from '../../margin/brackets.ts';
import * as table from '../../units/table.ts';
import type { Price, Side, Size } from '../../units/brand.ts';
import * as words from '../command.ts';
import type { MarketKind, MarketStatus, MarketTerms, TriggerBy } from '../command.ts';
import { IndexedHeap } from './heap.ts';
import type { Orders } from './orders.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;
const { MARKET_SPOT, STATUS_ACTIVE, TRIGGER_BY_MARK } = words;

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
}

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
    this.bids = new Ladder(orders, 'highest', levelsMax);
    this.asks = new Ladder(orders, 'lowest', levelsMax);
    this.stops = [0, 1, 2, 3].map(() => new IndexedHeap(() => orders.triggerPlace));
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
    return { status, index, mark, last, openInterest, exposureMax, positions, orders };
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
