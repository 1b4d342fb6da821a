// Spike: the stores. Rows of typed columns, a price ladder that serves both the book and the
// triggers, and the state as a list of byte blocks: snapshot = copy of the blocks, hash = hash of
// the same blocks.

import { assert } from '../../src/units/assert.ts';
import { mulDivCeil, mulDivFloor } from '../../src/units/rounding.ts';
import { NONE, Table } from '../../src/units/table.ts';
import type { ColumnArray } from '../../src/units/table.ts';

export const PRICE_MAX = 65_535;
export const MAINTENANCE_PPM = 50_000;
export const INITIAL_PPM = 100_000;
export const [FUND, FEES, ROUNDING, FIRST_TRADER] = [0, 1, 2, 3];
/** Scalars of the market. */
export const [MARK, INDEX_WHOLE, INDEX_FRAC, DEPOSITS, STATUS, INTERVAL, ORDER_SEQ, CANARY] = [
  0, 1, 2, 3, 4, 5, 6, 7,
];

export class Accounts extends Table {
  cash = new Float64Array(0);
  buys = new Float64Array(0);
  sells = new Float64Array(0);
  group = new Int32Array(0);
  positionHead = new Int32Array(0);
  orderHead = new Int32Array(0);
  stage = new Uint8Array(0);
  constructor() {
    super(4_000_000);
    this.register({
      cash: 1,
      buys: 1,
      sells: 1,
      group: 1,
      positionHead: 1,
      orderHead: 1,
      stage: 1,
    });
  }
}

export class Positions extends Table {
  account = new Int32Array(0);
  market = new Int32Array(0);
  nextOfAccount = new Int32Array(0);
  size = new Float64Array(0);
  cost = new Float64Array(0);
  indexWhole = new Float64Array(0);
  indexFrac = new Float64Array(0);
  constructor() {
    super(4_000_000);
    this.register({
      account: 1,
      market: 1,
      nextOfAccount: 1,
      size: 1,
      cost: 1,
      indexWhole: 1,
      indexFrac: 1,
    });
  }
}

export class Orders extends Table {
  id = new Float64Array(0);
  size = new Float64Array(0);
  account = new Int32Array(0);
  side = new Int32Array(0);
  at = new Int32Array(0);
  next = new Int32Array(0);
  prev = new Int32Array(0);
  nextOfAccount = new Int32Array(0);
  prevOfAccount = new Int32Array(0);
  constructor() {
    super(4_000_000);
    this.register({
      id: 1,
      size: 1,
      account: 1,
      side: 1,
      at: 1,
      next: 1,
      prev: 1,
      nextOfAccount: 1,
      prevOfAccount: 1,
    });
  }
}

export interface Links {
  next: Int32Array;
  prev: Int32Array;
  at: Int32Array;
}

const lowBit = (word: number): number => 31 - Math.clz32(word & -word);

/**
 * One bucket per price: FIFO lists through `links`, occupancy in two bitmap levels. Price 0 = not
 * in it.
 */
export class Ladder {
  readonly head = new Int32Array(PRICE_MAX + 1).fill(NONE);
  readonly tail = new Int32Array(PRICE_MAX + 1).fill(NONE);
  readonly bits = new Int32Array(2048);
  readonly sums = new Int32Array(64);
  private readonly links: Links;
  constructor(links: Links) {
    this.links = links;
  }
  add(item: number, price: number): void {
    const { next, prev, at } = this.links;
    const last = this.tail[price]!;
    at[item] = price;
    next[item] = NONE;
    prev[item] = last;
    this.tail[price] = item;
    if (last !== NONE) next[last] = item;
    else {
      this.head[price] = item;
      this.bits[price >>> 5]! |= 1 << (price & 31);
      this.sums[price >>> 10]! |= 1 << ((price >>> 5) & 31);
    }
  }
  remove(item: number): void {
    const { next, prev, at } = this.links;
    const price = at[item]!;
    const before = prev[item]!;
    const after = next[item]!;
    if (before === NONE) this.head[price] = after;
    else next[before] = after;
    if (after === NONE) this.tail[price] = before;
    else prev[after] = before;
    at[item] = 0;
    if (this.head[price] !== NONE) return;
    if ((this.bits[price >>> 5]! &= ~(1 << (price & 31))) === 0)
      this.sums[price >>> 10]! &= ~(1 << ((price >>> 5) & 31));
  }
  /** Lowest occupied price ≥ from, or NONE. */
  up(from: number): number {
    if (from > PRICE_MAX) return NONE;
    let word = from >>> 5;
    let mask = this.bits[word]! & (-1 << (from & 31));
    if (mask !== 0) return (word << 5) + lowBit(mask);
    word += 1;
    for (let s = word >>> 5; s < 64; s += 1) {
      mask = this.sums[s]! & (s === word >>> 5 ? -1 << (word & 31) : -1);
      if (mask === 0) continue;
      const w = (s << 5) + lowBit(mask);
      return (w << 5) + lowBit(this.bits[w]!);
    }
    return NONE;
  }
  /** Highest occupied price ≤ from, or NONE. */
  down(from: number): number {
    if (from < 1) return NONE;
    let word = from >>> 5;
    let mask = this.bits[word]! & (-1 >>> (31 - (from & 31)));
    if (mask !== 0) return (word << 5) + 31 - Math.clz32(mask);
    word -= 1;
    if (word < 0) return NONE;
    for (let s = word >>> 5; s >= 0; s -= 1) {
      mask = this.sums[s]! & (s === word >>> 5 ? -1 >>> (31 - (word & 31)) : -1);
      if (mask === 0) continue;
      const w = (s << 5) + 31 - Math.clz32(mask);
      return (w << 5) + 31 - Math.clz32(this.bits[w]!);
    }
    return NONE;
  }
}

