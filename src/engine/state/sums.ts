// Sums over all accounts: deposits, fees, what rounding left over. They pass 2^53 long before any
// single balance does, so each is two doubles with a carry, and a reader gets a bigint. Never used
// for one account's money.

const CARRY = 2 ** 50;

/** One exact running sum per index. */
export class Sums {
  private high: Float64Array;
  private low: Float64Array;

  constructor(length: number) {
    this.high = new Float64Array(length);
    this.low = new Float64Array(length);
  }

  /** Adds a safe integer of either sign. */
  add(index: number, change: number): void {
    let low = change;
    let high = this.high[index];
    for (; low >= CARRY; low -= CARRY) high += 1;
    for (; low <= -CARRY; low += CARRY) high -= 1;
    low += this.low[index];
    if (low >= CARRY) {
      low -= CARRY;
      high += 1;
    } else if (low <= -CARRY) {
      low += CARRY;
      high -= 1;
    }
    this.low[index] = low;
    this.high[index] = high;
  }

  value(index: number): bigint {
    return BigInt(this.high[index]) * BigInt(CARRY) + BigInt(this.low[index]);
  }

  /** As much of a sum ≥ 0 as one amount can carry at a time: all of it but for huge ones. */
  safePart(index: number): number {
    return this.high[index] > 0 ? CARRY - 1 : this.low[index];
  }

  parts(): Float64Array[] {
    return [this.high, this.low];
  }

  restore(high: Float64Array, low: Float64Array): void {
    this.high.set(high);
    this.low.set(low);
  }
}
