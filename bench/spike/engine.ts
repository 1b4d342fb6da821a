// Spike: the planning half. Everything here reads the state and writes events into the log;
// `execute` and `drain` call `commit` between the steps. A preview is `plan` alone.

import { compareProducts, mulDivCeil, mulDivFloor, mulDivTrunc } from '../../src/units/rounding.ts';
import { NONE } from '../../src/units/table.ts';
import { commit } from './commit.ts';
import { BY, C, E, EventLog, R, WHY } from './events.ts';
import { BUYS, DIRTY, OVERLAY, Overlay, SELLS, SIZE } from './overlay.ts';
import {
  DEPOSITS,
  FEES,
  FIRST_TRADER,
  FUND,
  INDEX_FRAC,
  INDEX_WHOLE,
  INITIAL_PPM,
  INTERVAL,
  MARK,
  ORDER_SEQ,
  PRICE_MAX,
  STATUS,
  digest4,
  maintenance,
} from './state.ts';
import type { State } from './state.ts';

const FILLS_PER_STEP_MAX = 4_096;
const SIZE_MAX = 1_000_000;
const FUND_POSITION_MAX = 15_000;
const [TAKER_PPM, REBATE_PPM, LIQUIDATION_PPM, BAND_PPM] = [500, 100, 5_000, 50_000];

export class Engine {
  readonly state: State;
  readonly log = new EventLog();
  /** Where the first step's events end. */
  firstEnd = 0;
  steps = 0;
  readonly digest = new Uint32Array([9, 8, 7, 6]);
  digesting = true;
  readonly stepsMax: number;
  private readonly over: Overlay;
  /**
   * Counterparties of one side, best rank first, and how many of them are used up; made anew by
   * each command.
   */
  private ranked: Int32Array | undefined;
  private rankedSide = 0;
  private rankedAt = 0;

  constructor(state: State, stepsMax = 20_000) {
    this.state = state;
    this.over = new Overlay(state, this.log);
    this.stepsMax = stepsMax;
  }

  /**
   * Runs one command to the end of its step queue. Refused: nothing changed but the event digest.
   */
  execute(command: Float64Array, at = 0): number {
    const reason = this.plan(command, at);
    this.steps = 1;
    if (reason === R.ok) {
      commit(this.state, this.log.at, 0, this.log.n);
      // Once the bound was met, only the market's own clockwork goes on with what is left.
      const kind = command[at];
      const clockwork = kind === C.tick || kind === C.mark || kind === C.funding;
      if (clockwork || (this.state.woken && this.state.scalars[STATUS] === 0)) this.drain();
    }
    if (this.digesting) {
      if ((this.log.n & 1) !== 0) this.log.at[this.log.n++] = 0;
      digest4(this.digest, this.log.words, 0, this.log.n * 2);
    }
    return reason;
  }

  /** The first step alone: this is the preview. A refusal leaves one event, `refused`. */
  plan(command: Float64Array, at = 0): number {
    this.log.n = 0;
    this.over.begin();
    const reason = this.planFirst(command, at);
    if (reason === R.ok) this.over.flush();
    else {
      this.log.n = 0;
      this.log.emit2(E.refused, command[at]!, reason);
    }
    this.firstEnd = this.log.n;
    return reason;
  }

  private planFirst(command: Float64Array, at: number): number {
    const s = this.state;
    const kind = command[at]!;
    const account = command[at + 1]!;
    const a = command[at + 2]!;
    const b = command[at + 3]!;
    const c = command[at + 4]!;
    if (kind === C.create) {
      if (account !== s.accounts.rows) return R.accountUnknown;
      this.log.emit2(E.created, account, a);
      return R.ok;
    }
    if (account < 0 || account >= s.accounts.rows) return R.accountUnknown;
    switch (kind) {
      case C.deposit: {
        if (!(a > 0 && s.scalars[DEPOSITS]! + a <= 4e15)) return R.badNumbers;
        this.over.pay(this.over.load(account), a);
        this.log.emit2(E.deposits, account, s.scalars[DEPOSITS]! + a);
        return R.ok;
      }
      case C.place:
        return this.planPlace(account, a, b, c);
      case C.cancel: {
        if (
          a < 0 ||
          a >= s.orders.rows ||
          s.orders.at[a] === 0 ||
          s.orders.id[a] !== b ||
          s.orders.account[a] !== account
        )
          return R.orderUnknown;
        this.log.emit2(E.cancelled, a, WHY.user);
        return R.ok;
      }
      case C.mark:
        if (!(a >= 1 && a <= PRICE_MAX)) return R.badNumbers;
        this.log.emit1(E.mark, a);
        return R.ok;
      case C.funding: {
        if (a <= s.scalars[INTERVAL]!) return R.ok; // a repeated interval is a no-op
        const product = s.scalars[MARK]! * b;
        const whole = mulDivFloor(s.scalars[MARK]!, b, 1e12);
        const frac = s.scalars[INDEX_FRAC]! + (product - whole * 1e12);
        const carry = frac >= 1e12 ? 1 : 0;
        this.log.emit3(E.funding, s.scalars[INDEX_WHOLE]! + whole + carry, frac - carry * 1e12, a);
        return R.ok;
      }
      case C.tick:
        return R.ok;
      default:
        return R.badNumbers;
    }
  }