export interface Snapshot {
  readonly blocks: readonly Uint8Array[];
}

export const maintenance = (size: number, mark: number): number =>
  mulDivCeil(Math.abs(size) * mark, MAINTENANCE_PPM, 1e6);

export class State {
  readonly scalars = new Float64Array(8);
  readonly accounts = new Accounts();
  readonly positions = new Positions();
  readonly orders = new Orders();
  readonly bids = new Ladder(this.orders);
  readonly asks = new Ladder(this.orders);
  /** Derived, in no snapshot and no hash: rebuilt by `rebandAll`. */
  readonly triggers: Links = {
    next: new Int32Array(0),
    prev: new Int32Array(0),
    at: new Int32Array(0),
  };
  /**
   * Some trigger may lie beyond the mark: set when one is registered there or the mark moves,
   * cleared by a look.
   */
  woken = false;
  readonly longs = new Ladder(this.triggers);
  readonly shorts = new Ladder(this.triggers);

  positionOf(account: number): number {
    let row = this.accounts.positionHead[account]!;
    while (row !== NONE && this.positions.market[row] !== 0)
      row = this.positions.nextOfAccount[row]!;
    return row;
  }
  /**
   * What the position owes since its last touch, rounded up: payers pay the ceil, receivers get the
   * floor.
   */
  owed(row: number): number {
    const { size, indexWhole, indexFrac } = this.positions;
    const whole = this.scalars[INDEX_WHOLE]! - indexWhole[row]!;
    const frac = this.scalars[INDEX_FRAC]! - indexFrac[row]!;
    if (whole === 0 && frac === 0) return 0;
    return size[row]! * whole + mulDivCeil(size[row]!, frac, 1e12);
  }
  equity(row: number, mark: number): number {
    const { account, size, cost } = this.positions;
    return this.accounts.cash[account[row]!]! - cost[row]! - this.owed(row) + size[row]! * mark;
  }
  /**
   * The price at which the account is first liquidatable (0: none). Exact for one market and one
   * bracket.
   */
  triggerOf(row: number): number {
    const size = this.positions.size[row]!;
    const net = this.equity(row, 0);
    if (size > 0) {
      if (net >= 0) return 0;
      return Math.min(PRICE_MAX, mulDivCeil(-net, 1e6, size * (1e6 - MAINTENANCE_PPM)) - 1);
    }
    if (net < 0) return 1;
    const price = mulDivFloor(net, 1e6, -size * (1e6 + MAINTENANCE_PPM)) + 1;
    return price > PRICE_MAX ? 0 : price;
  }
  unband(row: number): void {
    if (this.triggers.at[row] !== 0)
      (this.positions.size[row]! > 0 ? this.longs : this.shorts).remove(row);
  }
  band(row: number): void {
    if (this.positions.account[row]! < FIRST_TRADER) return;
    const price = this.triggerOf(row);
    if (price === 0) return;
    const long = this.positions.size[row]! > 0;
    if (long ? price >= this.scalars[MARK]! : price <= this.scalars[MARK]!) this.woken = true;
    (long ? this.longs : this.shorts).add(row, price);
  }
  growTriggers(): void {
    const links = this.triggers;
    if (links.at.length >= this.positions.rows) return;
    for (const name of ['next', 'prev', 'at'] as const) {
      const larger = new Int32Array(this.positions.size.length);
      larger.set(links[name]);
      links[name] = larger;
    }
  }
  rebandAll(): void {
    this.growTriggers();
    this.triggers.at.fill(0);
    for (const ladder of [this.longs, this.shorts]) {
      ladder.head.fill(NONE);
      ladder.tail.fill(NONE);
      ladder.bits.fill(0);
      ladder.sums.fill(0);
    }
    for (let row = 0; row < this.positions.rows; row += 1)
      if (this.positions.size[row] !== 0) this.band(row);
  }

