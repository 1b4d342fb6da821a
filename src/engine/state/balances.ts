// Free and held money of every account in every asset, dense: one row of assets per account. The
// row widens when more assets are created. Never knows why money moves.

/** What an account has of each asset, in the asset's smallest units. */
export class Balances {
  /** Assets per row; a power of two. */
  stride = 1;
  /** Not reserved by orders; may be negative in the settlement asset of a cross scope. */
  free = new Float64Array(64);
  /** Reserved by orders, ≥ 0. */
  held = new Float64Array(64);
  private accounts = 0;

  /** Where an account's money in an asset lies in `free` and `held`. */
  at(account: number, asset: number): number {
    return account * this.stride + asset;
  }

  /** Makes room for this many accounts and assets. */
  reserve(accounts: number, assets: number): void {
    let stride = this.stride;
    while (stride < assets) stride *= 2;
    let length = this.free.length;
    while (length < accounts * stride) length *= 2;
    if (stride !== this.stride || length !== this.free.length) this.relocate(stride, length);
    this.accounts = accounts;
  }

  parts(): Float64Array[] {
    const used = this.accounts * this.stride;
    return [this.free.subarray(0, used), this.held.subarray(0, used)];
  }

  restore(accounts: number, assets: number, free: Float64Array, held: Float64Array): void {
    this.reserve(accounts, assets);
    this.free.set(free);
    this.held.set(held);
  }

  private relocate(stride: number, length: number): void {
    const free = new Float64Array(length);
    const held = new Float64Array(length);
    for (let account = 0; account < this.accounts; account++) {
      for (let asset = 0; asset < this.stride; asset++) {
        free[account * stride + asset] = this.free[account * this.stride + asset];
        held[account * stride + asset] = this.held[account * this.stride + asset];
      }
    }
    this.stride = stride;
    this.free = free;
    this.held = held;
  }
}