  /** side · price (0: market order, bounded by the band) · size. */
  private planPlace(account: number, side: number, price: number, size: number): number {
    const s = this.state;
    const mark = s.scalars[MARK]!;
    if (account < FIRST_TRADER) return R.accountUnknown;
    if (
      !(
        (side === 1 || side === -1) &&
        price >= 0 &&
        price <= PRICE_MAX &&
        size > 0 &&
        size <= SIZE_MAX
      )
    )
      return R.badNumbers;
    if (s.scalars[STATUS] !== 0) return R.marketClosed;
    if (s.accounts.stage[account] !== 0) return R.liquidating;
    const row = this.over.load(account);
    const o = row * OVERLAY;
    const before = this.over.values[o + SIZE]!;
    const resting = this.over.values[o + (side > 0 ? BUYS : SELLS)]!;
    const band =
      side > 0 ? mulDivFloor(mark, 1e6 + BAND_PPM, 1e6) : mulDivCeil(mark, 1e6 - BAND_PPM, 1e6);
    const limit = price === 0 ? band : price;
    const filled = this.match(row, account, side, limit, size, false);
    const rest = price === 0 ? 0 : size - filled;
    if (rest > 0) {
      this.over.values[o + (side > 0 ? BUYS : SELLS)]! += rest;
      this.log.emit5(E.rested, account, side, price, rest, s.scalars[ORDER_SEQ]! + 1);
    }
    const equity = this.over.equity(row, mark);
    if (before * side < 0 && size + resting <= Math.abs(before))
      return equity < 0 ? R.wouldBankrupt : R.ok;
    const q = this.over.values[o + SIZE]!;
    const exposure = Math.max(
      Math.abs(q + this.over.values[o + BUYS]!),
      Math.abs(q - this.over.values[o + SELLS]!),
    );
    const loss = Math.max(0, side * (price - mark)) * rest;
    return equity < mulDivCeil(exposure * mark, INITIAL_PPM, 1e6) + loss ? R.margin : R.ok;
  }

  // ---- the book, read only
  // ------------------------------------------------------------------------------

  private match(
    taker: number,
    account: number,
    side: number,
    limit: number,
    size: number,
    liquidation: boolean,
  ): number {
    const s = this.state;
    const { orders, accounts } = s;
    const ladder = side > 0 ? s.asks : s.bids;
    const group = accounts.group[account]!;
    let left = size;
    let fills = 0;
    let price = side > 0 ? ladder.up(1) : ladder.down(PRICE_MAX);
    while (
      price !== NONE &&
      left > 0 &&
      (limit - price) * side >= 0 &&
      fills < FILLS_PER_STEP_MAX
    ) {
      for (
        let order = ladder.head[price]!;
        order !== NONE && left > 0 && fills < FILLS_PER_STEP_MAX;
        order = orders.next[order]!
      ) {
        const maker = orders.account[order]!;
        // Cancelled earlier in this very plan: the book cannot know.
        if (maker === account && liquidation) continue;
        fills += 1;
        const open = orders.size[order]!;
        const row = this.over.load(maker);
        if (!liquidation && accounts.group[maker] === group) {
          this.cancelInPlan(order, row, WHY.selfTrade);
          continue;
        }
        if (this.makerUnsafe(row, -side * open, price)) {
          this.cancelInPlan(order, row, WHY.makerMargin);
          continue;
        }
        const n = Math.min(left, open);
        const takerFee = liquidation ? 0 : mulDivCeil(n * price, TAKER_PPM, 1e6);
        const rebate = mulDivFloor(n * price, REBATE_PPM, 1e6);
        this.over.trade(taker, side * n, price);
        this.over.trade(row, -side * n, price);
        this.over.values[row * OVERLAY + (side > 0 ? SELLS : BUYS)]! -= n;
        this.over.pay(taker, -takerFee);
        this.over.pay(row, rebate);
        this.over.pay(this.over.load(FEES), takerFee - rebate);
        this.log.emit7(E.fill, order, open - n, account, price, n, 0 - rebate, takerFee);
        left -= n;
      }
      price = side > 0 ? ladder.up(price + 1) : ladder.down(price - 1);
    }
    return size - left;
  }