  /** Every byte that is state: headers, used columns, book ladders. */
  blocks(): ColumnArray[] {
    const tables = [this.accounts, this.positions, this.orders];
    const heads = tables.map((t) => Object.values(t.header())).flat();
    const ladders = [this.bids, this.asks].flatMap((l) => [l.head, l.tail, l.bits, l.sums]);
    return [
      Float64Array.from(heads),
      this.scalars,
      ...ladders,
      ...tables.flatMap((t) => t.columns().map((c) => c.used)),
    ];
  }
  hash(): string {
    const d = new Uint32Array([1, 2, 3, 4]);
    for (const block of this.blocks()) {
      const bytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
      if (block.byteLength % 4 === 0)
        digest4(d, new Uint32Array(block.buffer, block.byteOffset, block.byteLength >>> 2));
      else digest4(d, Uint32Array.from(bytes));
    }
    return [...d].map((w) => w.toString(16).padStart(8, '0')).join('');
  }
  snapshot(into?: Snapshot): Snapshot {
    const blocks = this.blocks();
    const copy = into ?? { blocks: blocks.map((b) => new Uint8Array(b.byteLength)) };
    blocks.forEach((b, i) =>
      copy.blocks[i]!.set(new Uint8Array(b.buffer, b.byteOffset, b.byteLength)),
    );
    return copy;
  }
  static restore(from: Snapshot): State {
    const state = new State();
    const heads = new Float64Array(from.blocks[0]!.slice().buffer);
    let at = 10;
    [state.accounts, state.positions, state.orders].forEach((table, t) => {
      const header = { rows: heads[t * 3]!, live: heads[t * 3 + 1]!, freeHead: heads[t * 3 + 2]! };
      table.reserve(Math.max(header.rows, 64));
      table.rows = header.rows;
      const typed = table.columns().map(({ used }) => {
        const bytes = from.blocks[at++]!.slice();
        return new (used.constructor as Float64ArrayConstructor)(bytes.buffer) as ColumnArray;
      });
      table.restore(header, typed);
    });
    const fixed = [
      state.scalars,
      ...[state.bids, state.asks].flatMap((l) => [l.head, l.tail, l.bits, l.sums]),
    ];
    fixed.forEach((b, i) =>
      new Uint8Array(b.buffer, b.byteOffset, b.byteLength).set(from.blocks[i + 1]!),
    );
    state.rebandAll();
    assert(state.hash() === hashOf(from), 'a restored state has another hash');
    return state;
  }
}

export function hashOf(snapshot: Snapshot): string {
  const d = new Uint32Array([1, 2, 3, 4]);
  for (const b of snapshot.blocks)
    digest4(
      d,
      b.length % 4 === 0
        ? new Uint32Array(b.buffer, b.byteOffset, b.length >>> 2)
        : Uint32Array.from(b),
    );
  return [...d].map((w) => w.toString(16).padStart(8, '0')).join('');
}

/** Rolling 4 × 32 bit. The rotation matters: without it two flipped sign bits cancel each other. */
export function digest4(d: Uint32Array, words: Uint32Array, from = 0, to = words.length): void {
  let a = d[0]! | 0;
  let b = d[1]! | 0;
  let c = d[2]! | 0;
  let e = d[3]! | 0;
  let i = from;
  for (; i + 3 < to; i += 4) {
    a = Math.imul(((a << 13) | (a >>> 19)) ^ words[i]!, 0x9e3779b1);
    b = Math.imul(((b << 13) | (b >>> 19)) ^ words[i + 1]!, 0x85ebca77);
    c = Math.imul(((c << 13) | (c >>> 19)) ^ words[i + 2]!, 0xc2b2ae3d);
    e = Math.imul(((e << 13) | (e >>> 19)) ^ words[i + 3]!, 0x27d4eb2f);
  }
  for (; i < to; i += 1) a = Math.imul(((a << 13) | (a >>> 19)) ^ words[i]!, 0x9e3779b1);
  // The length and a cross mix, so that lanes depend on each other and a cut-off tail shows.
  a = Math.imul(a ^ (to - from) ^ (e >>> 15), 0x85ebca6b);
  b ^= a >>> 13;
  c ^= b >>> 16;
  d[0] = a;
  d[1] = Math.imul(b, 0x2c1b3c6d);
  d[2] = Math.imul(c, 0x297a2d39);
  d[3] = Math.imul(e ^ (c >>> 14), 0x165667b1);
}

/** The alternative of the measurement: two lanes. */
export function digest2(d: Uint32Array, words: Uint32Array, from: number, to: number): void {
  let [a, b] = [d[0]! | 0, d[1]! | 0];
  for (let i = from; i < to; i += 2) {
    a = Math.imul(((a << 13) | (a >>> 19)) ^ words[i]!, 0x9e3779b1);
    b = Math.imul(((b << 13) | (b >>> 19)) ^ words[i + 1]!, 0x85ebca77);
  }
  d[0] = a ^ (b >>> 15);
  d[1] = b;
}
