// What backs an account and what its positions and orders require: one pass over its money and
// rows, as they are or as a plan would leave them. Reads only. Every formula is src/margin's; this
// file knows where the numbers lie.

import { collateralValue, countedProfit } from '../../margin/collateral.ts';
import { lossAgainstMark, openingFee, worstExposure } from '../../margin/exposure.ts';
import { initialMargin, maintenanceMargin, openInterestLift } from '../../margin/requirement.ts';
import { isAccepted } from '../../margin/scope.ts';
import * as table from '../../units/table.ts';
import * as words from '../command.ts';
import * as events from '../event.ts';
import type { Market } from '../state/market.ts';
import * as orderFields from '../state/orders.ts';
import * as rowFields from '../state/positions.ts';
import type { State } from '../state/state.ts';
import * as overlayFields from './overlay.ts';
import { fundingOf, interestOn } from './accruals.ts';
import type { Overlay } from './overlay.ts';
import * as questions from './questions.ts';
import type { Question } from './questions.ts';

export * from './questions.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;
const { MODE_ISOLATED } = words;
const { FLAG_REDUCE_ONLY } = events;
const { ORDER_BEHIND, ORDER_FLAGS, ORDER_FACTS, ORDER_SIDE, ORDER_WAITS } = orderFields;
const {
  ACCOUNT,
  BUYS,
  COLLATERAL,
  COST,
  HIGHEST_BUY,
  HOLDS,
  LEVERAGE,
  LINKS,
  LOWEST_SELL,
  MARKET,
  MODE,
  NEXT_ROW,
  NUMBERS,
  ORDER_HEAD,
  SELLS,
  SIZE,
} = rowFields;
const { O_BASE_FREE, O_BUYS, O_COLLATERAL, O_COST, O_HOLDS, O_QUOTE_FREE, O_SIZE, OVERLAY } =
  overlayFields;
const { ASK_ALL, ASK_AT_MOST, ASK_EQUITY, ASK_MAINTENANCE } = questions;

/** The answer of the last assessment, all in quote (settlement) units. */
export class Assessment {
  /** Balance value plus unrealised profit and loss in full: what maintenance is compared with. */
  equity = 0;
  /** The same with unrealised profit counted as far as new risk may use it. */
  initialEquity = 0;
  maintenance = 0;
  /** Initial requirement of positions and orders together. */
  initial = 0;
  /** Maintenance as if all orders that add risk were filled. */
  worst = 0;
  /** Σ |cost| + Σ notional + Σ |balance value|: bounded by ACCOUNT_VALUE_MAX when risk is taken. */
  gross = 0;

  clear(): void {
    this.equity = 0;
    this.initialEquity = 0;
    this.maintenance = 0;
    this.initial = 0;
    this.worst = 0;
    this.gross = 0;
  }

  copyTo(other: Assessment): void {
    other.equity = this.equity;
    other.initialEquity = this.initialEquity;
    other.maintenance = this.maintenance;
    other.initial = this.initial;
    other.worst = this.worst;
    other.gross = this.gross;
  }
}

export class Assessor {
  readonly result = new Assessment();
  /**
   * Loss against the mark of the incoming order's rest, which is not in the account's list yet,
   * less that of what the plan fills of the account's own orders, which still are.
   */
  incomingLoss = 0;
  /**
   * The touched account whose position the plan makes isolated at `forcedLeverage`; NONE =
   * nobody's.
   */
  forced: number = NONE;
  forcedLeverage = 1;
  /** The touched account whose leverage alone is another one: NONE = nobody's. */
  private override: number = NONE;
  /** Open interest of the plan's market as the plan would leave it; NONE = as it is. */
  interestAfter: number = NONE;
  private question: Question = ASK_ALL;
  /** Orders that the plan takes away: they stand in the account's list but no longer count. */
  readonly gone = new Set<number>();
  private readonly state: State;
  private readonly overlay: Overlay;

  constructor(state: State, overlay: Overlay) {
    this.state = state;
    this.overlay = overlay;
  }

  /** Begins a plan: nothing incoming, nothing gone. */
  begin(): void {
    this.incomingLoss = 0;
    this.forced = NONE;
    this.interestAfter = NONE;
    if (this.gone.size > 0) this.gone.clear();
  }