  private cancelInPlan(order: number, row: number, why: number): void {
    const { orders } = this.state;
    this.over.values[row * OVERLAY + (orders.side[order]! > 0 ? BUYS : SELLS)]! -=
      orders.size[order]!;
    this.log.emit2(E.cancelled, order, why);
  }

  private makerUnsafe(row: number, q: number, price: number): boolean {
    const mark = this.state.scalars[MARK]!;
    const size = this.over.values[row * OVERLAY + SIZE]!;
    const equity = this.over.equity(row, mark);
    const after = equity + q * (mark - price);
    const needAfter = maintenance(size + q, mark);
    if (after >= needAfter) return false;
    const need = maintenance(size, mark);
    return needAfter > need || compareProducts(after, need, equity, needAfter) < 0;
  }

  // ---- liquidation: three steps, each a plan
  // ------------------------------------------------------------

  private planStep(account: number): void {
    const s = this.state;
    const mark = s.scalars[MARK]!;
    this.over.begin();
    const row = this.over.load(account);
    const o = row * OVERLAY;
    const size = this.over.values[o + SIZE]!;
    const equity = this.over.equity(row, mark);
    const need = maintenance(size, mark);
    const stage = s.accounts.stage[account]!;
    if (equity >= need) {
      if (stage !== 0) this.log.emit2(E.stage, account, 0);
      this.over.flush();
      return;
    }
    const side = size > 0 ? -1 : 1;
    const open = Math.abs(size);
    // Closing at this price leaves exactly nothing, rounded so that it never needs the fund.
    const raw =
      size > 0
        ? mulDivCeil(size * mark - equity, 1, size)
        : mulDivFloor(open * mark + equity, 1, open);
    const bankruptcy = Math.min(PRICE_MAX, Math.max(1, raw));
    let done = 0;
    if (stage === BY.book) {
      for (
        let order = s.accounts.orderHead[account]!;
        order !== NONE;
        order = s.orders.nextOfAccount[order]!
      )
        this.cancelInPlan(order, row, WHY.liquidation);
      done = this.match(row, account, side, bankruptcy, open, true);
      const left = this.over.equity(row, mark);
      const fee = Math.min(mulDivCeil(done * mark, LIQUIDATION_PPM, 1e6), Math.max(0, left));
      this.over.pay(row, -fee);
      this.over.pay(this.over.load(FUND), fee);
    } else if (stage === BY.fund) {
      const fund = this.over.load(FUND);
      done = this.fundCarries(fund, -side, open, bankruptcy, mark);
      if (done > 0) this.over.swap(row, fund, side * done, bankruptcy);
    } else {
      const counterparty = this.nextRanked(side);
      const other = this.over.load(counterparty);
      done = Math.min(open, this.counterpartyBears(other, side, bankruptcy, mark));
      if (done > 0) this.over.swap(row, other, side * done, bankruptcy);
      if (done < open) this.rankedAt += 1; // this one is used up
    }
    if (done > 0 || stage === BY.book)
      this.log.emit7(E.liquidated, account, stage, bankruptcy, done, equity, need, open);
    const cured = this.over.equity(row, mark) >= maintenance(this.over.values[o + SIZE]!, mark);
    const next = cured ? 0 : stage === BY.counterparty ? BY.counterparty : stage + 1;
    if (next !== stage) this.log.emit2(E.stage, account, next);
    this.over.values[o + DIRTY] = 1; // at least the touch is settled
    this.over.flush();
  }

  /** Lots the fund can take: position cap, and initial margin after the loss against the mark. */
  private fundCarries(
    fund: number,
    direction: number,
    open: number,
    price: number,
    mark: number,
  ): number {
    const size = this.over.values[fund * OVERLAY + SIZE]!;
    const equity = this.over.equity(fund, mark);
    let [low, high] = [0, open];
    while (low < high) {
      const n = mulDivFloor(low + high + 1, 1, 2);
      const after = size + direction * n;
      const ok =
        Math.abs(after) <= FUND_POSITION_MAX &&
        equity + direction * n * (mark - price) >=
          mulDivCeil(Math.abs(after) * mark, INITIAL_PPM, 1e6);
      if (ok) low = n;
      else high = n - 1;
    }
    return low;
  }

