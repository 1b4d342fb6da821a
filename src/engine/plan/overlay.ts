// The accounts that a plan touches, as they would be after the part of it that is planned already:
// fill n + 1 sees fill n without anything having changed. One market at a time; rows are found by a
// small hash table, so forgetting all of them costs nothing.

import * as table from '../../units/table.ts';
import * as words from '../command.ts';
import * as events from '../event.ts';
import type { EventLog } from '../event.ts';
import * as rowFields from '../state/positions.ts';
import type { Market } from '../state/market.ts';
import type { State } from '../state/state.ts';
import { fundingOf, interestOn, writeInterest } from './accruals.ts';
import * as fields from './overlay-fields.ts';

export * from './overlay-fields.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;
const { MODE_ISOLATED } = words;
const { FUNDING_PAID } = events;
const {
  BUYS,
  BUY_NOTIONAL,
  COLLATERAL,
  COST,
  HOLDS,
  LINKS,
  MODE,
  NUMBERS,
  SELLS,
  SELL_NOTIONAL,
  SIZE,
} = rowFields;
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

/** For `add`: the account's row in the market is still to be found. */
const UNKNOWN = -2;
const TOUCHED_FIRST = 64;
/** Cells per touched account: short probes, and few enough to stay in the nearest cache. */
const CELLS_PER_TOUCHED = 4;
const CELL_FACTOR = 0x9e3779b1; // 2^32 ÷ golden ratio: neighbouring accounts land far apart

export class Overlay {
  /** Accounts touched. */
  count = 0;
  numbers = new Float64Array(TOUCHED_FIRST * OVERLAY);
  account = new Int32Array(TOUCHED_FIRST);
  /** Their position rows in the market, or NONE. */
  row = new Int32Array(TOUCHED_FIRST);
  /**
   * A hash table from account to place that never needs clearing: a cell counts only while the
   * place it names is in use and names the cell in return. (A place per account would be one more
   * line of memory that is not in the cache.)
   */
  private cells = new Int32Array(TOUCHED_FIRST * CELLS_PER_TOUCHED);
  private cellOf = new Int32Array(TOUCHED_FIRST);
  private market!: Market;
  /** Free and held by asset, of the one account that `continueIn` follows. */
  private carried = new Map<number, readonly [number, number]>();
  private readonly state: State;
  private readonly log: EventLog;

  /** @param log Where it is written down what a touch settles. */
  constructor(state: State, log: EventLog) {
    this.state = state;
    this.log = log;
  }