  /**
   * The cross scope of an account: all assets, and all rows that are not isolated. With `touched`,
   * the plan's market is taken from the overlay; NONE reads the state alone. `orders` false leaves
   * out everything that maintenance does not need: `initial` and `worst` are then 0.
   */
  cross(
    account: number,
    touched: number,
    market: Market | undefined,
    question: Question,
  ): Assessment {
    const { state, result } = this;
    this.question = question;
    const orders = question !== ASK_MAINTENANCE && question !== ASK_EQUITY;
    this.beginWithBalances(account, touched, market);
    const { links, numbers } = state.positions;
    const own = touched === NONE ? NONE : this.overlay.row[touched];
    for (
      let row = state.accounts.positionsOf(account);
      row !== NONE;
      row = links[row * LINKS + NEXT_ROW]
    ) {
      if (row === own || links[row * LINKS + MODE] === MODE_ISOLATED) continue;
      const r = row * NUMBERS;
      if (numbers[r + SIZE] === 0 && numbers[r + BUYS] === 0 && numbers[r + SELLS] === 0) continue;
      const rowMarket = state.markets[links[row * LINKS + MARKET]];
      if (rowMarket.isSpot) continue;
      this.addPosition(rowMarket, numbers[r + SIZE], numbers[r + COST]);
      this.addUnsettled(rowMarket, row);
      if (orders)
        this.addOrders(rowMarket, row, this.leverage(rowMarket, row), numbers, r + SIZE, r + BUYS);
    }
    if (
      touched !== NONE &&
      market !== undefined &&
      !market.isSpot &&
      !this.isTouchedIsolated(touched)
    ) {
      this.addTouched(market, touched);
    }
    return result;
  }

  /** The cross scope from the state, as it would be without `amount` of an asset. */
  crossAfterLeaving(account: number, asset: number, amount: number): Assessment {
    const place = this.state.balances.at(account, asset);
    const before = this.state.balances.money[place];
    const value = (balance: number): number =>
      asset === this.state.settlement ? balance : this.valueOf(asset, balance);
    const result = this.cross(account, NONE, undefined, ASK_ALL);
    const change = value(before - amount) - value(before);
    result.equity += change;
    result.initialEquity += change;
    return result;
  }

  /** The scope of a row from the state, with another leverage chosen there. */
  atLeverage(market: Market, row: number, leverage: number): Assessment {
    this.overlay.begin(market);
    const account = this.state.positions.links[row * LINKS + ACCOUNT];
    const touched = this.overlay.touch(account);
    const isolated = this.isIsolated(row);
    this.override = touched;
    this.forcedLeverage = leverage;
    const result = isolated
      ? this.isolated(market, touched)
      : this.cross(account, touched, market, ASK_ALL);
    this.override = NONE;
    return result;
  }

  /** An isolated position's own scope, from the overlay: its pool and what its orders hold. */
  isolated(market: Market, touched: number): Assessment {
    this.result.clear();
    const numbers = this.overlay.numbers;
    const t = touched * OVERLAY;
    const pool = numbers[t + O_COLLATERAL];
    this.result.equity = pool;
    this.result.initialEquity = pool + numbers[t + O_HOLDS];
    this.result.gross = pool;
    this.question = ASK_ALL;
    this.addTouched(market, touched);
    return this.result;
  }

  /** An isolated position's own scope, from the state. */
  isolatedRow(market: Market, row: number): Assessment {
    this.result.clear();
    const numbers = this.state.positions.numbers;
    const r = row * NUMBERS;
    this.result.equity = numbers[r + COLLATERAL];
    this.result.initialEquity = numbers[r + COLLATERAL] + numbers[r + HOLDS];
    this.result.gross = numbers[r + COLLATERAL];
    this.question = ASK_ALL;
    this.addPosition(market, numbers[r + SIZE], numbers[r + COST]);
    this.addUnsettled(market, row);
    this.addOrders(market, row, this.leverage(market, row), numbers, r + SIZE, r + BUYS);
    return this.result;
  }