  /** Lots a counterparty can lose at this price and stay at or above maintenance. */
  private counterpartyBears(row: number, side: number, price: number, mark: number): number {
    const size = this.over.values[row * OVERLAY + SIZE]!;
    const equity = this.over.equity(row, mark);
    const sign = size > 0 ? 1 : -1;
    // A fill may have turned it since the ranking.
    let [low, high] = [0, size * side > 0 ? Math.abs(size) : 0];
    while (low < high) {
      const n = mulDivFloor(low + high + 1, 1, 2);
      if (equity + sign * n * (price - mark) >= maintenance(Math.abs(size) - n, mark)) low = n;
      else high = n - 1;
    }
    return low;
  }

  /**
   * Opposite positions by profit · notional ÷ equity², as a whole number; ranked once per command.
   */
  private nextRanked(side: number): number {
    const s = this.state;
    const mark = s.scalars[MARK]!;
    if (this.ranked === undefined || this.rankedSide !== side) {
      const rows: number[] = [];
      const key = new Float64Array(s.positions.rows);
      for (let row = 0; row < s.positions.rows; row += 1) {
        const size = s.positions.size[row]!;
        const account = s.positions.account[row]!;
        if (size * side <= 0 || account < FIRST_TRADER || s.accounts.stage[account] !== 0) continue;
        const equity = s.equity(row, mark);
        if (equity <= 0) continue;
        const profit = Math.min(
          2 ** 26,
          mulDivTrunc(size * mark - s.positions.cost[row]!, 1_000, equity),
        );
        key[row] = profit * Math.min(2 ** 26, mulDivTrunc(Math.abs(size) * mark, 1_000, equity));
        rows.push(row);
      }
      rows.sort((x, y) => key[y]! - key[x]! || s.positions.account[x]! - s.positions.account[y]!);
      this.ranked = Int32Array.from(rows, (row) => s.positions.account[row]!);
      this.rankedSide = side;
      this.rankedAt = 0;
    }
    if (this.rankedAt >= this.ranked.length)
      throw new Error('spike: no counterparty left (margin.md §8.6 is not covered)');
    return this.ranked[this.rankedAt]!;
  }

  /**
   * Accounts due at this mark, straight from the trigger ladders: the queue itself is not state.
   */
  due(): number[] {
    const s = this.state;
    const mark = s.scalars[MARK]!;
    const found: number[] = [];
    for (let p = s.longs.up(mark); p !== NONE; p = s.longs.up(p + 1))
      for (let r = s.longs.head[p]!; r !== NONE; r = s.triggers.next[r]!)
        found.push(s.positions.account[r]!);
    for (let p = s.shorts.down(mark); p !== NONE; p = s.shorts.down(p - 1))
      for (let r = s.shorts.head[p]!; r !== NONE; r = s.triggers.next[r]!)
        found.push(s.positions.account[r]!);
    return found;
  }

  private drain(): void {
    const { accounts, scalars, longs, shorts } = this.state;
    this.ranked = undefined;
    while (longs.up(scalars[MARK]!) !== NONE || shorts.down(scalars[MARK]!) !== NONE) {
      const mark = scalars[MARK]!;
      const round = this.due().map((account) => {
        const row = this.state.positionOf(account);
        return {
          account,
          stage: accounts.stage[account]!,
          equity: this.state.equity(row, mark),
          need: maintenance(this.state.positions.size[row]!, mark),
        };
      });
      round.sort(
        (x, y) =>
          x.stage - y.stage ||
          compareProducts(x.equity, y.need, y.equity, x.need) ||
          x.account - y.account,
      );
      for (const { account } of round) {
        if (this.steps >= this.stepsMax || this.log.full) return this.emitAndCommit(E.market, 2);
        const from = this.log.n;
        this.planStep(account);
        commit(this.state, this.log.at, from, this.log.n);
        this.steps += 1;
      }
    }
    this.state.woken = false;
    if (scalars[STATUS] === 2) this.emitAndCommit(E.market, 0);
  }

  private emitAndCommit(kind: number, value: number): void {
    const from = this.log.n;
    this.log.emit1(kind, value);
    commit(this.state, this.log.at, from, this.log.n);
  }
}
