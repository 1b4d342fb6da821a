// Which price wakes whom, so that nobody scans: per market one heap of longs, whose top is the
// highest trigger, and one of shorts, whose top is the lowest; per collateral asset one heap of
// accounts. A row or an account is in its heap once, with the price that `plan/bands.ts` has
// solved. Being woken is no verdict: the woken are looked at exactly. All of it is derived: which
// trigger somebody has depends on when it was solved, who is found by it does not.

import { ScopeList } from './scope-list.ts';
import { Places, WakingHeap } from './waking-heap.ts';

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
    if (market >= this.longs.length) this.makeMarkets(market);
    const longs = this.longs[market];
    const shorts = this.shorts[market];
    if (trigger === 0) {
      longs.drop(row);
      shorts.drop(row);
    } else if (size > 0) {
      shorts.drop(row);
      longs.put(row, trigger);
    } else {
      longs.drop(row);
      shorts.put(row, trigger);
    }
  }

  /** An account's trigger in a collateral asset; 0 takes it out. */
  setAsset(asset: number, account: number, trigger: number): void {
    while (this.assets.length <= asset) this.assets.push(new WakingHeap(new Places(), true));
    if (trigger === 0) this.assets[asset].drop(account);
    else this.assets[asset].put(account, trigger);
  }

  /** Takes out the rows that a market's mark wakes. */
  wakeRows(market: number, mark: number, into: ScopeList): void {
    if (market >= this.longs.length) this.makeMarkets(market);
    this.longs[market].wake(mark, into);
    this.shorts[market].wake(mark, into);
  }

  /** Takes out the accounts that an asset's price wakes. */
  wakeAccounts(asset: number, price: number, into: ScopeList): void {
    if (asset < this.assets.length) this.assets[asset].wake(price, into);
  }

  private makeMarkets(last: number): void {
    while (this.longs.length <= last) {
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