  /**
   * Whether an isolated position by itself, without its orders, is at or above its initial margin.
   */
  isAboveInitial(market: Market, touched: number): boolean {
    const numbers = this.overlay.numbers;
    const t = touched * OVERLAY;
    const value = numbers[t + O_SIZE] * market.mark * market.multiplier;
    const { terms, brackets } = market;
    const counted = countedProfit(
      value - numbers[t + O_COST],
      terms.profitWeightPpm,
      terms.profitCap,
    );
    const lift = terms.openInterestScaleTo === 0 ? 0 : this.lift(market);
    const leverage = this.touchedLeverage(market, touched);
    const required = initialMargin(brackets, value < 0 ? -value : value, leverage, lift);
    return isAccepted(numbers[t + O_COLLATERAL] + counted, required);
  }

  isIsolated(row: number): boolean {
    return row !== NONE && this.state.positions.links[row * LINKS + MODE] === MODE_ISOLATED;
  }

  /** Whether a touched account's position is isolated, or will be by this plan. */
  isTouchedIsolated(touched: number): boolean {
    return touched === this.forced || this.isIsolated(this.overlay.row[touched]);
  }

  touchedLeverage(market: Market, touched: number): number {
    const forced = touched === this.forced || touched === this.override;
    return forced ? this.forcedLeverage : this.leverage(market, this.overlay.row[touched]);
  }

  /** The leverage that the requirement uses: the chosen one, or the most the market allows. */
  leverage(market: Market, row: number): number {
    const chosen = row === NONE ? 0 : this.state.positions.links[row * LINKS + LEVERAGE];
    return chosen === 0 ? market.brackets.leverageMax : chosen;
  }

  /** Begins the sums of a scope with what its balances are worth. */
  private beginWithBalances(account: number, touched: number, market: Market | undefined): void {
    const { state, result } = this;
    const { balances, assets, settlement } = state;
    const planned = touched === NONE ? undefined : market;
    const quote = planned === undefined ? NONE : planned.quote;
    const base = planned === undefined ? NONE : planned.base;
    const { numbers } = this.overlay;
    const t = touched * OVERLAY;
    const first = balances.at(account, 0);
    let equity = 0;
    let gross = 0;
    for (let asset = 0; asset < assets.length; asset++) {
      let free = 0;
      if (asset === quote) free = numbers[t + O_QUOTE_FREE];
      else if (asset === base) free = numbers[t + O_BASE_FREE];
      else free = balances.money[first + asset * 2];
      if (free === 0) continue;
      // What a plan has touched is settled up to now.
      if (free < 0 && asset !== quote) free -= interestOn(state, account, asset, free);
      const value = asset === settlement ? free : this.valueOf(asset, free);
      equity += value;
      gross += value < 0 ? -value : value;
    }
    result.equity = equity;
    result.initialEquity = equity;
    result.maintenance = 0;
    result.initial = 0;
    result.worst = 0;
    result.gross = gross;
  }

  private valueOf(asset: number, free: number): number {
    const { price, weightPpm, liabilityWeightPpm, decimals } = this.state.assets[asset];
    return collateralValue(free, price, weightPpm, liabilityWeightPpm, decimals);
  }

  private addTouched(market: Market, touched: number): void {
    const numbers = this.overlay.numbers;
    const t = touched * OVERLAY;
    this.addPosition(market, numbers[t + O_SIZE], numbers[t + O_COST]);
    if (this.question === ASK_MAINTENANCE) return;
    const leverage = this.touchedLeverage(market, touched);
    this.addOrders(market, this.overlay.row[touched], leverage, numbers, t + O_SIZE, t + O_BUYS);
    this.result.initial += this.incomingLoss;
  }

  /** Funding of a position in the state that is not settled yet. */
  private addUnsettled(market: Market, row: number): void {
    const owed = fundingOf(this.state, market, row);
    if (owed === 0) return;
    this.result.equity -= owed;
    this.result.initialEquity -= owed;
  }

  /** Unrealised profit and loss, and maintenance. */
  private addPosition(market: Market, size: number, cost: number): void {
    const { result } = this;
    const value = size * market.mark * market.multiplier;
    const notional = value < 0 ? -value : value;
    result.gross += notional + (cost < 0 ? -cost : cost);
    if (notional > Number.MAX_SAFE_INTEGER) return;
    const unrealised = value - cost;
    result.equity += unrealised;
    const { question } = this;
    if (question === ASK_MAINTENANCE || question === ASK_ALL)
      result.maintenance += maintenanceMargin(market.brackets, notional);
    if (question === ASK_MAINTENANCE || question === ASK_EQUITY) return;
    result.initialEquity +=
      unrealised > 0
        ? countedProfit(unrealised, market.terms.profitWeightPpm, market.terms.profitCap)
        : unrealised;
  }

