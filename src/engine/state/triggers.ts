// Which price wakes whom, so that nobody scans: per market one heap of longs, whose top is the
// highest trigger, and one of shorts, whose top is the lowest; per collateral asset one heap of
// accounts. A row or an account is in its heap once, with the price that `plan/bands.ts` has
// solved. Being woken is no verdict: the woken are looked at exactly. All of it is derived: which
// trigger somebody has depends on when it was solved, who is found by it does not.

import { NONE } from '../../units/table.ts';
import { IndexedHeap } from './heap.ts';
import { ScopeList } from './scope-list.ts';

/** A growing column of places in heaps. */
class Places {
  private array = new Int32Array(0);

  get = (): Int32Array => this.array;

  /** Makes room for this many entries. */
  reserve(entries: number): void {
    if (entries <= this.array.length) return;
    let length = this.array.length === 0 ? 64 : this.array.length;
    while (length < entries) length *= 2;
    const longer = new Int32Array(length).fill(NONE);
    longer.set(this.array);
    this.array = longer;
  }
}

/** A heap of rows or accounts by the price that wakes them; the key of a fall is negated. */
class WakingHeap {
  readonly heap: IndexedHeap;
  private readonly places: Places;
  private readonly falls: boolean;

  constructor(places: Places, falls: boolean) {
    this.places = places;
    this.falls = falls;
    this.heap = new IndexedHeap(places.get);
  }

  has(entry: number): boolean {
    const places = this.places.get();
    return entry < places.length && this.heap.has(entry, places[entry]);
  }

  put(entry: number, trigger: number): void {
    const key = this.falls ? 0 - trigger : trigger;
    if (this.has(entry)) {
      this.heap.move(entry, key, entry);
      return;
    }
    this.places.reserve(entry + 1);
    this.heap.push(entry, key, entry);
  }

  drop(entry: number): void {
    if (this.has(entry)) this.heap.remove(entry);
  }

  /** Takes out everything that this price wakes. */
  wake(price: number, into: ScopeList): void {
    const { heap } = this;
    const reach = this.falls ? 0 - price : price;
    while (heap.count > 0 && heap.topKey() <= reach) {
      const entry = heap.top();
      heap.remove(entry);
      into.push(entry);
    }
  }
}

export class Triggers {
  /** Markets and assets whose price moved, or that got a trigger that is due at once. */
  readonly wokenMarkets = new Set<number>();
  readonly wokenAssets = new Set<number>();
  /** Scopes to be looked at whatever the prices: a warning may have to be taken back. */
  readonly looks: ScopeList = new ScopeList();
  /** Accounts that may be due whatever the prices are. */
  readonly wokenAccounts = new Set<number>();
  /** Markets whose terms changed: every trigger there must be solved anew. */
  readonly staleMarkets = new Set<number>();
  /** Accounts whose triggers are out of date. */
  readonly dirty: ScopeList = new ScopeList();
  private readonly rowPlaces = new Places();
  private readonly longs: WakingHeap[] = [];
  private readonly shorts: WakingHeap[] = [];
  private readonly assets: WakingHeap[] = [];
  private isDirty = new Uint8Array(64);

  /** Notes that an account's triggers must be solved anew. */
  markDirty(account: number): void {
    if (account >= this.isDirty.length) this.widen(account + 1);
    if (this.isDirty[account] === 1) return;
    this.isDirty[account] = 1;
    this.dirty.push(account);
  }

  /** The account's triggers are being solved. */
  clean(account: number): void {
    this.isDirty[account] = 0;
  }

  /**
   * A position's trigger; 0 takes it out. `size` is the position's, not 0 unless the trigger is.
   */
  setRow(market: number, row: number, size: number, trigger: number): void {
    this.makeMarket(market);
    const isLong = size > 0;
    if (trigger === 0) {
      this.longs[market].drop(row);
      this.shorts[market].drop(row);
      return;
    }
    this.heap(market, !isLong).drop(row);
    this.heap(market, isLong).put(row, trigger);
  }

  /** An account's trigger in a collateral asset; 0 takes it out. */
  setAsset(asset: number, account: number, trigger: number): void {
    while (this.assets.length <= asset) this.assets.push(new WakingHeap(new Places(), true));
    if (trigger === 0) this.assets[asset].drop(account);
    else this.assets[asset].put(account, trigger);
  }

  /** Takes out the rows that a market's mark wakes. */
  wakeRows(market: number, mark: number, into: ScopeList): void {
    this.makeMarket(market);
    this.longs[market].wake(mark, into);
    this.shorts[market].wake(mark, into);
  }

  /** Takes out the accounts that an asset's price wakes. */
  wakeAccounts(asset: number, price: number, into: ScopeList): void {
    if (asset < this.assets.length) this.assets[asset].wake(price, into);
  }

  private heap(market: number, isLong: boolean): WakingHeap {
    return isLong ? this.longs[market] : this.shorts[market];
  }

  private makeMarket(market: number): void {
    while (this.longs.length <= market) {
      this.longs.push(new WakingHeap(this.rowPlaces, true));
      this.shorts.push(new WakingHeap(this.rowPlaces, false));
    }
  }

  private widen(accounts: number): void {
    let length = this.isDirty.length;
    while (length < accounts) length *= 2;
    const wider = new Uint8Array(length);
    wider.set(this.isDirty);
    this.isDirty = wider;
  }
}
