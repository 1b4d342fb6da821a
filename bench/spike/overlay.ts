// Spike: accounts as they evolve inside one plan, so that fill n + 1 sees fill n. Scratch rows
// found by a stamp per account; nothing here is state, and raising the epoch forgets everything.

import { mulDivTrunc } from '../../src/units/rounding.ts';
import { NONE } from '../../src/units/table.ts';
import { E } from './events.ts';
import type { EventLog } from './events.ts';
import { INDEX_FRAC, INDEX_WHOLE, ROUNDING } from './state.ts';
import type { State } from './state.ts';

/** Fields of a row, and the length of one. */
export const [CASH, SIZE, COST, BUYS, SELLS, DIRTY, OVERLAY] = [0, 1, 2, 3, 4, 5, 6];
const ROWS = 16_384; // above what the most fills of one step can touch

export class Overlay {
  readonly values = new Float64Array(ROWS * OVERLAY);
  private readonly state: State;
  private readonly log: EventLog;
  private stamp = new Int32Array(1024);
  private slot = new Int32Array(1024);
  private readonly who = new Int32Array(ROWS);
  private epoch = 0;
  private overlays = 0;
  constructor(state: State, log: EventLog) {
    this.state = state;
    this.log = log;
  }

  begin(): void {
    this.epoch += 1;
    this.overlays = 0;
  }

  load(account: number): number {
    if (account >= this.stamp.length) {
      const length = Math.max(this.stamp.length * 2, this.state.accounts.cash.length);
      for (const name of ['stamp', 'slot'] as const) {
        const larger = new Int32Array(length);
        larger.set(this[name]);
        this[name] = larger;
      }
    }
    if (this.stamp[account] === this.epoch) return this.slot[account]!;
    const s = this.state;
    const row = this.overlays++;
    const o = row * OVERLAY;
    this.stamp[account] = this.epoch;
    this.slot[account] = row;
    this.who[row] = account;
    this.values[o + CASH] = s.accounts.cash[account]!;
    this.values[o + BUYS] = s.accounts.buys[account]!;
    this.values[o + SELLS] = s.accounts.sells[account]!;
    this.values[o + SIZE] = 0;
    this.values[o + COST] = 0;
    this.values[o + DIRTY] = 0;
    const position = s.positionOf(account);
    if (position === NONE) return row;
    this.values[o + SIZE] = s.positions.size[position]!;
    this.values[o + COST] = s.positions.cost[position]!;
    const owed = s.owed(position);
    if (owed !== 0) {
      this.pay(row, -owed);
      this.pay(this.load(ROUNDING), owed);
    }
    return row;
  }

  pay(row: number, amount: number): void {
    if (amount === 0) return;
    this.values[row * OVERLAY + CASH]! += amount;
    this.values[row * OVERLAY + DIRTY] = 1;
  }

  equity(row: number, mark: number): number {
    const o = row * OVERLAY;
    return this.values[o + CASH]! - this.values[o + COST]! + this.values[o + SIZE]! * mark;
  }

  trade(row: number, q: number, price: number): void {
    const o = row * OVERLAY;
    const size = this.values[o + SIZE]!;
    const cost = this.values[o + COST]!;
    this.values[o + DIRTY] = 1;
    if (size === 0 || size > 0 === q > 0) {
      this.values[o + SIZE] = size + q;
      this.values[o + COST] = cost + q * price;
      return;
    }
    const sign = size > 0 ? 1 : -1;
    const closing = Math.min(Math.abs(q), Math.abs(size));
    const released = closing === Math.abs(size) ? cost : mulDivTrunc(cost, closing, Math.abs(size));
    const opened = q + sign * closing;
    this.values[o + CASH]! += sign * closing * price - released;
    this.values[o + SIZE] = size + q;
    this.values[o + COST] = cost - released + opened * price;
  }

  swap(row: number, other: number, q: number, price: number): void {
    this.trade(row, q, price);
    this.trade(other, 0 - q, price);
  }

  /** One event per changed account, with the values after the whole step. */
  flush(): void {
    const g = this.state.scalars;
    for (let row = 0; row < this.overlays; row += 1) {
      const o = row * OVERLAY;
      if (this.values[o + DIRTY] === 0) continue;
      const account = this.who[row]!;
      if (this.values[o + SIZE] === 0 && this.state.accounts.positionHead[account] === NONE)
        this.log.emit2(E.cash, account, this.values[o + CASH]!);
      else
        this.log.emit6(
          E.row,
          account,
          this.values[o + CASH]!,
          this.values[o + SIZE]!,
          this.values[o + COST]!,
          g[INDEX_WHOLE]!,
          g[INDEX_FRAC]!,
        );
    }
  }
}
