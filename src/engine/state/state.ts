// Everything the engine knows. Only `commit` writes here; plans and queries read. What is derived
// and can be built anew (indices, names to numbers) is marked so and is no part of the state hash.

import { IdIndex } from '../../book/id-index.ts';
import * as table from '../../units/table.ts';
import * as words from '../command.ts';
import type { EngineLimits } from '../limits.ts';
import { Accounts } from './accounts.ts';
import type { Asset } from './assets.ts';
import { Balances } from './balances.ts';
import { IndexedHeap } from './heap.ts';
import { Ids } from './ids.ts';
import type { Market } from './market.ts';
import { Names } from './names.ts';
import * as orderFields from './orders.ts';
import { Orders } from './orders.ts';
import * as rowFields from './positions.ts';
import { Positions } from './positions.ts';
import { ScopeList } from './scope-list.ts';
import { Sums } from './sums.ts';
import { Triggers } from './triggers.ts';
import { Upkeep } from './upkeep.ts';

// V8 folds a module's own constants and reads imported ones from memory each time.
const { NONE } = table;
const { SYSTEM_ACCOUNTS } = words;
const { ORDER_BEHIND, ORDER_FACTS } = orderFields;
const { LINKS, MARKET, ORDER_HEAD } = rowFields;

export class State {
  readonly limits: EngineLimits;
  /** Commands that left a trace: accepted ones, and refused ones that had an id. */
  sequence = 0;
  /** The largest time of any command, ms. */
  clock = 0;
  nextOrder = 1;
  /** The settlement asset, or NONE. */
  settlement: number = NONE;
  readonly assets: Asset[] = [];
  readonly markets: Market[] = [];
  readonly accounts: Accounts;
  readonly names = new Names();
  readonly groups = new Names();
  readonly balances = new Balances();
  readonly positions: Positions;
  readonly orders: Orders;
  /** Derived: order id → slot. */
  readonly orderIndex: IdIndex;
  readonly ids: Ids;
  readonly expiries: IndexedHeap;
  readonly deadMen: IndexedHeap;
  /** Stops that are due, oldest first. */
  readonly dueStops: IndexedHeap;
  readonly upkeep: Upkeep;
  /** Per asset. */
  readonly deposited: Sums;
  readonly withdrawn: Sums;
  readonly fees: Sums;
  readonly rounding: Sums;
  /** Interest charged and not yet handed to the insurance fund. */
  readonly interest: Sums;
  /** Number of the next liquidation receipt. */
  nextReceipt = 1;
  /** The newest hour whose interest was accrued, since the epoch; 0 = none yet. */
  interestHour = 0;
  /** Derived: how many markets the engine restricts; mostly none, and then nobody looks. */
  restricted = 0;
  /** Derived: the position row from which triggers are to be solved anew, slice by slice. */
  bandCursor: number = Number.MAX_SAFE_INTEGER;
  /** Scopes in liquidation, in the order in which they came into it; see scopes.ts. */
  readonly liquidating: ScopeList = new ScopeList();
  /** Derived: which mark wakes whom. */
  readonly triggers: Triggers;

  constructor(limits: EngineLimits) {
    this.limits = limits;
    this.accounts = new Accounts(limits.accounts);
    this.positions = new Positions(limits.positions);
    // An attached pair comes with a fill and cannot be refused then: pairs have rows of their own
    // beyond the limit.
    const rows = limits.orders + 2 * limits.positions;
    this.orders = new Orders(rows);
    this.orderIndex = new IdIndex(this.orders, rows);
    this.ids = new Ids(limits.ids);
    this.expiries = new IndexedHeap(() => this.orders.expiryPlace);
    this.deadMen = new IndexedHeap(() => this.accounts.deadManPlace);
    this.dueStops = new IndexedHeap(() => this.orders.triggerPlace);
    this.upkeep = new Upkeep();
    this.deposited = new Sums(limits.assets);
    this.withdrawn = new Sums(limits.assets);
    this.fees = new Sums(limits.assets);
    this.rounding = new Sums(limits.assets);
    this.interest = new Sums(limits.assets);
    this.triggers = new Triggers();
  }

  /** The accounts that exist from the start; not called before a restore. */
  seed(): void {
    for (const name of SYSTEM_ACCOUNTS) {
      this.names.add(name);
      const group = this.groups.add(name);
      this.joinGroup(this.accounts.create(group), group);
    }
    this.balances.reserve(this.accounts.rows, this.assets.length);
  }

  /** Derived: the accounts of one owner group as a list, the newest first; see `firstOfGroup`. */
  private readonly groupHeads: number[] = [];
  private readonly groupNext: number[] = [];

  /** Notes a new account's group; accounts come in the order of their numbers. */
  joinGroup(account: number, group: number): void {
    this.groupNext[account] = this.groupHeads[group] ?? NONE;
    this.groupHeads[group] = account;
  }

  /** The first account of an owner group; go on with `nextOfGroup` until NONE. */
  firstOfGroup(group: number): number {
    return this.groupHeads[group] ?? NONE;
  }

  nextOfGroup(account: number): number {
    return this.groupNext[account] ?? NONE;
  }

  /**
   * Liquidations wait in these markets: whoever is due there is looked at again by the next price
   * or tick, also after a restore.
   */
  wakeBounded(markets: Iterable<number>): void {
    for (const market of markets) this.triggers.wokenMarkets.add(market);
    for (let asset = 0; asset < this.assets.length; asset++) this.triggers.wokenAssets.add(asset);
  }

  /** Every price wakes whom it reaches: something else than a price has moved. */
  wakeAll(): void {
    this.wakeBounded(this.markets.keys());
  }

  /** The account's row in a market, or NONE. */
  row(account: number, market: number): number {
    return this.positions.find(this.accounts.positionsOf(account), market);
  }

  /** The account's row in a market, made when there is none. Only commit calls this. */
  ensureRow(account: number, market: number): number {
    const found = this.row(account, market);
    if (found !== NONE) return found;
    const made = this.positions.create(this.accounts.positionsOf(account), account, market);
    this.accounts.setPositions(account, made);
    return made;
  }

  /** The slots of a position row's orders, oldest first. */
  ordersOfRow(row: number): number[] {
    const slots: number[] = [];
    let slot = this.positions.links[row * LINKS + ORDER_HEAD];
    for (; slot !== NONE; slot = this.orders.facts[slot * ORDER_FACTS + ORDER_BEHIND])
      slots.push(slot);
    return slots;
  }

  marketOfRow(row: number): number {
    return this.positions.links[row * LINKS + MARKET];
  }

  isAccount(account: number): boolean {
    return Number.isInteger(account) && account >= 0 && account < this.accounts.rows;
  }
}
