// A sum that stays exact however long it grows: small numbers are added as doubles, and moved into
// a bigint before they could lose a unit. So that counting a fill costs an addition.

const FLUSH_AT = 2 ** 52;

/** Adds safe integers ≥ 0 below 2^52. */
export class BigSum {
  private total = 0n;
  private pending = 0;

  add(value: number): void {
    this.pending += value;
    if (this.pending >= FLUSH_AT) this.flush();
  }

  value(): bigint {
    this.flush();
    return this.total;
  }

  private flush(): void {
    this.total += BigInt(this.pending);
    this.pending = 0;
  }
}
