// Spike: what the hypotheses are measured against. An executor that writes at once and keeps an
// undo log, a trigger heap with stale entries, and the two tables of command ids.

import { compareProducts, mulDivCeil, mulDivFloor, mulDivTrunc } from '../../src/units/rounding.ts';
import { NONE } from '../../src/units/table.ts';
import { dropOrder } from './commit.ts';
import { E, R } from './events.ts';
import {
  FEES,
  INDEX_FRAC,
  INDEX_WHOLE,
  INITIAL_PPM,
  MARK,
  ORDER_SEQ,
  PRICE_MAX,
  maintenance,
} from './state.ts';
import type { State } from './state.ts';

type Column = Float64Array | Int32Array;

/**
 * Orders and cancels only, same rules, same events: every write is remembered until the order is
 * accepted.
 */
export class DirectEngine {
  readonly state: State;
  readonly log = new Float64Array(1 << 20);
  n = 0;
  private readonly columns: Column[] = [];
  private readonly index = new Int32Array(1 << 18);
  private readonly old = new Float64Array(1 << 18);
  private writes = 0;
  private readonly touched = new Int32Array(1 << 14);
  private readonly drop = new Int32Array(1 << 14);
  private readonly stamp: Int32Array;
  private epoch = 0;
  private touches = 0;
  constructor(state: State) {
    this.state = state;
    this.stamp = new Int32Array(state.accounts.cash.length);
  }
  private set(column: Column, at: number, value: number): void {
    this.columns[this.writes] = column;
    this.index[this.writes] = at;
    this.old[this.writes++] = column[at]!;
    column[at] = value;
  }
  private emit(k: number, a: number, b: number, c = 0, d = 0, e = 0, f = 0, g = 0): void {
    const log = this.log;
    log[this.n] = k;
    log[this.n + 1] = a;
    log[this.n + 2] = b;
    log[this.n + 3] = c;
    log[this.n + 4] = d;
    log[this.n + 5] = e;
    log[this.n + 6] = f;
    log[this.n + 7] = g;
    this.n += 8;
  }
  execute(command: Float64Array, at: number): number {
    this.n = this.writes = this.touches = 0;
    this.epoch += 1;
    const s = this.state;
    const { accounts, orders } = s;
    const kind = command[at]!;
    const account = command[at + 1]!;
    const a = command[at + 2]!;
    const b = command[at + 3]!;
    const c = command[at + 4]!;
    if (kind === 4) {
      if (
        a < 0 ||
        a >= orders.rows ||
        orders.at[a] === 0 ||
        orders.id[a] !== b ||
        orders.account[a] !== account
      )
        return R.orderUnknown;
      (orders.side[a]! > 0 ? accounts.buys : accounts.sells)[account]! -= orders.size[a]!;
      this.emit(E.cancelled, a, 0);
      dropOrder(s, a);
      return R.ok;
    }
    const [side, mark] = [a, s.scalars[MARK]!];
    const row = this.touch(account);
    const before = s.positions.size[row]!;
    const resting = (side > 0 ? accounts.buys : accounts.sells)[account]!;
    const limit =
      b !== 0 ? b : side > 0 ? mulDivFloor(mark, 1_050_000, 1e6) : mulDivCeil(mark, 950_000, 1e6);
    let [left, drops] = [c, 0];
    const ladder = side > 0 ? s.asks : s.bids;
    for (
      let p = side > 0 ? ladder.up(1) : ladder.down(PRICE_MAX);
      p !== NONE && left > 0 && (limit - p) * side >= 0;
      p = side > 0 ? ladder.up(p + 1) : ladder.down(p - 1)
    ) {
      for (let o = ladder.head[p]!; o !== NONE && left > 0; o = orders.next[o]!) {
        const maker = orders.account[o]!;
        const other = this.touch(maker);
        const open = orders.size[o]!;
        const sums = side > 0 ? accounts.sells : accounts.buys;
        const q = -side * open;
        const size = s.positions.size[other]!;
        const now = s.equity(other, mark);
        const after = now + q * (mark - p);
        const need = maintenance(size, mark);
        const needAfter = maintenance(size + q, mark);
        const unsafe =
          after < needAfter &&
          (needAfter > need || compareProducts(after, need, now, needAfter) < 0);
        if (accounts.group[maker] === accounts.group[account] || unsafe) {
          this.set(sums, maker, sums[maker]! - open);
          this.emit(E.cancelled, o, 1);
          this.drop[drops++] = o;
          continue;
        }
        const n = Math.min(left, open);
        const fee = mulDivCeil(n * p, 500, 1e6);
        const rebate = mulDivFloor(n * p, 100, 1e6);
        this.trade(row, side * n, p, -fee);
        this.trade(other, -side * n, p, rebate);
        this.set(sums, maker, sums[maker]! - n);
        this.set(accounts.cash, FEES, accounts.cash[FEES]! + fee - rebate);
        this.set(orders.size, o, open - n);
        if (n === open) this.drop[drops++] = o;
        this.emit(E.fill, o, open - n, account, p, n, 0 - rebate, fee);
        left -= n;
      }
    }
    const rest = b === 0 ? 0 : left;
    const equity = s.equity(row, mark);
    const reducing = before * side < 0 && c + resting <= Math.abs(before);
    const position = s.positions.size[row]!;
    const exposure = Math.max(
      Math.abs(position + accounts.buys[account]! + (side > 0 ? rest : 0)),
      Math.abs(position - accounts.sells[account]! - (side < 0 ? rest : 0)),
    );
    const need =
      mulDivCeil(exposure * mark, INITIAL_PPM, 1e6) + Math.max(0, side * (b - mark)) * rest;
    const reason = reducing
      ? equity < 0
        ? R.wouldBankrupt
        : R.ok
      : equity < need
        ? R.margin
        : R.ok;
    if (reason !== R.ok)
      for (let i = this.writes - 1; i >= 0; i -= 1) this.columns[i]![this.index[i]!] = this.old[i]!;
    else for (let i = 0; i < drops; i += 1) dropOrder(s, this.drop[i]!);
    for (let i = 0; i < this.touches; i += 1) this.settle(this.touched[i]!, reason);
    if (reason === R.ok && rest > 0) this.rest(account, side, b, rest);
    return reason;
  }
  private touch(account: number): number {
    const s = this.state;
    let row = s.positionOf(account);
    if (row === NONE) {
      row = s.positions.allocate();
      s.growTriggers();
      s.positions.account[row] = account;
      s.positions.market[row] = 0;
      s.positions.size[row] = s.positions.cost[row] = 0;
      s.positions.nextOfAccount[row] = NONE;
      s.accounts.positionHead[account] = row;
    }
    if (this.stamp[account] !== this.epoch) {
      this.stamp[account] = this.epoch;
      this.touched[this.touches++] = account;
      const owed = s.owed(row);
      if (owed !== 0) this.set(s.accounts.cash, account, s.accounts.cash[account]! - owed);
      this.set(s.positions.indexWhole, row, s.scalars[INDEX_WHOLE]!);
      this.set(s.positions.indexFrac, row, s.scalars[INDEX_FRAC]!);
    }
    return row;
  }
  private trade(row: number, q: number, price: number, fee: number): void {
    const { positions, accounts } = this.state;
    const account = positions.account[row]!;
    const size = positions.size[row]!;
    const cost = positions.cost[row]!;
    let cash = accounts.cash[account]! + fee;
    let after = cost + q * price;
    if (size !== 0 && size > 0 !== q > 0) {
      const sign = size > 0 ? 1 : -1;
      const closing = Math.min(Math.abs(q), Math.abs(size));
      const released =
        closing === Math.abs(size) ? cost : mulDivTrunc(cost, closing, Math.abs(size));
      cash += sign * closing * price - released;
      after = cost - released + (q + sign * closing) * price;
    }
    // A trigger hangs on the old sign of the size: out before the write (its undo is to be banded
    // again).
    if (this.state.triggers.at[row] !== 0) this.state.unband(row);
    this.set(accounts.cash, account, cash);
    this.set(positions.size, row, size + q);
    this.set(positions.cost, row, after);
  }
  private settle(account: number, reason: number): void {
    const s = this.state;
    const row = s.accounts.positionHead[account]!;
    if (s.positions.size[row] === 0) {
      s.accounts.positionHead[account] = NONE;
      s.positions.release(row);
    } else if (s.triggers.at[row] === 0) s.band(row);
    if (reason === R.ok)
      this.emit(
        E.row,
        account,
        s.accounts.cash[account]!,
        s.positions.size[row]!,
        s.positions.cost[row]!,
        s.scalars[INDEX_WHOLE]!,
        s.scalars[INDEX_FRAC]!,
      );
  }
  private rest(account: number, side: number, price: number, size: number): void {
    const { accounts, orders, scalars, bids, asks } = this.state;
    const order = orders.allocate();
    const first = accounts.orderHead[account]!;
    orders.id[order] = scalars[ORDER_SEQ] = scalars[ORDER_SEQ]! + 1;
    orders.account[order] = account;
    orders.side[order] = side;
    orders.size[order] = size;
    orders.prevOfAccount[order] = NONE;
    orders.nextOfAccount[order] = first;
    if (first !== NONE) orders.prevOfAccount[first] = order;
    accounts.orderHead[account] = order;
    (side > 0 ? accounts.buys : accounts.sells)[account]! += size;
    (side > 0 ? bids : asks).add(order, price);
    this.emit(E.rested, account, side, price, size, orders.id[order]!);
  }
}