  /** Forgets everything and begins a plan in this market. */
  begin(market: Market): void {
    this.market = market;
    this.count = 0;
    if (this.carried.size > 0) this.carried.clear();
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

  /**
   * The account's place here, loaded from the state the first time. What has accrued is settled
   * then: funding of its position, interest on its debt. So every figure behind it is of now.
   */
  touch(account: number): number {
    const cell = this.cellFor(account);
    return this.isTaken(cell) ? this.cells[cell] : this.add(cell, account, UNKNOWN);
  }

  /** The same for an account whose position row in this market is known. */
  touchRow(account: number, row: number): number {
    const cell = this.cellFor(account);
    return this.isTaken(cell) ? this.cells[cell] : this.add(cell, account, row);
  }

  /** Whether the plan is in this market. */
  isIn(market: Market): boolean {
    return this.market === market;
  }

  /** The account's place here, or NONE when this plan has not touched it. */
  find(account: number): number {
    const cell = this.cellFor(account);
    return this.isTaken(cell) ? this.cells[cell] : NONE;
  }

  /** The cell of an account, or the one where it belongs. */
  private cellFor(account: number): number {
    const { cells, account: accounts } = this;
    const mask = cells.length - 1;
    let cell = (Math.imul(account, CELL_FACTOR) >>> 16) & mask;
    while (this.isTaken(cell) && accounts[cells[cell]] !== account) cell = (cell + 1) & mask;
    return cell;
  }

  private isTaken(cell: number): boolean {
    const place = this.cells[cell];
    return place < this.count && this.cellOf[place] === cell;
  }

  private add(freeCell: number, account: number, knownRow: number): number {
    const touched = this.count;
    let cell = freeCell;
    if (touched === this.account.length) {
      this.lengthen();
      cell = this.cellFor(account);
    }
    this.count = touched + 1;
    this.cells[cell] = touched;
    this.cellOf[touched] = cell;
    this.account[touched] = account;
    const row = knownRow === UNKNOWN ? this.state.row(account, this.market.number) : knownRow;
    this.row[touched] = row;
    this.load(touched * OVERLAY, account, row);
    return touched;
  }

  private load(at: number, account: number, row: number): void {
    const { state, market, numbers } = this;
    numbers[at + O_REALISED] = 0;
    if (row === NONE) {
      numbers[at + O_SIZE] = 0;
      numbers[at + O_COST] = 0;
      numbers[at + O_COLLATERAL] = 0;
      numbers[at + O_BUYS] = 0;
      numbers[at + O_SELLS] = 0;
      numbers[at + O_BUY_NOTIONAL] = 0;
      numbers[at + O_SELL_NOTIONAL] = 0;
      numbers[at + O_HOLDS] = 0;
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
    }
    const { money } = state.balances;
    const quote = state.balances.at(account, market.quote);
    numbers[at + O_QUOTE_FREE] = money[quote];
    numbers[at + O_QUOTE_HELD] = money[quote + 1];
    if (market.isSpot) {
      const base = state.balances.at(account, market.base);
      numbers[at + O_BASE_FREE] = money[base];
      numbers[at + O_BASE_HELD] = money[base + 1];
    } else {
      numbers[at + O_BASE_FREE] = 0;
      numbers[at + O_BASE_HELD] = 0;
    }
    if (this.carried.size > 0) this.loadCarried(at);
    // What `continueIn` carries has been settled in the market before.
    if (numbers[at + O_QUOTE_FREE] < 0 && !this.carried.has(market.quote))
      this.settleInterest(account, at);
    if (numbers[at + O_SIZE] !== 0) this.settleFunding(account, row, at);
    numbers[at + O_BEFORE + O_SIZE] = numbers[at + O_SIZE];
    numbers[at + O_BEFORE + O_COST] = numbers[at + O_COST];
    numbers[at + O_BEFORE + O_COLLATERAL] = numbers[at + O_COLLATERAL];
    numbers[at + O_BEFORE + O_QUOTE_FREE] = numbers[at + O_QUOTE_FREE];
    numbers[at + O_BEFORE + O_QUOTE_HELD] = numbers[at + O_QUOTE_HELD];
    numbers[at + O_BEFORE + O_BASE_FREE] = numbers[at + O_BASE_FREE];
    numbers[at + O_BEFORE + O_BASE_HELD] = numbers[at + O_BASE_HELD];
  }

  private settleInterest(account: number, at: number): void {
    const { state, market, numbers, log } = this;
    const amount = interestOn(state, account, market.quote, numbers[at + O_QUOTE_FREE]);
    if (amount === 0) return;
    numbers[at + O_QUOTE_FREE] -= amount;
    writeInterest(log, account, market.quote, amount, numbers[at + O_QUOTE_FREE]);
  }

  private settleFunding(account: number, row: number, at: number): void {
    const { state, market, numbers, log } = this;
    const amount = fundingOf(state, market, row);
    if (amount === 0) return;
    const isolated = state.positions.links[row * LINKS + MODE] === MODE_ISOLATED;
    numbers[at + (isolated ? O_COLLATERAL : O_QUOTE_FREE)] -= amount;
    const event = log.begin(FUNDING_PAID);
    const data = log.data;
    data[event] = account;
    data[event + 1] = market.number;
    data[event + 2] = numbers[at + O_SIZE];
    data[event + 3] = amount;
    data[event + 4] = numbers[at + O_QUOTE_FREE];
    data[event + 5] = numbers[at + O_COLLATERAL];
  }

  private loadCarried(at: number): void {
    const quote = this.carried.get(this.market.quote);
    const base = this.market.isSpot ? this.carried.get(this.market.base) : undefined;
    if (quote !== undefined) this.numbers.set(quote, at + O_QUOTE_FREE);
    if (base !== undefined) this.numbers.set(base, at + O_BASE_FREE);
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
    this.cells = new Int32Array(length * CELLS_PER_TOUCHED);
    this.cellOf = new Int32Array(length);
    // Counting up anew, because a cell is taken only by a place below the count.
    const { count } = this;
    for (this.count = 0; this.count < count; this.count += 1) {
      const cell = this.cellFor(account[this.count]);
      this.cells[cell] = this.count;
      this.cellOf[this.count] = cell;
    }
  }
}
