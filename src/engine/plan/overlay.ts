// The accounts that a plan touches, as they would be after the part of it that is planned already:
// fill n + 1 sees fill n without anything having changed. One market at a time; rows are found by a
// stamp per account, so touching one costs no search and forgetting all costs nothing.

import * as table from '../../units/table.ts';
import * as rowFields from '../state/positions.ts';
import type { Market } from '../state/market.ts';
import type { State } from '../state/state.ts';
import * as fields from './overlay-fields.ts';

export * from './overlay-fields.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;
const { BUYS, BUY_NOTIONAL, COLLATERAL, COST, HOLDS, NUMBERS, SELLS, SELL_NOTIONAL, SIZE } =
  rowFields;
const {
  OVERLAY,
  O_SIZE,
  O_COST,
  O_COLLATERAL,
  O_QUOTE_FREE,
  O_QUOTE_HELD,
  O_BASE_FREE,
  O_BASE_HELD,
  O_REALISED,
  O_BUYS,
  O_SELLS,
  O_BUY_NOTIONAL,
  O_SELL_NOTIONAL,
  O_HOLDS,
  O_BEFORE,
} = fields;

export class Overlay {
  /** Accounts touched. */
  count = 0;
  numbers = new Float64Array(64 * OVERLAY);
  account = new Int32Array(64);
  /** Their position rows in the market, or NONE. */
  row = new Int32Array(64);
  private places = new Int32Array(64);
  private market!: Market;
  /** Free and held by asset, of the one account that `continueIn` follows. */
  private carried = new Map<number, readonly [number, number]>();
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  /** Forgets everything and begins a plan in this market. */
  begin(market: Market): void {
    this.market = market;
    this.count = 0;
    if (this.carried.size > 0) this.carried.clear();
    if (this.state.accounts.rows > this.places.length) this.widen();
  }

  /**
   * Begins in another market of the same plan: what the plan has done to the money of `account` so
   * far is what is loaded from now on. For plans that go through several markets of one account.
   */
  continueIn(market: Market, account: number): void {
    const touched = this.find(account);
    if (touched !== NONE) {
      const t = touched * OVERLAY;
      this.carried.set(this.market.quote, [
        this.numbers[t + O_QUOTE_FREE],
        this.numbers[t + O_QUOTE_HELD],
      ]);
      if (this.market.isSpot) {
        this.carried.set(this.market.base, [
          this.numbers[t + O_BASE_FREE],
          this.numbers[t + O_BASE_HELD],
        ]);
      }
    }
    const carried = new Map(this.carried);
    this.begin(market);
    this.carried = carried;
  }

  /** The account's place here, loaded from the state the first time. */
  touch(account: number): number {
    const place = this.places[account];
    if (place < this.count && this.account[place] === account) return place;
    const touched = this.count;
    if (touched === this.account.length) this.lengthen();
    this.count += 1;
    this.places[account] = touched;
    this.load(touched, account);
    return touched;
  }

  /** Whether the plan is in this market. */
  isIn(market: Market): boolean {
    return this.market === market;
  }

  /** The account's place here, or NONE when this plan has not touched it. */
  find(account: number): number {
    const place = this.places[account];
    return place < this.count && this.account[place] === account ? place : NONE;
  }

  private load(touched: number, account: number): void {
    const { state, market, numbers } = this;
    const row = state.row(account, market.number);
    this.account[touched] = account;
    this.row[touched] = row;
    const at = touched * OVERLAY;
    if (row === NONE) {
      numbers.fill(0, at, at + OVERLAY);
    } else {
      const from = state.positions.numbers;
      const r = row * NUMBERS;
      numbers[at + O_SIZE] = from[r + SIZE];
      numbers[at + O_COST] = from[r + COST];
      numbers[at + O_COLLATERAL] = from[r + COLLATERAL];
      numbers[at + O_BUYS] = from[r + BUYS];
      numbers[at + O_SELLS] = from[r + SELLS];
      numbers[at + O_BUY_NOTIONAL] = from[r + BUY_NOTIONAL];
      numbers[at + O_SELL_NOTIONAL] = from[r + SELL_NOTIONAL];
      numbers[at + O_HOLDS] = from[r + HOLDS];
      numbers[at + O_REALISED] = 0;
    }
    const { balances } = state;
    const quote = balances.at(account, market.quote);
    numbers[at + O_QUOTE_FREE] = balances.money[quote];
    numbers[at + O_QUOTE_HELD] = balances.money[quote + 1];
    if (market.isSpot) {
      const base = balances.at(account, market.base);
      numbers[at + O_BASE_FREE] = balances.money[base];
      numbers[at + O_BASE_HELD] = balances.money[base + 1];
    }
    if (this.carried.size > 0) this.loadCarried(at);
    if (market.isSpot) {
      numbers[at + O_BEFORE + O_BASE_FREE] = numbers[at + O_BASE_FREE];
      numbers[at + O_BEFORE + O_BASE_HELD] = numbers[at + O_BASE_HELD];
    }
    numbers[at + O_BEFORE + O_SIZE] = numbers[at + O_SIZE];
    numbers[at + O_BEFORE + O_COST] = numbers[at + O_COST];
    numbers[at + O_BEFORE + O_COLLATERAL] = numbers[at + O_COLLATERAL];
    numbers[at + O_BEFORE + O_QUOTE_FREE] = numbers[at + O_QUOTE_FREE];
    numbers[at + O_BEFORE + O_QUOTE_HELD] = numbers[at + O_QUOTE_HELD];
  }

  private loadCarried(at: number): void {
    const quote = this.carried.get(this.market.quote);
    const base = this.market.isSpot ? this.carried.get(this.market.base) : undefined;
    if (quote !== undefined) this.numbers.set(quote, at + O_QUOTE_FREE);
    if (base !== undefined) this.numbers.set(base, at + O_BASE_FREE);
  }

  private widen(): void {
    let { length } = this.places;
    while (length < this.state.accounts.rows) length *= 2;
    this.places = new Int32Array(length);
  }

  private lengthen(): void {
    const length = this.account.length * 2;
    const numbers = new Float64Array(length * OVERLAY);
    const account = new Int32Array(length);
    const row = new Int32Array(length);
    numbers.set(this.numbers);
    account.set(this.account);
    row.set(this.row);
    this.numbers = numbers;
    this.account = account;
    this.row = row;
  }
}