  /**
   * Initial requirement with resting orders; `size` and `buys` say where the numbers lie in
   * `numbers`.
   */
  private addOrders(
    market: Market,
    row: number,
    leverage: number,
    numbers: Float64Array,
    size: number,
    buys: number,
  ): void {
    const { result, question } = this;
    const { terms, brackets } = market;
    const held = numbers[size];
    const buySize = numbers[buys];
    const sellSize = numbers[buys + 1];
    const notional = worstExposure(held, buySize, sellSize) * market.mark * market.multiplier;
    if (notional > Number.MAX_SAFE_INTEGER) {
      result.gross += notional;
      return;
    }
    const lift = terms.openInterestScaleTo === 0 ? 0 : this.lift(market);
    let initial = initialMargin(brackets, notional, leverage, lift);
    if (question === ASK_ALL) result.worst += maintenanceMargin(brackets, notional);
    if (buySize !== 0 || sellSize !== 0) {
      const { takerFeePpm } = terms;
      result.gross += numbers[buys + 2] + numbers[buys + 3];
      if (buySize !== 0) initial += openingFee(held, 1, buySize, numbers[buys + 2], takerFeePpm);
      if (sellSize !== 0) initial += openingFee(held, -1, sellSize, numbers[buys + 3], takerFeePpm);
      if (row !== NONE && this.mayLose(market, row))
        initial +=
          question === ASK_AT_MOST ? this.lossAtMost(market, row) : this.restingLoss(market, row);
    }
    result.initial += initial;
  }

  /**
   * How far the market's initial rates have risen, by the open interest that the plan would leave.
   */
  private lift(market: Market): number {
    const { openInterestScaleFrom, openInterestScaleTo } = market.terms;
    const isPlanned = this.interestAfter !== NONE && this.overlay.isIn(market);
    return openInterestLift(
      isPlanned ? this.interestAfter : market.openInterest,
      openInterestScaleFrom,
      openInterestScaleTo,
    );
  }

  /** Whether filling a resting order of the row now could lose against the mark. */
  private mayLose(market: Market, row: number): boolean {
    const { numbers } = this.state.positions;
    const lowest = numbers[row * NUMBERS + LOWEST_SELL];
    const { mark } = market;
    return numbers[row * NUMBERS + HIGHEST_BUY] > mark || (lowest !== 0 && lowest < mark);
  }

  /** As if all orders of a side stood at its worst price: never less than `restingLoss`. */
  private lossAtMost(market: Market, row: number): number {
    const { numbers } = this.state.positions;
    const r = row * NUMBERS;
    const { mark, multiplier } = market;
    const lowest = numbers[r + LOWEST_SELL];
    const ofBuys = lossAgainstMark(
      1,
      numbers[r + HIGHEST_BUY],
      mark,
      numbers[r + BUYS],
      multiplier,
    );
    if (lowest === 0) return ofBuys;
    return ofBuys + lossAgainstMark(-1, lowest, mark, numbers[r + SELLS], multiplier);
  }

  /** Σ over own resting orders of what filling them now would lose against the mark. */
  private restingLoss(market: Market, row: number): number {
    const { links } = this.state.positions;
    const orders = this.state.orders;
    let loss = 0;
    for (
      let slot = links[row * LINKS + ORDER_HEAD];
      slot !== NONE;
      slot = orders.facts[slot * ORDER_FACTS + ORDER_BEHIND]
    ) {
      const at = slot * ORDER_FACTS;
      if (orders.facts[at + ORDER_WAITS] !== NONE || this.gone.has(slot)) continue;
      if ((orders.facts[at + ORDER_FLAGS] & FLAG_REDUCE_ONLY) !== 0) continue;
      const side = orders.facts[at + ORDER_SIDE];
      loss += lossAgainstMark(
        side,
        orders.priceOf(slot),
        market.mark,
        orders.openOf(slot),
        market.multiplier,
      );
    }
    return loss;
  }
}
