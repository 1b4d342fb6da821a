// A simulated outside price: a walk that wanders around its start and is drawn back to it. The same
// seed gives the same prices, so a demo can be replayed and a test can be exact.

/** Four words of sfc32; passes PractRand, and is small enough to read. */
export class Dice {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: number) {
    this.a = seed >>> 0;
    this.b = (seed ^ 0x9e3779b9) >>> 0;
    this.c = 0x243f6a88;
    for (let i = 0; i < 12; i += 1) this.next();
  }

  /** A whole number from 0 to 2^32 − 1. */
  next(): number {
    const sum = (this.a + this.b + this.counter) >>> 0;
    this.counter = (this.counter + 1) >>> 0;
    this.a = (this.b ^ (this.b >>> 9)) >>> 0;
    this.b = (this.c + (this.c << 3)) >>> 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) >>> 0;
    return sum;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * end);
  }
}

export interface WalkOptions {
  readonly seed: number;
  /** In the market's price units. */
  readonly start: number;
  /** Where it stands now, when it was somewhere before. */
  readonly at?: number;
  /** The largest step, in parts per million of the start. */
  readonly stepPpm: number;
  /** How far it may go from the start, in parts per million. */
  readonly rangePpm: number;
}

const MILLION = 1_000_000;

export class PriceWalk {
  private readonly dice: Dice;
  private readonly start: number;
  private readonly step: number;
  private readonly range: number;
  private away = 0;

  constructor({ seed, start, at, stepPpm, rangePpm }: WalkOptions) {
    this.dice = new Dice(seed);
    this.start = start;
    this.step = Math.max(1, Math.floor((start * stepPpm) / MILLION));
    this.range = Math.max(1, Math.floor((start * rangePpm) / MILLION));
    this.away = (at ?? start) - start;
  }

  /** The next price, a whole number above zero. */
  next(): number {
    const step = this.dice.below(2 * this.step + 1) - this.step;
    const pull = Math.trunc((this.away * this.step) / (this.range * 4));
    const moved = this.away + step - pull;
    this.away = Math.max(-this.range, Math.min(this.range, moved));
    return Math.max(1, this.start + this.away);
  }
}
