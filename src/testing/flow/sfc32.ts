// Dice with a seed: Chris Doty-Humphrey's sfc32, 128 bits of state, passes PractRand. The same seed
// gives the same numbers on every machine, because it uses nothing but 32-bit integer arithmetic.
// Never for secrets.

const ROUNDS_TO_MIX = 15;
const TWO_TO_MINUS_32 = 2 ** -32;

/** A stream of pseudo-random numbers. */
export class Sfc32 {
  private a: number;
  private b: number;
  private c = 0x9e3779b9;
  private counter = 1;

  /** @param seed A whole number; its low 53 bits count. */
  constructor(seed: number) {
    this.a = seed | 0;
    this.b = Math.floor(seed * TWO_TO_MINUS_32) | 0;
    for (let i = 0; i < ROUNDS_TO_MIX; i++) this.next();
  }

  /** A whole number in 0 … 2^32 − 1. */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A whole number in 0 … n − 1, for n up to 2^32. */
  below(n: number): number {
    return Math.floor(this.next() * TWO_TO_MINUS_32 * n);
  }
}
