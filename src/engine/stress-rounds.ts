// The rounds of a cascade, read from the events of its commands. In one round everybody who is due
// gets one step; whoever that makes due comes in the next. So a round ends where an account gets
// its second step, and with the command.

import { PPM_ONE } from '../units/brand.ts';
import { mulDivFloor } from '../units/rounding.ts';
import { NONE } from '../units/table.ts';
import { ANY_MARKET, MODE_ISOLATED } from './command.ts';
import type { Engine } from './engine.ts';
import {
  BY_CLOSE,
  BY_COUNTERPARTY,
  BY_CURE,
  BY_FUND,
  BY_MARK,
  EVENT_WIDTHS,
  FUND_DEFICIT,
  INSURANCE_CHANGED,
  LIQUIDATED,
  LIQUIDATION_ENDED,
  LIQUIDATION_STARTED,
  ORDER_FILLED,
} from './event.ts';
import { LINKS, MODE } from './state/positions.ts';

/** Figures of a round, or of all of them; money in settlement units, values at trade prices. */
export interface StressTotals {
  /** Scopes whose liquidation began, and those that recovered. */
  readonly started: number;
  readonly recovered: number;
  /** What the book, the fund, and counterparties at the bankruptcy price and at the mark took. */
  readonly book: number;
  readonly fund: number;
  readonly counterparties: number;
  readonly atMark: number;
  /** How many closings against counterparties. */
  readonly deleveraged: number;
  /** How much worse than the mark the worst fill of a liquidation in the book was. */
  readonly impactPpm: number;
  /** Liquidation fees to the fund, and what it paid for deficits. */
  readonly fees: number;
  readonly deficit: number;
}

export interface StressRound extends StressTotals {
  /** The market that it follows from; ticks that go on with it count as the same. */
  readonly market: number;
}

type Counts = { -readonly [Key in keyof StressTotals]: number };

export class StressCounter {
  private readonly done: StressRound[] = [];
  private readonly all: Counts = nothing();
  private readonly seen = new Set<string>();
  private now: Counts = nothing();
  private isEmpty = true;
  private market: number = NONE;
  /** What the fund has paid in the step whose receipt comes next. */
  private deficit = 0;
  /** Of the fills of takers without an order since the last receipt. */
  private worstPpm = 0;

  /** A new cause: what follows are its rounds. */
  begin(market: number): void {
    this.market = market;
  }

  /** Counts what the last command of the engine did. */
  take(engine: Engine): void {
    const { data, length } = engine.events;
    this.worstPpm = 0;
    for (let at = 0; at < length; at += EVENT_WIDTHS[data[at]]) this.count(engine, data, at);
    this.now.deficit += this.deficit; // of a scope that had no position left, and so no receipt
    this.deficit = 0;
    this.endRound();
  }

  rounds(): readonly StressRound[] {
    return this.done;
  }

  totals(): StressTotals {
    return { ...this.all };
  }

  private count(engine: Engine, data: Float64Array, at: number): void {
    switch (data[at]) {
      case LIQUIDATION_STARTED:
        this.step(data[at + 1], data[at + 2]);
        this.now.started += 1;
        break;
      case LIQUIDATION_ENDED:
        this.step(data[at + 1], data[at + 2]);
        // Below maintenance: what is left of it waits for its price.
        if (data[at + 3] >= data[at + 4]) this.now.recovered += 1;
        break;
      case ORDER_FILLED:
        if (data[at + 2] === 0) this.fill(engine, data, at + 1);
        break;
      case LIQUIDATED:
        this.receipt(engine, data, at + 1);
        break;
      case INSURANCE_CHANGED:
        if (data[at + 2] === FUND_DEFICIT) this.deficit -= data[at + 3];
        break;
      default:
    }
  }

  /** How much worse than the mark a fill of a liquidation was. */
  private fill(engine: Engine, data: Float64Array, at: number): void {
    const { mark } = engine.markets()[data[at + 4]];
    const worse = data[at + 5] * (data[at + 6] - mark);
    const ppm = mark === 0 || worse <= 0 ? 0 : mulDivFloor(worse, PPM_ONE, mark);
    if (ppm > this.worstPpm) this.worstPpm = ppm;
  }

  private receipt(engine: Engine, data: Float64Array, at: number): void {
    const market = data[at + 2];
    this.step(data[at + 1], isIsolated(engine, data[at + 1], market) ? market : ANY_MARKET);
    const { now } = this;
    const by = data[at + 3];
    const value = data[at + 11];
    if (by === BY_CURE || by === BY_CLOSE) {
      now.book += value;
      if (this.worstPpm > now.impactPpm) now.impactPpm = this.worstPpm;
    }
    if (by === BY_FUND) now.fund += value;
    if (by === BY_COUNTERPARTY) now.counterparties += value;
    if (by === BY_MARK) now.atMark += value;
    if (by === BY_COUNTERPARTY || by === BY_MARK) now.deleveraged += 1;
    now.fees += data[at + 12];
    now.deficit += this.deficit;
    this.deficit = 0;
    this.worstPpm = 0;
  }

  /** A step of a scope: the second one of the same begins a new round. */
  private step(account: number, market: number): void {
    const scope = `${account} ${market}`;
    if (this.seen.has(scope)) this.endRound();
    this.seen.add(scope);
    this.isEmpty = false;
  }

  private add(now: Counts): void {
    const { all } = this;
    all.started += now.started;
    all.recovered += now.recovered;
    all.book += now.book;
    all.fund += now.fund;
    all.counterparties += now.counterparties;
    all.atMark += now.atMark;
    all.deleveraged += now.deleveraged;
    all.fees += now.fees;
    all.deficit += now.deficit;
    if (now.impactPpm > all.impactPpm) all.impactPpm = now.impactPpm;
  }

  private endRound(): void {
    this.seen.clear();
    if (this.isEmpty) return;
    this.done.push({ market: this.market, ...this.now });
    this.add(this.now);
    this.now = nothing();
    this.isEmpty = true;
  }
}

/** The mode outlives the position, so it can be asked after the fact. */
function isIsolated({ state }: Engine, account: number, market: number): boolean {
  const row = state.row(account, market);
  return row !== NONE && state.positions.links[row * LINKS + MODE] === MODE_ISOLATED;
}

const nothing = (): Counts => ({
  started: 0,
  recovered: 0,
  book: 0,
  fund: 0,
  counterparties: 0,
  atMark: 0,
  deleveraged: 0,
  impactPpm: 0,
  fees: 0,
  deficit: 0,
});
