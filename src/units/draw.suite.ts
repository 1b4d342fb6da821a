// A seeded source of numbers for the tests of the pure rooms: the same seed draws the same numbers
// on every machine. It must never be imported by code that is not a test.

/**
 * mulberry32 (Tommy Ettinger, public domain): one 32-bit state, good enough to look for mistakes.
 */
export class Draw {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** 32 random bits. */
  bits(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** A whole number in from … to, both included; the range is at most 2^53 wide. */
  whole(from: number, to: number): number {
    const span = to - from + 1;
    if (span <= 0x1_0000_0000) return from + (this.bits() % span);
    return from + ((this.bits() * 0x20_0000 + (this.bits() >>> 11)) % span);
  }

  /**
   * A whole number in from … to whose number of digits is spread evenly: small ones are as likely.
   */
  scaled(from: number, to: number): number {
    const bits = Math.log2(to - from + 1) * (this.bits() / 0x1_0000_0000);
    return this.whole(from, Math.min(to, from + Math.floor(2 ** bits)));
  }

  /** One of the given values. */
  pick<T>(values: readonly T[]): T {
    return values[this.bits() % values.length] as T;
  }

  /** True once in `n` times. */
  oneIn(n: number): boolean {
    return this.bits() % n === 0;
  }
}
