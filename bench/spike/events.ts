// Spike: the vocabulary of commands and events, and the log that a plan writes into: one reused
// buffer.

// Commands: records of 8 doubles: kind, account, a, b, c, d, time, digest of the events (two 32-bit
// words).
export const RECORD = 8;
export const C = {
  create: 1,
  deposit: 2,
  place: 3,
  cancel: 4,
  mark: 5,
  funding: 6,
  tick: 7,
} as const;
// Events: kind, then fixed fields holding values after the event.
export const E = {
  created: 1,
  cash: 2,
  row: 3,
  fill: 4,
  rested: 5,
  cancelled: 6,
  mark: 7,
  funding: 8,
  stage: 9,
  market: 10,
  liquidated: 11,
  deposits: 12,
  refused: 13,
} as const;
export const WIDTH = [0, 3, 3, 7, 8, 6, 3, 2, 4, 3, 2, 8, 3, 3] as const;
export const R = {
  ok: 0,
  accountUnknown: 1,
  badNumbers: 2,
  marketClosed: 3,
  liquidating: 4,
  margin: 5,
  wouldBankrupt: 6,
  orderUnknown: 7,
} as const;
export const WHY = { user: 0, selfTrade: 1, makerMargin: 2, liquidation: 3 } as const;
/**
 * How a position left its account: book, fund, counterparty. Also the cause that orders the steps.
 */
export const BY = { book: 0, fund: 1, counterparty: 2 } as const;

const LOG = 1 << 21;
const STEP_RESERVE = 1 << 17; // what one step may write at most

export class EventLog {
  readonly at = new Float64Array(LOG);
  readonly words = new Uint32Array(this.at.buffer);
  n = 0;
  get full(): boolean {
    return this.n > LOG - STEP_RESERVE;
  }
  emit1(k: number, a: number): void {
    this.at[this.n] = k;
    this.at[this.n + 1] = a;
    this.n += 2;
  }
  emit2(k: number, a: number, b: number): void {
    this.at[this.n + 2] = b;
    this.emit1(k, a);
    this.n += 1;
  }
  emit3(k: number, a: number, b: number, c: number): void {
    this.at[this.n + 3] = c;
    this.emit2(k, a, b);
    this.n += 1;
  }
  emit5(k: number, a: number, b: number, c: number, d: number, e: number): void {
    this.at[this.n + 4] = d;
    this.at[this.n + 5] = e;
    this.emit3(k, a, b, c);
    this.n += 2;
  }
  emit6(k: number, a: number, b: number, c: number, d: number, e: number, f: number): void {
    this.at[this.n + 6] = f;
    this.emit5(k, a, b, c, d, e);
    this.n += 1;
  }
  emit7(
    k: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
    g: number,
  ): void {
    this.at[this.n + 7] = g;
    this.emit6(k, a, b, c, d, e, f);
    this.n += 1;
  }
}
