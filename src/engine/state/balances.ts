// Free and held money of every account in every asset, dense: one row of assets per account. The
// row widens when more assets are created. Never knows why money moves.

/** What an account has of each asset, in the asset's smallest units. */
export class Balances {
  /** Assets per row; a power of two. */
  stride = 1;
  /**
   * At `at(account, asset)`: free, not reserved by orders, may be negative in the settlement asset
   * of a cross scope; one behind it: held, reserved by orders, ≥ 0.
   */
  money = new Float64Array(128);
  private accounts = 0;

  /** Where an account's free money in an asset lies in `money`; what is held lies one behind. */
  at(account: number, asset: number): number {
    return (account * this.stride + asset) * 2;
  }

  /** Makes room for this many accounts and assets. */
  reserve(accounts: number, assets: number): void {
    let stride = this.stride;
    while (stride < assets) stride *= 2;
    let length = this.money.length;
    while (length < accounts * stride * 2) length *= 2;
    if (stride !== this.stride || length !== this.money.length) this.relocate(stride, length);
    this.accounts = accounts;
  }

  /** The used part, for a snapshot. */
  used(): Float64Array {
    return this.money.subarray(0, this.accounts * this.stride * 2);
  }

  restore(accounts: number, assets: number, money: Float64Array): void {
    this.reserve(accounts, assets);
    this.money.set(money);
  }

  private relocate(stride: number, length: number): void {
    const money = new Float64Array(length);
    for (let account = 0; account < this.accounts; account++) {
      const from = account * this.stride * 2;
      money.set(this.money.subarray(from, from + this.stride * 2), account * stride * 2);
    }
    this.stride = stride;
    this.money = money;
  }
}