/**
 * Triggers in a binary heap (highest first): re-registering pushes, the stale entry stays until it
 * surfaces.
 */
export class TriggerHeap {
  keys = new Float64Array(1 << 22);
  items = new Int32Array(1 << 22);
  n = 0;
  push(key: number, item: number): void {
    let i = this.n++;
    for (let up = (i - 1) >> 1; i > 0 && this.keys[up]! < key; i = up, up = (i - 1) >> 1) {
      this.keys[i] = this.keys[up]!;
      this.items[i] = this.items[up]!;
    }
    this.keys[i] = key;
    this.items[i] = item;
  }
}

/**
 * Ids of commands: per account a first-in-first-out chain of at most `perAccount` entries in one
 * shared pool, and one open-addressing index over all. 32 bytes of hashes, outcome and account, 4
 * of chain, 8 of index per entry.
 */
export class IdTable {
  private readonly h: Uint32Array;
  private readonly outcome: Int32Array;
  private readonly account: Int32Array;
  private readonly next: Int32Array;
  private readonly index: Int32Array;
  private readonly first: Int32Array;
  private readonly last: Int32Array;
  private readonly count: Int32Array;
  private readonly k = new Uint32Array(4);
  private used = 0;
  readonly entries: number;
  readonly perAccount: number;
  constructor(entries: number, accounts: number, perAccount: number) {
    this.entries = entries;
    this.perAccount = perAccount;
    this.h = new Uint32Array(entries * 6);
    this.outcome = new Int32Array(entries);
    this.account = new Int32Array(entries);
    this.next = new Int32Array(entries);
    this.index = new Int32Array(entries * 2);
    this.first = new Int32Array(accounts).fill(NONE);
    this.last = new Int32Array(accounts).fill(NONE);
    this.count = new Int32Array(accounts);
  }
  get bytes(): number {
    return [
      this.h,
      this.outcome,
      this.account,
      this.next,
      this.index,
      this.first,
      this.last,
      this.count,
    ].reduce((sum, a) => sum + a.byteLength, 0);
  }
  hash(id: string, account: number): void {
    let a = account | 0;
    let b = 0x243f6a88 | 0;
    let c = 0x85a308d3 | 0;
    let d = 0x13198a2e | 0;
    for (let i = 0; i < id.length; i += 1) {
      const x = id.charCodeAt(i);
      a = Math.imul(a ^ x, 0x9e3779b1);
      b = Math.imul(((b << 5) | (b >>> 27)) ^ x, 0x85ebca77);
      c = Math.imul(((c << 11) | (c >>> 21)) ^ x, 0xc2b2ae3d);
      d = Math.imul(((d << 17) | (d >>> 15)) ^ x, 0x27d4eb2f);
    }
    a ^= (b >>> 15) ^ (d << 7);
    b ^= Math.imul(a ^ (a >>> 13), 0x85ebca6b);
    this.k[0] = Math.imul(a ^ (a >>> 16), 0x7feb352d);
    this.k[1] = b;
    this.k[2] = c ^ (b >>> 11);
    this.k[3] = d ^ (c >>> 9);
  }
  /**
   * The outcome of a repeated id, −2 for the same id with another body, NONE when it was new (and
   * is now kept).
   */
  put(account: number, id: string, body0: number, body1: number, outcome: number): number {
    this.hash(id, account);
    const { h, k, index } = this;
    const mask = index.length - 1;
    let i = k[0]! & mask;
    for (; index[i] !== 0; i = (i + 1) & mask) {
      const e = index[i]! - 1;
      if (
        h[e * 6] === k[0] &&
        h[e * 6 + 1] === k[1] &&
        h[e * 6 + 2] === k[2] &&
        h[e * 6 + 3] === k[3] &&
        this.account[e] === account
      ) {
        return h[e * 6 + 4] === body0 && h[e * 6 + 5] === body1 ? this.outcome[e]! : -2;
      }
    }
    let entry = this.used;
    if (this.count[account]! >= this.perAccount || entry === this.entries) {
      entry = this.first[account]!;
      // The pool is full and this account holds nothing: refuse, never forget another's.
      if (entry === NONE) return -3;
      this.forget(entry);
      this.first[account] = this.next[entry]!;
      if (this.first[account] === NONE) this.last[account] = NONE;
      i = k[0]! & mask;
      while (index[i] !== 0) i = (i + 1) & mask;
    } else {
      this.used += 1;
      this.count[account]! += 1;
    }
    for (let w = 0; w < 4; w += 1) h[entry * 6 + w] = k[w]!;
    h[entry * 6 + 4] = body0;
    h[entry * 6 + 5] = body1;
    this.outcome[entry] = outcome;
    this.account[entry] = account;
    this.next[entry] = NONE;
    index[i] = entry + 1;
    if (this.last[account] === NONE) this.first[account] = entry;
    else this.next[this.last[account]!] = entry;
    this.last[account] = entry;
    return NONE;
  }
  /**
   * Backward-shift deletion: no tombstones, so the index never degrades and needs no rebuilding.
   */
  private forget(entry: number): void {
    const { index, h } = this;
    const mask = index.length - 1;
    let hole = h[entry * 6]! & mask;
    while (index[hole] !== entry + 1) hole = (hole + 1) & mask;
    for (let i = (hole + 1) & mask; index[i] !== 0; i = (i + 1) & mask) {
      const home = h[(index[i]! - 1) * 6]! & mask;
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        index[hole] = index[i]!;
        hole = i;
      }
    }
    index[hole] = 0;
  }
}

/** The same promise with a JavaScript Map per account: insertion order gives the oldest. */
export class IdMaps {
  private readonly maps = new Map<
    number,
    Map<string, { b0: number; b1: number; outcome: number }>
  >();
  put(account: number, id: string, b0: number, b1: number, outcome: number): number {
    let map = this.maps.get(account);
    if (!map)
      this.maps.set(
        account,
        (map = new Map<string, { b0: number; b1: number; outcome: number }>()),
      );
    const known = map.get(id);
    if (known) return known.b0 === b0 && known.b1 === b1 ? known.outcome : -2;
    if (map.size >= 1024) map.delete(map.keys().next().value!);
    map.set(id, { b0, b1, outcome });
    return NONE;
  }
}
